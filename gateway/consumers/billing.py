from gateway.usecases.feeds import learn_entitlement
from gateway.usecases.work import Work
from shared.contracts.billing import EntitlementsChanged


async def entitlements_changed(event: EntitlementsChanged, work: Work) -> None:
    await learn_entitlement(work, event=event)
