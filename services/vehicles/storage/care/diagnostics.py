from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from services.vehicles.domain.care.diagnostics import (
    Analysis,
    CaseStatus,
    Severity,
    Weighed,
)
from services.vehicles.domain.care.fault_codes import FaultCode, read_codes
from services.vehicles.domain.cars.roles import May
from services.vehicles.domain.faults import Fault
from services.vehicles.storage.base import Authored, Base, GuestMade, Metres, Synced
from services.vehicles.storage.cars.models import Vehicle
from services.vehicles.storage.cars.vehicles import VehicleRepository
from services.vehicles.storage.of_vehicle import (
    OfVehicleRepository,
    shared_for,
    shared_for_their_own,
)
from shared.access import Access
from shared.db.base import Identified, Timestamped, Versioned

RANKS = {severity.value: severity.rank for severity in Severity}


class Diagnostic(Base, Identified, Timestamped, Versioned, Authored, GuestMade, Synced):
    """Something is wrong with a car, until it is resolved."""

    __tablename__ = "diagnostic"
    __table_args__ = (
        Index("ix_diagnostic_vehicle_id_changed_in", "vehicle_id", "changed_in"),
        Index("ix_diagnostic_vehicle_id_reported_on", "vehicle_id", "reported_on", "id"),
        Index("ix_diagnostic_record_id", "record_id"),
        Index("ix_diagnostic_earlier_id", "earlier_id"),
        Index(
            "ix_diagnostic_trashed", "trashed_at", postgresql_where=text("trashed_at IS NOT NULL")
        ),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(ForeignKey("vehicle.id", ondelete="CASCADE"))
    title: Mapped[str]
    description: Mapped[str | None]
    dtc_codes: Mapped[list[str]] = mapped_column(default=list)
    """In the one spelling of `domain/care/fault_codes.py`."""
    reported_on: Mapped[date]
    odometer_metres: Mapped[int | None] = mapped_column(Metres)
    """As its reporter said; `seen_metres` is where the car stood, by the ledger if nobody said."""
    seen_metres: Mapped[int | None] = mapped_column(Metres)
    severity: Mapped[str]
    """As it is shown: see `weighed`."""
    severity_rank: Mapped[int]
    severity_typed: Mapped[str | None]
    severity_found: Mapped[str | None]
    severity_reason: Mapped[str | None]
    severity_reason_against: Mapped[str | None]
    status: Mapped[str]
    outcome: Mapped[str | None]
    outcome_text: Mapped[str | None]
    resolved_on: Mapped[date | None]
    resolved_metres: Mapped[int | None] = mapped_column(Metres)
    resolved_at: Mapped[datetime | None]
    record_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("maintenance_record.id", ondelete="SET NULL")
    )
    """The work that is to mend it, or has."""
    earlier_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("diagnostic.id", ondelete="SET NULL")
    )
    """A resolved one whose fault has come back with this one."""
    document_ids: Mapped[list[str]] = mapped_column(default=list)
    reply_count: Mapped[int] = mapped_column(default=0, server_default="0")
    last_reply_at: Mapped[datetime | None]
    analysis: Mapped[str] = mapped_column(
        default=Analysis.NONE.value, server_default=Analysis.NONE.value
    )
    ai_request_id: Mapped[UUID | None]
    ai_asked_at: Mapped[datetime | None]
    ai_answered_at: Mapped[datetime | None]
    ai_analysis: Mapped[str | None]
    ai_urgency: Mapped[str | None]
    confidence_score: Mapped[float | None]
    trashed_at: Mapped[datetime | None]
    """Since when it is in the trash; it is purged after thirty days."""

    @property
    def codes(self) -> list[FaultCode]:
        return read_codes(self.dtc_codes)

    @property
    def weighed(self) -> Weighed:
        return Weighed(
            _severity(self.severity_typed),
            _severity(self.severity_found),
            self.severity_reason,
            _severity(self.severity_reason_against),
        )

    @property
    def is_resolved(self) -> bool:
        return self.status == CaseStatus.RESOLVED


class DiagnosticReply(Base, Identified, Timestamped, Versioned, Authored):
    """What somebody, or the house, said to a case; it goes with the case, and is told with it."""

    __tablename__ = "diagnostic_reply"
    __table_args__ = (
        Index("ix_diagnostic_reply_case_id_created_at", "case_id", "created_at", "id"),
    )

    owner_id: Mapped[UUID] = mapped_column(index=True)
    vehicle_id: Mapped[UUID] = mapped_column(
        ForeignKey("vehicle.id", ondelete="CASCADE"), index=True
    )
    case_id: Mapped[UUID] = mapped_column(ForeignKey("diagnostic.id", ondelete="CASCADE"))
    author: Mapped[str]
    """A word of `ReplyBy`."""
    word: Mapped[str | None]
    """What happened, of what the house says itself: it is told in the reader's language."""
    text: Mapped[str]
    document_ids: Mapped[list[str]] = mapped_column(default=list)


def _severity(word: str | None) -> Severity | None:
    return Severity(word) if word else None


class CaseRepository(OfVehicleRepository[Diagnostic]):
    """A driver sees those they reported, and may change what these say."""

    model = Diagnostic
    sees = May.READ_CASES
    changes = May.CHANGE_CASE

    def listed(
        self,
        access: Access,
        *,
        vehicle_id: UUID | None = None,
        statuses: Collection[CaseStatus] = (),
        severity: Severity | None = None,
        code: str | None = None,
        is_trashed: bool = False,
    ) -> Select[Diagnostic]:
        """`code`: in the one spelling; its failure types too."""
        trashed = Diagnostic.trashed_at
        statement = self.seen_by(access).where(
            trashed.is_not(None) if is_trashed else trashed.is_(None)
        )
        if vehicle_id is not None:
            statement = statement.where(Diagnostic.vehicle_id == vehicle_id)
        if statuses:
            statement = statement.where(Diagnostic.status.in_(statuses))
        if severity is not None:
            statement = statement.where(Diagnostic.severity == severity)
        if code is not None:
            statement = statement.where(_has_code([code]))
        return statement

    async def counts(self, access: Access, vehicle_id: UUID | None = None) -> Sequence[Any]:
        """Rows of (severity, status, how many)."""
        statement = (
            select(Diagnostic.severity, Diagnostic.status, func.count())
            .where(self.is_seen(access), Diagnostic.trashed_at.is_(None))
            .group_by(Diagnostic.severity, Diagnostic.status)
        )
        if vehicle_id is not None:
            statement = statement.where(Diagnostic.vehicle_id == vehicle_id)
        return (await self.session.execute(statement)).all()

    async def by_vehicle(self, access: Access) -> Sequence[Any]:
        """Rows of (vehicle, open, waiting, resolved, rank of the worst that is not resolved, latest day), cars without cases included."""
        is_there = and_(
            Diagnostic.vehicle_id == Vehicle.id,
            self.is_seen(access),
            Diagnostic.trashed_at.is_(None),
        )
        in_each = [func.count().filter(Diagnostic.status == status) for status in CaseStatus]
        worst = func.max(Diagnostic.severity_rank).filter(Diagnostic.status != CaseStatus.RESOLVED)
        statement = (
            select(Vehicle, *in_each, worst, func.max(Diagnostic.reported_on))
            .outerjoin(Diagnostic, is_there)
            .where(VehicleRepository(self.session).is_seen(access))
            .group_by(Vehicle.id)
            .order_by(Vehicle.created_at, Vehicle.id)
        )
        return (await self.session.execute(statement)).all()

    async def figures(self, access: Access, vehicle_id: UUID | None) -> Any:
        """One row: outcomes, how long cases took, how many the assistant answered and how many came back."""
        days = Diagnostic.resolved_on - Diagnostic.reported_on
        statement = select(
            *(
                func.count().filter(Diagnostic.outcome == word)
                for word in ("repaired", "no_fault", "other")
            ),
            func.avg(case((Diagnostic.status == CaseStatus.RESOLVED, days))),
            func.count().filter(Diagnostic.ai_answered_at.is_not(None)),
            func.count().filter(Diagnostic.earlier_id.is_not(None)),
        ).where(self.is_seen(access), Diagnostic.trashed_at.is_(None))
        if vehicle_id is not None:
            statement = statement.where(Diagnostic.vehicle_id == vehicle_id)
        return (await self.session.execute(statement)).one()

    async def frequent_codes(
        self, access: Access, vehicle_id: UUID | None, *, most: int
    ) -> Sequence[Any]:
        """Rows of (code, in how many cases), the most frequent first."""
        code = func.jsonb_array_elements_text(Diagnostic.dtc_codes).label("code")
        each = select(code).where(self.is_seen(access), Diagnostic.trashed_at.is_(None))
        if vehicle_id is not None:
            each = each.where(Diagnostic.vehicle_id == vehicle_id)
        rows = each.subquery()
        count = func.count().label("cases")
        statement = select(rows.c.code, count).group_by(rows.c.code)
        return (
            await self.session.execute(statement.order_by(count.desc(), rows.c.code).limit(most))
        ).all()

    async def ended_with(self, vehicle_id: UUID, codes: Collection[str]) -> Sequence[Diagnostic]:
        """Resolved cases with one of these faults, the latest first; the caller holds the car."""
        if not codes:
            return []
        statement = select(Diagnostic).where(
            Diagnostic.vehicle_id == vehicle_id,
            Diagnostic.status == CaseStatus.RESOLVED,
            Diagnostic.trashed_at.is_(None),
            _has_code(sorted({code[:5] for code in codes})),
        )
        ordered = statement.order_by(Diagnostic.resolved_at.desc(), Diagnostic.id.desc())
        return (await self.session.scalars(ordered.limit(20))).all()

    async def of_record(self, record_id: UUID, named: UUID | None) -> Sequence[Diagnostic]:
        """Those a record mends, and the one it names; the caller holds their car."""
        mends: ColumnElement[bool] = Diagnostic.record_id == record_id
        wanted = mends if named is None else or_(mends, Diagnostic.id == named)
        statement = select(Diagnostic).where(wanted).order_by(Diagnostic.id).with_for_update()
        return (await self.session.scalars(statement)).all()

    async def is_of(self, vehicle_id: UUID, case_id: UUID) -> bool:
        """Whether that car has this case, not in the trash; the caller holds the car."""
        statement = select(Diagnostic.id).where(
            Diagnostic.id == case_id,
            Diagnostic.vehicle_id == vehicle_id,
            Diagnostic.trashed_at.is_(None),
        )
        return await self.session.scalar(statement) is not None

    async def faults(self, case_ids: Collection[UUID]) -> dict[UUID, Fault]:
        """By the id of the case, of those that are not in the trash; the caller sees what names them."""
        if not case_ids:
            return {}
        of_case = (Diagnostic.title, Diagnostic.description, Diagnostic.dtc_codes)
        statement = select(Diagnostic.id, *of_case, Diagnostic.severity).where(
            Diagnostic.id.in_(case_ids), Diagnostic.trashed_at.is_(None)
        )
        return {row[0]: Fault(*row) for row in await self.session.execute(statement)}

    async def asked(self, case_id: UUID, request_id: UUID) -> Diagnostic | None:
        """The case that still waits for this answer, held until the transaction ends."""
        statement = select(Diagnostic).where(
            Diagnostic.id == case_id,
            Diagnostic.ai_request_id == request_id,
            Diagnostic.ai_answered_at.is_(None),
        )
        return (await self.session.scalars(statement.with_for_update())).one_or_none()

    async def hand_over(self, vehicle_id: UUID, to: UUID, *, documents: bool) -> None:
        """With their replies; what the giver asked the assistant is answered to nobody."""
        for model in (Diagnostic, DiagnosticReply):
            said: dict[str, Any] = {"owner_id": to}
            if not documents:
                said["document_ids"] = []
            if model is Diagnostic:
                said["ai_request_id"] = None
                said["analysis"] = case(
                    (Diagnostic.analysis == Analysis.ASKED, Analysis.NONE.value),
                    else_=Diagnostic.analysis,
                )
            await self.session.execute(
                update(model).where(model.vehicle_id == vehicle_id).values(said)
            )


def _has_code(codes: Collection[str]) -> ColumnElement[bool]:
    """Of their failure types too: a case of P0420-00 has P0420."""
    each = func.jsonb_array_elements_text(Diagnostic.dtc_codes).column_valued("each_code")
    return select(each).where(func.left(each, 5).in_([code[:5] for code in codes])).exists()


class ReplyRepository(OfVehicleRepository[DiagnosticReply]):
    """Seen by whoever sees the case; a driver changes what they wrote themselves."""

    model = DiagnosticReply
    sees = May.READ_CASES
    changes = May.WRITE_CASES

    def ways(self, access: Access, what: May) -> list[ColumnElement[bool]]:
        ways = super().ways(access, what)
        if what is May.READ_CASES:
            reported = select(Diagnostic.id).where(Diagnostic.made_by == access.person)
            theirs = DiagnosticReply.vehicle_id == func.any(shared_for_their_own(access, what))
            ways[-1] = and_(DiagnosticReply.case_id.in_(reported), theirs)
        if what is May.WRITE_CASES:
            reporting = DiagnosticReply.vehicle_id == func.any(
                shared_for(access, May.REPORT_DEFECT)
            )
            ways.append(and_(DiagnosticReply.made_by == access.person, reporting))
        return ways

    def listed(
        self, access: Access, *, case_id: UUID | None = None, vehicle_id: UUID | None = None
    ) -> Select[DiagnosticReply]:
        """Of cases that are not in the trash."""
        gone = select(Diagnostic.id).where(
            Diagnostic.id == DiagnosticReply.case_id, Diagnostic.trashed_at.is_not(None)
        )
        statement = self.seen_by(access).where(~gone.exists())
        if case_id is not None:
            statement = statement.where(DiagnosticReply.case_id == case_id)
        if vehicle_id is not None:
            statement = statement.where(DiagnosticReply.vehicle_id == vehicle_id)
        return statement

    async def of_cases(self, cases: Collection[UUID]) -> Sequence[DiagnosticReply]:
        """All, in their order; the caller has seen the cases."""
        if not cases:
            return []
        statement = select(DiagnosticReply).where(DiagnosticReply.case_id.in_(cases))
        return (
            await self.session.scalars(
                statement.order_by(DiagnosticReply.created_at, DiagnosticReply.id)
            )
        ).all()
