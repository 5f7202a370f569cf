import pytest

from shared.security.seals import Seal, is_sealed, key_id

VECTORS = [
    # RFC 8032, 7.1: secret key, public key, message, signature
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_seals_as_the_standard_says(secret: str, public: str, message: str, signature: str) -> None:
    seal = Seal(bytes.fromhex(secret))
    assert seal.public.hex() == public
    assert seal.on(bytes.fromhex(message)).hex() == signature
    assert is_sealed(bytes.fromhex(message), bytes.fromhex(signature), seal.public)


def test_another_message_key_or_signature_is_not_sealed() -> None:
    seal, other = Seal.of("a" * 32, "one"), Seal.of("a" * 32, "two")
    signature = seal.on(b"said")
    assert is_sealed(b"said", signature, seal.public)
    assert not is_sealed(b"said.", signature, seal.public)
    assert not is_sealed(b"said", signature, other.public)
    assert not is_sealed(b"said", signature[:-1] + b"\x00", seal.public)
    assert not is_sealed(b"said", b"", seal.public)
    assert not is_sealed(b"said", signature, b"no key")


def test_the_same_secret_and_purpose_give_the_same_key() -> None:
    assert Seal.of("a" * 32, "one").public == Seal.of("a" * 32, "one").public
    assert key_id(Seal.of("a" * 32, "one").public) != key_id(Seal.of("b" * 32, "one").public)
