from typing import Any

import pytest

from services.vehicles.domain.cars.roles import Role
from services.vehicles.tests.factories import make_vehicle
from services.vehicles.tests.running.api.test_fills import make_fill, money
from services.vehicles.tests.sharing import share
from shared.testing.client import Callers

NIGHT = {"name": "night", "starts": "22:00", "ends": "06:00", "price": "0.15"}
HOME: dict[str, Any] = {
    "name": "Home",
    "timezone": "Europe/Paris",
    "currency": "EUR",
    "prices": [
        {"valid_from": "2026-01-01", "price": "0.25", "bands": [NIGHT], "solar_price": "0.08"}
    ],
}


async def make_tariff(client: Any, **said: Any) -> dict[str, Any]:
    answer = await client.post("/api/energy-tariffs", json=HOME | said)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def charge(client: Any, car: str, tariff: str, **said: Any) -> dict[str, Any]:
    body = {
        "energy": "electric",
        "quantity": "10",
        "day": "2026-03-10",
        "tariff": tariff,
        "charged_from": "2026-03-10T20:00:00Z",
        "charged_to": "2026-03-10T22:00:00Z",
    }
    return await make_fill(client, car, **(body | said))


class TestTariffs:
    async def test_made_read_changed_and_removed(self, call: Callers) -> None:
        made = await make_tariff(call.standard)
        address = f"/api/energy-tariffs/{made['id']}"
        [prices] = made["prices"]
        assert (prices["price"], prices["solar_price"]) == ("0.25", "0.08")
        assert len(prices["bands"][0]["days"]) == 7
        assert (await call.standard.get(address)).json() == made
        assert (await call.standard.get("/api/energy-tariffs")).json()["results"] == [made]
        sent = {name: made[name] for name in HOME}
        again = await call.standard.put(address, json=sent)
        assert again.json() | {"updated_at": ""} == made | {"updated_at": ""}
        named = await call.standard.patch(address, json={"name": "Work"})
        assert (named.json()["name"], named.json()["prices"]) == ("Work", made["prices"])
        for client, status in ((call.other, 404), (call.standard, 204)):
            assert (await client.delete(address)).status_code == status
        assert (await call.standard.get(address)).status_code == 404

    @pytest.mark.parametrize(
        "bad",
        [
            {"timezone": "Mars/Olympus"},
            {"timezone": "../etc/passwd"},
            {"currency": "EURO"},
            {"name": ""},
            {"prices": []},
            {"prices": [{"valid_from": "2026-01-01", "price": "-1"}]},
            {"prices": [{"valid_from": "2026-02-30", "price": "1"}]},
            {"prices": [{"valid_from": "2026-01-01", "price": "1"}] * 2},
            {"prices": [{"valid_from": "2026-01-01", "price": "1", "bands": [NIGHT] * 25}]},
            {
                "prices": [
                    {"valid_from": "2026-01-01", "price": "1", "bands": [NIGHT | {"days": []}]}
                ]
            },
            {
                "prices": [
                    {"valid_from": "2026-01-01", "price": "1", "bands": [NIGHT | {"ends": "25:00"}]}
                ]
            },
        ],
    )
    async def test_what_is_no_tariff_is_refused(self, call: Callers, bad: dict[str, Any]) -> None:
        answer = await call.standard.post("/api/energy-tariffs", json=HOME | bad)
        assert answer.status_code == 422, answer.text
        made = await make_tariff(call.standard)
        address = f"/api/energy-tariffs/{made['id']}"
        assert (await call.standard.patch(address, json=bad)).status_code == 422
        assert (await call.standard.get(address)).json() == made


class TestPrice:
    async def test_a_charge_is_split_over_the_hours(self, call: Callers) -> None:
        """In Paris from 21:00 to 23:00 on 10 March."""
        made = await make_tariff(call.standard)
        address = f"/api/energy-tariffs/{made['id']}/price"
        body = {
            "quantity": "10",
            "solar_quantity": "2",
            "charged_from": "2026-03-10T20:00:00Z",
            "charged_to": "2026-03-10T23:00:00+01:00",
        }
        found = (await call.standard.post(address, json=body)).json()
        assert found["total"] == money("1.76")
        assert found["parts"] == [
            {"name": None, "price": "0.25", "quantity": 4.0, "solar": False},
            {"name": "night", "price": "0.15", "quantity": 4.0, "solar": False},
            {"name": None, "price": "0.08", "quantity": 2.0, "solar": True},
        ]
        unknown = await call.standard.post(address, json={"quantity": "10"})
        assert unknown.json() == {"total": None, "parts": []}
        assert (await call.other.post(address, json=body)).status_code == 404

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"solar_quantity": "11"}, "solar_too_much"),
            (
                {
                    "charged_from": "2026-03-10T20:00:00Z",
                    "charged_to": "2026-03-10T20:00:00Z",
                },
                "charge_times_wrong",
            ),
            (
                {
                    "charged_from": "2026-03-10T20:00:00Z",
                    "charged_to": "2026-03-20T20:00:00Z",
                },
                "charge_times_wrong",
            ),
            ({"charged_from": "0001-01-01T00:00:00Z"}, "invalid_input"),
            ({"charged_from": "9999-12-31T23:59:59-14:00"}, "invalid_input"),
        ],
    )
    async def test_what_cannot_be_is_refused(
        self, call: Callers, said: dict[str, Any], code: str
    ) -> None:
        made = await make_tariff(call.standard)
        answer = await call.standard.post(
            f"/api/energy-tariffs/{made['id']}/price", json={"quantity": "10"} | said
        )
        assert (answer.status_code, answer.json()["code"]) == (422, code)


class TestChargesByTariff:
    async def test_what_nobody_typed_the_tariff_tells_and_tells_again_when_it_changes(
        self, call: Callers
    ) -> None:
        car = (await make_vehicle(call.standard, fuel_type="electric"))["id"]
        tariff = (await make_tariff(call.standard))["id"]
        made = await charge(call.standard, car, tariff)
        assert (made["total"], made["derived"], made["doubts"]) == (money("2.00"), "tariff", [])
        typed = await charge(call.standard, car, tariff, total=money("3.00"))
        assert (typed["total"], typed["derived"]) == (money("3.00"), "unit_price")
        dearer = [{"valid_from": "2026-01-01", "price": "0.50"}]
        await call.standard.patch(f"/api/energy-tariffs/{tariff}", json={"prices": dearer})
        address = f"/api/fills/{made['id']}"
        assert (await call.standard.get(address)).json()["total"] == money("5.00")
        noted = await call.standard.patch(address, json={"note": "at home"})
        assert noted.json()["total"] == money("5.00")
        again = (await call.standard.get(f"/api/fills/{typed['id']}")).json()
        assert again["total"] == money("3.00")
        await call.standard.delete(f"/api/energy-tariffs/{tariff}")
        kept = (await call.standard.patch(address, json={"note": None})).json()
        assert (kept["total"], kept["tariff"]) == (money("5.00"), None)

    async def test_without_its_hours_it_has_no_price_and_says_so(self, call: Callers) -> None:
        car = (await make_vehicle(call.standard, fuel_type="electric"))["id"]
        tariff = (await make_tariff(call.standard))["id"]
        made = await charge(call.standard, car, tariff, charged_from=None, charged_to=None)
        assert (made["total"], made["doubts"]) == (None, ["tariff_needs_times"])
        address = f"/api/fills/{made['id']}"
        timed = (await call.standard.patch(address, json={"time": "23:30"})).json()
        assert (timed["total"], timed["doubts"]) == (money("1.50"), [])

    async def test_a_members_charge_may_use_the_owners_tariff_and_not_a_strangers(
        self, call: Callers, open_work: Any
    ) -> None:
        car = (await make_vehicle(call.standard, fuel_type="electric"))["id"]
        await share(open_work, car, "other", Role.DRIVER)
        owners = (await make_tariff(call.standard))["id"]
        own = (await make_tariff(call.other))["id"]
        strangers = (await make_tariff(call.premium))["id"]
        for tariff in (owners, own):
            assert (await charge(call.other, car, tariff))["total"] == money("2.00")
        refused = await call.other.post(
            f"/api/vehicles/{car}/fills",
            json={"energy": "electric", "quantity": "10", "tariff": strangers},
        )
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (404, "/tariff")
