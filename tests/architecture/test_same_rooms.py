"""Every service has the same rooms, so who knows one knows them all."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = sorted(
    p for p in (ROOT / "services").iterdir() if p.is_dir() and p.name != "__pycache__"
)
ALWAYS = {"api", "usecases", "domain", "storage", "migrations", "tests"}
SOMETIMES = {"consumers", "jobs", "clients", "templates"}
FILES = {"README.md", "__init__.py", "main.py", "settings.py", "errors.py"}
HEADINGS = ["Owns", "API", "Publishes", "Listens to", "Settings"]


def named(folder: Path) -> set[str]:
    return {p.stem for p in folder.glob("*.py")}


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
class TestRooms:
    def test_are_the_same_everywhere(self, service: Path) -> None:
        rooms = {p.name for p in service.iterdir() if p.is_dir() and not p.name.startswith("__")}
        files = {p.name for p in service.iterdir() if p.is_file()}
        assert rooms >= ALWAYS, f"missing rooms: {sorted(ALWAYS - rooms)}"
        assert rooms <= ALWAYS | SOMETIMES, f"unknown rooms: {sorted(rooms - ALWAYS - SOMETIMES)}"
        assert files == FILES, f"loose files: {sorted(files ^ FILES)}"

    def test_each_router_has_its_use_case_and_its_test(self, service: Path) -> None:
        names = named(service / "api") - {"__init__", "dependencies"}
        tested = {name.removeprefix("test_") for name in named(service / "tests" / "api")}
        assert names <= named(service / "usecases") | named(service / "storage"), (
            "no use case or repository of the same name"
        )
        assert names <= tested, f"no tests/api file of the same name: {sorted(names - tested)}"

    def test_a_consumer_is_named_after_the_service_it_listens_to(self, service: Path) -> None:
        speakers = {p.name for p in SERVICES} | {"erasure", "export", "__init__"}
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
