from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import select

from services.vehicles.domain.cars.roles import Role
from services.vehicles.storage.moving.guests import GuestLink
from services.vehicles.tests.factories import make_vehicle, read_odometer
from services.vehicles.tests.moving.exported import give_link
from services.vehicles.tests.running.factories import euros
from services.vehicles.tests.sharing import as_person, share
from services.vehicles.usecases.moving.handovers import end_links
from services.vehicles.usecases.work import Terms
from shared.clock import FixedClock
from shared.ids import new_id
from shared.security.secrets import digest, opaque_token
from shared.testing.client import Callers

LAST = "2026-06-15"


@pytest_asyncio.fixture(loop_scope="session")
async def car(call: Callers, clock: FixedClock) -> str:
    """A car read at 50,000 km, on a June morning."""
    clock.set(datetime(2026, 6, 10, 9, tzinfo=UTC))
    found: str = (await make_vehicle(call.standard))["id"]
    await read_odometer(call.standard, found, 50_000, "2026-06-01")
    return found


async def read(call: Callers, token: str, mileage: int = 50_500, **said: Any) -> Any:
    body = {"token": token, "mileage": mileage} | said
    return await call.anonymous.post("/api/guest/readings", json=body)


async def fill(call: Callers, token: str, **said: Any) -> Any:
    body = {"token": token, "quantity": "40", "total": euros("72.00"), "mileage": 50_600} | said
    return await call.anonymous.post("/api/guest/fills", json=body)


class TestLink:
    async def test_its_token_is_told_once_and_kept_as_a_digest(
        self, call: Callers, car: str, open_work: Any
    ) -> None:
        link, token = await give_link(call.standard, car, LAST)
        assert link["qr_svg"].startswith("<svg")
        assert link["made_by"]["is_you"]
        [listed] = (await call.standard.get(f"/api/vehicles/{car}/guest-links")).json()["results"]
        assert token not in str(listed)
        assert (listed["state"], listed["used"], listed["label"]) == ("open", 0, "Loueur")
        async with open_work() as work:
            kept = (await work.session.scalars(select(GuestLink))).one()
            assert kept.token_digest == digest(token)

    async def test_shows_a_guest_what_the_car_is_called_and_no_more(
        self, call: Callers, car: str
    ) -> None:
        _, token = await give_link(call.standard, car, LAST, allows=["reading"])
        answer = await call.anonymous.get(f"/api/guest?token={token}")
        assert answer.json() == {
            "car": "Peugeot 308",
            "label": "Loueur",
            "allows": ["reading"],
            "until": LAST,
            "distance_unit": "km",
            "energies": ["petrol"],
            "pumps": [{"energy": "petrol", "unit": "l"}],
        }
        assert answer.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("until", ["2026-06-09", "2027-06-12"])
    async def test_lives_a_year_at_most(self, call: Callers, car: str, until: str) -> None:
        body = {"label": "x", "until": until}
        answer = await call.standard.post(f"/api/vehicles/{car}/guest-links", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "link_day_wrong")

    async def test_twenty_at_most(self, call: Callers, car: str) -> None:
        for _ in range(20):
            link, _ = await give_link(call.standard, car, LAST)
        path = f"/api/vehicles/{car}/guest-links"
        full = await call.standard.post(path, json={"label": "x", "until": LAST})
        assert (full.status_code, full.json()["code"]) == (409, "links_full")
        await call.standard.delete(f"{path}/{link['id']}")
        await give_link(call.standard, car, LAST)

    @pytest.mark.parametrize(
        "said",
        [
            {"label": ""},
            {"label": "a\x00b"},
            {"label": "two\nlines"},
            {"label": "x" * 300},
            {"label": 5},
            {"allows": []},
            {"allows": ["everything"]},
            {"until": "2026-02-30"},
            {"until": None},
            {"more": 1},
        ],
    )
    async def test_hostile_wishes_are_refused(
        self, call: Callers, car: str, said: dict[str, Any]
    ) -> None:
        body = {"label": "x", "until": LAST} | said
        answer = await call.standard.post(f"/api/vehicles/{car}/guest-links", json=body)
        assert answer.status_code == 422


class TestReading:
    async def test_is_in_the_history_under_the_links_name(self, call: Callers, car: str) -> None:
        link, token = await give_link(call.standard, car, LAST)
        answer = await read(call, token)
        assert answer.status_code == 201
        assert answer.json() == {
            "car": "Peugeot 308",
            "label": "Loueur",
            "day": "2026-06-10",
            "mileage": 50_500,
            "distance_unit": "km",
        }
        ledger = (await call.standard.get(f"/api/vehicles/{car}/odometer")).json()["results"]
        [theirs] = [row for row in ledger if row["guest"]]
        assert (theirs["mileage"], theirs["guest"], theirs["made_by"]) == (50_500, "Loueur", None)
        assert (theirs["status"], theirs["read_on"]) == ("ACCEPTED", "2026-06-10")
        moments = (await call.standard.get(f"/api/vehicles/{car}/timeline")).json()["results"]
        assert [each["guest"] for each in moments] == ["Loueur", None]
        assert (await call.standard.get(f"/api/vehicles/{car}")).json()["mileage"] == 50_500
        [listed] = (await call.standard.get(f"/api/vehicles/{car}/guest-links")).json()["results"]
        assert (listed["id"], listed["used"]) == (link["id"], 1)

    async def test_that_contradicts_the_others_is_doubted(self, call: Callers, car: str) -> None:
        _, token = await give_link(call.standard, car, LAST)
        assert (await read(call, token, 40_000)).status_code == 201
        assert (await call.standard.get(f"/api/vehicles/{car}")).json()["mileage"] == 50_000

    async def test_its_owner_judges_it(self, call: Callers, car: str) -> None:
        _, token = await give_link(call.standard, car, LAST)
        await read(call, token)
        ledger = (await call.standard.get(f"/api/vehicles/{car}/odometer")).json()["results"]
        [theirs] = [row for row in ledger if row["guest"]]
        voided = await call.standard.post(f"/api/odometer/{theirs['id']}/void")
        assert (voided.status_code, voided.json()["guest"]) == (200, "Loueur")

    @pytest.mark.parametrize(
        ("day", "code"), [("2026-06-02", "guest_day_wrong"), ("2026-06-11", "guest_day_wrong")]
    )
    async def test_of_this_week(self, call: Callers, car: str, day: str, code: str) -> None:
        _, token = await give_link(call.standard, car, LAST)
        refused = await read(call, token, day=day)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert (await read(call, token, day="2026-06-03")).status_code == 201

    @pytest.mark.parametrize(
        "said",
        [
            {"mileage": -1},
            {"mileage": 10**18},
            {"mileage": "5"},
            {"mileage": None},
            {"day": "x"},
            {"token": "a b"},
            {"token": "x" * 201},
            {"token": None},
            {"vehicle": str(new_id())},
            {"made_by": str(new_id())},
            {"guest": "Somebody else"},
        ],
    )
    async def test_hostile_words_are_refused(
        self, call: Callers, car: str, said: dict[str, Any]
    ) -> None:
        _, token = await give_link(call.standard, car, LAST)
        body = {"token": token, "mileage": 50_500} | said
        answer = await call.anonymous.post("/api/guest/readings", json=body)
        assert answer.status_code == 422


class TestFill:
    async def test_is_in_the_history_with_its_reading(self, call: Callers, car: str) -> None:
        _, token = await give_link(call.standard, car, LAST)
        answer = await fill(call, token)
        assert answer.status_code == 201, answer.text
        assert answer.json()["unit_price"] == "1.8"
        [made] = (await call.standard.get("/api/fills")).json()["results"]
        assert (made["guest"], made["made_by"], made["quantity"]) == ("Loueur", None, "40.000")
        ledger = (await call.standard.get(f"/api/vehicles/{car}/odometer")).json()["results"]
        assert [row["mileage"] for row in ledger if row["guest"] == "Loueur"] == [50_600]

    async def test_what_does_not_fit_is_refused(self, call: Callers, car: str) -> None:
        _, token = await give_link(call.standard, car, LAST)
        refused = await fill(call, token, energy="electric", unit="l")
        assert refused.status_code == 422
        nothing = await fill(call, token, quantity=None, total=None)
        assert nothing.json()["code"] == "fill_incomplete"
        [listed] = (await call.standard.get(f"/api/vehicles/{car}/guest-links")).json()["results"]
        assert listed["used"] == 0, "what was refused is not counted"


class TestWhatIsNotAllowed:
    async def test_a_link_for_readings_takes_no_fill(self, call: Callers, car: str) -> None:
        _, token = await give_link(call.standard, car, LAST, allows=["reading"])
        refused = await fill(call, token)
        assert (refused.status_code, refused.json()["code"]) == (403, "guest_may_not")

    async def test_twenty_an_hour(self, call: Callers, car: str, clock: FixedClock) -> None:
        _, token = await give_link(call.standard, car, LAST)
        for number in range(20):
            assert (await read(call, token, 50_500 + number)).status_code == 201
        refused = await read(call, token, 50_900)
        assert (refused.status_code, refused.json()["code"]) == (429, "guest_too_often")
        assert refused.headers["retry-after"] == "3600"
        clock.move(hours=1)
        assert (await read(call, token, 50_900)).status_code == 201

    async def test_a_link_that_is_over_revoked_or_guessed_opens_nothing(
        self, call: Callers, car: str, clock: FixedClock
    ) -> None:
        over, revoked = [await give_link(call.standard, car, day) for day in ("2026-06-10", LAST)]
        await call.standard.delete(f"/api/vehicles/{car}/guest-links/{revoked[0]['id']}")
        assert (await read(call, over[1])).status_code == 201
        clock.set(datetime(2026, 6, 10, 22, 30, tzinfo=UTC))  # the 11th in Paris
        for token in (over[1], revoked[1], opaque_token(), "x"):
            for answer in (
                await call.anonymous.get(f"/api/guest?token={token}"),
                await read(call, token),
                await fill(call, token),
            ):
                assert (answer.status_code, answer.json()["code"]) == (410, "link_dead")
        states = (await call.standard.get(f"/api/vehicles/{car}/guest-links")).json()["results"]
        assert {row["state"] for row in states} == {"over", "revoked"}

    async def test_a_car_in_the_trash_has_no_door(self, call: Callers, car: str) -> None:
        _, token = await give_link(call.standard, car, LAST)
        await call.standard.delete(f"/api/vehicles/{car}")
        assert (await read(call, token)).json()["code"] == "link_dead"
        assert (await call.anonymous.get(f"/api/guest?token={token}")).status_code == 410
        await call.standard.post(f"/api/vehicles/{car}/restore")
        assert (await read(call, token)).status_code == 201

    async def test_a_link_of_another_car_is_not_found(self, call: Callers, car: str) -> None:
        link, token = await give_link(call.standard, car, LAST)
        other = (await make_vehicle(call.standard))["id"]
        answer = await call.standard.delete(f"/api/vehicles/{other}/guest-links/{link['id']}")
        assert answer.status_code == 404
        assert (await read(call, token)).status_code == 201


async def test_a_car_handed_over_has_no_guests_of_its_giver(
    call: Callers, car: str, open_work: Any
) -> None:
    _, token = await give_link(call.standard, car, LAST)
    async with open_work() as work:
        vehicle = await work.vehicles.held(UUID(car))
        await end_links(work, vehicle, Terms(call.user_id("other"), True, True))
    assert (await read(call, token)).json()["code"] == "link_dead"


async def test_a_manager_gives_links_too(call: Callers, car: str, open_work: Any) -> None:
    await share(open_work, car, "manager", Role.MANAGER)
    link, token = await give_link(as_person(call, "manager"), car, LAST)
    assert (await read(call, token)).status_code == 201
    [listed] = (await call.standard.get(f"/api/vehicles/{car}/guest-links")).json()["results"]
    assert (listed["id"], listed["made_by"]["is_you"]) == (link["id"], False)
