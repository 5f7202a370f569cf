"""The compose file agrees with the programs it starts: settings, ports, probes, hardening, and no secret of its own."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from deploy.local import compose_env
from deploy.local.databases import SERVICES
from deploy.local.env_example import settings_of
from deploy.simulators.settings import Settings as SimulatorSettings
from services.auth.settings import Settings as AuthSettings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "deploy" / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
PROGRAMS = (*SERVICES, "gateway")


def service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = COMPOSE["services"][name]
    return found


def test_fits_the_compose_specification() -> None:
    command = [str(ROOT / ".venv/bin/check-jsonschema"), "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, str(ROOT / "deploy/docker-compose.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_variable_is_a_setting_of_that_program(program: str) -> None:
    known = {f"AUTOTRACK_{name.upper()}" for name in settings_of(program).model_fields}
    assert set(service(program)["environment"]) <= known


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_is_hardened(program: str) -> None:
    found = service(program)
    assert found["read_only"] is True
    assert found["cap_drop"] == ["ALL"]
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert found["init"] is True


@pytest.mark.parametrize("name", SERVICES)
def test_migrations_run_before_the_service_with_its_own_role(name: str) -> None:
    once = service(f"{name}-migrations")
    assert once["command"] == ["python", "-m", "alembic", "-n", name, "upgrade", "head"]
    assert once["image"] == service(name)["image"]
    after = service(name)["depends_on"][f"{name}-migrations"]
    assert after == {"condition": "service_completed_successfully"}
    url = service(name)["environment"]["AUTOTRACK_DATABASE_URL"]
    role = name.upper()
    assert url == f"postgresql+asyncpg://{name}:${{{role}_DB_PASSWORD}}@postgres:5432/{name}"
    others = [other.upper() for other in SERVICES if other != name]
    assert not any(f"{other}_DB_PASSWORD" in str(service(name)) for other in others)


def test_only_the_gateway_holds_the_private_key() -> None:
    holders = [
        name
        for name, found in COMPOSE["services"].items()
        if "${INTERNAL_PRIVATE_KEY" in str(found)
    ]
    assert holders == ["gateway"]


def test_published_ports_listen_on_the_loopback_only() -> None:
    for found in COMPOSE["services"].values():
        for port in found.get("ports", ()):
            assert str(port).startswith("127.0.0.1:"), port


def test_gateway_knows_where_each_service_listens() -> None:
    environment = service("gateway")["environment"]
    for name in SERVICES:
        assert environment[f"AUTOTRACK_{name.upper()}_URL"] == f"http://{name}:8000"
    assert "AUTOTRACK_PORT=8000" in (ROOT / "deploy/Dockerfile").read_text()
    assert service("gateway")["ports"] == ["127.0.0.1:${GATEWAY_PORT:-8080}:8000"]


def test_prometheus_asks_each_program_at_its_inner_port_which_is_not_published() -> None:
    image = (ROOT / "deploy/Dockerfile").read_text()
    assert "AUTOTRACK_OPERATIONS_HOST=0.0.0.0 AUTOTRACK_OPERATIONS_PORT=9000" in image
    scraped = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    targets = scraped["scrape_configs"][0]["static_configs"][0]["targets"]
    assert set(targets) == {f"{name}:9000" for name in (*SERVICES, "gateway")}
    assert not any(
        str(found.get("ports", "")).count(":9000") for found in COMPOSE["services"].values()
    )


def test_simulators_get_only_settings_they_have() -> None:
    known = {f"SIM_{name.upper()}" for name in SimulatorSettings.model_fields}
    assert set(service("simulators")["environment"]) <= known
    assert service("simulators")["profiles"] == ["demo"]


def test_the_simulated_provider_has_one_address_inside_and_outside() -> None:
    """Browsers and auth must reach it under its issuer's name; in the demo only."""
    made = [line for line in compose_env.content("demo").splitlines() if "OIDC" in line]
    providers = json.loads(made[0].removeprefix("OIDC_PROVIDERS='").removesuffix("'"))
    simulators = service("simulators")
    assert providers[0]["issuer"] == simulators["environment"]["SIM_OIDC_PUBLIC_URL"]
    address = urlsplit(providers[0]["issuer"])
    assert address.hostname in simulators["networks"]["default"]["aliases"]
    assert str(address.port) == simulators["environment"]["SIM_OIDC_PORT"]
    assert f"127.0.0.1:{address.port}:{address.port}" in simulators["ports"]
    given = {"oidc_providers": providers, "key_encryption_key": "k" * 32, "pepper": "p" * 32}
    assert AuthSettings(environment="development", **given).oidc_providers[0].name == "demo"
    with pytest.raises(ValueError, match="must be https"):
        AuthSettings(environment="production", **given)
    assert "OIDC_PROVIDERS=\n" in compose_env.content("production")
    assert service("auth")["environment"]["AUTOTRACK_OIDC_PROVIDERS"] == "${OIDC_PROVIDERS:-}"


def test_no_secret_has_a_default() -> None:
    for name, rest in re.findall(
        r"\$\{([A-Z_]*(?:PASSWORD|SECRET|KEY|PEPPER)[A-Z_]*)([^}]*)\}", TEXT
    ):
        optional = name in {"SMTP_PASSWORD", "OPENAI_API_KEY"}  # may be needed by nobody
        assert rest == "" or rest.startswith(":?") or (optional and rest == ":-"), name


@pytest.mark.parametrize("kind", ["demo", "production"])
def test_made_environment_names_everything_that_is_required(kind: str) -> None:
    required = set(re.findall(r"\$\{([A-Z_]+):\?", TEXT))
    made = {
        line.partition("=")[0] for line in compose_env.content(kind).splitlines() if "=" in line
    }
    assert required <= made


def test_made_secrets_differ_each_time() -> None:
    def secrets() -> dict[str, str]:
        lines = compose_env.content("demo").splitlines()
        pairs = dict(line.split("=", 1) for line in lines if "=" in line)
        return {name: value for name, value in pairs.items() if "PASSWORD" in name or "KEY" in name}

    first, second = secrets(), secrets()
    assert first.keys() == second.keys()
    assert all(first[name] != second[name] for name in first)


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="no docker-compose here")
def test_without_an_environment_file_compose_says_what_to_do(tmp_path: Path) -> None:
    copy = tmp_path / "docker-compose.yml"
    copy.write_text(TEXT)
    done = subprocess.run(
        ["docker-compose", "-f", str(copy), "config", "-q"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "run make env first" in done.stderr
