"""The operator's files: the Makefile lists itself, `.env.example` is complete, the databases' script and the images stay as promised."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from deploy.local import env_example
from deploy.local.databases import SERVICES

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
PROMISED = (
    *("demo", "up", "down", "status", "logs", "reset", "dev", "test", "check"),
    *("bench", "lock", "migrate", "contracts", "dead-letters", "env"),
)


def test_make_alone_lists_every_promised_command() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = re.findall(r"^  make ([a-z-]+)  ", said, re.MULTILINE)
    assert set(PROMISED) <= set(listed)


def test_every_target_is_phony_and_documented() -> None:
    targets = re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    assert set(targets) <= set(phony[1].split())
    undocumented = [t for t in targets if not re.search(rf"^{t}:.*## ", MAKEFILE, re.MULTILINE)]
    assert undocumented == ["prepare"]


def test_ci_runs_the_test_command_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    code = [line for line in lines if line and not line.startswith("#")]
    assert code == ["set -eu", 'cd "$(dirname "$0")/.."', "exec make test"]


def test_every_hook_calls_make() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    for repository in config["repos"]:
        assert repository["repo"] == "local"
        assert all(hook["entry"].startswith("make ") for hook in repository["hooks"])


def test_env_example_is_what_the_settings_say() -> None:
    assert (ROOT / ".env.example").read_text() == env_example.content(), (
        "run `make contracts`: .env.example is made from the settings classes"
    )


@pytest.mark.parametrize("program", [*SERVICES, "gateway"])
def test_every_setting_says_what_it_is_for(program: str) -> None:
    fields = env_example.settings_of(program).model_fields
    told = env_example.FIXED | {name for name, info in fields.items() if info.description}
    assert set(fields) <= told


def test_database_script_names_every_service() -> None:
    script = (ROOT / "deploy" / "postgres" / "init.sh").read_text()
    assert f"for service in {' '.join(SERVICES)}; do" in script


def test_one_lock_for_each_image() -> None:
    for name in (*SERVICES, "gateway", "simulators"):
        lock = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "--hash=sha256:" in lock
        assert "pytest" not in lock


def test_images_run_as_an_ordinary_user() -> None:
    stages = (ROOT / "deploy" / "Dockerfile").read_text().split("\nFROM ")
    runnable = [stage for stage in stages if " AS program" in stage or " AS documents" in stage]
    assert len(runnable) == 2
    for stage in runnable:
        assert re.findall(r"^USER (.*)$", stage, re.MULTILINE)[-1] == "10001:10001"
