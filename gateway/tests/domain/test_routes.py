import re

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.routes import Route, RouteTable
from gateway.storage.route_table import read_route_table
from shared.http.access import OpenTo


def _table(*templates: str) -> RouteTable:
    return RouteTable(Route("GET", template, "s", OpenTo.USER) for template in templates)


def _found(table: RouteTable, path: str) -> str | None:
    methods = table.find(path.encode())
    return None if methods is None else methods["GET"].template


class TestFind:
    def test_literals_win_over_parameters(self) -> None:
        table = _table("/a/{id}", "/a/stats", "/a/{id}/b", "/a/stats/{x}")
        assert _found(table, "/a/stats") == "/a/stats"
        assert _found(table, "/a/7") == "/a/{id}"
        assert _found(table, "/a/stats/b") == "/a/stats/{x}"
        assert _found(table, "/a/7/b") == "/a/{id}/b"

    def test_a_dead_end_is_left_again(self) -> None:
        table = _table("/a/stats/x", "/a/{id}/y")
        assert _found(table, "/a/stats/y") == "/a/{id}/y"

    def test_a_parameter_is_never_empty(self) -> None:
        assert _found(_table("/a/{id}"), "/a/") is None

    def test_a_rest_takes_all_that_follows(self) -> None:
        assert _found(_table("/files/{name:path}"), "/files/a/b/c") == "/files/{name:path}"

    def test_nobody_answers(self) -> None:
        table = _table("/a/b")
        for path in ("/", "/a", "/a/b/c", "/b"):
            assert _found(table, path) is None

    def test_internal_routes_are_not_in_the_table(self) -> None:
        table = RouteTable([Route("GET", "/internal/x", "s", OpenTo.INTERNAL)])
        assert table.find(b"/internal/x") is None
        assert table.routes == ()

    @given(
        st.lists(st.sampled_from(["a", "b", "{x}", "{y}"]), min_size=1, max_size=4).map("/".join),
        st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4).map("/".join),
    )
    def test_agrees_with_a_regular_expression(self, template: str, path: str) -> None:
        pattern = re.sub(r"\{\w+\}", "[^/]+", template)
        expected = re.fullmatch(pattern, path) is not None
        assert (_found(_table("/" + template), "/" + path) is not None) is expected


class TestCommittedTable:
    def test_every_route_finds_itself(self) -> None:
        table = read_route_table()
        assert len(table.routes) > 100
        for route in table.routes:
            path = re.sub(r"\{[^}]+\}", "0190c8e2-7b5e-7000-8000-000000000000", route.template)
            methods = table.find(path.encode())
            assert methods is not None
            assert methods[route.method].template == route.template

    def test_nothing_internal_can_be_reached(self) -> None:
        table = read_route_table()
        assert not [route for route in table.routes if route.template.startswith("/internal")]
        assert table.find(b"/internal/entitlements") is None
