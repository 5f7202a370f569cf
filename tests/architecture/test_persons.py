"""Whoever keeps something of a person holds them: by the kernel, from the name a person has in events, payloads and tables."""

import importlib
from typing import Any

import pytest

from shared.bus.work_queue import Job
from shared.contracts.auth import AccountDeletionStarted
from shared.db.belongings import End
from shared.db.persons import NAMES, Hold
from shared.testing.events import all_events
from tests.architecture.test_belongings import SERVICES

OF_THE_ERASED = {
    "erasure.collect_erased": "it is about somebody erased, always",
    "auth.warn_the_owner": "the farewell may come after the erasure; of all other news `deliver` asks",
    "billing.erase": "the erasure itself, when the provider answers",
}
"""Listeners and jobs that run for somebody erased, and why."""
KNOWN_LATER = {
    "vehicles.read_recalls": "keeps public facts, which are nobody's",
    "auth.resend_code": "asks the registration whose it is; the account's own row holds",
    "documents.forget_blob": "adds nothing",
    "documents.sweep_blobs": "adds nothing; deletes files nobody knows",
    "documents.pack_export": "changes a row of its own, held, that an erasure deletes",
    "notifications.send": "asks the delivery whose it is, and holds them before it",
    "notifications.send_now": "as notifications.send",
    "billing.apply_event": "asks the event whose it is, and holds them before it",
    "copies.digests": "counts many people's things, keeps nothing of theirs",
    "billing.refresh_plan": "many people, each held",
    "billing.catch_up": "keeps events by their ids; whom one is about is held when it is applied",
    "billing.reconcile": "many people, each held",
}
"""Jobs whose payload names nobody, and what they do instead."""


OF_MANY = {
    "copies.versions_said.v1": "versions of many people's things; each is looked at by a job that names one",
    "copies.digests_said.v1": "counts of many people's things; as above",
}
"""Events that name nobody where the kernel looks: nothing of anybody is kept from them."""


def module(service: str, room: str) -> Any:
    return importlib.import_module(f"services.{service}.{room}")


def jobs_of(service: str) -> list[Job[Any, Any]]:
    try:
        found = module(service, "jobs").jobs
    except ModuleNotFoundError:
        return []
    return [one for one in found if isinstance(one, Job)]


def test_every_event_names_one_person() -> None:
    for event in all_events():
        if event.topic in OF_MANY:
            continue
        named = [name for name in NAMES if name in event.model_fields]
        assert len(named) == 1, (
            f"{event.topic} names {named or 'nobody'}: the kernel must know whom to hold"
        )


@pytest.mark.parametrize("service", SERVICES)
class TestEachService:
    def test_its_units_of_work_know_what_belongs_to_people(self, service: str) -> None:
        belongings = module(service, "storage.belongings").BELONGINGS
        assert module(service, "usecases.work").Work.belongings is belongings

    def test_a_person_is_called_by_a_name_the_kernel_knows(self, service: str) -> None:
        for one in module(service, "storage.belongings").BELONGINGS.theirs:
            assert one.owner is None or one.owner in NAMES, one.name

    def test_a_table_without_a_column_of_the_person_goes_with_one_that_has_it(
        self, service: str
    ) -> None:
        unguarded = {
            one.name
            for one in module(service, "storage.belongings").BELONGINGS.theirs
            if one.owner is None and one.end is End.DELETED
        }
        assert unguarded <= {"account"}, "nothing would refuse a row of somebody erased"

    def test_its_listeners_hold_whom_they_are_about(self, service: str) -> None:
        for listener in module(service, "consumers").consumers:
            if listener.event is AccountDeletionStarted:
                assert listener.hold is Hold.ALONE
            elif listener.hold is not Hold.LIVING:
                assert listener.name in OF_THE_ERASED, listener.name

    def test_its_jobs_hold_whom_they_are_about(self, service: str) -> None:
        for job in jobs_of(service):
            named = [name for name in NAMES if name in job.payload.model_fields]
            assert len(named) == 1 or job.kind in KNOWN_LATER, job.kind
            assert job.hold is Hold.LIVING or job.kind in OF_THE_ERASED, job.kind
