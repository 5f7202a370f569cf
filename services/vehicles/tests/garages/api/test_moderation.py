from typing import Any

from services.vehicles.tests.garages.api.test_reviews import tally
from services.vehicles.tests.garages.factories import make_garage, make_review
from shared.contracts.vehicles_garages import GarageNotice
from shared.testing.client import Callers


class TestReports:
    async def test_an_administrator_hides_and_shows_again(
        self, call: Callers, emitted: Any
    ) -> None:
        garage = (await make_garage(call.standard))["id"]
        review = (await make_review(call.free, garage, rating=1))["id"]
        await make_review(call.other, garage, rating=5)
        path = f"/api/garages/reviews/{review}"
        for who in (call.other, call.standard, call.other):
            told = await who.post(f"{path}/report", json={"reason": "OFFENSIVE"})
            assert told.status_code == 201
        waiting = (await call.admin.get("/api/garages/reports")).json()
        assert waiting["count"] == 2, "one of each person"
        report = waiting["results"][0]["id"]
        settle = f"/api/garages/reports/{report}/settle"
        said = {"outcome": "hidden", "reason": "Insulting"}
        settled = await call.admin.post(settle, json=said)
        assert (settled.status_code, settled.json()["outcome"]) == (200, "hidden")
        assert (await call.admin.post(settle, json=said)).json()["code"] == "report_settled"
        assert (await call.admin.get("/api/garages/reports")).json()["count"] == 0
        assert await tally(call, garage) == (5.0, 1)
        for who in (call.anonymous, call.other):
            assert (await who.get(path)).status_code == 404
            assert (await who.get("/api/garages/reviews")).json()["count"] == 1
        mine = (await call.free.get(path)).json()
        assert (mine["hidden_because"], mine["hidden_at"] is not None) == ("Insulting", True)
        assert (await call.admin.get("/api/garages/reviews")).json()["count"] == 2
        heard = [(each.account_id, each.kind) for each in await emitted(GarageNotice)]
        assert heard == [(call.user_id("free"), "review_hidden")]
        assert (await call.admin.post(f"{path}/show")).status_code == 200
        assert await tally(call, garage) == (3.0, 2)
        deeds = (await call.admin.get(f"/api/garages/{garage}/audit")).json()["results"]
        assert [each["kind"] for each in deeds] == ["review_shown", "review_hidden", "entered"]

    async def test_edited_while_hidden_it_stays_out_of_the_mean(self, call: Callers) -> None:
        garage = (await make_garage(call.standard))["id"]
        review = (await make_review(call.free, garage, rating=1))["id"]
        path = f"/api/garages/reviews/{review}"
        await call.admin.post(f"{path}/hide", json={"reason": "Insulting"})
        edited = await call.free.patch(path, json={"rating": 5})
        assert (edited.status_code, await tally(call, garage)) == (200, (None, 0))

    async def test_kept_it_stays_in_sight(self, call: Callers) -> None:
        garage = (await make_garage(call.standard))["id"]
        review = (await make_review(call.free, garage))["id"]
        path = f"/api/garages/reviews/{review}"
        told = (await call.other.post(f"{path}/report", json={"reason": "spam"})).json()
        kept = await call.admin.post(
            f"/api/garages/reports/{told['id']}/settle", json={"outcome": "kept"}
        )
        assert kept.json()["outcome"] == "kept"
        assert (await call.anonymous.get(path)).status_code == 200

    async def test_nobody_reports_their_own(self, call: Callers) -> None:
        garage = (await make_garage(call.standard))["id"]
        review = (await make_review(call.free, garage))["id"]
        path = f"/api/garages/reviews/{review}/report"
        assert (await call.free.post(path, json={"reason": "spam"})).status_code == 403
        assert (await call.other.post(path, json={"reason": "dull"})).status_code == 422
