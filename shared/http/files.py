"""Files as answers: Starlette's, with our form of refusal for a range that is not there."""

from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from shared.errors import AppError, BadRequest
from shared.http.errors import problem_response
from shared.messages import Text

REFUSED = 400


class RangeNotSatisfiable(AppError):
    code = "range_not_satisfiable"
    status = 416
    text = Text(
        fr="Cette plage n'est pas dans le fichier.",
        en="This range is not in the file.",
        es="Este rango no está en el archivo.",
    )


class StoredFile(FileResponse):
    """With range requests; 206 in parts, 416 as a problem."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused: Message | None = None

        async def watch(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] >= REFUSED:
                refused = message
            elif refused is None:
                await send(message)

        await super().__call__(scope, receive, watch)
        if refused is None:
            return
        kind = (
            RangeNotSatisfiable if refused["status"] == RangeNotSatisfiable.status else BadRequest
        )
        said = {name.decode(): value.decode() for name, value in refused["headers"]}
        headers = {"Content-Range": said["content-range"]} if "content-range" in said else None
        answer = problem_response(kind(headers=headers), Request(scope))
        await answer(scope, receive, send)
