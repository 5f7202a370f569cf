from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where the simulators listen, and whom the payment simulator calls."""

    model_config = SettingsConfigDict(env_prefix="SIM_")

    host: str = Field(default="127.0.0.1", description="address all simulators listen on")
    mailbox_port: int = Field(default=8025, description="page and JSON of the mailbox")
    smtp_port: int = Field(default=1025, description="where the mailbox takes mails")
    stripe_port: int = Field(default=12111, description="the payment simulator")
    stripe_public_url: str | None = Field(
        default=None,
        description="the payment simulator as browsers reach it; default: host and port",
    )
    openai_port: int = Field(default=12112, description="the language model simulator")
    oidc_port: int = Field(default=12114, description="the sign-in provider simulator")
    oidc_public_url: str | None = Field(
        default=None,
        description="the sign-in provider simulator as browsers and auth reach it; default: host and port",
    )
    recalls_port: int = Field(default=12115, description="the simulated feeds of recalls")
    clock_port: int = Field(default=12113, description="the demo's clock")
    webhook_url: str = Field(
        default="http://127.0.0.1:8080/webhooks/stripe", description="where payment events go"
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr("whsec_simulator"), description="signs payment events"
    )
