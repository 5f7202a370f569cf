"""Every service has the same rooms, so who knows one knows them all; and where rooms have wings, they have the same ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = sorted(
    p for p in (ROOT / "services").iterdir() if p.is_dir() and p.name != "__pycache__"
)
ALWAYS = {"api", "usecases", "domain", "storage", "migrations", "tests"}
SOMETIMES = {"consumers", "jobs", "clients", "templates"}
FILES = {"README.md", "__init__.py", "main.py", "settings.py"}
ERRORS = "errors"
"""A file; or a folder, with one file per wing where a service has wings, or several that begin with its name."""
HEADINGS = ["Owns", "API", "Publishes", "Listens to", "Settings"]
WINGS = {"vehicles": {"cars", "care", "running", "garages", "moving"}}
WINGED = ("api", "usecases", "domain", "storage", "tests")


def named(folder: Path) -> set[str]:
    return {p.stem for p in folder.glob("*.py")} - {"__init__"}


def folders(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith("__")}


def threads(service: Path) -> Iterator[tuple[str | None, Path, set[str]]]:
    """Each wing (None: the rooms themselves), where its API's tests are, and the names of its routers."""
    yield (
        None,
        service / "tests" / "api",
        named(service / "api") - {"dependencies"},
    )
    for wing in sorted(WINGS.get(service.name, ())):
        yield wing, service / "tests" / wing / "api", named(service / "api" / wing)


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
class TestRooms:
    def test_are_the_same_everywhere(self, service: Path) -> None:
        errors = ERRORS if (service / ERRORS).is_dir() else f"{ERRORS}.py"
        rooms = folders(service) - {ERRORS}
        files = {p.name for p in service.iterdir() if p.is_file()} - {f"{ERRORS}.py"}
        assert (service / errors).exists()
        assert rooms >= ALWAYS, f"missing rooms: {sorted(ALWAYS - rooms)}"
        assert rooms <= ALWAYS | SOMETIMES, f"unknown rooms: {sorted(rooms - ALWAYS - SOMETIMES)}"
        assert files == FILES, f"loose files: {sorted(files ^ FILES)}"

    def test_wings_are_the_same_in_every_room(self, service: Path) -> None:
        wings = WINGS.get(service.name, set())
        for room in WINGED:
            found = folders(service / room) - {"data"}
            if room == "tests":
                found -= ALWAYS | SOMETIMES | {"samples", "evals"}
            assert found <= wings, f"{room}: no wing of this service: {sorted(found - wings)}"
        if wings:
            assert {name.partition("_")[0] for name in named(service / ERRORS)} <= wings

    def test_each_router_has_its_use_case_and_its_test(self, service: Path) -> None:
        for wing, tests, names in threads(service):
            tested = {name.removeprefix("test_") for name in named(tests)} if names else set()
            there = [service / room / (wing or "") for room in ("usecases", "storage")]
            assert names <= set().union(*(named(each) for each in there if each.is_dir())), (
                "no use case or repository of the same name"
            )
            assert names <= tested, f"no API test of the same name: {sorted(names - tested)}"

    def test_a_consumer_is_named_after_the_service_it_listens_to(self, service: Path) -> None:
        speakers = {p.name for p in SERVICES} | {"erasure", "export"}
        if (service / "consumers").is_dir():
            assert named(service / "consumers") <= speakers

    def test_its_readme_has_the_five_headings(self, service: Path) -> None:
        lines = (service / "README.md").read_text().splitlines()
        assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == HEADINGS


def test_there_are_six_services_and_a_gateway() -> None:
    assert {p.name for p in SERVICES} == {
        "auth",
        "vehicles",
        "billing",
        "documents",
        "ai",
        "notifications",
    }
    assert (ROOT / "gateway" / "main.py").exists()


def test_no_drawer_is_called_utils() -> None:
    drawers = {"utils", "helpers", "common", "misc", "util", "helper"}
    tops = ("services", "gateway", "shared", "deploy", "bench", "tests")
    found = [p for top in tops for p in (ROOT / top).rglob("*") if p.stem in drawers]
    assert not found
