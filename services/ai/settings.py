"""What ai adds to the settings every service has."""

from pydantic import Field, SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    service: str = Field(default="ai", description="Name of this program.", frozen=True)
    openai_base_url: str | None = Field(
        default=None,
        description="Base URL of an OpenAI-compatible server; without it and without a key the rule engine answers alone.",
    )
    openai_api_key: SecretStr | None = Field(
        default=None, description="Key for that server; any text for a local one."
    )
    openai_model: str = Field(default="gpt-4o-mini", description="Name of the model.")
    answer_seconds: float = Field(default=25, description="Deadline of a whole model answer.")
    stream_seconds: float = Field(default=60, description="Deadline of a streamed model answer.")
    first_byte_seconds: float = Field(
        default=8, description="How long to wait for a model's first byte."
    )
    idle_seconds: float = Field(default=15, description="Longest pause inside a streamed answer.")
    heartbeat_seconds: float = Field(
        default=15, description="Pause after which a stream sends a comment to stay open."
    )
    default_country: str = Field(
        default="FR",
        description="Country whose inspection rules and prices apply when a car names none.",
    )
    safety_identifier_key: SecretStr = Field(
        default=SecretStr("development-only-safety-identifier"),
        description="Keys the hash by which a model provider may tell abusers apart without knowing who they are.",
    )

    @property
    def has_model(self) -> bool:
        return self.openai_base_url is not None or self.openai_api_key is not None
