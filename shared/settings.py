"""Settings every service has. Each service's `settings.py` subclasses and adds only its own; read once, in `main.py`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

DEVELOPMENT_ONLY = "development-only"
"""What a secret's default must start with; such a value stops the start outside development."""


class Environment(StrEnum):
    DEVELOPMENT = "development"
    TEST = "test"
    PRODUCTION = "production"


class Role(StrEnum):
    WEB = "web"
    WORKER = "worker"


def inner_port_of(port: int) -> int:
    """Where a program says how it is, unless it was told another port."""
    return port + 1000 if port + 1000 < 2**16 else port - 1000


def _words(value: Any) -> Any:
    return (
        [word.strip() for word in value.split(",") if word.strip()]
        if isinstance(value, str)
        else value
    )


CommaList = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]
"""A setting written as `a,b,c`."""


class ServiceSettings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="AUTOTRACK_",
        env_ignore_empty=True,  # `NAME=` in an .env file means: the default
        secrets_dir="/run/secrets" if Path("/run/secrets").is_dir() else None,
        extra="ignore",
        frozen=True,
    )

    service: str = Field(description="Name of this program; fixed by each service.")
    environment: Environment = Field(
        default=Environment.PRODUCTION,
        description="development, test or production; production refuses default secrets and the demo clock.",
    )
    roles: Annotated[frozenset[Role], NoDecode, BeforeValidator(_words)] = Field(
        default=frozenset(Role),
        description="web, worker or both: what this process does.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, description="Port to listen on.")
    operations_host: str = Field(
        default="127.0.0.1", description="Address of the inner port; never one that others reach."
    )
    operations_port: int | None = Field(
        default=None,
        description="The inner port, with /metrics, /backlog, /version, /livez and /readyz; empty: a thousand above the other.",
    )
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="postgresql+asyncpg://role:password@host:port/database of this service.",
    )
    broker_url: SecretStr = Field(
        default=SecretStr(""), description="amqp://user:password@host:port/vhost of RabbitMQ."
    )
    internal_public_keys: str = Field(
        default="",
        description="PEM public keys (one or more) of the gateway, which signs every internal call. Literal \\n is a line break.",
    )
    public_url: str = Field(
        default="http://127.0.0.1:8080",
        description="The gateway as people reach it; used in links.",
    )
    clock_url: str | None = Field(
        default=None, description="Clock simulator of the demo; development only."
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    drain_seconds: float = Field(
        default=0,
        description="How long to stay reachable but not ready after SIGTERM, for a load balancer to notice.",
    )
    pool_size: int = Field(default=12, description="Database connections of this process, at most.")
    version: str = Field(default="0.1.0", description="Shown at /version; the image sets it.")

    @model_validator(mode="after")
    def _refuse_what_production_must_not_have(self) -> Self:
        if self.environment is not Environment.PRODUCTION:
            return self
        if self.clock_url:
            raise ValueError("AUTOTRACK_CLOCK_URL moves time: it is for development only")
        for name in type(self).model_fields:
            value = getattr(self, name)
            text = value.get_secret_value() if isinstance(value, SecretStr) else value
            if isinstance(text, str) and text.startswith(DEVELOPMENT_ONLY):
                raise ValueError(f"AUTOTRACK_{name.upper()} still has its development value")
        return self

    @property
    def internal_public_pems(self) -> tuple[str, ...]:
        text = self.internal_public_keys.replace("\\n", "\n")
        end = "-----END PUBLIC KEY-----"
        return tuple(part.strip() + "\n" + end for part in text.split(end) if part.strip())

    @property
    def inner_port(self) -> int:
        return self.operations_port or inner_port_of(self.port)

    def has(self, role: Role) -> bool:
        return role in self.roles
