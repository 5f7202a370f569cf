"""The forms behind the links of mails: read strictly, and every refusal is a page in the visitor's language, too."""

import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute

from gateway.domain import page_words
from gateway.errors import FormUnreadable
from gateway.storage.pages import fill_page
from gateway.usecases.asking import Said, Visitor
from shared.contracts.base import Language
from shared.errors import AppError, PayloadTooLarge
from shared.http.errors import TITLES
from shared.messages import Text, choose_language

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a form may say."""

    largest: int = 8192
    most_fields: int = 8
    prose: frozenset[str] = frozenset()
    """Fields of several lines."""


ACCOUNT = Bounds()
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LANGUAGE = re.compile(rb"(?:^|&)lang=([a-z]{2})(?:&|$)")


def fields_of(raw: bytes, bounds: Bounds = ACCOUNT) -> dict[str, str]:
    """A query or a form. Raises FormUnreadable for what two readers could read differently, or nobody could have typed."""
    try:
        pairs = parse_qsl(
            raw.decode(), keep_blank_values=True, max_num_fields=bounds.most_fields, errors="strict"
        )
    except ValueError as error:  # more fields, or no UTF-8
        raise FormUnreadable from error
    fields = dict(pairs)
    if len(fields) < len(pairs) or any(_is_unfit(*pair, bounds) for pair in fields.items()):
        raise FormUnreadable
    return fields


def _is_unfit(name: str, value: str, bounds: Bounds) -> bool:
    unfit = _CONTROL_BUT_LINES if name in bounds.prose else _CONTROL
    return bool(_CONTROL.search(name) or unfit.search(value))


def language_asked(query: bytes, accept_language: str | None) -> Language:
    """What the mail's link says, whatever else is wrong with it; then the browser's."""
    said = _LANGUAGE.search(query)
    if said is not None and (asked := said[1].decode()) in set(Language):
        return Language(asked)
    return choose_language(accept_language)


class Form:
    """What the visitor sent, and in which language they read."""

    def __init__(self, request: Request, fields: dict[str, str]) -> None:
        self.caller = request.scope["autotrack.caller"]
        self._fields = fields
        asked = self["lang"]
        self.language = Language(asked) if asked in set(Language) else _language_of(request)

    @property
    def fields(self) -> Mapping[str, str]:
        return self._fields

    @property
    def visitor(self) -> Visitor:
        return Visitor(self.caller, self.language)

    def __getitem__(self, name: str) -> str:
        return self._fields.get(name, "")


def _language_of(request: Request) -> Language:
    return language_asked(request.scope["query_string"], request.headers.get("accept-language"))


def asked(request: Request) -> Form:
    """What the link says. Raises FormUnreadable."""
    return Form(request, fields_of(request.scope["query_string"]))


async def sent(request: Request, bounds: Bounds = ACCOUNT) -> Form:
    """Raises PayloadTooLarge, FormUnreadable."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > bounds.largest:
            raise PayloadTooLarge
    return Form(request, fields_of(body, bounds))


def refusal_page(refusal: AppError, language: Language) -> tuple[dict[str, str], str]:
    """Headers and page of a refusal, in words."""
    title = TITLES.get(refusal.status, TITLES[500])
    detail = refusal.text.into(language, **refusal.extra)
    html = fill_page("refused", language, title=title, detail=detail)
    return {**HEADERS, **refusal.headers, "Content-Language": language.value}, html


class PageRoute(APIRoute):
    """A route whose refusals are read by people, not by programs."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_for_people(request: Request) -> Response:
            try:
                return await handle(request)
            except AppError as refusal:
                headers, html = refusal_page(refusal, _language_of(request))
                return HTMLResponse(html, refusal.status, headers)

        return handle_for_people


LANGUAGES = {Language.FR: "Français", Language.EN: "English", Language.ES: "Español"}


def switch_to(
    language: Language, address: Callable[[str], str]
) -> list[tuple[str, str, str | None]]:
    """The three languages a page speaks: code, name, and where it is spoken; no address for the one that is spoken here."""
    return [
        (each.value, name, None if each is language else address(each.value))
        for each, name in LANGUAGES.items()
    ]


GONE, LATER = 410, 503
DEAD = frozenset({404, GONE, 422})
"""Of a look by a link's token: over, revoked, never given, or no token at all."""


def unseen_page(form: Form, said: Said, *, title: Text) -> Response:
    """A link does not open, or nobody answers."""
    status, detail = said.status or LATER, said.problem
    if status in DEAD:
        title = page_words.LINK_DEAD
        detail = detail if status == GONE else None
        detail = detail or page_words.LINK_UNREADABLE.into(form.language)
        status = GONE
    detail = detail or page_words.TRY_LATER.into(form.language)
    html = fill_page("refused", form.language, title=title, detail=detail)
    return HTMLResponse(html, status, headers=HEADERS)
