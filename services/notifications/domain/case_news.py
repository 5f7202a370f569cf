"""What it means to a person that something happened to a case of a car they have a part in."""

from services.notifications.domain.kinds import Kind
from services.notifications.domain.message import greeting, one_line
from services.notifications.domain.news import News
from services.notifications.domain.vehicle_news import name
from shared.contracts.vehicles_cases import CaseNews, CaseNotice

KINDS: dict[CaseNews, Kind] = {
    CaseNews.REPORTED: Kind.DEFECT_REPORTED,
    CaseNews.ANSWERED: Kind.CASE_ANSWERED,
    CaseNews.REPLIED: Kind.CASE_ANSWERED,
}


def of_case(event: CaseNotice) -> News:
    return News(
        kind=KINDS[event.kind],
        owner_id=event.account_id,
        key=f"case:{event.notice_id}",
        facts={
            "happened": event.kind.value,
            "vehicle_name": name(event.vehicle_name),
            "title": one_line(event.title, at_most=120),
            "severity": event.severity,
            "other_name": greeting(event.other_name) or None if event.other_name else None,
            "occurred_at": event.occurred_at.isoformat(),
        },
        about={
            "diagnostic_id": str(event.diagnostic_id),
            "vehicle_id": str(event.vehicle_id),
        },
    )
