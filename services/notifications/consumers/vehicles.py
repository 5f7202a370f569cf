from services.notifications.domain import (
    booking_news,
    case_news,
    garage_news,
    sharing_news,
    vehicle_news,
)
from services.notifications.usecases.deliver import deliver
from services.notifications.usecases.withdraw import withdraw
from services.notifications.usecases.work import Work
from shared.bus.listen import listen
from shared.contracts.vehicles import (
    HandoverOffered,
    InvitationIssued,
    MaintenanceDrafted,
    ReadingsJudged,
    ReadingWanted,
    ReminderDue,
    ReminderWithdrawn,
    SharingNotice,
)
from shared.contracts.vehicles_bookings import BookingNotice
from shared.contracts.vehicles_cases import CaseNotice
from shared.contracts.vehicles_garages import GarageClaimed, GarageNotice, GarageStaffInvited


@listen(MaintenanceDrafted, together=True)
async def announce_draft(event: MaintenanceDrafted, work: Work) -> None:
    await deliver(work, vehicle_news.of_draft(event))


@listen(ReminderDue, together=True)
async def remind(event: ReminderDue, work: Work) -> None:
    await deliver(work, vehicle_news.of_reminder(event))


@listen(ReadingsJudged, together=True)
async def tell_of_judgement(event: ReadingsJudged, work: Work) -> None:
    await deliver(work, vehicle_news.of_judgement(event))


@listen(ReminderWithdrawn, together=True)
async def take_back_reminder(event: ReminderWithdrawn, work: Work) -> None:
    await withdraw(work, event)


@listen(ReadingWanted, together=True)
async def ask_for_reading(event: ReadingWanted, work: Work) -> None:
    await deliver(work, vehicle_news.of_reading_wanted(event))


@listen(InvitationIssued)
async def mail_the_invitation(event: InvitationIssued, work: Work) -> None:
    await deliver(work, sharing_news.of_invitation(event))


@listen(HandoverOffered)
async def mail_the_handover(event: HandoverOffered, work: Work) -> None:
    await deliver(work, sharing_news.of_handover(event))


@listen(SharingNotice, together=True)
async def tell_of_sharing(event: SharingNotice, work: Work) -> None:
    await deliver(work, sharing_news.of_notice(event))


@listen(CaseNotice, together=True)
async def tell_of_case(event: CaseNotice, work: Work) -> None:
    await deliver(work, case_news.of_case(event))


@listen(BookingNotice, together=True)
async def tell_of_booking(event: BookingNotice, work: Work) -> None:
    await deliver(work, booking_news.of_booking(event))


@listen(GarageClaimed)
async def mail_the_claim(event: GarageClaimed, work: Work) -> None:
    await deliver(work, garage_news.of_claim(event))


@listen(GarageStaffInvited)
async def mail_the_staff(event: GarageStaffInvited, work: Work) -> None:
    await deliver(work, garage_news.of_invited_staff(event))


@listen(GarageNotice, together=True)
async def tell_of_garage(event: GarageNotice, work: Work) -> None:
    await deliver(work, garage_news.of_garage(event))
