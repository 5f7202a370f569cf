"""The connection pool of one process."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.settings import ServiceSettings


def build_engine(settings: ServiceSettings) -> AsyncEngine:
    return create_async_engine(
        settings.database_url.get_secret_value(),
        pool_size=settings.pool_size,
        max_overflow=4,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,  # an error's text goes into logs: never addresses, codes or names
        connect_args={
            "timeout": 5,
            "command_timeout": 30,
            "server_settings": {
                "application_name": f"autotrack-{settings.service}",
                "timezone": "UTC",
                "idle_in_transaction_session_timeout": "60000",
            },
        },
    )
