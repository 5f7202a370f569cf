"""The connection pool of one process."""

import time
from typing import Any

import orjson
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.db.away import connect
from shared.settings import ServiceSettings

IDLE_SECONDS = 30.0
USED = "used"


def build_engine(settings: ServiceSettings, *, pool_size: int | None = None) -> AsyncEngine:
    """`pool_size`: other than the settings say."""
    size = pool_size or settings.pool_size
    engine = create_async_engine(
        settings.database_url.get_secret_value(),
        pool_size=size,
        max_overflow=0,  # one above the size would be closed again after each use
        pool_timeout=10,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # an error's text goes into logs: never addresses, codes or names
        connect_args={
            "async_creator_fn": connect,
            "timeout": 5,
            "command_timeout": 30,
            "server_settings": {
                "application_name": f"autotrack-{settings.service}",
                "timezone": "UTC",
                "idle_in_transaction_session_timeout": "60000",
            },
        },
    )
    event.listen(engine.sync_engine, "checkout", _refuse_dead)
    event.listen(engine.sync_engine, "checkin", _note_use)
    return engine


def _refuse_dead(connection: Any, record: Any, _proxy: Any) -> None:
    """The pool then takes another. What the server closed, the driver knows by itself; only after a pause is it asked (three
    round trips), for a firewall in between may have forgotten the connection and told nobody.
    """
    is_closed = connection.driver_connection.is_closed()
    if not is_closed and time.monotonic() - record.info.get(USED, float("inf")) > IDLE_SECONDS:
        try:
            connection.ping()
        except Exception as error:
            raise DisconnectionError from error
    if is_closed:
        raise DisconnectionError


def _note_use(connection: Any, record: Any) -> None:
    if connection is not None:
        record.info[USED] = time.monotonic()
