"""A lock is all there is to install: it needs nothing resolved, so nothing published later can change what it gives."""

import base64
import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.local import bootstrap
from deploy.local.bootstrap import install_lock
from deploy.local.machine import ROOT, CannotError

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DEV = ROOT / "requirements" / "dev.txt"


def pinned(lock: Path) -> dict[str, Requirement]:
    """Return what a lock names for this machine."""
    entries = re.findall(r"^([^\s#].*?) *\\?$", lock.read_text(), re.MULTILINE)
    found = [Requirement(entry) for entry in entries]
    return {
        canonicalize_name(one.name): one
        for one in found
        if one.marker is None or one.marker.evaluate()
    }


def asked_for(lock: Path) -> Iterator[Requirement]:
    """Return the roots of a lock, as requirements/compile.sh gives them."""
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    extras = project["optional-dependencies"]
    chosen = list(extras) if lock == DEV else [lock.stem]
    texts = [*project["dependencies"], *(text for extra in chosen for text in extras[extra])]
    yield from map(Requirement, texts + (groups["dev"] if lock == DEV else []))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_lock_holds_everything_it_needs_and_nothing_else(lock: Path) -> None:
    versions = pinned(lock)
    waiting, seen = list(asked_for(lock)), set[tuple[str, str]]()
    while waiting:
        needed = waiting.pop()
        name = canonicalize_name(needed.name)
        assert name in versions, f"{lock.name} lacks {needed}: an installer would have to choose"
        (pin,) = versions[name].specifier
        assert pin.operator == "=="
        assert needed.specifier.contains(pin.version, prereleases=True), f"{needed} against {pin}"
        for extra in {"", *needed.extras}:
            if (name, extra) in seen:
                continue
            seen.add((name, extra))
            for line in distribution(name).requires or []:
                further = Requirement(line)
                if further.marker is None or further.marker.evaluate({"extra": extra}):
                    waiting.append(further)
    assert versions.keys() == {name for name, _ in seen}


def test_locks_agree() -> None:
    whole = {one.name: one.specifier for one in pinned(DEV).values()}
    for lock in LOCKS:
        assert {one.name: one.specifier for one in pinned(lock).values()}.items() <= whole.items()


def test_every_entry_has_its_hashes() -> None:
    for lock in LOCKS:
        for entry in re.split(r"\n(?=\S)", lock.read_text().strip()):
            assert "--hash=sha256:" in entry, entry


def test_no_image_resolves() -> None:
    told = (ROOT / "deploy" / "Dockerfile").read_text()
    installs = re.findall(r"pip install[^\n]*", told)
    assert installs
    for line in installs:
        assert {"--no-deps", "--require-hashes"} <= set(line.split()), line
    assert "pip check" in told


def wheel(folder: Path, name: str, version: str, *requires: str) -> str:
    """Publish a package of one empty module in `folder`; returns its line of a lock."""
    information = f"{name}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
    files = {
        f"{name}.py": "",
        f"{information}/METADATA": (
            f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nProvides-Extra: more\n{needs}"
        ),
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}\n"
        for path, text in files.items()
    )
    made = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(f"{information}/RECORD", f"{record}{information}/RECORD,,\n")
    return (
        f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(made.read_bytes()).hexdigest()}\n"
    )


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("empty") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    return place


class TestInstallLock:
    """A year on: the lock was made when 1.0 was the newest, by now there is a 2.0 that fits as well."""

    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        for tool in ("PIP", "UV"):
            monkeypatch.setenv(f"{tool}_FIND_LINKS", str(tmp_path))
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
        monkeypatch.setenv("UV_OFFLINE", "1")
        return tmp_path

    @pytest.fixture
    def python(self, folder: Path, empty: Path) -> Path:
        place = folder / "venv"
        shutil.copytree(empty, place, symlinks=True)
        return place / "bin" / "python"

    @pytest.fixture
    def lock(self, folder: Path) -> Path:
        lines = wheel(folder, "outer", "1.0", "inner[more]>=1") + wheel(folder, "inner", "1.0")
        wheel(folder, "inner", "2.0")
        path = folder / "lock.txt"
        path.write_text(lines)
        return path

    @staticmethod
    def installed(python: Path) -> dict[str, str]:
        code = "import importlib.metadata as m; print(m.version('outer'), m.version('inner'))"
        told = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
        outer, inner = told.stdout.split()
        return {"outer": outer, "inner": inner}

    def test_uv_gives_what_the_lock_names(self, python: Path, lock: Path, folder: Path) -> None:
        python.with_name("uv").symlink_to(bootstrap.VENV / "bin" / "uv")
        install_lock(lock, python, folder / "log")
        assert "Installed 2 packages" in (folder / "log").read_text()  # uv's words, not pip's
        assert self.installed(python) == {"outer": "1.0", "inner": "1.0"}

    def test_pip_does_where_uv_cannot(self, python: Path, lock: Path, folder: Path) -> None:
        install_lock(lock, python, folder / "log")
        assert self.installed(python) == {"outer": "1.0", "inner": "1.0"}

    def test_another_file_under_the_same_version_is_refused(
        self, python: Path, lock: Path, folder: Path
    ) -> None:
        wheel(folder, "inner", "1.0", "outer")
        with pytest.raises(CannotError, match="DO NOT MATCH THE HASHES"):
            install_lock(lock, python, folder / "log")

    def test_lock_with_a_hole_is_refused(self, python: Path, lock: Path, folder: Path) -> None:
        lock.write_text("".join(lock.read_text().splitlines(keepends=True)[:2]))
        with pytest.raises(CannotError, match="do not fit together"):
            install_lock(lock, python, folder / "log")
