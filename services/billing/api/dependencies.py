from typing import Annotated

from fastapi import Depends

from services.billing.usecases.work import Work
from shared.http.work import open_transaction, open_work

InWork = Annotated[Work, Depends(open_work, scope="function")]
InTransaction = Annotated[Work, Depends(open_transaction, scope="function")]
"""For a GET that does more than look."""
