"""Each event has an example that is valid, survives the wire, and hides its secrets where people look."""

import jsonschema_rs
import orjson
import pytest

from shared.bus.envelope import open_envelope
from shared.bus.outbox import outbox_row
from shared.contracts.base import Event
from shared.testing.events import all_events
from shared.testing.examples import EXAMPLES
from shared.testing.schemas import schema_of


def test_each_event_has_one_example() -> None:
    assert sorted(type(example).__name__ for example in EXAMPLES) == sorted(
        event.__name__ for event in all_events()
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.topic)
class TestExample:
    def test_is_valid_by_its_schema_and_survives_the_wire(self, example: Event) -> None:
        row = outbox_row(example)
        envelope = open_envelope(orjson.dumps(row["body"]), row["headers"])
        jsonschema_rs.validator_for(schema_of(type(example))).validate(envelope.body["data"])
        assert type(example).model_validate(envelope.body["data"]) == example

    def test_a_secret_is_not_in_its_repr(self, example: Event) -> None:
        if example.carries_secret:
            secrets = [
                value
                for name, value in example.model_dump(mode="json").items()
                if name in {"code", "token", "content"}
            ]
            assert secrets
            assert not any(secret in repr(example) for secret in secrets)
        else:
            assert not {"code", "token", "content", "password"} & set(type(example).model_fields)
