from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession

from services.auth.clients.hasher import Hasher
from services.auth.clients.providers import Providers
from services.auth.clients.vault import Vault
from services.auth.settings import Settings
from services.auth.storage.accounts import AccountRepository
from services.auth.storage.api_keys import ApiKeyRepository
from services.auth.storage.audit import AuditRepository
from services.auth.storage.belongings import BELONGINGS
from services.auth.storage.codes import CodeRepository, ResetTokenRepository
from services.auth.storage.erasures import ErasureRepository
from services.auth.storage.exports import ExportRepository
from services.auth.storage.factors import ChallengeRepository, FactorRepository
from services.auth.storage.keys import KeyRepository
from services.auth.storage.limits import LimitRepository
from services.auth.storage.passkeys import CeremonyRepository, PasskeyRepository
from services.auth.storage.providers import IdentityRepository, VisitRepository
from services.auth.storage.registrations import RegistrationRepository
from services.auth.storage.retention import RETENTION
from services.auth.storage.reverts import RevertRepository
from services.auth.storage.sessions import (
    RefreshTokenRepository,
    RevocationRepository,
    SessionRepository,
)
from shared.clock import Clock
from shared.db.outside import tracked
from shared.db.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Clients:
    hasher: Hasher
    vault: Vault
    providers: Providers


class Work(UnitOfWork):
    belongings = BELONGINGS
    retention = RETENTION

    def __init__(
        self,
        session: AsyncSession,
        *,
        clock: Clock,
        settings: Settings,
        clients: Clients,
    ) -> None:
        super().__init__(session, clock=clock)
        self.settings = settings
        self.clients = clients
        self.hasher, self.vault, self.providers = clients.hasher, clients.vault, clients.providers
        self.pepper = settings.pepper.get_secret_value().encode()
        self.accounts = AccountRepository(session)
        self.codes = CodeRepository(session)
        self.resets = ResetTokenRepository(session)
        self.registrations = RegistrationRepository(session)
        self.sessions = SessionRepository(session)
        self.refresh_tokens = RefreshTokenRepository(session)
        self.revocations = RevocationRepository(session)
        self.limits = LimitRepository(session, pepper=self.pepper)
        self.factors = FactorRepository(session)
        self.challenges = ChallengeRepository(session)
        self.passkeys = PasskeyRepository(session)
        self.ceremonies = CeremonyRepository(session)
        self.identities = IdentityRepository(session)
        self.visits = VisitRepository(session)
        self.keys = KeyRepository(session)
        self.api_keys = ApiKeyRepository(session)
        self.audit = AuditRepository(session)
        self.erasures = ErasureRepository(session)
        self.reverts = RevertRepository(session)
        self.exports = ExportRepository(session)

    @asynccontextmanager
    async def let_go(self) -> AsyncIterator[None]:
        """No connection is held meanwhile, if one was: while a password is hashed, or a transaction apart goes on."""
        if self.session.in_transaction():
            async with self.paused(keeps_turn=True):
                yield
        else:
            yield

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[Self]:
        """A short transaction of its own, for what must stay written when the request is refused: tries are counted first.

        Meanwhile this one is paused, if it has begun: a request never holds two connections. So nothing may be changed yet, and
        what was locked is not any more.
        """
        async with (
            self.let_go(),
            AsyncSession(self.session.bind, expire_on_commit=False) as session,
            session.begin(),
        ):
            with tracked(session):
                yield type(self)(
                    session,
                    clock=self.clock,
                    settings=self.settings,
                    clients=self.clients,
                )
