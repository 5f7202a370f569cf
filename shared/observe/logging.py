"""JSON log lines, one event each, with what must not be logged taken out at the last moment.

Redaction is a net, not a licence: nothing here should ever find anything.
"""

import logging
import re
import sys
from typing import Any

import orjson
import structlog

SECRET_KEYS = re.compile(
    r"pass(word)?$|secret|token|authorization|cookie|otp|^code$|email|plate|^vin$|signature|api_key",
    re.IGNORECASE,
)
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
JWT = re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}")
API_KEY = re.compile(r"\batk_[0-9A-Za-z]{20,}")
STRIPE_KEY = re.compile(r"\b(?:sk|rk|whsec|pk)_[A-Za-z0-9_]{8,}")
URL_PASSWORD = re.compile(r"(\w+://[^:/\s]+:)[^@\s]+@")
HIDDEN = "***"


def redact_text(text: str) -> str:
    text = URL_PASSWORD.sub(rf"\1{HIDDEN}@", text)
    for secret in (EMAIL, JWT, STRIPE_KEY, API_KEY):
        text = secret.sub(HIDDEN, text)
    return text


def _redact(value: Any) -> Any:
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, dict):
        return {
            key: HIDDEN
            if isinstance(key, str) and SECRET_KEYS.search(key) and item is not None
            else _redact(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_redact(item) for item in value]
    return value


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
        structlog.contextvars.merge_contextvars,
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
