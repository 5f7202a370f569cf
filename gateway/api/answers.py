"""Answering a file: validators, compression, and the policy of a page that may run our scripts."""

from fastapi import Request
from fastapi.responses import Response

from gateway.storage.pages import Page

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
NOT_MODIFIED = 304


def answer_page(request: Request, page: Page, *, is_page: bool = False) -> Response:
    headers = {"ETag": page.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if is_page:
        headers["Content-Security-Policy"] = PAGE_POLICY
    if request.headers.get("if-none-match") == page.etag:
        return Response(status_code=NOT_MODIFIED, headers=headers)
    body = page.body
    if page.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body = page.packed
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=page.media_type, headers=headers)
