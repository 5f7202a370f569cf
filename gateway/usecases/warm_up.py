"""Whether this gateway knows enough to decide about anybody."""

from gateway.usecases.work import Work


def why_not_ready(work: Work) -> str | None:
    """The reason for people and probes; None when ready. Feeds fill by `feeds.follow`."""
    if not work.user_keys.known:
        return "auth's keys are not known yet"
    if work.news.entitlements_at is None:
        return "billing's entitlements are not known yet"
    if work.news.revocations_at is None:
        return "ended sessions are not known yet"
    return None
