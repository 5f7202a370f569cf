"""JSON log lines, one event each, with what must not be logged taken out at the last moment.

Redaction is a net, not a licence: nothing here should ever find anything.
"""

import logging
import re
import sys
from functools import lru_cache
from typing import Any

import orjson
import structlog

from shared.observe import correlation

SECRET_KEYS = re.compile(
    r"pass(word)?$|secret|token|authorization|cookie|otp|recovery|email|plate|^vin$|signature|api_key",
    re.IGNORECASE,
)
CODE_KEYS = re.compile(r"(^|_)code$", re.IGNORECASE)
WORD = re.compile(r"[a-z]{2,9}|[a-z]+(_[a-z]+)+")
"""A reason as a machine says it, `unknown_price`. One-time codes are digits, recovery codes ten signs."""
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
JWT = re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}")
API_KEY = re.compile(r"\batk_[0-9A-Za-z]{20,}")
STRIPE_KEY = re.compile(r"\b(?:sk|rk|whsec|pk)_[A-Za-z0-9_]{8,}")
URL_PASSWORD = re.compile(r"(\w+://[^:/\s]+:)[^@\s]+@")
HIDDEN = "***"
LARGEST_STATUS = 1000


MARKS = ("@", "eyJ", "_")
"""Each of those holds one of these; a text without them is let pass unread, as most of a line is."""


def redact_text(text: str) -> str:
    if not any(mark in text for mark in MARKS):
        return text
    text = URL_PASSWORD.sub(rf"\1{HIDDEN}@", text)
    for secret in (EMAIL, JWT, STRIPE_KEY, API_KEY):
        text = secret.sub(HIDDEN, text)
    return text


def _redact(value: Any) -> Any:
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, dict):
        return {
            key: HIDDEN if isinstance(key, str) and _is_secret(key, item) else _redact(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_redact(item) for item in value]
    return value


@lru_cache(maxsize=2048)
def _names_secret(key: str) -> bool:
    return SECRET_KEYS.search(key) is not None


def _is_secret(key: str, value: Any) -> bool:
    """By the name, and for a `code`, which is a reason as often as a secret, by the value."""
    if value is None:
        return False
    if _names_secret(key):
        return True
    is_reason = _is_status(value) or (isinstance(value, str) and WORD.fullmatch(value))
    return CODE_KEYS.search(key) is not None and not is_reason


def _is_status(value: Any) -> bool:
    """Of HTTP, of a process."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST_STATUS


def redact(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    cleaned: dict[str, Any] = _redact(dict(event))
    return cleaned


def _dump(event: Any, **_: Any) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def configure_logging(service: str, level: str) -> None:
    """Everything, libraries included, to standard output as JSON. Idempotent."""

    def name_service(
        _logger: Any, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        event.setdefault("service", service)
        return event

    before: list[structlog.typing.Processor] = [
        correlation.named,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_service,
    ]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact,
                structlog.processors.JSONRenderer(serializer=_dump),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("aio_pika", "aiormq", "httpx2", "httpcore2", "faststream", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for own in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(own).handlers = []
        logging.getLogger(own).propagate = True
