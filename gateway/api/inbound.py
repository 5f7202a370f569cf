"""One pass over a request's headers: what we need to know, and what may travel on."""

from collections.abc import Iterable
from os import urandom
from typing import Any

from gateway.domain.headers import is_ours, may_be_named, named_by_connection
from gateway.errors import MalformedRequest
from shared.observe.correlation import Correlation, accept

_NOTED = frozenset(
    {
        b"accept-language",
        b"authorization",
        b"connection",
        b"content-length",
        b"cookie",
        b"host",
        b"idempotency-key",
        b"origin",
        b"traceparent",
        b"transfer-encoding",
        b"user-agent",
        b"x-forwarded-for",
        b"x-request-id",
    }
)
_NOTED_AND_PASSED = frozenset({b"accept-language", b"idempotency-key", b"origin", b"user-agent"})
"""Never what frames the body: the proxy writes that itself, from the body it has parsed."""
_JUDGED: dict[bytes, bool] = {}
_JUDGED_AT_MOST = 4096
LONGEST_AGENT = 200


def _may_pass(name: bytes) -> bool:
    known = _JUDGED.get(name)
    if known is None:
        known = not is_ours(name)
        if len(_JUDGED) < _JUDGED_AT_MOST:
            _JUDGED[name] = known
    return known


def _fresh() -> Correlation:
    """New ids for a request that brings none, from one read of randomness."""
    random = urandom(40).hex()
    return Correlation(random[:32], f"00-{random[32:64]}-{random[64:]}-01")


class Inbound:
    """A request as the proxy sees it."""

    __slots__ = ("_correlation", "noted", "passed")

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        noted: dict[bytes, bytes] = {}
        passed: list[tuple[bytes, bytes]] = []
        for header in headers:
            name = header[0]
            if name in _NOTED:
                value = header[1]
                between = b"; " if name == b"cookie" else b", "  # RFC 6265, 5.4
                noted[name] = noted[name] + between + value if name in noted else value
                if name in _NOTED_AND_PASSED:
                    passed.append(header)
            elif _may_pass(name):
                passed.append(header)
        connection = noted.get(b"connection")
        if connection is not None and connection.lower() not in {b"keep-alive", b"close"}:
            named = frozenset(filter(may_be_named, named_by_connection(connection)))
            passed = [header for header in passed if header[0] not in named]
        self.noted = noted
        self.passed = passed
        self._correlation: Correlation | None = None

    @property
    def correlation(self) -> Correlation:
        if self._correlation is None:
            noted = self.noted
            if b"x-request-id" in noted or b"traceparent" in noted:
                said = (self._text(b"x-request-id"), self._text(b"traceparent"))
                self._correlation = accept(*said)
            else:
                self._correlation = _fresh()
        return self._correlation

    @property
    def accept_language(self) -> str | None:
        return self._text(b"accept-language")

    @property
    def user_agent(self) -> str | None:
        agent = self.noted.get(b"user-agent")
        return None if agent is None else agent[:LONGEST_AGENT].decode("latin-1")

    @property
    def forwarded_for(self) -> tuple[str, ...]:
        value = self._text(b"x-forwarded-for")
        return () if value is None else (value,)

    @property
    def is_chunked(self) -> bool:
        """Whether a body comes of which nobody knows the length."""
        return b"transfer-encoding" in self.noted

    @property
    def length(self) -> int | None:
        """Bytes of the body, if the caller announced them. Raises MalformedRequest."""
        length = self.noted.get(b"content-length")
        if length is None:
            return None
        if not length.isdigit() or self.is_chunked:
            raise MalformedRequest
        return int(length)

    def _text(self, name: bytes) -> str | None:
        value: Any = self.noted.get(name)
        return None if value is None else value.decode("latin-1")
