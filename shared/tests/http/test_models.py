"""Shapes of requests: what the API's description says is what is taken."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from shared.http.models import Line, Moment, Prose, RequestModel, every_member_optional


class Thing(RequestModel):
    name: Line
    size: int = 3
    words: list[str] = Field(default_factory=list)


@every_member_optional
class ThingEdit(Thing):
    """As a PATCH takes it."""


class TestTexts:
    @pytest.mark.parametrize(
        "said",
        [
            *("", " ", "\t\u00a0", "a\nb", "a\x00b", "x" * 201),
            *("a\tb", "a\x07b", "a\x85b", "a\x9bb", "a\u2028b", "a\u202eb", "a\u2067b", "a\ud800"),
        ],
        ids=ascii,
    )
    def test_a_line_is_one_line_that_says_something(self, said: str) -> None:
        with pytest.raises(ValidationError):
            Thing(name=said)

    def test_spaces_around_it_are_taken_off(self) -> None:
        assert Thing(name="  Vidange \n").name == "Vidange"

    @pytest.mark.parametrize("said", ["a\x00", "a\x0bb", "a\x1bb", "a\x9bb", "\ud800"], ids=ascii)
    def test_prose_has_no_control_characters(self, said: str) -> None:
        with pytest.raises(ValidationError):
            TypeAdapter(Prose).validate_python(said)

    def test_prose_keeps_its_lines(self) -> None:
        assert TypeAdapter(Prose).validate_python("a\r\nb\rc\n\td") == "a\nb\nc\n\td"

    @pytest.mark.parametrize("kind", [Line, Prose])
    def test_the_description_says_what_is_refused(self, kind: type[str]) -> None:
        assert "x00" in TypeAdapter(kind).json_schema()["pattern"]


class TestEveryMemberOptional:
    def test_nothing_is_required_and_nothing_is_promised_as_a_default(self) -> None:
        schema = ThingEdit.model_json_schema()
        assert "required" not in schema
        assert not [name for name, member in schema["properties"].items() if "default" in member]

    def test_what_was_said_is_known_and_checked(self) -> None:
        assert ThingEdit.model_validate({"size": 4}).model_fields_set == {"size"}
        assert ThingEdit.model_validate({}).model_fields_set == set()
        for body in ({"size": None}, {"name": ""}, {"other": 1}):
            with pytest.raises(ValidationError):
                ThingEdit.model_validate(body)

    def test_the_whole_keeps_its_own(self) -> None:
        assert Thing.model_json_schema()["required"] == ["name"]
        assert Thing(name="a").size == 3


@pytest.mark.parametrize("hours", [0, 2, -5])
def test_a_moment_is_told_in_utc_whatever_its_zone(hours: int) -> None:
    moment = datetime(2026, 11, 22, 9, 30, 1, 123999, tzinfo=UTC)
    there = moment.astimezone(timezone(timedelta(hours=hours)))
    told = TypeAdapter(Moment).dump_json(there)
    assert told == b'"2026-11-22T09:30:01.123Z"'
