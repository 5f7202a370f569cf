from typing import Annotated

from fastapi import Depends, Request

from gateway.usecases.work import Work


async def open_work(request: Request) -> Work:
    work: Work = request.app.state.work
    return work


InWork = Annotated[Work, Depends(open_work)]
