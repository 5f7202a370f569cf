"""What the demo tells of the second car is so, on the real house: brought from Fuelio, mended for a case, sold with its papers."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from deploy.local.demo import chapters, garage, moving
from tests.flows.house import FlowHouse
from tests.flows.test_demo import somebody

pytestmark = pytest.mark.timeout(300)
MOST_WORDS = 240


def test_an_old_car_comes_is_mended_and_sold(house: FlowHouse, tmp_path: Path) -> None:
    me = somebody(house, tmp_path / "demo.json")
    with ExitStack() as leaving:
        leaving.callback(me.api.client.close)
        chapters.arrive(me)
        read_before = me.story.words
        for chapter in (moving.bring, garage.mend, moving.sell):
            chapter(me)
        record = json.loads((tmp_path / "demo.json").read_text())
        facts: dict[str, Any] = {step["name"]: step["facts"] for step in record["steps"]}
        car = me.api.get(f"/api/vehicles/{facts['import_applied']['vehicle_id']}")
        assert car["mileage"] == 110_700, "as the garage read it"
        case = me.api.get(f"/api/diagnostics/{facts['case']['case_id']}")
        assert (case["status"], case["record"]) == ("resolved", facts["closed"]["maintenance_id"])
        assert facts["history_pdf"]["pages"] >= 3
        assert me.story.words - read_before <= MOST_WORDS
