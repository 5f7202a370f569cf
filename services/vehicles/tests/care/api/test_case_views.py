"""How a case is told."""

from services.vehicles.tests.care.factories import make_case, make_reply
from services.vehicles.tests.factories import make_vehicle
from shared.contracts.base import Language
from shared.testing.client import Callers


class TestTold:
    async def test_advice_is_told_in_the_readers_language(self, call: Callers) -> None:
        car = (await make_vehicle(call.free))["id"]
        case = await make_case(call.free, car, title="Fumée", dtc_codes=["P0302"])
        assert case["red_flags"] == ["smoke"]
        first = case["safety_advice"][0]
        assert (first["code"], first["level"]) == ("call_emergency", "high")
        assert "112" in first["text"]
        english = call.as_user(call.user_id("free"), language=Language.EN)
        told = (await english.get(f"/api/diagnostics/{case['id']}")).json()
        assert told["safety_advice"][0]["text"].startswith("If there is smoke")
        assert told["codes"][0]["title"] == "Cylinder 2 misfire"
        assert [each["service_type"] for each in case["proposals"]] == ["spark_plugs"]

    async def test_a_page_costs_the_same_whatever_its_length(
        self, call: Callers, statements: list[str]
    ) -> None:
        car = (await make_vehicle(call.free))["id"]
        sent = []
        for more in (1, 7):
            for _ in range(more):
                await make_reply(call.free, (await make_case(call.free, car))["id"])
            statements.clear()
            await call.free.get("/api/diagnostics")
            sent.append(len(statements))
        assert sent[0] == sent[1]
        assert sent[0] <= 5
