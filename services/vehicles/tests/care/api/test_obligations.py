"""What the law asks of a car, and the reminders that follow: domain page §11."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.factories import make_document, make_vehicle
from services.vehicles.tests.sharing import as_person, share
from shared.clock import FixedClock
from shared.contracts.base import Language
from shared.contracts.documents import DocumentType, ReadField
from shared.contracts.features import Plan
from shared.ids import new_id
from shared.testing.client import Callers, caller_on

NOW = datetime(2026, 1, 10, 9, tzinfo=UTC)
FRENCH = {"country": "FR", "first_registration": "2022-09-15", "category": "car"}


@pytest.fixture(autouse=True)
def january(clock: FixedClock) -> None:
    clock.set(NOW)


async def asked(client: Any, car: str) -> dict[str, Any]:
    answer = await client.get(f"/api/vehicles/{car}/obligations")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def say(client: Any, car: str, kind: str = "inspection", **said: Any) -> dict[str, Any]:
    answer = await client.post(f"/api/vehicles/{car}/obligations/{kind}/done", json=said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def reminders(client: Any, query: str = "?status=ACTIVE") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get(f"/api/reminders{query}")).json()["results"]
    return found


class TestWhatIsAsked:
    async def test_a_french_car(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        found = await asked(call.free, car)
        [inspection] = found["obligations"]
        told = {name: inspection[name] for name in ("kind", "opens_on", "due_on", "basis", "state")}
        assert told == {
            "kind": "inspection",
            "opens_on": "2026-03-15",
            "due_on": "2026-09-15",
            "basis": "schedule",
            "state": "planned",
        }
        assert inspection["please_check"] is True
        assert inspection["source"]["url"].startswith("https://")
        assert found["sticker"]["value"] == "1"
        assert (found["missing"], found["is_covered"]) == ([], True)

    async def test_says_what_is_missing(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, fuel_type=None))["id"]
        found = await asked(call.free, car)
        assert (found["missing"], found["is_covered"]) == (
            ["country", "first_registration"],
            False,
        )
        await call.free.patch(f"/api/vehicles/{car}", json={"country": "NL"})
        assert (await asked(call.free, car))["missing"] == ["first_registration", "fuel_type"]
        await call.free.patch(f"/api/vehicles/{car}", json={"country": "US"})
        assert (await asked(call.free, car))["is_covered"] is False

    async def test_without_a_category_it_is_taken_for_a_car(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, **FRENCH | {"category": None}))["id"]
        [inspection] = (await asked(call.free, car))["obligations"]
        assert inspection["assumed"] == ["category"]
        await call.free.patch(f"/api/vehicles/{car}", json={"category": "motorcycle"})
        [inspection] = (await asked(call.free, car))["obligations"]
        assert (inspection["due_on"], inspection["assumed"]) == ("2027-09-15", [])

    @pytest.mark.parametrize(
        ("language", "title"),
        [
            (Language.FR, "Contrôle technique"),
            (Language.EN, "Roadworthiness test"),
            (Language.ES, "Inspección técnica"),
        ],
    )
    async def test_in_the_language_of_whoever_asks(
        self, call: Callers, language: Language, title: str
    ) -> None:
        car = (await make_vehicle(call.standard, **FRENCH))["id"]
        caller = replace(caller_on(Plan.STANDARD, call.user_id("standard")), language=language)
        [inspection] = (await asked(call.with_caller(caller), car))["obligations"]
        assert inspection["title"] == title

    async def test_a_vehicle_keeps_what_the_law_takes_it_for(self, call: Callers) -> None:
        said = {"category": "car", "euro_norm": "EURO 6d", "electric_range": 52, "historic": True}
        car = await make_vehicle(call.free, fuel_type="plugin_hybrid", country="ES", **said)
        assert {name: car[name] for name in said} == said
        assert (await asked(call.free, car["id"]))["sticker"]["value"] == "0"
        again = await call.free.put(f"/api/vehicles/{car['id']}", json=car)
        assert {name: again.json()[name] for name in said} == said


class TestReminders:
    async def test_one_follows_the_rule(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        [found] = await reminders(call.free)
        assert (found["source"], found["kind"], found["due_on"], found["title"]) == (
            "rule",
            "inspection",
            "2026-09-15",
            "Contrôle technique",
        )
        assert found["note"].startswith("À vérifier")
        await call.free.patch(f"/api/vehicles/{car}", json={"first_registration": "2022-10-20"})
        [moved] = await reminders(call.free)
        assert (moved["id"], moved["due_on"]) == (found["id"], "2026-10-20")
        await call.free.patch(f"/api/vehicles/{car}", json={"country": None})
        assert await reminders(call.free) == []
        await call.free.patch(f"/api/vehicles/{car}", json={"country": "FR"})
        assert len(await reminders(call.free)) == 1

    async def test_what_was_done_moves_it(self, call: Callers, clock: FixedClock) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        clock.set(datetime(2026, 7, 3, 9, tzinfo=UTC))
        failed = await say(call.free, car, done_on="2026-07-02", result="S")
        [retest] = await reminders(call.free)
        assert (retest["service_type"], retest["due_on"]) == ("retest", "2026-09-02")
        await call.free.patch(f"/api/obligations/done/{failed['id']}", json={"result": "A"})
        [found] = await reminders(call.free)
        assert (found["service_type"], found["due_on"]) == ("inspection", "2028-07-02")
        await call.free.patch(
            f"/api/obligations/done/{failed['id']}", json={"next_on": "2028-06-30"}
        )
        [found] = await reminders(call.free)
        assert found["due_on"] == "2028-06-30"

    async def test_it_is_not_done_or_changed_by_itself(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        [found] = await reminders(call.free)
        path = f"/api/reminders/{found['id']}"
        for answer in (
            await call.free.delete(path),
            await call.free.patch(path, json={"due_on": "2030-01-01"}),
            await call.free.post(f"{path}/done"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (409, "reminder_of_rule")
        assert (await call.free.post(f"{path}/dismiss")).status_code == 200
        await call.free.patch(f"/api/vehicles/{car}", json={"color": "bleu"})
        assert await reminders(call.free) == []
        await say(call.free, car, done_on="2026-01-09")
        [again] = await reminders(call.free)
        assert again["due_on"] == "2028-01-09"

    async def test_an_insurance_is_told_sixty_and_fifteen_days_before(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        await say(call.free, car, "insurance", done_on="2025-06-01", next_on="2026-05-31")
        told = {
            (each["due_on"], each["remind_on"])
            for each in await reminders(call.free)
            if each["kind"] == "insurance"
        }
        assert told == {("2026-05-31", "2026-04-01"), ("2026-05-31", "2026-05-16")}

    async def test_a_car_that_is_sold_or_in_the_trash_is_asked_nothing(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        await call.free.post(f"/api/vehicles/{car}/sell", json={})
        assert await reminders(call.free) == []
        due = (await call.free.get("/api/obligations/due?within_days=3650")).json()
        assert due["count"] == 0


class TestPapers:
    def paper(self, call: Callers, car: str, **fields: str) -> Any:
        document = make_document(
            call.user_id("free"),
            document_type=DocumentType.INSPECTION,
            vehicle_id=UUID(car),
            lines=(),
        )
        read = tuple(
            ReadField(name=name, value=value, confidence=0.95) for name, value in fields.items()
        )
        return document.model_copy(update={"fields": read})

    async def test_the_next_date_of_an_inspection_always_wins(
        self, call: Callers, clock: FixedClock, hear: Any
    ) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        clock.set(datetime(2026, 7, 3, 9, tzinfo=UTC))
        document = self.paper(call, car, date="2026-07-02", expiry_date="2028-06-28", result="pass")
        await hear(document, times=2)
        [inspection] = (await asked(call.free, car))["obligations"]
        assert (inspection["due_on"], inspection["basis"]) == ("2028-06-28", "paper")
        [found] = await reminders(call.free)
        assert (found["source"], found["due_on"]) == ("document", "2028-06-28")
        [done] = (await call.free.get(f"/api/vehicles/{car}/obligations/done")).json()["results"]
        assert (done["read_on_document"], done["done_on"]) == (True, "2026-07-02")

    async def test_a_failed_one_asks_for_a_re_test(
        self, call: Callers, clock: FixedClock, hear: Any
    ) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        clock.set(datetime(2026, 7, 3, 9, tzinfo=UTC))
        await hear(self.paper(call, car, date="2026-07-02", result="fail"))
        [inspection] = (await asked(call.free, car))["obligations"]
        assert (inspection["due_on"], inspection["basis"]) == ("2026-09-02", "retest")

    async def test_a_correction_by_hand_is_kept(
        self, call: Callers, clock: FixedClock, hear: Any
    ) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        clock.set(datetime(2026, 7, 3, 9, tzinfo=UTC))
        document = self.paper(call, car, date="2026-07-01", expiry_date="2028-07-01")
        await hear(document)
        [done] = (await call.free.get(f"/api/vehicles/{car}/obligations/done")).json()["results"]
        await call.free.patch(f"/api/obligations/done/{done['id']}", json={"done_on": "2026-07-02"})
        await hear(document.model_copy(update={"revision": document.revision + 1}))
        [kept] = (await call.free.get(f"/api/vehicles/{car}/obligations/done")).json()["results"]
        assert (kept["done_on"], kept["read_on_document"]) == ("2026-07-02", False)

    @pytest.mark.parametrize(
        "fields", [{}, {"expiry_date": "some day"}, {"date": "2030-01-01"}, {"result": "pass"}]
    )
    async def test_what_tells_no_day_tells_nothing(
        self, call: Callers, hear: Any, fields: dict[str, str]
    ) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        await hear(self.paper(call, car, **fields))
        done = (await call.free.get(f"/api/vehicles/{car}/obligations/done")).json()
        assert done["count"] == 0


class TestAcrossCars:
    async def test_the_most_pressing_first(
        self, call: Callers, clock: FixedClock, statements: list[str]
    ) -> None:
        await make_vehicle(call.premium, **FRENCH, model="later")
        await make_vehicle(call.premium, **FRENCH | {"first_registration": "2022-03-01"})
        clock.set(datetime(2026, 6, 20, 9, tzinfo=UTC))
        statements.clear()
        found = (await call.premium.get("/api/obligations/due")).json()
        two = len(statements)
        assert [each["obligation"]["state"] for each in found["results"]] == ["overdue", "open"]
        for number in range(5):
            await make_vehicle(call.premium, **FRENCH, model=str(number))
        statements.clear()
        paged = (await call.premium.get("/api/obligations/due?page_size=2&page=2")).json()
        assert (paged["count"], len(paged["results"])) == (7, 2)
        assert paged["next"].endswith("page=3")
        assert len(statements) == two

    async def test_only_of_cars_whose_care_one_may_read(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard, **FRENCH))["id"]
        await share(open_work, car, "driver", Role.DRIVER)
        await share(open_work, car, "viewer", Role.VIEWER)
        for name, count in (("driver", 0), ("viewer", 1)):
            due = await as_person(call, name).get("/api/obligations/due?within_days=3650")
            assert due.json()["count"] == count


class TestDone:
    async def test_is_found_everywhere(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        row = await say(call.free, car, done_on="2026-01-05", note="Autosur Lyon")
        assert (await call.free.get(f"/api/obligations/done/{row['id']}")).json() == row
        timeline = (await call.free.get(f"/api/vehicles/{car}/timeline")).json()["results"]
        [told] = [each for each in timeline if each["kind"] == "obligation"]
        assert (told["title"], told["id"]) == ("Contrôle technique", row["id"])
        [hit] = (await call.free.get("/api/search?q=autosur")).json()["results"]
        assert hit["id"] == row["id"]
        changes = (await call.free.get("/api/sync")).json()["changes"]
        [change] = [each for each in changes if each["kind"] == "obligation"]
        assert change["item"] == row

    async def test_the_trash_gives_it_back(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        row = await say(call.free, car, done_on="2026-01-05")
        path = f"/api/obligations/done/{row['id']}"
        assert (await call.free.delete(path)).status_code == 204
        assert (await call.free.get(path)).status_code == 404
        assert (await call.free.patch(path, json={"note": "x"})).status_code == 404
        [inspection] = (await asked(call.free, car))["obligations"]
        assert inspection["due_on"] == "2026-09-15"
        listed = f"/api/vehicles/{car}/obligations/done"
        assert (await call.free.get(f"{listed}?trashed=true")).json()["count"] == 1
        assert (await call.free.post(f"{path}/restore")).status_code == 200
        assert (await call.free.get(listed)).json()["count"] == 1
        [inspection] = (await asked(call.free, car))["obligations"]
        assert inspection["due_on"] == "2028-01-05"

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({}, "obligation_undated"),
            ({"done_on": "2026-01-11"}, "obligation_in_future"),
            ({"done_on": "2026-01-05", "next_on": "2026-01-04"}, "next_before_done"),
            ({"done_on": "2026-02-30"}, "invalid_input"),
            ({"done_on": "2026-01-05", "result": "B"}, "invalid_input"),
            ({"done_on": "2026-01-05", "note": "a\x00b"}, "body_unstorable"),
            ({"done_on": "2026-01-05", "document": "x"}, "invalid_input"),
        ],
    )
    async def test_what_cannot_be_is_refused(
        self, call: Callers, said: dict[str, Any], code: str
    ) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        answer = await call.free.post(f"/api/vehicles/{car}/obligations/inspection/done", json=said)
        assert (answer.status_code, answer.json()["code"]) == (422, code)

    async def test_of_no_other_kind_and_with_no_paper_of_others(self, call: Callers) -> None:
        car = (await make_vehicle(call.free, **FRENCH))["id"]
        path = f"/api/vehicles/{car}/obligations"
        assert (await call.free.post(f"{path}/magic/done", json={})).status_code in {404, 422}
        said = {"done_on": "2026-01-05", "document": str(new_id())}
        assert (await call.free.post(f"{path}/inspection/done", json=said)).status_code == 404


async def test_says_how_sure_a_rule_is_and_what_could_not_be_checked(call: Callers) -> None:
    said = {"first_registration": "2022-05-16", "country": "IE", "category": "van"}
    car = (await make_vehicle(call.free, **said))["id"]
    [found] = (await asked(call.free, car))["obligations"]
    assert (found["rule"], found["source"]["confidence"]) == ("ie-cvrt", "official")
    assert all(url.startswith("https://") for url in found["source"]["read"])
    assert found["unchecked"].startswith("Un mois moins un jour plus tôt garde la date")
    [reminder] = (await call.free.get("/api/reminders")).json()["results"]
    assert found["unchecked"] in reminder["note"]
    packs = (await call.free.get("/api/rule-packs?country=IE")).json()["results"]
    assert {rule["source"]["confidence"] for rule in packs[0]["rules"]} <= {"official", "secondary"}
