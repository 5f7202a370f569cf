from copy import deepcopy
from typing import Any

from deploy.local.descriptions.links import linked

ID = {"type": "string", "format": "uuid"}
MAYBE_ID = {"anyOf": [ID, {"type": "null"}]}


def _thing(**members: Any) -> dict[str, Any]:
    return {"type": "object", "properties": members}


def _operation(
    name: str, *, status: str = "200", answer: Any = None, body: Any = None
) -> dict[str, Any]:
    content = {} if answer is None else {"application/json": {"schema": answer}}
    said: dict[str, Any] = {"operationId": name, "responses": {status: {"content": content}}}
    if body is not None:
        said["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return said


def _links(**given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The links of each operation, after `linked`."""
    paths = deepcopy(given)
    document = {"paths": paths, "components": {"schemas": {"CarOut": _thing(id=ID, name=ID)}}}
    linked(document)
    return {
        operation["operationId"]: answer["links"]
        for verbs in paths.values()
        for operation in verbs.values()
        for answer in operation["responses"].values()
        if "links" in answer
    }


CAR = {"$ref": "#/components/schemas/CarOut"}
MADE = {"post": _operation("make_car", status="201", answer=CAR)}
ONE = {"get": _operation("read_car"), "patch": _operation("change_car")}


def test_what_is_made_opens_its_own_path_and_what_lies_below() -> None:
    links = _links(
        **{
            "/api/cars": MADE,
            "/api/cars/{car_id}": ONE,
            "/api/cars/{car_id}/wheels/{wheel_id}": {"get": _operation("read_wheel")},
            "/api/carsharing/{car_id}": {"get": _operation("other")},
        }
    )
    opens = {"parameters": {"car_id": "$response.body#/id"}}
    assert links == {
        "make_car": {name: {"operationId": name, **opens} for name in ("read_car", "change_car")}
    }


def test_what_is_made_is_named_in_the_bodies_that_ask_for_it() -> None:
    links = _links(
        **{
            "/api/cars": MADE | {"get": _operation("list_cars")},
            "/api/cars/{car_id}": {"get": _operation("read_car")},
            "/api/trips": {"post": _operation("make_trip", body=_thing(car_id=MAYBE_ID))},
            "/api/fleets": {
                "post": _operation("make_fleet", body=_thing(cars={"type": "array", "items": ID}))
            },
            "/api/toys": {"post": _operation("make_toy", body=_thing(car={"type": "string"}))},
            "/api/toys/{toy_id}": {"put": _operation("change_toy", body=_thing(car=ID))},
        }
    )["make_car"]
    assert links.keys() == {"read_car", "make_trip", "make_fleet"}
    assert links["make_trip"]["requestBody"] == {"car_id": "$response.body#/id"}
    assert links["make_fleet"]["requestBody"] == {"cars": ["$response.body#/id"]}


def test_what_is_made_may_be_named_by_the_paths_own_word() -> None:
    links = _links(
        **{
            "/api/visits": {
                "post": _operation("make_visit", status="201", answer=_thing(visit_id=ID))
            },
            "/api/visits/{visit_id}": {"get": _operation("read_visit")},
        }
    )
    opens = {"visit_id": "$response.body#/visit_id"}
    assert links["make_visit"]["read_visit"]["parameters"] == opens


def test_an_action_on_a_thing_makes_nothing_new() -> None:
    links = _links(
        **{
            "/api/cars/{car_id}": {"get": _operation("read_car")},
            "/api/cars/{car_id}/wash": {"post": _operation("wash", answer=CAR)},
        }
    )
    assert links == {}
