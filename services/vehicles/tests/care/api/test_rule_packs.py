from shared.testing.client import Callers


async def test_are_told_with_days_and_sources(call: Callers) -> None:
    found = (await call.free.get("/api/rule-packs")).json()
    assert [pack["country"] for pack in found["results"]] == ["DE", "ES", "FR", "GB", "IE", "NL"]
    [french] = (await call.free.get("/api/rule-packs?country=FR")).json()["results"]
    assert french["sticker"] == "critair"
    for rule in french["rules"]:
        assert rule["source"]["checked_on"] == "2026-11-30"
    [none] = [(await call.free.get("/api/rule-packs?country=XX")).json()]
    assert none["results"] == []
    assert (await call.free.get("/api/rule-packs?country=fr")).status_code == 422
