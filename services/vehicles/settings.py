from pydantic import Field, SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    service: str = Field(
        default="vehicles", description="Name of this program; fixed by each service."
    )
    passport_key: SecretStr = Field(
        default=SecretStr("development-only-passport-key"),
        description="What passports of cars are signed by: at least 32 random characters. Another one, and nobody knows the old ones.",
    )
