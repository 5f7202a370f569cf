from typing import Annotated, Self

from fastapi import Path, Query

from services.billing.api.dependencies import InWork
from services.billing.clients.payments import Invoice
from services.billing.errors import PaymentsUnavailable
from services.billing.usecases.invoices import list_invoices, read_invoice
from shared.errors import NotFound
from shared.http.errors import problems
from shared.http.identity import CurrentCaller
from shared.http.models import AnswerModel, Moment
from shared.http.router import Router
from shared.money import MoneyOut

router = Router(prefix="/api/invoices", tags=["billing"])

INVOICE_REF = r"^in_[A-Za-z0-9_]+$"
InvoiceRef = Annotated[str, Path(max_length=200, pattern=INVOICE_REF)]


class LineOut(AnswerModel):
    description: str | None
    amount: MoneyOut
    period_start: Moment
    period_end: Moment


class InvoiceOut(AnswerModel):
    """The links come fresh from Stripe, because they expire. `credit` is what a negative total leaves to the customer."""

    id: str
    number: str | None
    status: str
    created_at: Moment
    total: MoneyOut
    net: MoneyOut
    tax: MoneyOut
    paid: MoneyOut
    due: MoneyOut
    credit: MoneyOut
    hosted_url: str | None
    pdf_url: str | None
    lines: list[LineOut]

    @classmethod
    def of(cls, invoice: Invoice) -> Self:
        return cls(
            id=invoice.id,
            number=invoice.number,
            status=invoice.status,
            created_at=invoice.created_at,
            total=invoice.total,
            net=invoice.net,
            tax=invoice.tax,
            paid=invoice.paid,
            due=invoice.due,
            credit=invoice.credit,
            hosted_url=invoice.hosted_url,
            pdf_url=invoice.pdf_url,
            lines=[LineOut.model_validate(line) for line in invoice.lines],
        )


class InvoicesOut(AnswerModel):
    """Newest first; `next` is the cursor of the following page."""

    results: list[InvoiceOut]
    next: str | None


@router.get("", responses=problems(NotFound, PaymentsUnavailable))
async def list_my_invoices(
    work: InWork,
    caller: CurrentCaller,
    page_size: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=200, pattern=INVOICE_REF)] = None,
) -> InvoicesOut:
    found, more = await list_invoices(work, user_id=caller.user, limit=page_size, after=cursor)
    following = found[-1].id if more and found else None
    return InvoicesOut(results=[InvoiceOut.of(each) for each in found], next=following)


@router.get("/{invoice_id}", responses=problems(NotFound, PaymentsUnavailable))
async def read_my_invoice(
    invoice_id: InvoiceRef, work: InWork, caller: CurrentCaller
) -> InvoiceOut:
    return InvoiceOut.of(await read_invoice(work, user_id=caller.user, invoice_id=invoice_id))
