"""Copies heal: what one service keeps of another's things becomes right again by itself, whatever was lost on the way.

An older version never wins, so order and repetition cannot hurt a copy; a lost message could, for ever. So each owner says every
minute which versions it told in the last two, and every night, person by person, how many things there are and the sum of their
versions. Whoever keeps a copy and is still behind a minute later asks, and the owner tells the state again, as the ordinary event
with the version the thing has by then: the ordinary listener takes it, with its version's guard and under the hold of the person,
so nothing older wins and nobody erased comes back. What a copy has too many is asked about, too: it is gone, or said again.

All of it goes over the bus, by jobs; a service declares what it owns (`Origin`) and what it copies (`Copy`), the rest is here.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from pydantic import BaseModel

from shared.bus.listen import AnyListener, Listener
from shared.bus.schedule import Schedule
from shared.bus.work_queue import AnyJob, Job, JobRun
from shared.contracts.copies import (
    Digest,
    DigestsSaid,
    Head,
    StatesAsked,
    SubjectsGone,
    VersionsSaid,
)
from shared.db.copied import Copy, Origin, told_lately, versions_here, within
from shared.db.persons import Hold
from shared.db.unit_of_work import UnitOfWork
from shared.ids import new_id

log = structlog.get_logger()
EACH_MINUTE, EACH_NIGHT = "* * * * *", "20 2 * * *"
PATIENCE = timedelta(minutes=1)
"""A message may be on its way, or waiting for its next try, for so long."""
LATE_SECONDS = 30.0
AT_ONCE = 500
DIGESTS, CHECK, COMPARE = "copies.digests", "copies.check", "copies.compare"


@dataclass(frozen=True)
class Copies:
    service: str
    owned: Sequence[Origin] = ()
    kept: Sequence[Copy] = ()
    _origins: dict[str, Origin] = field(default_factory=dict, init=False)
    _copies: dict[str, Copy] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._origins.update({one.topic: one for one in self.owned})
        self._copies.update({one.topic: one for one in self.kept})

    @property
    def consumers(self) -> list[AnyListener]:
        found: list[AnyListener] = []
        if self.owned:
            found.append(Listener(StatesAsked, "copies.answer", self.answer, Hold.LIVING))
        if self.kept:
            found += [
                Listener(VersionsSaid, "copies.look", self.look, Hold.LIVING),
                Listener(DigestsSaid, "copies.count", self.count, Hold.LIVING),
                Listener(SubjectsGone, "copies.part", self.part, Hold.LIVING),
            ]
        return found

    @property
    def jobs(self) -> list[AnyJob | Schedule[Any]]:
        found: list[AnyJob | Schedule[Any]] = []
        if self.owned:
            found += [
                Schedule(f"{self.service}.versions", EACH_MINUTE, self.say_versions),
                Schedule(f"{self.service}.digests", EACH_NIGHT, self.begin_digests),
                _job(DIGESTS, Page, self.say_digests),
            ]
        if self.kept:
            found += [_job(CHECK, Check, self.check), _job(COMPARE, Compare, self.compare)]
        return found

    # What the owner says

    async def say_versions(self, work: UnitOfWork) -> None:
        """What was told lately, from the outbox itself: it forgets nothing it has committed."""
        for origin in self.owned:
            heads = await told_lately(work.session, origin)
            for start in range(0, len(heads), AT_ONCE):
                part = tuple(heads[start : start + AT_ONCE])
                work.emit(VersionsSaid(said_id=new_id(), of=origin.topic, heads=part))

    async def begin_digests(self, work: UnitOfWork) -> None:
        for origin in self.owned:
            work.enqueue(DIGESTS, Page(of=origin.topic), key=origin.topic)

    async def say_digests(self, page: "Page", work: UnitOfWork) -> None:
        """One page of persons; the next is another job's."""
        origin = self._origins[page.of]
        rows = (await work.session.execute(origin.digests(page.after, None).limit(AT_ONCE))).all()
        is_last = len(rows) < AT_ONCE
        upto = None if is_last else rows[-1].person
        digests = tuple(
            Digest(person=row.person, count=row.things, versions=int(row.versions)) for row in rows
        )
        said = new_id()
        work.emit(
            DigestsSaid(said_id=said, of=page.of, digests=digests, after=page.after, upto=upto)
        )
        if not is_last:
            work.enqueue(DIGESTS, Page(of=page.of, after=upto), key=page.of)

    async def answer(self, asked: StatesAsked, work: UnitOfWork) -> None:
        origin = self._origins.get(asked.of)
        if origin is None or origin.say is None:
            return
        if asked.subjects is None:
            await _say_whole(work, origin, asked.account_id)
            return
        subject = origin.column("subject")
        rows = await work.session.execute(origin.heads(subject.in_(asked.subjects)))
        there = [row.subject for row in rows if row.is_living or origin.may_return]
        if there:
            await origin.say(work, there)
        gone = tuple(one for one in asked.subjects if one not in set(there))
        if gone:
            work.emit(SubjectsGone(account_id=asked.account_id, of=asked.of, subjects=gone))

    # What the copy does

    async def look(self, said: VersionsSaid, work: UnitOfWork) -> None:
        """Whatever is behind is looked at again after a minute; what is there too many is asked about then."""
        copy = self._copies.get(said.of)
        if copy is None:
            return
        mine = await versions_here(
            work.session, copy, [(head.subject, head.person) for head in said.heads]
        )
        late = [head for head in said.heads if is_behind(mine.get(head.subject), head)]
        for head in late:
            await self._check_later(work, copy, head.person, head.subject, head.version)
        if said.whole_of is not None:
            known = {head.subject for head in said.heads}
            person, subject = copy.column("person"), copy.column("subject")
            ranged = within(subject, said.after, said.upto)
            rows = await work.session.execute(copy.heads(person == said.whole_of, *ranged))
            for row in rows:
                if row.is_living and row.subject not in known:
                    await self._check_later(work, copy, said.whole_of, row.subject, None)

    async def _check_later(
        self, work: UnitOfWork, copy: Copy, person: UUID, subject: UUID, version: int | None
    ) -> None:
        if not await work.hold(person, wait=False):
            return
        payload = Check(account_id=person, of=copy.topic, subject=subject, version=version)
        key = f"{copy.topic}:{subject}"
        work.enqueue(CHECK, payload, run_at=work.now + PATIENCE, key=key)

    async def check(self, late: "Check", work: UnitOfWork) -> None:
        """Still behind, a minute later: ask. Not while we are late ourselves: what is still queued is not lost, and answers would
        only make the queue longer.
        """
        copy = self._copies[late.of]
        if work.metrics is not None and work.metrics.lag_of(late.of) > LATE_SECONDS:
            await self._check_later(work, copy, late.account_id, late.subject, late.version)
            return
        mine = (await versions_here(work.session, copy, [(late.subject, late.account_id)])).get(
            late.subject
        )
        if late.version is None:
            if mine is None or not mine.is_living:
                return
        elif mine is not None and mine.version >= late.version:
            return
        else:
            _count(work, copy, "missing" if mine is None else "old", late.subject)
        self._ask(work, late.account_id, late.of, (late.subject,))

    def _ask(
        self, work: UnitOfWork, person: UUID, topic: str, subjects: tuple[UUID, ...] | None
    ) -> None:
        asked = StatesAsked(account_id=person, of=topic, asked_by=self.service, subjects=subjects)
        work.emit(asked)

    async def part(self, gone: SubjectsGone, work: UnitOfWork) -> None:
        copy = self._copies.get(gone.of)
        if copy is None:
            return
        mine = await versions_here(
            work.session, copy, [(one, gone.account_id) for one in gone.subjects]
        )
        for subject, row in mine.items():
            if not row.is_living:
                continue
            _count(work, copy, "too_many", subject)
            if copy.lose is not None:
                await copy.lose(work, gone.account_id, subject, row.version + 1)

    async def count(self, said: DigestsSaid, work: UnitOfWork) -> None:
        """Whoever differs is looked at again after a minute, on either side: those here only, and those there only."""
        copy = self._copies.get(said.of)
        if copy is None:
            return
        theirs = {one.person: (one.count, one.versions) for one in said.digests}
        rows = await work.session.execute(copy.digests(said.after, said.upto))
        mine = {row.person: (row.things, int(row.versions)) for row in rows}
        for person in theirs.keys() | mine.keys():
            count, versions = theirs.get(person, (0, 0))
            is_same = mine.get(person, (0, 0)) == (count, versions)
            if not is_same and await work.hold(person, wait=False):
                payload = Compare(account_id=person, of=said.of, count=count, versions=versions)
                key = f"{said.of}:{person}"
                work.enqueue(COMPARE, payload, run_at=work.now + PATIENCE, key=key)

    async def compare(self, said: "Compare", work: UnitOfWork) -> None:
        copy = self._copies[said.of]
        ours = copy.digests(None, None).where(copy.column("person") == said.account_id)
        row = (await work.session.execute(ours)).one_or_none()
        mine = (row.things, int(row.versions)) if row is not None else (0, 0)
        if mine != (said.count, said.versions):
            self._ask(work, said.account_id, said.of, None)


class Page(BaseModel):
    of: str
    after: UUID | None = None


class Check(BaseModel):
    """`version`: what there is at least; None for a thing its owner did not name."""

    account_id: UUID
    of: str
    subject: UUID
    version: int | None


class Compare(BaseModel):
    account_id: UUID
    of: str
    count: int
    versions: int


def _job(kind: str, payload: type[BaseModel], act: Callable[..., Awaitable[None]]) -> AnyJob:
    async def run_it(facts: BaseModel, run: JobRun[Any]) -> None:
        async with run.finish() as work:
            await act(facts, work)

    return Job(kind, payload, run_it, 1, timedelta(minutes=1), 6, Hold.LIVING)


def is_behind(mine: Any, head: Head) -> bool:
    """A thing that is deleted there and unknown here is no copy too few."""
    if mine is None:
        return not head.deleted
    return bool(mine.version < head.version)


async def _say_whole(work: UnitOfWork, origin: Origin, person: UUID) -> None:
    after: UUID | None = None
    while True:
        subject = origin.column("subject")
        mine = (origin.column("person") == person, origin.living(), *within(subject, after, None))
        page = origin.heads(*mine).order_by(subject).limit(AT_ONCE)
        rows = (await work.session.execute(page)).all()
        is_last = len(rows) < AT_ONCE
        upto = None if is_last else rows[-1].subject
        heads = tuple(Head(subject=row.subject, person=person, version=row.version) for row in rows)
        work.emit(
            VersionsSaid(
                said_id=new_id(),
                of=origin.topic,
                heads=heads,
                whole_of=person,
                after=after,
                upto=upto,
            )
        )
        if is_last:
            return
        after = upto


def _count(work: UnitOfWork, copy: Copy, kind: str, subject: UUID) -> None:
    log.error("copy.was_wrong", of=copy.topic, kind=kind, subject=str(subject))
    if work.metrics is not None:
        work.metrics.copies_wrong.labels(copy.topic, kind).inc()
