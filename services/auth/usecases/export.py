"""All that the house holds about a person, for them: started here, collected by events, packed by documents."""

from math import ceil
from uuid import UUID

import structlog

from services.auth.domain.devices import Asker
from services.auth.domain.exports import ALARM_AFTER, BUDGETS, GIVEN_UP_AFTER, ExportState
from services.auth.domain.factors import FactorKind, Given
from services.auth.domain.recency import Presence
from services.auth.domain.tokens import fingerprint, new_secret
from services.auth.errors.accounts import ExportLinkWrong, TooManyTries
from services.auth.errors.factors import FactorWrong
from services.auth.errors.passwords import PasswordWrong
from services.auth.storage.belongings import BELONGINGS
from services.auth.storage.models import DataExport
from services.auth.usecases.account import owner_present
from services.auth.usecases.announcements import record
from services.auth.usecases.challenges import is_second_factor, spend_tries
from services.auth.usecases.proof import is_still_proof, proves_again
from services.auth.usecases.ways_in import factors_of
from services.auth.usecases.work import Work
from shared.access import Access
from shared.bus.data_pages import send_data
from shared.contracts.auth import AccountExportStarted, ExportReady
from shared.contracts.base import Language
from shared.contracts.documents import ExportPacked
from shared.ids import new_id

log = structlog.get_logger()


async def start_export(work: Work, presence: Presence) -> DataExport | PasswordWrong:
    """The one that is running already, if there is one. Raises ReauthenticationRequired, TooManyTries."""
    account = await owner_present(work, presence, refused_as="export_refused")
    if isinstance(account, PasswordWrong):
        return account
    account_id = account.id
    running = await work.exports.running(account_id, ExportState.RUNNING)
    if running is not None:
        return running
    again_at = await work.limits.spend(BUDGETS, str(account_id), work.now)
    if again_at is not None:
        wait = ceil((again_at - work.now).total_seconds())
        raise TooManyTries(headers={"Retry-After": str(wait)})
    export = work.exports.add(
        DataExport(
            id=new_id(), account_id=account_id, state=ExportState.RUNNING, started_at=work.now
        )
    )
    record(work, account_id, "export_asked", asker=presence.asker, export_id=str(export.id))
    await work.flush()
    asked = AccountExportStarted(
        export_id=export.id,
        account_id=account_id,
        language=Language(account.language),
        started_at=work.now,
    )
    work.emit(asked)
    await send_data(work, BELONGINGS, asked=asked, service=work.settings.service)
    return export


async def export_of(work: Work, *, access: Access, export_id: UUID) -> DataExport:
    """Raises NotFound, also for somebody else's."""
    return await work.exports.one_seen(access, export_id)


async def note_packed(work: Work, *, event: ExportPacked) -> None:
    """The person is told by mail, with a link that only their password opens."""
    export = await work.exports.held(event.export_id)
    account = await work.accounts.of(event.account_id)
    if export is None or account is None or export.state == ExportState.READY:
        return
    token = new_secret()
    export.state, export.ready_at = ExportState.READY, event.packed_at
    export.expires_at, export.size_bytes = event.expires_at, event.size_bytes
    export.link_digest = fingerprint(token)
    work.emit(
        ExportReady(
            export_id=export.id,
            account_id=account.id,
            email=account.email,
            token=token,
            language=Language(account.language),
            size_bytes=event.size_bytes,
            expires_at=event.expires_at,
        )
    )
    log.info("export.ready", export_id=str(export.id), account_id=str(account.id))


async def open_link(
    work: Work, *, token: str, password: str, given: Given | None, asker: Asker
) -> DataExport | PasswordWrong | FactorWrong:
    """Whose export a mailed link opens: it takes the password too, and the second factor of who has one.

    The link itself was mailed: it stands for a mailed code. Where a passkey is asked for, a recovery code takes its place here.
    A refusal is returned, not raised: its trace in the audit log is to be kept. Raises ExportLinkWrong, TooManyTries.
    """
    async with work.apart() as reading:
        export = await reading.exports.behind(fingerprint(token), work.now)
        known = await reading.accounts.of(export.account_id) if export else None
        asked_for = set(await factors_of(reading, known)) if known is not None else set()
    if export is None or known is None or known.locked_at is not None:
        raise ExportLinkWrong(pointer="/token")
    proven = await proves_again(work, known, password=password, asker=asker)
    async with work.apart() as reading:
        proven = proven and is_still_proof(known, await reading.accounts.of(known.id))
    if not proven:
        record(work, known.id, "export_refused", asker=asker)
        return PasswordWrong(pointer="/password")
    if asked_for & {FactorKind.TOTP, FactorKind.PASSKEY}:
        await spend_tries(work, known.id)
        if given is None or not await is_second_factor(work, known, given, asker=asker):
            record(work, known.id, "export_refused", asker=asker)
            return FactorWrong(pointer="/totp_code")
    record(work, known.id, "export_fetched", asker=asker, export_id=str(export.id))
    return export


async def look_for_late_exports(work: Work) -> None:
    """An operator's alarm after an hour; after a day it is given up, and the person may ask again."""
    for export in await work.exports.late(ExportState.RUNNING, work.now - ALARM_AFTER):
        waited = work.now - export.started_at
        if waited > GIVEN_UP_AFTER:
            export.state = ExportState.FAILED
        if export.alerted_at is None or export.state == ExportState.FAILED:
            export.alerted_at = work.now
            log.error("export.late", export_id=str(export.id), state=export.state)
    for export in await work.exports.over(work.now):
        export.state, export.link_digest = ExportState.EXPIRED, None
