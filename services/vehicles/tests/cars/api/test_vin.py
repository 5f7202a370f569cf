from services.vehicles.tests.factories import VIN
from shared.testing.client import Callers


class TestDecode:
    async def test_offline_with_hints(self, call: Callers) -> None:
        answer = await call.free.post("/api/vehicles/decode-vin", json={"vin": VIN.lower()})
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert (found["make"], found["country"], found["wmi"]) == ("Peugeot", "FR", "VF3")
        assert (found["model_year"], found["model_year_certainty"]) == (2017, "unsure")
        assert found["check_digit_valid"] is False

    async def test_what_is_no_vin_is_refused(self, call: Callers) -> None:
        for vin in ("", "VF3", "VF3LBHZTXHS12345O", "VF3LBHZTXHS1234567"):
            answer = await call.free.post("/api/vehicles/decode-vin", json={"vin": vin})
            assert (answer.status_code, answer.json()["code"]) == (422, "vin_malformed")
