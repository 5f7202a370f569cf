"""The state of the house, for people; the page asks `/api/health` every few seconds."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.api.answers import answer_page
from gateway.storage.pages import PAGES, read_page
from shared.errors import NotFound
from shared.http.access import public

router = APIRouter(include_in_schema=False)
FILES = {"status.css": PAGES / "status.css", "status.js": PAGES / "status.js"}


@router.get("/status", openapi_extra=public())
async def status(request: Request) -> Response:
    return answer_page(request, read_page(PAGES / "status.html"), is_page=True)


@router.get("/status/{name}", openapi_extra=public())
async def status_file(request: Request, name: str) -> Response:
    path = FILES.get(name)
    if path is None:
        raise NotFound
    return answer_page(request, read_page(path))
