from gateway.usecases.feeds import doubt_keys, end_sessions, follow_zone
from gateway.usecases.work import Work
from shared.contracts.auth import AccountChanged, SessionsRevoked


async def sessions_revoked(event: SessionsRevoked, work: Work) -> None:
    await end_sessions(work, session_ids=event.session_ids, until=event.until)
    await doubt_keys(work, account_id=event.account_id)


async def account_changed(event: AccountChanged, work: Work) -> None:
    await follow_zone(work, event=event)
