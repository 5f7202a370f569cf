from os import cpu_count

from pydantic import Field, SecretStr

from shared.settings import DEVELOPMENT_ONLY, CommaList, ServiceSettings


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
