"""The page behind a guest's QR code: a reading, a fill or a defect of one car, written down by somebody without an account.

Plain forms, without script, in three languages. Nothing but the link's token opens anything here, and no cookie is looked at: a form on a
stranger's page could only send a token that its maker has already, so that there is nothing to forge.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from gateway.api.dependencies import InWork
from gateway.api.forms import HEADERS, Bounds, Form, PageRoute, asked, sent, switch_to, unseen_page
from gateway.domain import guest_words as words
from gateway.domain import page_words
from gateway.domain.guest_form import ACTS, Asked, beside, read_form, saved_lines
from gateway.domain.typed import day_written
from gateway.storage.pages import fill_page
from gateway.usecases.asking import Said
from gateway.usecases.guest_pages import look_in, write_down
from shared.http.access import public
from shared.ids import new_id
from shared.messages import Text

router = APIRouter(include_in_schema=False, route_class=PageRoute)
OK, REFUSED, GONE, LATER = 200, 400, 410, 503
BOUNDS: Final = Bounds(largest=32 * 1024, most_fields=16, prose=frozenset({"description"}))
FIRST: Final = {"full": "on", "currency": words.CURRENCIES[0]}


def _page(form: Form, name: str, *, status: int = OK, title: Text, **facts: Any) -> Response:
    html = fill_page(name, form.language, title=title, guest=words, **facts)
    return HTMLResponse(html, status, headers=HEADERS)


def _form(
    form: Form,
    door: Mapping[str, Any],
    act: str,
    *,
    status: int = OK,
    problem: str | None = None,
    wrong: Mapping[str, str] | None = None,
    id_: str = "",
) -> Response:
    """The form of an act, with what was typed and what is wrong with it."""
    language, token = form.language, form["token"]
    typed = form.fields if status != OK else FIRST
    acts = [
        (each, words.ACTS[each].into(language), _address(token, each, language.value))
        for each in ACTS
        if each in door["allows"]
    ]
    until = day_written(date.fromisoformat(door["until"]), language)
    return _page(
        form,
        "guest",
        status=status,
        title=words.TITLE,
        car=door["car"],
        invited=words.INVITED.into(language, label=door["label"], until=until),
        acts=acts,
        act=act,
        inputs=Asked(door, typed, wrong or {}, language).inputs(act),
        button=words.SAVE[act],
        token=token,
        id=id_ or str(new_id()),
        problem=problem,
        switch=switch_to(language, lambda to: _address(token, act, to)),
    )


def _address(token: str, act: str, language: str) -> str:
    return f"/guest?{urlencode({'token': token, 'act': act, 'lang': language})}"


def _act(form: Form, door: Mapping[str, Any]) -> str:
    """What is asked for, as far as the link allows it; else the first it allows."""
    allowed = [each for each in ACTS if each in door["allows"]]
    return form["act"] if form["act"] in allowed else allowed[0]


@router.get("/guest", openapi_extra=public())
async def guest_page(request: Request, work: InWork) -> Response:
    form = asked(request)
    said = await look_in(work, form.visitor, token=form["token"])
    return (
        _form(form, said.facts, _act(form, said.facts))
        if said.is_good
        else unseen_page(form, said, title=words.TITLE)
    )


@router.post("/guest", openapi_extra=public())
async def save_entry(request: Request, work: InWork) -> Response:
    """Sent twice, by an impatient thumb or a reload, it is written down once: the form carries its own id."""
    form = await sent(request, BOUNDS)
    said = await look_in(work, form.visitor, token=form["token"])
    if not said.is_good:
        return unseen_page(form, said, title=words.TITLE)
    door = said.facts
    act = _act(form, door)
    read = read_form(act, form.fields, door)
    if read.wrong:
        wrong = {name: text.into(form.language) for name, text in read.wrong.items()}
        return _again(form, door, act, Said(is_good=False, status=REFUSED), wrong)
    body = {"token": form["token"], "id": form["id"] or str(new_id()), **read.body}
    saved = await write_down(work, form.visitor, act=act, body=body)
    if not saved.is_good:
        return _refused(form, door, act, saved)
    return _done(form, act, saved.facts)


def _refused(form: Form, door: Mapping[str, Any], act: str, said: Said) -> Response:
    if said.status == GONE:
        return unseen_page(form, said, title=words.TITLE)
    if "/id" in said.wrong:
        taken = Said(is_good=False, status=said.status, problem=words.ALREADY.into(form.language))
        return _again(form, door, act, taken, {}, id_=str(new_id()))
    inputs = Asked(door, {}, {}, form.language).inputs(act)
    return _again(form, door, act, said, beside(said.wrong, inputs))


def _again(
    form: Form,
    door: Mapping[str, Any],
    act: str,
    said: Said,
    wrong: Mapping[str, str],
    *,
    id_: str = "",
) -> Response:
    nothing = words.NOT_SAVED if wrong else page_words.TRY_LATER
    problem = nothing.into(form.language) if wrong else said.problem
    return _form(
        form,
        door,
        act,
        status=said.status or LATER,
        problem=problem or nothing.into(form.language),
        wrong=wrong,
        id_=id_ or form["id"],
    )


def _done(form: Form, act: str, saved: Mapping[str, Any]) -> Response:
    language = form.language
    return _page(
        form,
        "guest-done",
        title=words.DONE,
        car=saved["car"],
        text=words.DONE_TEXT.into(language, label=saved["label"]),
        lines=saved_lines(act, saved, language),
        advice=[each["text"] for each in saved.get("safety_advice", ())],
        more=_address(form["token"], act, language.value),
    )
