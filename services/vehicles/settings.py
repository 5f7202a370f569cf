from pydantic import Field, SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    service: str = Field(
        default="vehicles", description="Name of this program; fixed by each service."
    )
    recalls_fr_url: str | None = Field(
        default=None, description="Address of the recalls of RappelConso as JSON; off without."
    )
    recalls_de_url: str | None = Field(
        default=None, description="Address of the recalls of the KBA as a table; off without."
    )
    recalls_gb_url: str | None = Field(
        default=None, description="Address of the recalls of the DVSA as a table; off without."
    )
    recalls_us_url: str | None = Field(
        default=None, description="Address of the recalls of the NHTSA as JSON; off without."
    )
    passport_key: SecretStr = Field(
        default=SecretStr("development-only-passport-key"),
        description="What passports of cars are signed by: at least 32 random characters. Another one, and nobody knows the old ones.",
    )
