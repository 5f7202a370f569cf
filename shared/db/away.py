"""When the database is out of reach: one function that tells it from every other fault, whatever the driver, the pool and the mapper
made of it on the way.
"""

from collections.abc import Iterator
from typing import Any

import asyncpg
from sqlalchemy import exc

from shared.errors import Unavailable
from shared.messages import Text

AWAY_STATES = ("08", "53", "57P", "25P03", "25P04")
"""SQLSTATEs by their beginnings: connection lost; no room for us there; stopping, crashed, starting; session or transaction ended for
its idleness. 57014, a statement that was cancelled, is not among them.
"""
GONE_WORDS = ("closed", "terminated", "released", "another operation is in progress")
"""How asyncpg says, without a class for it, that a connection ended under what was asked of it."""


class DatabaseUnreachable(ConnectionError):
    """No connection could be made; the driver's own error is the cause."""


class OutcomeUnknown(Unavailable):
    """The connection broke while the commit was on its way."""

    code = "outcome_unknown"
    text = Text(
        fr="Service indisponible ; la demande a peut-être été enregistrée. Renvoyez-la avec la même Idempotency-Key, ou vérifiez.",
        en="Service unavailable for the moment; your request may have been carried out. Repeat it with the same Idempotency-Key, or look.",
        es="Servicio no disponible por el momento; quizá la petición se realizó. Repítela con la misma Idempotency-Key, o compruébalo.",
    )


async def connect(*words: Any, **options: Any) -> Any:
    """asyncpg's, whose failure says by its class that it is the database's: an OSError could be anybody's."""
    try:
        return await asyncpg.connect(*words, **options)
    except (TimeoutError, OSError, asyncpg.InterfaceError, asyncpg.PostgresError) as error:
        raise DatabaseUnreachable(type(error).__name__) from error
    except asyncpg.InternalClientError as error:
        raise DatabaseUnreachable(type(error).__name__) from error


def is_database_away(error: BaseException) -> bool:
    """Whether this fault, or one that led to it, is that the database cannot be reached or has dropped us."""
    return any(map(_is_away, _chain(error)))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all it came from: what it wraps, its causes, what was being handled."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        within = one.exceptions if isinstance(one, BaseExceptionGroup) else ()
        handled = None if one.__suppress_context__ else one.__context__
        inner = (getattr(one, "orig", None), one.__cause__, handled, *within)
        waiting += [each for each in inner if isinstance(each, BaseException)]


def _is_away(error: BaseException) -> bool:
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "").startswith(AWAY_STATES)
    if isinstance(error, asyncpg.InterfaceError):  # also its word for mistakes of ours
        return any(word in str(error) for word in GONE_WORDS)
    if isinstance(error, exc.DBAPIError):
        return error.connection_invalidated
    if isinstance(error, exc.PendingRollbackError):
        return error.code == "8s2b"  # the connection was invalidated
    if isinstance(error, exc.InvalidRequestError):
        return "connection is closed" in str(error).lower()  # the pool's, after its last attempt
    kinds = (ConnectionError, TimeoutError, asyncpg.InternalClientError, exc.DisconnectionError)
    return isinstance(error, (*kinds, exc.TimeoutError))
