import pytest

from services.auth.clients.vault import Vault
from services.auth.domain.sealing import Unreadable
from shared.security.tokens import load_private, new_private_pem


class TestVault:
    def test_a_signing_key_opens_for_who_has_the_same_key_encryption_key(self) -> None:
        pem = new_private_pem()
        kid = load_private(pem).kid
        sealed = Vault("one key encryption key").seal_signing_key(pem, kid=kid)
        opened = Vault("one key encryption key").open_signing_key(sealed, kid=kid)
        assert opened.public.jwk == load_private(pem).public.jwk
        with pytest.raises(Unreadable):
            Vault("another one").open_signing_key(sealed, kid=kid)

    def test_it_remembers_a_few_and_forgets_the_oldest(self) -> None:
        vault = Vault("one key encryption key")
        keys = {load_private(pem).kid: pem for pem in (new_private_pem() for _ in range(12))}
        for kid, pem in keys.items():
            vault.open_signing_key(vault.seal_signing_key(pem, kid=kid), kid=kid)
        assert len(vault._open) == 8

    def test_a_seed_opens_for_its_owner_only(self) -> None:
        vault = Vault("one key encryption key")
        sealed = vault.seal_seed("GEZDGNBV", owner="lea")
        assert vault.open_seed(sealed, owner="lea") == "GEZDGNBV"
        with pytest.raises(Unreadable):
            vault.open_seed(sealed, owner="max")
