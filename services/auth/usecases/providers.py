"""Sign-in with an OpenID Connect provider.

The client makes a secret and shows us its hash; the browser visits the provider; what comes back waits, sealed, for a minute; the
client fetches it with a one-time code and the secret. So no token is ever in an address, a code caught on the way opens nothing,
and a visit that somebody else began ends nowhere.
"""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
import structlog

from services.auth.domain.devices import Asker
from services.auth.domain.providers import (
    CODE_LIFETIME,
    VISIT_LIFETIME,
    Provider,
    ProviderPerson,
    check_id_token,
    derived,
    holds_verifier,
    person_in,
    pkce_challenge,
)
from services.auth.domain.recency import Presence
from services.auth.domain.tokens import fingerprint, new_secret
from services.auth.errors.accounts import AccountLocked
from services.auth.errors.factors import (
    AddressMissing,
    IdentityTaken,
    ProviderFailed,
    ProviderUnknown,
    ReturnRefused,
    SignInFirst,
    VisitOver,
)
from services.auth.storage.models import Account, ProviderIdentity, ProviderVisit
from services.auth.usecases.account import account_of
from services.auth.usecases.announcements import announce, notify, record
from services.auth.usecases.challenges import FactorNeeded
from services.auth.usecases.provider_accounts import (
    ask_to_verify,
    new_account,
    take_over_unverified,
)
from services.auth.usecases.reauthentication import require_recent
from services.auth.usecases.sessions import CodeNeeded, SignedIn, let_in
from services.auth.usecases.ways_in import factors_of, remove_way_in, tell_of_change
from services.auth.usecases.work import Work
from shared.contracts.auth import NoticeKind
from shared.contracts.base import Language
from shared.errors import AppError
from shared.security.tokens import TokenRefused, named_key, verify_id_token

log = structlog.get_logger()
DENIED = "access_denied"
REFUSED = "provider_change_refused"


def provider_named(work: Work, name: str) -> Provider:
    """Raises ProviderUnknown."""
    for provider in work.settings.oidc_providers:
        if provider.name == name:
            return provider
    raise ProviderUnknown


async def begin_visit(
    work: Work,
    *,
    provider: str,
    client_challenge: str,
    return_url: str | None,
    account_id: UUID | None = None,
) -> str:
    """Where to send the browser. Raises ProviderUnknown, ReturnRefused and ProviderFailed."""
    chosen = provider_named(work, provider)
    allowed = work.settings.return_urls
    if return_url is not None and return_url not in allowed:
        raise ReturnRefused(pointer="/return_url")
    async with work.paused():  # a provider may take its time
        endpoints = await work.providers.endpoints(chosen)
    state = new_secret()
    work.visits.add(
        ProviderVisit(
            account_id=account_id,
            provider=chosen.name,
            state_digest=fingerprint(state),
            client_challenge=client_challenge,
            return_url=return_url or allowed[0],
            created_at=work.now,
            expires_at=work.now + VISIT_LIFETIME,
        )
    )
    asked = {
        "response_type": "code",
        "client_id": chosen.client_id,
        "redirect_uri": _callback(work, chosen),
        "scope": chosen.scopes,
        "state": state,
        "nonce": derived(work.pepper, "nonce", state),
        "code_challenge": pkce_challenge(derived(work.pepper, "verifier", state)),
        "code_challenge_method": "S256",
    }
    separator = "&" if "?" in endpoints.authorization else "?"
    return f"{endpoints.authorization}{separator}{urlencode(asked)}"


async def begin_link(work: Work, presence: Presence, *, visit: dict[str, Any]) -> str | AppError:
    """The same for somebody who is signed in, and there. A refusal of presence is returned."""
    refusal = await require_recent(work, presence, refused_as=REFUSED)
    if refusal is not None:
        return refusal
    return await begin_visit(work, account_id=presence.account_id, **visit)


async def come_back(
    work: Work,
    *,
    provider: str,
    state: str,
    code: str | None,
    error: str | None,
    issuer: str | None,
) -> str:
    """Where to send the browser now: to the client, with a one-time code in the fragment, or with what went wrong.

    Raises VisitOver for a state that is nobody's: there is nowhere to go back to.
    """
    chosen = provider_named(work, provider)
    async with work.apart() as marking:
        visit = await marking.visits.come_back(
            fingerprint(state), provider=chosen.name, now=work.now
        )
    if visit is None:
        raise VisitOver
    if error is not None or code is None:
        return _with(visit, error=DENIED if error == DENIED else ProviderFailed.code)
    try:
        async with work.paused():
            person = await _person_behind(work, chosen, state=state, code=code, issuer=issuer)
    except (TokenRefused, ProviderFailed) as refused:
        log.warning("provider.refused", provider=chosen.name, reason=str(refused))
        return _with(visit, error=ProviderFailed.code)
    one_time = new_secret()
    await work.visits.keep_person(
        visit.id,
        code=fingerprint(one_time),
        sealed_person=work.vault.seal_person(
            orjson.dumps(asdict(person)).decode(), visit=str(visit.id)
        ),
        expires_at=work.now + CODE_LIFETIME,
    )
    return _with(visit, code=one_time)


async def _person_behind(
    work: Work, provider: Provider, *, state: str, code: str, issuer: str | None
) -> ProviderPerson:
    """Raises TokenRefused and ProviderFailed. No database connection is held meanwhile."""
    if issuer not in {None, provider.issuer}:
        raise TokenRefused("answer of another issuer")  # RFC 9207
    tokens = await work.providers.exchange(
        provider,
        code=code,
        verifier=derived(work.pepper, "verifier", state),
        redirect_uri=_callback(work, provider),
    )
    keys = await work.providers.keys(provider, named_key(tokens.id_token)[1])
    claims = verify_id_token(
        tokens.id_token, keys, audience=provider.client_id, issuer=provider.issuer, now=work.now
    )
    nonce = derived(work.pepper, "nonce", state)
    check_id_token(claims, nonce=nonce, access_token=tokens.access_token)
    return person_in(claims, provider)


async def sign_in_with_provider(
    work: Work, *, code: str, verifier: str, language: Language | None, asker: Asker
) -> SignedIn | FactorNeeded | CodeNeeded:
    """Raises VisitOver, AccountLocked, AddressMissing and SignInFirst."""
    visit, person = await _fetch(work, code=code, verifier=verifier)
    if visit.account_id is not None:
        raise VisitOver
    identity = await work.identities.known_as(issuer=person.issuer, subject=person.subject)
    if identity is not None:
        account = await account_of(work, identity.account_id, lock=True)
        identity.last_used_at, identity.email = work.now, person.email
    elif person.email is None:
        raise AddressMissing
    elif not person.email_verified:
        mark = await ask_to_verify(work, person, language=language, asker=asker)
        return CodeNeeded(person.email, mark)
    else:
        account = await _account_at(work, person, language=language, asker=asker)
    if account.locked_at is not None:
        raise AccountLocked
    return await let_in(work, account, asker=asker)


async def _account_at(
    work: Work, person: ProviderPerson, *, language: Language | None, asker: Asker
) -> Account:
    """The account of an address that the provider has verified, linked; a new one where there is none. Raises SignInFirst.

    Whoever asked for a second factor wants more than an address to be proven before anything is added to the account.
    """
    known = await work.accounts.at(person.email or "")
    account = await work.accounts.of(known.id, lock=True) if known else None
    if account is None:
        account = await new_account(work, person, language=language)
    elif account.verified_at is None:
        await take_over_unverified(work, account, person, language=language)
    elif await factors_of(work, account):
        raise SignInFirst
    else:
        _tell_of_link(work, account, person, asker=asker)
    await _add_identity(work, account, person, asker=asker)
    return account


async def link_provider(
    work: Work, *, account_id: UUID, code: str, verifier: str, asker: Asker
) -> ProviderIdentity:
    """Raises VisitOver and IdentityTaken."""
    visit, person = await _fetch(work, code=code, verifier=verifier)
    if visit.account_id != account_id:
        raise VisitOver
    account = await account_of(work, account_id, lock=True)
    identity = await work.identities.known_as(issuer=person.issuer, subject=person.subject)
    if identity is None:
        _tell_of_link(work, account, person, asker=asker)
        return await _add_identity(work, account, person, asker=asker)
    if identity.account_id != account_id:
        raise IdentityTaken
    return identity


async def unlink_provider(work: Work, presence: Presence, *, identity_id: UUID) -> AppError | None:
    """Raises NotFound and LastWayIn."""
    removed = await remove_way_in(
        work, presence, kept_in=work.identities, way_id=identity_id, refused_as=REFUSED
    )
    if isinstance(removed, AppError):
        return removed
    account, identity = removed
    await tell_of_change(
        work,
        account,
        NoticeKind.PROVIDER_UNLINKED,
        session_id=presence.session_id,
        asker=presence.asker,
        provider=_shown(work, identity.provider),
    )
    return None


async def _fetch(work: Work, *, code: str, verifier: str) -> tuple[ProviderVisit, ProviderPerson]:
    """Once, whatever comes of it. Raises VisitOver."""
    async with work.apart() as taking:
        visit = await taking.visits.take(fingerprint(code), now=work.now)
    if (
        visit is None
        or visit.sealed_person is None
        or not holds_verifier(visit.client_challenge, verifier)
    ):
        raise VisitOver
    person = work.vault.open_person(visit.sealed_person, visit=str(visit.id))
    return visit, ProviderPerson(**orjson.loads(person))


async def _add_identity(
    work: Work, account: Account, person: ProviderPerson, *, asker: Asker
) -> ProviderIdentity:
    """Raises IdentityTaken when another request was faster."""
    added = await work.identities.add_once(
        ProviderIdentity(
            account_id=account.id,
            provider=person.provider,
            issuer=person.issuer,
            subject=person.subject,
            email=person.email,
            created_at=work.now,
            last_used_at=work.now,
        )
    )
    identity = await work.identities.known_as(issuer=person.issuer, subject=person.subject)
    if not added or identity is None:
        raise IdentityTaken
    record(work, account.id, "provider_linked", asker=asker, provider=person.provider)
    announce(work, account)
    return identity


def _tell_of_link(work: Work, account: Account, person: ProviderPerson, *, asker: Asker) -> None:
    notify(
        work,
        account,
        NoticeKind.PROVIDER_LINKED,
        provider=_shown(work, person.provider),
        device=asker.device,
        ip=asker.ip,
    )


def _shown(work: Work, name: str) -> str:
    """Also for one that is no longer configured."""
    known = {one.name: one.shown for one in work.settings.oidc_providers}
    return known.get(name, name.capitalize())


def _callback(work: Work, provider: Provider) -> str:
    return f"{work.settings.public_url.rstrip('/')}/api/auth/oidc/{provider.name}/callback"


def _with(visit: ProviderVisit, **said: str) -> str:
    """In the fragment, which browsers send to no server and keep out of the Referer."""
    return f"{visit.return_url}#{urlencode(said)}"
