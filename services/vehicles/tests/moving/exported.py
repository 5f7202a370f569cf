"""Exports and links for tests."""

import csv
import io
import zipfile
from typing import Any

import httpx2
import orjson


async def make_export(client: httpx2.AsyncClient, form: str, **said: Any) -> dict[str, Any]:
    answer = await client.post("/api/car-exports", json={"format": form} | said)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/car-exports/{found['id']}"
    return found


async def exported(client: httpx2.AsyncClient, run_jobs: Any, form: str, **said: Any) -> bytes:
    """The file, once its job has run."""
    made = await make_export(client, form, **said)
    await run_jobs("vehicles.make_export")
    ready = (await client.get(f"/api/car-exports/{made['id']}")).json()
    assert ready["state"] == "ready", ready
    answer = await client.get(ready["file"])
    assert answer.status_code == 200, answer.text
    assert len(answer.content) == ready["size_bytes"]
    content: bytes = answer.content
    return content


def tables_of(file: bytes) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(file)) as bundle:
        return {
            name: list(csv.DictReader(io.StringIO(bundle.read(name).decode("utf-8-sig"))))
            for name in bundle.namelist()
            if name.endswith(".csv")
        }


def passport_of(file: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(file)) as bundle:
        found: dict[str, Any] = orjson.loads(bundle.read("passport.json"))
    return found


async def give_link(
    client: httpx2.AsyncClient, car: str, until: str, **said: Any
) -> tuple[dict[str, Any], str]:
    """The link, and its token."""
    body = {"label": "Loueur", "until": until} | said
    answer = await client.post(f"/api/vehicles/{car}/guest-links", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found, found["url"].partition("token=")[2]
