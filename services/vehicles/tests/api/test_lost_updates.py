"""Two people (or two tabs) at the same car: nobody's change is lost unseen. Acceptance check 56."""

import asyncio
from typing import Any

import pytest

from shared.ids import new_id
from shared.testing.client import Callers

CAR = {"make": "Peugeot", "model": "308", "year": 2019}
RECORD = {"service_date": "2026-03-02", "service_type": "oil_change", "status": "COMPLETED"}


async def made(client: Any, kind: str) -> str:
    """The address of a new thing of that kind."""
    car = (await client.post("/api/vehicles", json=CAR)).json()["id"]
    if kind == "vehicles":
        return f"/api/vehicles/{car}"
    answer = await client.post("/api/maintenances", json=RECORD | {"vehicle": car})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


CHANGES = {
    "vehicles": [{"color": "red"}, {"color": "blue"}],
    "maintenances": [{"description": "red"}, {"description": "blue"}],
}


@pytest.mark.parametrize("kind", ["vehicles", "maintenances"])
class TestTwoWriters:
    async def test_of_two_at_once_one_wins_and_one_is_told(self, call: Callers, kind: str) -> None:
        """Truly at once, ten times over: each has seen the same, so exactly one may write."""
        address = await made(call.free, kind)
        for number in range(10):
            tag = (await call.free.get(address)).headers["etag"]
            answers = await asyncio.gather(
                *(
                    call.free.patch(
                        address,
                        json={name: f"{value} {number}" for name, value in change.items()},
                        headers={"If-Match": tag},
                    )
                    for change in CHANGES[kind]
                )
            )
            codes = sorted(answer.status_code for answer in answers)
            winner = next((answer for answer in answers if answer.status_code == 200), None)
            after = await call.free.get(address)
            assert winner is not None, codes
            assert codes == [200, 412]
            assert winner.headers["etag"] == after.headers["etag"]

    async def test_the_second_of_two_in_turn_is_412(self, call: Callers, kind: str) -> None:
        address = await made(call.free, kind)
        tag = (await call.free.get(address)).headers["etag"]
        first, second = CHANGES[kind]
        won = await call.free.patch(address, json=first, headers={"If-Match": tag})
        lost = await call.free.patch(address, json=second, headers={"If-Match": tag})
        assert (won.status_code, lost.status_code) == (200, 412)
        assert lost.json()["code"] == "precondition_failed"
        assert lost.headers["content-type"] == "application/problem+json"
        again = await call.free.patch(
            address, json=second, headers={"If-Match": won.headers["etag"]}
        )
        assert again.status_code == 200

    async def test_a_writer_without_if_match_counts_too(self, call: Callers, kind: str) -> None:
        address = await made(call.free, kind)
        first, second = CHANGES[kind]
        for _ in range(5):
            await call.free.patch(address, json={next(iter(first)): str(new_id())})
            tag = (await call.free.get(address)).headers["etag"]
            careless, careful = await asyncio.gather(
                call.free.patch(address, json=first),
                call.free.patch(address, json=second, headers={"If-Match": tag}),
            )
            assert careless.status_code == 200
            assert careful.status_code in {200, 412}
            shown = (await call.free.get(address)).json()
            if careful.status_code == 412:
                assert first.items() <= shown.items()

    async def test_deleting_what_has_changed_is_412(self, call: Callers, kind: str) -> None:
        address = await made(call.free, kind)
        tag = (await call.free.get(address)).headers["etag"]
        await call.free.patch(address, json=CHANGES[kind][0])
        stale = await call.free.delete(address, headers={"If-Match": tag})
        assert stale.status_code == 412
        tag = (await call.free.get(address)).headers["etag"]
        assert (await call.free.delete(address, headers={"If-Match": tag})).status_code == 204
        gone = await call.free.delete(address, headers={"If-Match": tag})
        assert gone.status_code == 404

    @pytest.mark.parametrize(
        ("form", "expected"),
        [
            ("*", 200),
            ('"other", {tag}', 200),
            ("W/{tag}", 412),
            ("nonsense", 412),
            ('"other"', 412),
            ("", 412),
        ],
    )
    async def test_forms_of_the_header(
        self, call: Callers, kind: str, form: str, expected: int
    ) -> None:
        """A weak tag promises too little to write by (RFC 9110, section 13.1.1)."""
        address = await made(call.free, kind)
        tag = (await call.free.get(address)).headers["etag"]
        headers = {"If-Match": form.format(tag=tag)}
        answer = await call.free.patch(address, json=CHANGES[kind][0], headers=headers)
        assert answer.status_code == expected

    async def test_somebody_elses_is_404_whatever_the_tag(self, call: Callers, kind: str) -> None:
        address = await made(call.free, kind)
        for form in ("*", '"other"'):
            answer = await call.other.patch(
                address, json=CHANGES[kind][0], headers={"If-Match": form}
            )
            assert answer.status_code == 404


class TestReading:
    async def test_a_list_is_304_until_something_in_it_changes(self, call: Callers) -> None:
        address = await made(call.free, "vehicles")
        first = await call.free.get("/api/vehicles")
        tag = first.headers["etag"]
        assert not tag.startswith("W/")
        for asked in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = await call.free.get("/api/vehicles", headers={"If-None-Match": asked})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        await call.free.patch(address, json={"color": "green"})
        changed = await call.free.get("/api/vehicles", headers={"If-None-Match": tag})
        assert changed.status_code == 200
        assert changed.headers["etag"] != tag

    async def test_the_same_state_has_the_same_tag(self, call: Callers) -> None:
        address = await made(call.free, "vehicles")
        tags = {(await call.free.get(address)).headers["etag"] for _ in range(3)}
        assert len(tags) == 1
