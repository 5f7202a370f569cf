from os import cpu_count
from typing import Self

from pydantic import Field, SecretStr, model_validator

from services.auth.domain.passkeys import RelyingParty, relying_party
from services.auth.domain.providers import Provider, is_safe
from shared.settings import DEVELOPMENT_ONLY, CommaList, Environment, ServiceSettings


class Settings(ServiceSettings):
    service: str = Field(default="auth", description="Name of this program; fixed by each service.")
    key_encryption_key: SecretStr = Field(
        default=SecretStr(f"{DEVELOPMENT_ONLY}-key-encryption-key"),
        description="Encrypts signing keys and TOTP seeds at rest; at least 32 random characters. Losing it ends every session.",
        min_length=16,
    )
    pepper: SecretStr = Field(
        default=SecretStr(f"{DEVELOPMENT_ONLY}-pepper"),
        description="Mixed into one-time codes, refresh tokens and throttle keys; at least 32 random characters.",
        min_length=16,
    )
    argon2_memory_kib: int = Field(
        default=19_456,
        description="Memory of one password hash; a raise re-hashes at each next login.",
        ge=8,
    )
    argon2_passes: int = Field(default=2, description="Passes of one password hash.", ge=1)
    hashing_threads: int = Field(
        default=cpu_count() or 1,
        description="Password hashes at work at once; the number of cores.",
        ge=1,
    )
    hashing_queue: int = Field(
        default=50,
        description="Password hashes that may wait; beyond that the answer is 503.",
        ge=0,
    )
    admin_emails: CommaList = Field(
        default=(),
        description="Addresses whose verified owners are administrators from their next sign-in on, comma-separated.",
    )
    erasing_services: CommaList = Field(
        default=("vehicles", "billing", "documents", "ai", "notifications"),
        description="Services that must confirm the erasure of an account, comma-separated.",
    )
    passkey_rp_id: str = Field(
        default="",
        description="Domain passkeys are made for, by default the host of AUTOTRACK_PUBLIC_URL; those of another domain stop working.",
    )
    passkey_rp_name: str = Field(default="AutoTrack", description="What devices call us.")
    passkey_origins: CommaList = Field(
        default=(),
        description="Origins whose pages may use passkeys, comma-separated; default: that of AUTOTRACK_PUBLIC_URL.",
    )

    oidc_providers: tuple[Provider, ...] = Field(
        default=(),
        description='Sign-in providers, a JSON list: [{"name", "title", "issuer", "client_id", "client_secret", "scopes"}].',
    )
    oidc_return_urls: CommaList = Field(
        default=(),
        description="Where browsers go after a provider, comma-separated, the first by default; none: /sign-in/callback of the public URL.",
    )

    @model_validator(mode="after")
    def _providers_are_told_apart_and_reached_safely(self) -> Self:
        names = [provider.name for provider in self.oidc_providers]
        if len(set(names)) != len(names):
            raise ValueError("AUTOTRACK_OIDC_PROVIDERS: two providers of one name")
        for provider in self.oidc_providers:
            if not is_safe(provider.issuer, loopback_allowed=self.loopback_allowed):
                raise ValueError(f"AUTOTRACK_OIDC_PROVIDERS: {provider.name} must be https")
        return self

    @property
    def loopback_allowed(self) -> bool:
        """Plain HTTP to this very machine, for the simulator."""
        return self.environment is not Environment.PRODUCTION

    @property
    def return_urls(self) -> tuple[str, ...]:
        return self.oidc_return_urls or (f"{self.public_url.rstrip('/')}/sign-in/callback",)

    @property
    def relying_party(self) -> RelyingParty:
        return relying_party(
            self.public_url,
            name=self.passkey_rp_name,
            party_id=self.passkey_rp_id,
            origins=self.passkey_origins,
        )
