from services.billing.usecases.work import Work


async def check_payments(work: Work) -> None:
    """Raises PaymentsUnavailable when the provider does not answer."""
    await work.payments.ping()
