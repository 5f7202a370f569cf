"""What `make test` runs: the checks and the tests beside each other, and either of them can fail it."""

import os
import subprocess

import pytest

from deploy.local import commands
from deploy.local.machine import ROOT


def shell(script: str) -> tuple[str, ...]:
    return ("/bin/sh", "-c", script)


@pytest.mark.parametrize("checks", [0, 1])
@pytest.mark.parametrize("tests", [0, 3])
def test_it_passes_when_both_do(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], checks: int, tests: int
) -> None:
    monkeypatch.setattr(commands, "CHECKS", shell(f"echo an unused import; exit {checks}"))
    monkeypatch.setattr(commands, "_pytest", lambda _words: shell(f"exit {tests}"))
    assert bool(commands.prove([])) == bool(checks or tests)
    assert ("an unused import" in capfd.readouterr().out) == bool(checks)


def test_they_run_at_the_same_time(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Each waits for the other."""
    meeting = "touch {0}/{1}; while ! test -e {0}/{2}; do sleep 0.05; done"
    monkeypatch.setattr(commands, "CHECKS", shell(meeting.format(tmp_path, "checks", "tests")))
    monkeypatch.setattr(
        commands, "_pytest", lambda _words: shell(meeting.format(tmp_path, "tests", "checks"))
    )
    assert commands.prove([]) == 0


def test_make_lets_python_keep_what_it_compiled() -> None:
    """Where a container forbids it, every program that a test starts compiles all of ours again."""
    told = subprocess.run(
        ["make", "--eval", "told:; @env", "told"],
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "PYTHONUNBUFFERED=1" in told.stdout
    assert "PYTHONDONTWRITEBYTECODE" not in told.stdout
