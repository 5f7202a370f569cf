from typing import Annotated

from fastapi import Depends

from services.billing.usecases.work import Work
from shared.http.work import open_work

InWork = Annotated[Work, Depends(open_work, scope="function")]
