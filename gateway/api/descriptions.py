"""What the API and its events look like, for programs (`/openapi.json`) and for people (`/docs`)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from gateway.api.answers import answer_page
from gateway.storage.pages import DESCRIPTIONS, PAGES, read_page
from shared.errors import NotFound
from shared.http.access import public

router = APIRouter(include_in_schema=False)
FILES = {
    "docs.css": PAGES / "docs.css",
    "docs.js": PAGES / "docs.js",
    "swagger-ui.css": PAGES / "swagger" / "swagger-ui.css",
    "swagger-ui-bundle.js": PAGES / "swagger" / "swagger-ui-bundle.js",
    "icon.png": PAGES / "swagger" / "favicon-32x32.png",
    "LICENSE": PAGES / "swagger" / "LICENSE",
    "NOTICE": PAGES / "swagger" / "NOTICE",
}


@router.get("/openapi.json", openapi_extra=public())
async def openapi(request: Request) -> Response:
    return answer_page(request, read_page(DESCRIPTIONS / "openapi.json"))


@router.get("/asyncapi.json", openapi_extra=public())
async def asyncapi(request: Request) -> Response:
    return answer_page(request, read_page(DESCRIPTIONS / "asyncapi.json"))


@router.get("/docs", openapi_extra=public())
async def docs(request: Request) -> Response:
    return answer_page(request, read_page(PAGES / "docs.html"), is_page=True)


@router.get("/docs/{name}", openapi_extra=public())
async def docs_file(request: Request, name: str) -> Response:
    path = FILES.get(name)
    if path is None:
        raise NotFound
    return answer_page(request, read_page(path))
