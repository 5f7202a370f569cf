"""Each program starts with nothing but shared/, its own folder and its own lock file."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("auth", "vehicles", "billing", "documents", "ai", "notifications")
PROBE = """
import importlib.metadata as md, sys
allowed = set(sys.argv[2].split(","))
owners = md.packages_distributions()

class OnlyLocked:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        dists = {d.lower().replace("_", "-").replace(".", "-") for d in owners.get(top, [])}
        if dists and not dists & allowed:
            raise ModuleNotFoundError(f"{name} is in {sorted(dists)}, not in this program's lock")
        return None

sys.meta_path.insert(0, OnlyLocked())
__import__(sys.argv[1])
"""


def starts(folder: str, lock: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    leave = shutil.ignore_patterns("tests", "__pycache__")
    shutil.copytree(ROOT / "shared", tmp_path / "shared", ignore=leave)
    shutil.copytree(ROOT / folder, tmp_path / folder, ignore=leave)
    if folder.startswith("services/"):
        (tmp_path / "services" / "__init__.py").touch()
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    names = re.findall(r"^([A-Za-z0-9_.\-]+)==", text, flags=re.MULTILINE)
    module = folder.replace("/", ".") + ".main"
    return subprocess.run(
        [sys.executable, "-c", PROBE, module, ",".join(names)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_alone(service: str, tmp_path: Path) -> None:
    result = starts(f"services/{service}", service, tmp_path)
    assert result.returncode == 0, result.stderr


def test_the_gateway_starts_alone(tmp_path: Path) -> None:
    result = starts("gateway", "gateway", tmp_path)
    assert result.returncode == 0, result.stderr


def test_the_probe_can_fail(tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "main.py").write_text("import stripe")
    run = subprocess.run(
        [sys.executable, "-c", PROBE, "alone.main", "fastapi"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "not in this program's lock" in run.stderr
