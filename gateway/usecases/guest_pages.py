"""What the page behind a guest's link does: it asks vehicles as the visitor would, whose link is the only key."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from gateway.usecases.asking import Said, Visitor, look_at, tell
from gateway.usecases.work import Work

VEHICLES = "vehicles"
PATHS = {
    "reading": "/api/guest/readings",
    "fill": "/api/guest/fills",
    "defect": "/api/guest/defects",
}


async def look_in(work: Work, visitor: Visitor, *, token: str) -> Said:
    """Which car it is, and what the link allows."""
    target = f"/api/guest?{urlencode({'token': token})}"
    return await look_at(work, visitor, service=VEHICLES, target=target)


async def write_down(work: Work, visitor: Visitor, *, act: str, body: Mapping[str, Any]) -> Said:
    return await tell(work, visitor, service=VEHICLES, path=PATHS[act], body=body)
