from dataclasses import dataclass
from uuid import UUID

import structlog

from services.auth.domain.codes import AS_FOR_SOMEBODY
from services.auth.domain.device_marks import new_mark
from services.auth.domain.devices import Asker
from services.auth.domain.recency import Presence
from services.auth.domain.tokens import (
    ACCESS_TYPE,
    REISSUE_GRACE,
    Bearer,
    Presented,
    access_claims,
    child_secret,
    fingerprint,
    judge_presented,
    new_secret,
    refresh_expiry,
)
from services.auth.errors.accounts import AccountLocked
from services.auth.errors.passwords import PasswordWrong
from services.auth.errors.sessions import LoginRefused, SessionOver
from services.auth.storage.models import Account, RefreshToken, Session
from services.auth.usecases.announcements import notify, record
from services.auth.usecases.challenges import FactorNeeded, ask_for_factor
from services.auth.usecases.impersonation import note_end
from services.auth.usecases.keys import signing_key
from services.auth.usecases.pending import mail_again, settle_in, those_of_password
from services.auth.usecases.proof import is_proven, is_still_proof
from services.auth.usecases.reauthentication import require_recent
from services.auth.usecases.revocations import end_sessions
from services.auth.usecases.ways_in import factors_of
from services.auth.usecases.work import Work
from shared.access import Access
from shared.contracts.auth import NoticeKind
from shared.errors import NotFound
from shared.ids import new_id
from shared.mailboxes import canonical
from shared.security.tokens import sign

log = structlog.get_logger()
ADMIN = "admin"
END_REFUSED = "session_end_refused"


@dataclass(frozen=True, slots=True)
class SignedIn:
    access: str
    refresh: str
    account: Account
    mark: tuple[str, str] | None = None
    """Name and value of the cookie by which this device is known from now on."""


@dataclass(frozen=True, slots=True)
class CodeNeeded:
    """A code went to the address; sign-in goes on with it."""

    email: str | None = None
    """Said to whoever did not say it: a provider did."""
    mark: tuple[str, str] | None = None
    """Name and value of the cookie by which this registrant is known."""


async def log_in(
    work: Work, *, email: str, password: str, asker: Asker
) -> SignedIn | CodeNeeded | FactorNeeded | LoginRefused:
    """A refusal is returned, not raised: its trace in the audit log is to be kept."""
    async with work.apart() as reading:
        known = await reading.accounts.at(email)
        account_id = known.id if known else new_id()
        pending = await reading.registrations.pending(account_id, work.now)
    meant: list[UUID] = []

    async def is_registrations() -> bool:
        found = await those_of_password(work, email, pending, password=password)
        meant.extend(one.id for one in found)
        return bool(meant)

    proven = await is_proven(
        work,
        whose=canonical(email),
        stored=known,
        password=password,
        asker=asker,
        judge=is_registrations if known and known.verified_at is None else None,
    )
    renewed = await _hashed_again(work, known, password) if proven else None
    account = await work.accounts.of(account_id, lock=True)
    if account is None:
        await work.limits.use(AS_FOR_SOMEBODY, canonical(email), work.now)
        return LoginRefused()
    if not proven or not is_still_proof(known, account):
        record(work, account.id, "sign_in_refused", asker=asker)
        return LoginRefused()
    if account.locked_at is not None:
        raise AccountLocked
    if meant:
        return await _ask_for_code(work, account, meant[0], asker=asker)
    if renewed is not None:
        account.password_hash = renewed
    return await let_in(work, account, asker=asker)


async def _hashed_again(work: Work, known: Account | None, password: str) -> str | None:
    """When the cost has risen since; before the account's row is held."""
    stored = known.password_hash if known else None
    if stored is None or not work.hasher.is_outdated(stored):
        return None
    async with work.let_go():
        return await work.hasher.hash(password)


async def _ask_for_code(
    work: Work, account: Account, registration_id: UUID, *, asker: Asker
) -> CodeNeeded | LoginRefused:
    """That of the registration whose password it is, which is at home here from now on."""
    registration = await work.registrations.living(registration_id, work.now)
    if account.verified_at is not None or registration is None:
        return LoginRefused()  # proven meanwhile, by somebody else's code
    settle_in(registration, network=asker.network)
    await mail_again(work, account, registration, network=asker.network)
    return CodeNeeded()


async def let_in(work: Work, account: Account, *, asker: Asker) -> SignedIn | FactorNeeded:
    """Somebody proved the account with one thing; its owner may have asked for a second. The row is held."""
    factors = await factors_of(work, account)
    if factors:
        return await ask_for_factor(work, account, factors, asker=asker)
    return await open_session(work, account, asker=asker)


async def open_session(work: Work, account: Account, *, asker: Asker) -> SignedIn:
    """Whoever calls has proven who is there, and holds the account's row."""
    _crown(work, account, asker=asker)
    is_new = await work.sessions.has_any(account.id) and not await work.sessions.has_seen(
        account.id, device=asker.device, network=asker.network
    )
    session = Session(
        id=new_id(),
        account_id=account.id,
        device=asker.device,
        ip=asker.ip,
        network=asker.network,
        created_at=work.now,
        last_seen_at=work.now,
        authenticated_at=work.now,
        expires_at=refresh_expiry(now=work.now, session_started=work.now),
    )
    work.sessions.add(session)
    await work.flush()  # the token's row refers to it
    refresh = new_secret()
    _keep(work, session, refresh, nonce="", parent=None)
    record(work, account.id, "signed_in", asker=asker, session_id=str(session.id))
    if is_new:
        notify(work, account, NoticeKind.NEW_DEVICE, device=asker.device, ip=asker.ip)
    mark = new_mark(work.pepper, account.id, marks=asker.marks, now=work.now)
    return SignedIn(await _access(work, account, session), refresh, account, mark)


def _crown(work: Work, account: Account, *, asker: Asker) -> None:
    """The house's first administrators are named by its operator; they have proven their address."""
    named = {canonical(email) for email in work.settings.admin_emails}
    if account.email_key in named and ADMIN not in account.roles:
        account.roles = sorted({*account.roles, ADMIN})
        record(work, account.id, "roles_changed", asker=asker, roles=" ".join(account.roles))


async def refresh(work: Work, *, token: str, asker: Asker) -> SignedIn | SessionOver:
    """A copied token ends its family, and that end is kept: the refusal is returned, not raised."""
    session = await work.sessions.holder_of(fingerprint(token))
    if session is None:
        raise SessionOver
    account = await work.accounts.of(session.account_id)
    if account is None or account.locked_at or session.ended_at or session.expires_at <= work.now:
        raise SessionOver
    presented = await work.refresh_tokens.presented(fingerprint(token))
    child = await work.refresh_tokens.current_child(presented)
    judged = judge_presented(replaced_at=presented.replaced_at, has_unused_child=child is not None)
    if judged is Presented.COPIED:
        await end_sessions(work, account.id, because="token_copied", only=session.id)
        record(work, account.id, "refresh_token_copied", asker=asker, session_id=str(session.id))
        notify(work, account, NoticeKind.SESSIONS_ENDED, reason="token_copied")
        log.warning("session.token_copied", session_id=str(session.id), account_id=str(account.id))
        return SessionOver()
    await _retire_parent(work, presented)
    session.last_seen_at, session.ip, session.network = work.now, asker.ip, asker.network
    session.expires_at = refresh_expiry(now=work.now, session_started=session.created_at)
    secret = _next(work, session, presented, child=child, token=token)
    return SignedIn(await _access(work, account, session), secret, account)


async def log_out(
    work: Work, *, account_id: UUID, session_id: UUID | None, everywhere: bool, asker: Asker
) -> None:
    only = None if everywhere else session_id
    if only is None and not everywhere:
        return
    ended = await end_sessions(work, account_id, because="signed_out", only=only)
    if ended and asker.actor_id is not None:
        note_end(work, ended[0], asker=asker)
    elif ended:
        record(work, account_id, "signed_out", asker=asker, sessions=str(len(ended)))


async def end_session(work: Work, presence: Presence, *, session_id: UUID) -> PasswordWrong | None:
    """One's present session goes at once, and one in which somebody acts for us; another needs a recent proof of who is there.

    Raises NotFound, ReauthenticationRequired.
    """
    account_id, asker = presence.account_id, presence.asker
    async with work.apart() as reading:
        known = await reading.sessions.find_seen(Access(account_id), session_id)
    if known is None or known.ended_at is not None or known.expires_at <= work.now:
        raise NotFound
    if session_id != presence.session_id and known.actor_id is None:
        refusal = await require_recent(work, presence, refused_as=END_REFUSED)
        if refusal is not None:
            return refusal
    ended = await end_sessions(work, account_id, because="ended_by_owner", only=session_id)
    if not ended:
        raise NotFound
    record(work, account_id, "session_ended", asker=asker, session_id=str(session_id))
    note_end(work, ended[0], asker=asker)
    return None


async def end_other_sessions(work: Work, presence: Presence) -> PasswordWrong | None:
    """All but the present one. Raises ReauthenticationRequired."""
    refusal = await require_recent(work, presence, refused_as=END_REFUSED)
    if refusal is not None:
        return refusal
    owner = presence.account_id
    ended = await end_sessions(work, owner, because="ended_by_owner", but=presence.session_id)
    record(work, owner, "other_sessions_ended", asker=presence.asker, sessions=str(len(ended)))
    return None


def _next(
    work: Work,
    session: Session,
    presented: RefreshToken,
    *,
    child: RefreshToken | None,
    token: str,
) -> str:
    """A new child, or the present one again when the answer that carried it may have been lost a moment ago."""
    if child is not None and work.now - child.created_at <= REISSUE_GRACE:
        return child_secret(work.pepper, parent=token, nonce=child.nonce)
    if child is not None:
        child.replaced_at = work.now
    nonce = new_secret()
    secret = child_secret(work.pepper, parent=token, nonce=nonce)
    _keep(work, session, secret, nonce=nonce, parent=presented.id)
    return secret


async def _retire_parent(work: Work, token: RefreshToken) -> None:
    """That this token is used proves that it arrived: its parent is needed no more."""
    parent = await work.refresh_tokens.parent_of(token)
    if parent is not None and parent.replaced_at is None:
        parent.replaced_at = work.now


def _keep(work: Work, session: Session, secret: str, *, nonce: str, parent: UUID | None) -> None:
    work.refresh_tokens.add(
        RefreshToken(
            session_id=session.id,
            parent_id=parent,
            digest=fingerprint(secret),
            nonce=nonce,
            created_at=work.now,
        )
    )


async def _access(work: Work, account: Account, session: Session) -> str:
    bearer = Bearer(
        account.id, session.id, tuple(account.roles), account.language, account.timezone
    )
    claims = access_claims(bearer, token_id=new_id(), now=work.now)
    return sign(claims, await signing_key(work), typ=ACCESS_TYPE)
