"""Writing an answer: every one leaves with the same security headers, whoever made its body."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, MutableMapping
from typing import Any

from gateway.api.cycle import Cycle
from gateway.api.forms import language_asked, refusal_page
from gateway.api.inbound import Inbound
from gateway.api.problems import problem_answer
from gateway.clients.connection import Answer
from gateway.domain import cors
from gateway.domain.headers import (
    API_POLICY,
    SECURITY,
    AnswerLines,
    Headers,
    answer_lines,
    as_lines,
)
from gateway.domain.rates import PAGES, Rate, Verdict
from gateway.domain.targets import canonical
from gateway.usecases.admit import preferred_language
from gateway.usecases.work import Work
from shared.contracts.base import Language
from shared.errors import AppError
from shared.messages import choose_language
from shared.observe.requests import GONE, UNMATCHED

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

VARY_ORIGIN = (b"vary", b"Origin")
QUIET = frozenset({"/livez", "/readyz"})
"""Asked every few seconds by machines: counted, not logged."""
_COMMON: Headers = [*SECURITY, VARY_ORIGIN]
_COMMON_API: Headers = [*_COMMON, API_POLICY]
_COMMON_BLOCK = b"".join(b"%b: %b\r\n" % header for header in _COMMON_API)
_PAGE_BLOCK = b"".join(b"%b: %b\r\n" % header for header in _COMMON)


class Answering:
    """One request's answer: started at most once, counted exactly once."""

    __slots__ = (
        "_began",
        "_cycle",
        "_origins",
        "_scope",
        "_send",
        "_task",
        "_work",
        "behind",
        "inbound",
        "is_gone",
        "rate",
        "started",
        "status",
        "template",
        "user_key",
        "verdict",
    )

    def __init__(
        self,
        scope: Scope,
        send: Send,
        inbound: Inbound,
        origins: Collection[bytes],
        work: Work,
    ) -> None:
        self._scope = scope
        self._send = send
        self._cycle: Cycle | None = scope.pop("autotrack.cycle", None)
        """The short way out, when we run under our own guard."""
        self._origins = origins
        self._work = work
        self.user_key: str | None = None
        self.behind: Mapping[str, str] | None = None
        self._began = time.perf_counter()
        self.inbound = inbound
        self.started = False
        self.status = 0
        self.template = UNMATCHED
        self.is_gone = False
        self._task: asyncio.Task[Any] | None = None
        self.rate: Rate | None = None
        self.verdict: Verdict | None = None

    async def start(
        self, status: int, headers: Headers, *, held: bool = False, has_policy: bool = False
    ) -> None:
        """Write the head; `held` when a piece of the body, or its end, follows at once; `has_policy` when the headers hold one."""
        block = _PAGE_BLOCK if has_policy else _COMMON_BLOCK
        await self._begin(status, as_lines(headers), block, held=held)

    async def pass_head(self, answer: Answer) -> None:
        """Write the head of a service's answer."""
        said = answer_lines(answer.headers)
        await self._begin(answer.status, said, _COMMON_BLOCK, held=answer.has_more_here)

    def pass_whole(self, cycle: Cycle, answer: Answer) -> None:
        """Write a service's answer that is all here, to a caller who keeps up; only under our own guard."""
        said = self._noted(answer.status, answer_lines(answer.headers))
        cycle.begin(answer.status, said, _COMMON_BLOCK, held=True)
        cycle.put(answer.take(), more=False)

    async def _begin(self, status: int, said: AnswerLines, block: bytes, *, held: bool) -> None:
        said = self._noted(status, said)
        if self._cycle is not None:
            self._cycle.begin(status, said, block, held=held)
            return
        whole = b"".join((*said.lines, block)).split(b"\r\n")[:-1]
        headers = [(name, value) for name, _, value in (line.partition(b": ") for line in whole)]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    def _noted(self, status: int, said: AnswerLines) -> AnswerLines:
        self.started = True
        self.status = status
        said.lines.extend([b"%b: %b\r\n" % header for header in self._ours()])
        return said

    @property
    def is_headless(self) -> bool:
        """Whether the caller wants no body (HEAD)."""
        return bool(self._scope["method"] == "HEAD")

    async def body(self, piece: bytes, *, more: bool) -> None:
        if self._cycle is not None:
            await self._cycle.write(piece, more=more)
            return
        await self._send({"type": "http.response.body", "body": piece, "more_body": more})

    async def whole(self, status: int, headers: Headers, body: bytes) -> None:
        await self.start(status, headers, held=True)
        await self.body(body, more=False)

    async def refuse(self, refusal: AppError) -> None:
        """Answer a problem; when half an answer has left, all we can do is to break it off."""
        if self.started:
            self.break_off()
            return
        if canonical(self._scope["raw_path"]) in PAGES:
            await self._refuse_in_words(refusal)
            return
        headers, body = problem_answer(
            refusal,
            language=choose_language(self.inbound.accept_language, self._preferred()),
            correlation=self.inbound.correlation,
            path=self._scope["path"],
        )
        await self.whole(refusal.status, headers, body)

    async def _refuse_in_words(self, refusal: AppError) -> None:
        """On a page that people read."""
        query = self._scope["query_string"]
        language = language_asked(query, self.inbound.accept_language)
        said, page = refusal_page(refusal, language)
        body = page.encode()
        headers = [(name.lower().encode(), value.encode()) for name, value in said.items()]
        headers += [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
        ]
        await self.start(refusal.status, headers, held=True, has_policy=True)
        await self.body(body, more=False)

    async def relay(self, message: Message) -> None:
        """The `send` of our own routes; their pages may state a policy of their own."""
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            headers: Headers = list(message["headers"])
            has_policy = any(name == API_POLICY[0] for name, _ in headers)
            headers += _COMMON if has_policy else _COMMON_API
            headers += self._ours()
            message = {**message, "headers": headers}
            if self.is_headless:
                await self._send(message)
                message = {"type": "http.response.body"}  # its end, however long the stream lasts
        elif self.is_headless:
            return
        await self._send(message)

    def watch_caller(self) -> None:
        """From now on, a caller who hangs up cancels the task that works on the answer."""
        if self._cycle is not None:
            self._task = asyncio.current_task()
            self._cycle.when_gone(self._hang_up)

    def _hang_up(self) -> None:
        self.is_gone = True
        if self._task is not None:
            self._task.cancel()

    def break_off(self) -> None:
        """Half an answer has left and there is no other half: end the connection."""
        if self._cycle is not None:
            self._cycle.abort()

    def done(self) -> None:
        """Count the request, whatever became of it."""
        status = GONE if self.is_gone else self.status or 500
        seconds = time.perf_counter() - self._began
        self._work.metrics.requests.add(self._scope["method"], self.template, status, seconds)
        log = self._work.access_log
        if log.is_on and self._scope["path"] not in QUIET:
            log.add(
                correlation=self.inbound.correlation,
                method=self._scope["method"],
                route=self.template,
                status=status,
                seconds=seconds,
                user_key=self.user_key,
                behind=self.behind,
            )

    def _preferred(self) -> Language | None:
        return preferred_language(self._work, self.inbound.noted.get(b"authorization"))

    def _ours(self) -> Headers:
        headers: Headers = [(b"x-request-id", self.inbound.correlation.request_id.encode())]
        rate, verdict = self.rate, self.verdict
        if rate is not None and verdict is not None:
            left = b"%b;r=%d;t=%d" % (rate.label, verdict.remaining, verdict.reset_seconds)
            headers += ((b"ratelimit-policy", rate.policy), (b"ratelimit", left))
        origin = self.inbound.noted.get(b"origin")
        if origin is not None:
            headers += cors.answer_headers(origin, self._origins)
        return headers
