"""What the other services and the person hear about an account, and what its audit log keeps."""

from uuid import UUID

from services.auth.domain.devices import Asker
from services.auth.domain.preferences import Units
from services.auth.storage.models import Account, AuditEntry
from services.auth.usecases.work import Work
from shared.contracts.auth import AccountChanged, NoticeKind, SecurityNotice
from shared.contracts.base import Language
from shared.observe.correlation import current


def announce(work: Work, account: Account) -> None:
    work.emit(
        AccountChanged(
            account_id=account.id,
            email=account.email,
            first_name=account.first_name,
            last_name=account.last_name,
            language=Language(account.language),
            timezone=account.timezone,
            currency=account.currency,
            distance_unit=Units(account.units).distance,
            verified=account.verified_at is not None,
            switches=account.switches,
            version=account.version,
        )
    )


def notify(work: Work, account: Account, kind: NoticeKind, **facts: str) -> None:
    work.emit(
        SecurityNotice(
            account_id=account.id,
            email=account.email,
            kind=kind,
            language=Language(account.language),
            occurred_at=work.now,
            facts=facts,
        )
    )


def record(
    work: Work,
    account_id: UUID,
    kind: str,
    *,
    asker: Asker,
    actor_id: UUID | None = None,
    **facts: str,
) -> None:
    work.audit.add(
        AuditEntry(
            account_id=account_id,
            actor_id=actor_id or asker.actor_id,
            kind=kind,
            at=work.now,
            ip=asker.ip,
            device=asker.device,
            request_id=current().request_id,
            facts=facts,
        )
    )
