"""What lies side by side in one statement is what each asks by itself."""

from typing import Any
from uuid import UUID

from services.vehicles.tests.factories import make_plan, make_record, make_reminder, make_vehicle
from shared.testing.client import Callers


async def test_one_statement_finds_what_eight_find(call: Callers, open_work: Any) -> None:
    car = (await make_vehicle(call.premium, mileage=50_000))["id"]
    other = (await make_vehicle(call.premium, mileage=50_000))["id"]
    for each in (car, other):
        for number, template in enumerate(("oil_change", "brake_fluid", "air_filter")):
            plan = await make_plan(call.premium, each, template=template)
            await make_reminder(call.premium, each)
            await make_record(call.premium, each, mileage=49_000 + number)
            skip = await call.premium.post(
                f"/api/maintenance-plans/{plan['id']}/skip", json={"reason": "sold soon"}
            )
            assert skip.status_code in {200, 201}, skip.text
    id_ = UUID(car)
    async with open_work() as work:
        found = await work.care_books.of_car(id_, or_warranted=())
        assert found.plans == await work.plans.of_vehicle(id_)
        assert found.reminders == await work.reminders.of_vehicle(id_)
        assert found.occurrences == await work.occurrences.of_vehicle(id_)
        assert found.request == await work.reading_requests.of_vehicle(id_)
        assert list(found.phases) == (await work.phases.of_each([id_])).get(id_, [])
        records = await work.plan_entries.closing_records([id_])
        assert sorted(map(tuple, found.records)) == sorted(map(tuple, records))
        entries = await work.plan_entries.of_vehicles([id_])
        assert [tuple(row) for row in found.entries] == [tuple(row) for row in entries]
        sizes = {len(found.plans), len(found.reminders), len(found.records), len(found.entries)}
    assert sizes == {3}


async def test_what_else_a_row_has_changed_is_written_too(call: Callers, open_work: Any) -> None:
    """`write_together` takes the rows that have only moved; a title goes its own way, with the next flush."""
    car = UUID((await make_vehicle(call.premium, mileage=50_000))["id"])
    for _ in range(2):
        await make_reminder(call.premium, str(car))
    async with open_work() as work:
        moved, renamed = await work.occurrences.of_vehicle(car)
        moved.sequence += 5
        renamed.sequence, renamed.title = 9, "Renamed"
        was = moved.sequence
        await work.occurrences.write_together([moved, renamed])
        assert not work.session.is_modified(moved)
        await work.session.commit()
    async with open_work() as work:
        rows = await work.occurrences.of_vehicle(car)
        assert [(row.sequence, row.title == "Renamed") for row in rows] == [(was, False), (9, True)]
