"""A contract only grows: the committed schemas are the promise."""

import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.base import Event
from shared.testing.events import all_events
from shared.testing.schemas import FOLDER, breaking_changes, committed, file_of, schema_of

ROOT = Path(__file__).parents[2]
EVENTS = all_events()


def last_release(event: type[Event]) -> dict[str, Any] | None:
    """The schema as of the newest tag, if there is a tag and it had this event."""
    tag = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    if not tag:
        return None
    path = file_of(event).relative_to(ROOT).as_posix()
    shown = subprocess.run(
        ["git", "show", f"{tag}:{path}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return json.loads(shown.stdout) if shown.returncode == 0 else None


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.topic)
class TestSchema:
    def test_is_committed_and_current(self, event: type[Event]) -> None:
        assert committed(event) == schema_of(event), "run `make contracts`"

    def test_breaks_no_listener_of_the_last_release(self, event: type[Event]) -> None:
        old = last_release(event) or schema_of(event)
        assert list(breaking_changes(old, schema_of(event))) == []

    def test_its_topic_is_speaker_fact_version(self, event: type[Event]) -> None:
        speaker, fact, version = event.topic.split(".")
        # what a speaker says of one wing may stand in a file of its own: vehicles_garages
        assert event.__module__.rpartition(".")[2].partition("_")[0] == speaker
        assert version[0] == "v"
        assert version[1:].isdigit()
        assert event.subject_field in event.model_fields
        name = "".join(word.capitalize() for word in fact.split("_"))
        assert event.__name__ == name


def test_no_schema_without_its_event() -> None:
    assert {path.name for path in FOLDER.glob("*.json")} == {
        f"{event.topic}.json" for event in EVENTS
    }


class TestBreakingChanges:
    """The judge itself can tell."""

    def schema(self) -> dict[str, Any]:
        return copy.deepcopy(
            schema_of(next(event for event in EVENTS if event.__name__ == "DocumentRead"))
        )

    def test_a_removed_field_is_refused(self) -> None:
        new = self.schema()
        del new["properties"]["file_name"]
        assert list(breaking_changes(self.schema(), new)) == ["/file_name: removed"]

    def test_a_retyped_field_is_refused(self) -> None:
        new = self.schema()
        new["properties"]["file_name"] = {"type": "integer"}
        assert len(list(breaking_changes(self.schema(), new))) == 1

    def test_a_new_required_field_is_refused_and_an_optional_one_is_not(self) -> None:
        new = self.schema()
        new["properties"]["pages"] = {"type": "integer"}
        assert list(breaking_changes(self.schema(), new)) == ["/pages: added without a default"]
        new["properties"]["pages"]["default"] = 1
        assert list(breaking_changes(self.schema(), new)) == []

    def test_a_value_taken_out_of_an_enum_is_refused(self) -> None:
        new = self.schema()
        new["$defs"]["DocumentType"]["enum"].remove("invoice")
        assert len(list(breaking_changes(self.schema(), new))) == 1

    def test_a_change_inside_a_nested_model_is_seen(self) -> None:
        new = self.schema()
        del new["$defs"]["ReadField"]["properties"]["confidence"]
        assert list(breaking_changes(self.schema(), new)) == ["/fields[]/confidence: removed"]
