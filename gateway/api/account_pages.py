"""Pages behind the links of mails: a new password, an address taken back, a person's data.

Plain forms, without script, in three languages. A GET changes nothing, so that a mail scanner which follows links does no harm.
"""

from html import escape
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from gateway.api.answers import answer_page
from gateway.api.dependencies import InWork
from gateway.api.forms import HEADERS, Form, PageRoute, asked, page, sent
from gateway.domain import page_words as words
from gateway.domain.page_words import EXPORT, FORGOT, RESET, REVERT, Words
from gateway.storage.pages import PAGES, read_page
from gateway.usecases.account_pages import Said, ask_auth, fetch_export, open_export, pieces
from shared.errors import NotFound
from shared.http.access import public
from shared.messages import Text

router = APIRouter(include_in_schema=False, route_class=PageRoute)
OK, REFUSED = 200, 400
PASSED = ("content-type", "content-length", "content-disposition")


def _page(form: Form, title: Text, body: str, *, status: int = OK) -> Response:
    return HTMLResponse(page(form.language, title, body), status, headers=HEADERS)


def _form(form: Form, text: Words, path: str, inputs: str, problem: str | None = None) -> Response:
    alert = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in (("token", form["token"]), ("lang", form.language.value))
        if value
    )
    body = (
        f"<p>{form.say(text.text)}</p>{alert}"
        f'<form method="post" action="{path}?lang={form.language.value}">{hidden}{inputs}'
        f'<button type="submit">{form.say(text.button)}</button></form>'
    )
    return _page(form, text.title, body, status=REFUSED if problem else OK)


def _input(form: Form, label: Text, name: str, kind: str, rest: str = "") -> str:
    return f'<label>{form.say(label)}<input name="{name}" type="{kind}" {rest}></label>'


def _done(form: Form, text: Words) -> Response:
    return _page(form, text.done_title, f"<p>{form.say(text.done_text)}</p>")


def _dead(form: Form) -> Response:
    body = f"<p>{form.say(words.DEAD_BECAUSE)}</p>{_link_to_new_password(form, words.ASK_AGAIN)}"
    return _page(form, words.LINK_DEAD, body, status=REFUSED)


def _link_to_new_password(form: Form, text: Text) -> str:
    return f'<p><a href="/forgot-password?lang={form.language.value}">{form.say(text)}</a></p>'


def _problem(form: Form, said: Said) -> str:
    return said.problem or words.TRY_LATER.into(form.language)


async def _ask(work: Any, form: Form, path: str, body: dict[str, Any]) -> Said:
    return await ask_auth(work, path=path, body=body, visitor=form.caller, language=form.language)


@router.get("/pages/account.css", openapi_extra=public())
async def style(request: Request) -> Response:
    return answer_page(request, read_page(PAGES / "account.css"))


def _forgot(form: Form, problem: str | None = None) -> Response:
    rest = 'required maxlength="254" autocomplete="username" autofocus'
    return _form(
        form, FORGOT, "/forgot-password", _input(form, words.EMAIL, "email", "email", rest), problem
    )


@router.get("/forgot-password", openapi_extra=public())
async def forgot_password_page(request: Request) -> Response:
    return _forgot(asked(request))


@router.post("/forgot-password", openapi_extra=public())
async def send_reset_link(request: Request, work: InWork) -> Response:
    form = await sent(request)
    said = await _ask(work, form, "/api/auth/forgot-password", {"email": form["email"]})
    return _done(form, FORGOT) if said.is_good else _forgot(form, _problem(form, said))


def _reset(form: Form, problem: str | None = None) -> Response:
    rest = 'required minlength="8" maxlength="256" autocomplete="new-password"'
    inputs = _input(form, words.NEW_PASSWORD, "password", "password", rest + " autofocus")
    inputs += _input(form, words.ONCE_MORE, "again", "password", rest)
    return _form(form, RESET, "/reset-password", inputs, problem)


@router.get("/reset-password", openapi_extra=public())
async def reset_password_page(request: Request, work: InWork) -> Response:
    form = asked(request)
    said = await _ask(work, form, "/api/auth/validate-reset-token", {"token": form["token"]})
    if said.is_good:
        return _reset(form)
    return _dead(form) if said.code else _reset(form, _problem(form, said))


@router.post("/reset-password", openapi_extra=public())
async def save_new_password(request: Request, work: InWork) -> Response:
    form = await sent(request)
    if form["password"] != form["again"]:
        return _reset(form, words.DIFFERENT.into(form.language))
    body = {"token": form["token"], "new_password": form["password"]}
    said = await _ask(work, form, "/api/auth/reset-password", body)
    if said.is_good:
        return _done(form, RESET)
    return _dead(form) if said.code == "reset_token_wrong" else _reset(form, _problem(form, said))


@router.get("/revert-email", openapi_extra=public())
async def revert_email_page(request: Request) -> Response:
    return _form(asked(request), REVERT, "/revert-email", "")


@router.post("/revert-email", openapi_extra=public())
async def take_address_back(request: Request, work: InWork) -> Response:
    form = await sent(request)
    said = await _ask(work, form, "/api/auth/me/email/revert", {"token": form["token"]})
    if said.is_good:
        return _done(form, REVERT)
    return _form(form, REVERT, "/revert-email", "", _problem(form, said))


def _export(form: Form, problem: str | None = None) -> Response:
    rest = 'required maxlength="1024" autocomplete="current-password" autofocus'
    inputs = _input(form, words.PASSWORD, "password", "password", rest)
    inputs += _input(
        form, words.CODE, "code", "text", 'maxlength="20" autocomplete="one-time-code"'
    )
    inputs += _link_to_new_password(form, words.NO_PASSWORD)
    return _form(form, EXPORT, "/export", inputs, problem)


@router.get("/export", openapi_extra=public())
async def export_page(request: Request) -> Response:
    return _export(asked(request))


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
        return _export(form, _problem(form, said))
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
