"""What only this process can open: signing keys and seeds that rest sealed in the database."""

from services.auth.domain.sealing import derive_key, seal, unseal
from shared.security.tokens import PrivateKey, load_private

_REMEMBERED = 8


class Vault:
    def __init__(self, key_encryption_key: str) -> None:
        self._signing = derive_key(key_encryption_key, "signing-key")
        self._seeds = derive_key(key_encryption_key, "totp-seed")
        self._people = derive_key(key_encryption_key, "provider-person")
        self._open: dict[str, PrivateKey] = {}

    def seal_signing_key(self, pem: str, *, kid: str) -> bytes:
        return seal(self._signing, pem.encode(), place=kid)

    def open_signing_key(self, sealed: bytes, *, kid: str) -> PrivateKey:
        """Raises Unreadable when the key encryption key is not the one it was sealed with."""
        if kid not in self._open:
            while len(self._open) >= _REMEMBERED:
                self._open.pop(next(iter(self._open)))
            self._open[kid] = load_private(unseal(self._signing, sealed, place=kid).decode(), kid)
        return self._open[kid]

    def seal_seed(self, seed: str, *, owner: str) -> bytes:
        return seal(self._seeds, seed.encode(), place=owner)

    def open_seed(self, sealed: bytes, *, owner: str) -> str:
        return unseal(self._seeds, sealed, place=owner).decode()

    def seal_person(self, person: str, *, visit: str) -> bytes:
        """What a provider said of somebody, for the minute until their client asks."""
        return seal(self._people, person.encode(), place=visit)

    def open_person(self, sealed: bytes, *, visit: str) -> str:
        return unseal(self._people, sealed, place=visit).decode()
