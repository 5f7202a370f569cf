"""What the page behind a passport's link does: it asks vehicles as the visitor would, and passes a bundle on to be verified."""

from urllib.parse import urlencode

from gateway.usecases.asking import Said, Upload, Visitor, look_at, pass_file
from gateway.usecases.work import Work

VEHICLES = "vehicles"


async def read_history(work: Work, visitor: Visitor, *, token: str, page: int) -> Said:
    """What the link shows, verified anew."""
    target = f"/api/passports/shared/history?{urlencode({'token': token, 'page': page})}"
    return await look_at(work, visitor, service=VEHICLES, target=target)


async def verify_bundle(work: Work, visitor: Visitor, *, upload: Upload) -> Said:
    path = "/api/passports/verify/bundle"
    return await pass_file(work, visitor, service=VEHICLES, path=path, upload=upload)
