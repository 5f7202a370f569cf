"""The page behind a passport's link, read-only, with the result of its verification; and the form that verifies a bundle from anywhere.

Nothing is kept, nothing is changed and no cookie is looked at: there is nothing that a form on a stranger's page could forge.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from gateway.api.dependencies import InWork
from gateway.api.forms import HEADERS, Form, PageRoute, asked, switch_to, unseen_page
from gateway.domain import page_words
from gateway.domain import passport_words as words
from gateway.domain.passport_told import car_told, rows_told, size_told, verdict_told
from gateway.domain.typed import day_written
from gateway.storage.pages import fill_page
from gateway.usecases.asking import Said, Upload
from gateway.usecases.passport_pages import read_history, verify_bundle
from shared.errors import PayloadTooLarge
from shared.http.access import public
from shared.messages import Text

router = APIRouter(include_in_schema=False, route_class=PageRoute)
OK, REFUSED, GONE, LATER, TOO_LARGE = 200, 400, 410, 503, 413
FORM: Final = "multipart/form-data"
MOST_PAGE: Final = 2_000
TOLD: Final = {"not_a_passport": words.NOT_ONE, "upload_malformed": words.NO_FILE}


def _page(form: Form, name: str, *, status: int = OK, title: Text, **facts: Any) -> Response:
    html = fill_page(name, form.language, title=title, passport=words, **facts)
    return HTMLResponse(html, status, headers=HEADERS)


def _verify_form(
    form: Form, *, status: int = OK, problem: str | None = None, verdict: Any = None
) -> Response:
    return _page(
        form,
        "passport-verify",
        status=status,
        title=words.VERIFY_TITLE,
        problem=problem,
        verdict=verdict,
        switch=switch_to(form.language, lambda to: f"/passport?lang={to}"),
    )


def _address(token: str, page: int, language: str) -> str:
    return f"/passport?{urlencode({'token': token, 'page': page, 'lang': language})}"


def _number(text: str) -> int:
    return (
        min(int(text), MOST_PAGE) if text.isascii() and text.isdecimal() and text < "9" * 5 else 1
    )


@router.get("/passport", openapi_extra=public())
async def passport_page(request: Request, work: InWork) -> Response:
    """Without a token, the form that verifies a bundle."""
    form = asked(request)
    token, page = form["token"], max(1, _number(form["page"]))
    if not token:
        return _verify_form(form)
    said = await read_history(work, form.visitor, token=token, page=page)
    if not said.is_good:
        return unseen_page(form, said, title=words.TITLE)
    return _shown(form, said.facts, work.settings.public_url.rstrip("/"))


def _shown(form: Form, told: Mapping[str, Any], here: str) -> Response:
    language, unit, token = form.language, told["distance_unit"], form["token"]
    page, pages = told["page"], told["pages"]
    last = date.fromisoformat(told["last_day"])
    return _page(
        form,
        "passport",
        title=words.TITLE,
        car=told["name"],
        verdict=verdict_told(told["verdict"], language),
        car_lines=car_told(told["car"], unit, language),
        rows=rows_told(told["rows"], unit, language),
        until=words.READABLE_UNTIL.into(language, until=day_written(last, language)),
        file=told["file"],
        download=words.DOWNLOAD.into(language, size=size_told(told["size_bytes"], language)),
        key=words.OFFLINE_KEY.into(language, address=f"{here}/api/passports/key"),
        where=words.PAGE.into(language, page=page, pages=pages),
        newer=_address(token, page - 1, language.value) if 1 < page <= pages else None,
        older=_address(token, page + 1, language.value) if page < pages else None,
        pages=pages,
        switch=switch_to(language, lambda to: _address(token, page, to)),
    )


@router.post("/passport", openapi_extra=public())
async def verify_upload(request: Request, work: InWork) -> Response:
    """The form goes on to vehicles as it comes in; its result is a page."""
    form = asked(request)
    kind = request.headers.get("content-type", "")
    length = request.headers.get("content-length", "")
    if not kind.startswith(FORM) or not length.isdecimal():
        return _verify_form(form, status=REFUSED, problem=words.NO_FILE.into(form.language))
    if int(length) > work.settings.max_passport_bytes:
        return _verify_form(form, status=TOO_LARGE, problem=words.TOO_LARGE.into(form.language))
    upload = Upload(kind, int(length), request.stream())
    said = await verify_bundle(work, form.visitor, upload=upload)
    if said.is_good:
        return _verify_form(form, verdict=verdict_told(said.facts, form.language))
    return _not_verified(form, said)


def _not_verified(form: Form, said: Said) -> Response:
    language = form.language
    if said.status == PayloadTooLarge.status:
        problem: str | None = words.TOO_LARGE.into(language)
    elif said.code in TOLD:
        problem = TOLD[said.code].into(language)
    else:
        problem = said.problem
    return _verify_form(
        form,
        status=said.status or LATER,
        problem=problem or page_words.TRY_LATER.into(language),
    )
