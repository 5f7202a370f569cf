import copy
from typing import Any

import pytest

from deploy.local.descriptions.merge_openapi import Clash, merge


def _operation(name: str, **extra: Any) -> dict[str, Any]:
    return {"operationId": name, "responses": {"200": {"description": "fine"}}, **extra}


def _document(path: str, operation: dict[str, Any], **schemas: Any) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "paths": {path: {"get": operation}},
        "components": {"schemas": schemas},
    }


def _answering(name: str, schema: str, **extra: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return _operation(name, **extra) | {
        "responses": {"200": {"description": "fine", "content": content}}
    }


class TestMerge:
    def test_ids_tags_and_access_are_stable(self) -> None:
        merged = merge({"auth": _document("/api/auth/me", _operation("read_me"))}, version="1")
        operation = merged["paths"]["/api/auth/me"]["get"]
        assert operation["operationId"] == "auth_read_me"
        assert operation["tags"] == ["auth"]
        assert operation["security"] == [{"bearer": []}]
        assert operation["x-autotrack"] == {"access": "user", "service": "auth"}
        assert {"401", "403", "429", "503", "default"} <= set(operation["responses"])

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"access": "user", "scope": "vehicles:read"}, "scope `vehicles:read`"),
            ({"access": "user", "personal": True}, "signed-in person only"),
            ({"access": "user", "scope": None}, "No API key."),
            ({"access": "admin", "personal": True}, "Administrators only"),
        ],
    )
    def test_the_text_says_who_may_call(self, said: dict[str, Any], words: str) -> None:
        asked = _operation("x", description="Reads.", **{"x-autotrack": said})
        operation = merge({"auth": _document("/a", asked)}, version="1")["paths"]["/a"]["get"]
        assert operation["description"].startswith("Reads.\n\n")
        assert words in operation["description"]

    def test_internal_operations_are_left_out_with_their_schemas(self) -> None:
        hidden = _answering("read", "Secret", **{"x-autotrack": {"access": "internal"}})
        merged = merge(
            {"billing": _document("/internal/x", hidden, Secret={"type": "object"})}, version="1"
        )
        assert merged["paths"] == {}
        assert "Secret" not in merged["components"]["schemas"]

    def test_same_name_other_meaning_gets_the_services_name(self) -> None:
        one = _document("/a", _answering("a", "Out"), Out={"type": "string"})
        two = _document("/b", _answering("b", "Out"), Out={"type": "integer"})
        merged = merge({"auth": one, "ai": two}, version="1")
        schemas = merged["components"]["schemas"]
        assert schemas["AuthOut"] == {"type": "string"}
        assert schemas["AiOut"] == {"type": "integer"}
        said = merged["paths"]["/b"]["get"]["responses"]["200"]["content"]["application/json"]
        assert said["schema"] == {"$ref": "#/components/schemas/AiOut"}

    def test_same_name_same_meaning_is_shared(self) -> None:
        one = _document("/a", _answering("a", "Money"), Money={"type": "string"})
        two = _document("/b", _answering("b", "Money"), Money={"type": "string"})
        merged = merge({"auth": one, "ai": two}, version="1")
        assert "Money" in merged["components"]["schemas"]

    def test_a_public_operation_may_be_called_with_and_without_a_token(self) -> None:
        public = _operation("x", **{"x-autotrack": {"access": "public"}})
        operation = merge({"auth": _document("/a", public)}, version="1")["paths"]["/a"]["get"]
        assert operation["security"] == [{}, {"bearer": []}]
        assert "401" not in operation["responses"]

    def test_two_services_may_not_answer_the_same_operation(self) -> None:
        with pytest.raises(Clash):
            merge({name: _document("/a", _operation("x")) for name in ("auth", "ai")}, version="1")

    def test_what_came_in_is_not_changed(self) -> None:
        document = _document("/a", _answering("a", "Out"), Out={"type": "string"})
        before = copy.deepcopy(document)
        merge({"auth": document}, version="1")
        assert document == before
