import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.documents.main import create_app
from services.documents.settings import Settings
from services.documents.tests.uploads import SAMPLES, Uploader
from shared.contracts.vehicles import VehicleChanged
from shared.ids import new_id


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    """As in the reader's program: the recogniser's threads only wait for each other."""
    os.environ["OMP_THREAD_LIMIT"] = "1"


@pytest.fixture(scope="session")
def service_name() -> str:
    return "documents"


@pytest.fixture(scope="session")
def make_app() -> Callable[..., Any]:
    return lambda env, clock: create_app(Settings(**env), clock)


@pytest.fixture(scope="session")
def blobs_of_worker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("documents") / "blobs"


@pytest.fixture
def blob_dir(blobs_of_worker: Path) -> Path:
    """Empty; not made yet."""
    shutil.rmtree(blobs_of_worker, ignore_errors=True)
    return blobs_of_worker


@pytest.fixture
def settings_env(settings_env: dict[str, Any], blob_dir: Path) -> dict[str, Any]:
    return settings_env | {"blob_dir": str(blob_dir)}


@pytest.fixture
def invoice_pdf() -> bytes:
    return (SAMPLES / "garage_facture.pdf").read_bytes()


@pytest.fixture
def upload(blob_dir: Path) -> Uploader:
    return Uploader(blob_dir)


@pytest.fixture
def make_vehicle(hear: Callable[..., Any]) -> Callable[..., Any]:
    """A vehicle that the vehicles service told of; returns its id."""

    async def make(owner_id: Any, *, version: int = 1, **facts: Any) -> Any:
        vehicle_id = facts.pop("vehicle_id", new_id())
        base: dict[str, Any] = {
            "make": "Peugeot",
            "model": "308",
            "year": 2019,
            "fuel_type": None,
            "transmission": None,
            "odometer_m": None,
            "odometer_read_on": None,
        }
        await hear(
            VehicleChanged(
                vehicle_id=vehicle_id, owner_id=owner_id, version=version, **base | facts
            )
        )
        return vehicle_id

    return make
