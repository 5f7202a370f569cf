"""What an operator may set on the gateway, beside what every program has."""

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from gateway.domain.rates import Rate, RateClass
from shared.settings import DEVELOPMENT_ONLY, CommaList, ServiceSettings

SERVICES = ("auth", "vehicles", "billing", "documents", "ai", "notifications")


class Settings(ServiceSettings):
    service: Literal["gateway"] = "gateway"
    port: int = Field(default=8080, description="Port to listen on.")
    internal_private_key: SecretStr = Field(
        default=SecretStr(f"{DEVELOPMENT_ONLY}: none"),
        description="PEM private key (P-256) that signs internal calls. Literal \\n is a line break.",
    )
    auth_url: str = Field(default="http://127.0.0.1:8001", description="Where auth listens.")
    vehicles_url: str = Field(
        default="http://127.0.0.1:8002", description="Where vehicles listens."
    )
    billing_url: str = Field(default="http://127.0.0.1:8003", description="Where billing listens.")
    documents_url: str = Field(
        default="http://127.0.0.1:8004", description="Where documents listens."
    )
    ai_url: str = Field(default="http://127.0.0.1:8005", description="Where ai listens.")
    notifications_url: str = Field(
        default="http://127.0.0.1:8006", description="Where notifications listens."
    )
    token_issuer: str = Field(default="autotrack", description="`iss` of the users' tokens.")
    token_audience: str = Field(default="autotrack-api", description="`aud` of the users' tokens.")
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=10,
        description="How many proxies of ours stand in front and append to X-Forwarded-For.",
    )
    cors_origins: CommaList = Field(
        default=(), description="Web origins that may call the API, exact, comma separated."
    )
    replicas: int = Field(
        default=1, ge=1, description="Gateways that share the rate limits; each takes its part."
    )
    rate_ip: int = Field(default=1200, ge=1, description="Requests per minute and address.")
    rate_user: int = Field(default=600, ge=1, description="Requests per minute and person.")
    rate_key: int = Field(default=300, ge=1, description="Requests per minute and API key.")
    rate_credential: int = Field(
        default=60,
        ge=1,
        description="Sign-in, registration and code attempts, and API keys never seen, per minute and address.",
    )
    rate_upload: int = Field(default=60, ge=1, description="Uploads per minute and person.")
    rate_assistant: int = Field(
        default=30, ge=1, description="Questions to the assistant per minute and person."
    )
    rate_visitor: int = Field(
        default=60,
        ge=1,
        description="Entries by guests' links and passports to verify per minute and address.",
    )
    rate_probe: int = Field(
        default=1200,
        ge=1,
        description="/livez and /readyz per minute and address; balancers of ours may ask the inner port instead, which is not counted.",
    )
    max_json_bytes: int = Field(
        default=1024 * 1024, description="Largest body, except for uploads of documents."
    )
    max_upload_bytes: int = Field(
        default=21 * 1024 * 1024,
        description="Largest body of POST /api/documents and /api/imports: 20 MiB and its form.",
    )
    max_passport_bytes: int = Field(
        default=33 * 1024 * 1024,
        description="Largest body of POST /api/passports/verify and its bundle, and of the page that verifies one: 32 MiB and its form.",
    )
    connect_seconds: float = Field(default=1.0, description="Longest wait for a connection.")
    first_byte_seconds: float = Field(default=10.0, description="Longest wait for an answer.")
    assistant_first_byte_seconds: float = Field(
        default=60.0, description="Longest wait for an answer of the assistant."
    )
    between_bytes_seconds: float = Field(
        default=60.0, description="Longest silence within an answer."
    )
    upstream_connections: int = Field(
        default=512, description="Most requests under way to one service."
    )
    poll_seconds: float = Field(
        default=4.0,
        gt=0,
        le=5,
        description="How often entitlements and ended sessions are asked for, beside the events.",
    )
    heartbeat_seconds: float = Field(
        default=15.0, description="Pause after which a live stream shows that it lives."
    )

    @field_validator("cors_origins")
    @classmethod
    def _exact_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if "*" in origin or not origin.startswith(("http://", "https://")):
                raise ValueError(f"an origin is scheme://host[:port], without wildcard: {origin}")
            if origin.rstrip("/").count("/") != 2:  # noqa: PLR2004 - the two of ://
                raise ValueError(f"an origin has no path: {origin}")
        return tuple(origin.rstrip("/") for origin in origins)

    def service_url(self, service: str) -> str:
        url: str = getattr(self, f"{service}_url")
        return url

    @property
    def private_pem(self) -> str:
        return self.internal_private_key.get_secret_value().replace("\\n", "\n")

    def rates(self) -> dict[RateClass, Rate]:
        """Each replica's part, a third more than even: callers do not spread evenly."""
        quotas = {
            RateClass.IP: self.rate_ip,
            RateClass.USER: self.rate_user,
            RateClass.KEY: self.rate_key,
            RateClass.CREDENTIAL: self.rate_credential,
            RateClass.UPLOAD: self.rate_upload,
            RateClass.ASSISTANT: self.rate_assistant,
            RateClass.PROBE: self.rate_probe,
            RateClass.VISITOR: self.rate_visitor,
        }
        share = 1.0 if self.replicas == 1 else 1.3 / self.replicas
        return {
            name: Rate(name=name, quota=max(1, int(quota * share)), window_seconds=60)
            for name, quota in quotas.items()
        }
