"""Pages behind the links of mails: a new password, an address taken back, a person's data.

Plain forms, without script, in three languages. A GET changes nothing, so that a mail scanner which follows links does no harm.
"""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from gateway.api.answers import answer_page
from gateway.api.dependencies import InWork
from gateway.api.forms import HEADERS, Form, PageRoute, asked, sent
from gateway.domain import page_words as words
from gateway.storage.pages import PAGES, fill_page, read_page
from gateway.usecases.account_pages import ask_auth, fetch_export, open_export, pieces
from gateway.usecases.asking import Said
from shared.errors import NotFound
from shared.http.access import public

router = APIRouter(include_in_schema=False, route_class=PageRoute)
OK, REFUSED = 200, 400
FORGOT, RESET, REVERT, EXPORT = "forgot-password", "reset-password", "revert-email", "export"
FORMS = {FORGOT: words.FORGOT, RESET: words.RESET, REVERT: words.REVERT, EXPORT: words.EXPORT}
"""Path, template and words of a page have one name."""
PASSED = ("content-type", "content-length", "content-disposition")


def _page(form: Form, name: str, *, status: int = OK, **facts: Any) -> Response:
    return HTMLResponse(fill_page(name, form.language, **facts), status, headers=HEADERS)


def _form(form: Form, name: str, problem: str | None = None) -> Response:
    """The form of a page, with what was wrong with the last one."""
    text = FORMS[name]
    return _page(
        form,
        name,
        status=REFUSED if problem else OK,
        title=text.title,
        text=text.text,
        button=text.button,
        path=f"/{name}",
        token=form["token"],
        problem=problem,
    )


def _done(form: Form, name: str) -> Response:
    return _page(form, "done", title=FORMS[name].done_title, text=FORMS[name].done_text)


def _dead(form: Form) -> Response:
    return _page(form, "dead-link", status=REFUSED, title=words.LINK_DEAD)


def _problem(form: Form, said: Said) -> str:
    return said.problem or words.TRY_LATER.into(form.language)


async def _ask(work: Any, form: Form, path: str, body: dict[str, Any]) -> Said:
    return await ask_auth(work, path=path, body=body, visitor=form.caller, language=form.language)


@router.get("/pages/account.css", openapi_extra=public())
async def style(request: Request) -> Response:
    return answer_page(request, read_page(PAGES / "account.css"))


@router.get("/forgot-password", openapi_extra=public())
async def forgot_password_page(request: Request) -> Response:
    return _form(asked(request), FORGOT)


@router.post("/forgot-password", openapi_extra=public())
async def send_reset_link(request: Request, work: InWork) -> Response:
    form = await sent(request)
    said = await _ask(work, form, "/api/auth/forgot-password", {"email": form["email"]})
    return _done(form, FORGOT) if said.is_good else _form(form, FORGOT, _problem(form, said))


@router.get("/reset-password", openapi_extra=public())
async def reset_password_page(request: Request, work: InWork) -> Response:
    form = asked(request)
    said = await _ask(work, form, "/api/auth/validate-reset-token", {"token": form["token"]})
    if said.is_good:
        return _form(form, RESET)
    return _dead(form) if said.code else _form(form, RESET, _problem(form, said))


@router.post("/reset-password", openapi_extra=public())
async def save_new_password(request: Request, work: InWork) -> Response:
    form = await sent(request)
    if form["password"] != form["again"]:
        return _form(form, RESET, words.DIFFERENT.into(form.language))
    body = {"token": form["token"], "new_password": form["password"]}
    said = await _ask(work, form, "/api/auth/reset-password", body)
    if said.is_good:
        return _done(form, RESET)
    return (
        _dead(form)
        if said.code == "reset_token_wrong"
        else _form(form, RESET, _problem(form, said))
    )


@router.get("/revert-email", openapi_extra=public())
async def revert_email_page(request: Request) -> Response:
    return _form(asked(request), REVERT)


@router.post("/revert-email", openapi_extra=public())
async def take_address_back(request: Request, work: InWork) -> Response:
    form = await sent(request)
    said = await _ask(work, form, "/api/auth/me/email/revert", {"token": form["token"]})
    if said.is_good:
        return _done(form, REVERT)
    return _form(form, REVERT, _problem(form, said))


@router.get("/export", openapi_extra=public())
async def export_page(request: Request) -> Response:
    return _form(asked(request), EXPORT)


@router.post("/export", openapi_extra=public())
async def download_data(request: Request, work: InWork) -> Response:
    """The mailed link and the account's password together; then the file, streamed as it comes."""
    form = await sent(request)
    said = await open_export(
        work,
        token=form["token"],
        password=form["password"],
        code=form["code"],
        visitor=form.caller,
        language=form.language,
    )
    if not said.is_good:
        return _form(form, EXPORT, _problem(form, said))
    answer = await fetch_export(
        work,
        account_id=UUID(said.facts["account_id"]),
        export_id=UUID(said.facts["export_id"]),
    )
    if answer.status != OK:
        answer.abort()
        raise NotFound
    named = {name.decode(): value.decode("latin-1") for name, value in answer.headers}
    headers = {name: named[name] for name in PASSED if name in named}
    return StreamingResponse(pieces(answer), headers=headers | {"Cache-Control": "no-store"})
