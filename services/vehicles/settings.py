from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    service: str = Field(
        default="vehicles", description="Name of this program; fixed by each service."
    )
