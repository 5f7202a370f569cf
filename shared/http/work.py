"""The dependency that opens one unit of work for a request.

Use it with `scope="function"`: FastAPI then commits before the first byte of the answer leaves; otherwise a failed commit would
have been told to the client as success.
"""

from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request

from shared.db.unit_of_work import Mode
from shared.http.idempotency import claim
from shared.http.router import RESPONSE

SAFE = frozenset({"GET", "HEAD"})


async def open_work(request: Request) -> AsyncIterator[Any]:
    """`InWork = Annotated[Work, Depends(open_work, scope="function")]` in each service's api/dependencies.py."""
    mode = Mode.READING if request.method in SAFE else Mode.WRITING
    async with request.app.state.open_work(mode) as work:
        claimed = await claim(request, work)
        yield work
        if claimed is not None:
            await claimed.store(work, request.scope.get(RESPONSE))
