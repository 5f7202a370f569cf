from uuid import UUID

from services.billing.clients.payments import Invoice
from services.billing.errors import GoneAtProvider
from services.billing.usecases.work import Work
from shared.errors import NotFound


async def list_invoices(
    work: Work, *, user_id: UUID, limit: int, after: str | None
) -> tuple[list[Invoice], bool]:
    """Newest first, fresh from the provider, because the links expire. `after` must be the caller's own."""
    customer = await work.customers.of_user(user_id)
    if customer is None or customer.provider_id is None:
        return [], False
    provider_id = customer.provider_id
    async with work.paused():
        if after is not None:
            await _own_invoice(work, provider_id, after)
        return await work.payments.invoices(provider_id, limit=limit, after=after)


async def read_invoice(work: Work, *, user_id: UUID, invoice_id: str) -> Invoice:
    """Another person's invoice is not found."""
    customer = await work.customers.of_user(user_id)
    if customer is None or customer.provider_id is None:
        raise NotFound
    provider_id = customer.provider_id
    async with work.paused():
        return await _own_invoice(work, provider_id, invoice_id)


async def _own_invoice(work: Work, provider_id: str, invoice_id: str) -> Invoice:
    try:
        invoice = await work.payments.invoice(invoice_id)
    except GoneAtProvider as error:
        raise NotFound from error
    if invoice.customer_id != provider_id:
        raise NotFound
    return invoice
