"""A person's rights: to have their data, to be forgotten, to be told, and to be obeyed."""

import asyncio
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import create_async_engine

from deploy.local.databases import SERVICES
from services.ai.storage.belongings import BELONGINGS as AI
from services.auth.storage.belongings import BELONGINGS as AUTH
from services.billing.storage.belongings import BELONGINGS as BILLING
from services.documents.storage.belongings import BELONGINGS as DOCUMENTS
from services.notifications.storage.belongings import BELONGINGS as NOTIFICATIONS
from services.vehicles.storage.belongings import BELONGINGS as VEHICLES
from tests.flows.house import FOLDER, FlowHouse
from tests.flows.household import one_of_everything
from tests.flows.markers import Marker, places, plant, sightings, writing
from tests.flows.person import PASSWORD, Person, eventually
from tests.flows.test_failures import everything_delivered
from tests.flows.test_ownership import state_of

pytestmark = pytest.mark.timeout(300)
NewPerson = Callable[..., Person]
BELONGINGS = {
    "auth": AUTH,
    "vehicles": VEHICLES,
    "billing": BILLING,
    "documents": DOCUMENTS,
    "ai": AI,
    "notifications": NOTIFICATIONS,
}


async def counted(house: FlowHouse, person_id: str) -> dict[str, int]:
    """Rows of each table that belong to this person."""
    found = {}
    for service, belongings in BELONGINGS.items():
        dsn = house.servers.postgres(house.state).dsn().rpartition("/")[0] + f"/{service}"
        engine = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.connect() as connection:
            for one in belongings.theirs:
                if not one.is_exported:
                    continue
                statement = select(func.count()).select_from(one.table).where(one.whose(person_id))  # type: ignore[arg-type] # the id as text does as well
                found[f"{service}/{one.name}.json"] = (
                    await connection.execute(statement)
                ).scalar_one()
        await engine.dispose()
    return found


def export(person: Person) -> dict[str, Any]:
    """Asked for, and waited for."""
    answer = person.api.get("/api/auth/me/export")
    assert answer.status_code == 202, answer.text
    where = answer.headers["location"]

    def ready() -> dict[str, Any] | None:
        said: dict[str, Any] = person.api.get(where).json()
        return said if said["state"] == "ready" else None

    found = eventually(ready, "the export", 60)
    assert found is not None
    return found


def download(person: Person, about: dict[str, Any]) -> zipfile.ZipFile:
    answer = person.api.get(about["download_url"])
    assert answer.status_code == 200, answer.text[:300]
    return zipfile.ZipFile(io.BytesIO(answer.content))


def everything_in(archive: zipfile.ZipFile) -> bytes:
    return b"".join(archive.read(name) for name in archive.namelist())


def link_in(mail: dict[str, Any], page: str) -> str:
    found = re.search(rf"http://\S+{page}\?\S+", mail["Text"])
    assert found, mail["Text"]
    return found.group(0)


def at_gateway(person: Person, link: str) -> str:
    parts = urlsplit(link)
    return f"{person.house.plan.url('gateway')}{parts.path}?{parts.query}"


def token_of(link: str) -> str:
    return link.partition("token=")[2].partition("&")[0]


def submit(person: Person, link: str, **fields: str) -> httpx2.Response:
    """As a browser does: read the page, then send its form with what it hides and what is typed."""
    url = at_gateway(person, link)
    page = httpx2.get(url, trust_env=False, timeout=30)
    assert page.status_code == 200, page.text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    action = re.search(r'<form method="post" action="([^"]+)">', page.text)
    assert action
    return httpx2.post(
        person.house.plan.url("gateway") + action.group(1),
        data=hidden | fields,
        trust_env=False,
        timeout=30,
    )


@pytest.fixture(scope="module")
def claire(house: FlowHouse) -> Person:
    person = Person(house, "Claire").register()
    person.subscribe("PREMIUM")
    return person


@pytest.fixture(scope="module")
def marker(claire: Person) -> Marker:
    """Planted in everything Claire can write."""
    found = Marker("claire")
    plant(claire, found, one_of_everything(claire))
    return found


class TestExport:
    async def test_the_zip_holds_every_row_of_the_person_and_nothing_of_anybody_else(
        self, house: FlowHouse, claire: Person, marker: Marker
    ) -> None:
        yves = Person(house, "Yves").register()
        yves.subscribe("PREMIUM")
        his = Marker("yves")
        plant(yves, his, one_of_everything(yves))
        await everything_delivered(house)
        claire.sign_in()
        before = await counted(house, claire.id)
        about = export(claire)
        archive = download(claire, about)
        after = await counted(house, claire.id)
        manifest = json.loads(archive.read("manifest.json"))
        tables = {name: manifest["tables"].get(name, 0) for name in before}
        wrong = {
            name: (before[name], number, after[name])
            for name, number in tables.items()
            if not before[name] <= number <= max(before[name], after[name])
        }
        assert not wrong, "exported, but not between the counts before and after"
        assert sum(tables.values()) > 40
        for name, number in manifest["tables"].items():
            assert len(json.loads(archive.read(name))) == number, name
        content = everything_in(archive)
        kept = await self.kept(house, claire)
        lost = [w for w in marker.planted if w.encode() in kept and w.encode() not in content]
        assert not lost, "held, and not handed over"
        assert his.stem.encode() not in content
        assert yves.id.encode() not in content
        assert yves.email.encode() not in content
        assert claire.email.encode() in content
        (paper,) = manifest["files"]
        assert archive.getinfo(paper["name"]).file_size == paper["size_bytes"]
        assert (
            "Vos" in archive.read("README.txt").decode()
            or "vos" in archive.read("README.txt").decode()
        )

    @staticmethod
    async def kept(house: FlowHouse, person: Person) -> bytes:
        """All rows of the person as the databases hold them."""
        found = []
        for service, belongings in BELONGINGS.items():
            database = await house.connect(service)
            for one in belongings.theirs:
                rows = await database.fetch(
                    f'SELECT to_jsonb(t)::text AS row FROM "{one.name}" t WHERE to_jsonb(t)::text LIKE $1',
                    f"%{person.id}%",
                )
                found += [row["row"].encode() for row in rows]
            await database.close()
        return b"\n".join(found)

    def test_no_secret_is_in_it(self, claire: Person) -> None:
        claire.sign_in()
        content = everything_in(download(claire, export(claire)))
        assert b"argon2" not in content
        for name in (
            b"password_hash",
            b'"digest"',
            b"token_digest",
            b"sealed_seed",
            b"link_digest",
        ):
            assert name not in content

    def test_only_its_owner_fetches_it_and_only_for_a_day(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        ana, ben = person("Ana"), person("Ben")
        about = export(ana)
        path = f"/api/auth/me/export/{about['id']}"
        for theirs in (about["download_url"], path):
            assert ben.api.get(theirs).status_code == 404
            nobody = httpx2.get(f"{house.plan.url('gateway')}{theirs}", trust_env=False)
            assert nobody.status_code == 401
        (mail,) = eventually(lambda: ana.mails("/export?"), "the mail")
        link = link_in(mail, "/export")
        strangers = submit(ana, link, password="not the password")
        assert strangers.status_code == 400
        assert strangers.headers["content-type"].startswith("text/html")
        fetched = submit(ana, link, password=PASSWORD)
        assert fetched.headers["content-type"] == "application/zip"
        assert ana.email.encode() in everything_in(zipfile.ZipFile(io.BytesIO(fetched.content)))
        notes = ana.api.get("/api/notifications").json()["results"]
        assert "export_ready" in {note["type"] for note in notes}

    def test_a_second_wish_while_one_is_running_is_the_same_one(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        """With a service down for a while, which ends well once it is back."""
        ana = person("Ana")
        house.kill("ai")
        try:
            first = ana.api.get("/api/auth/me/export")
            second = ana.api.post("/api/auth/me/export", json={"password": PASSWORD})
            assert first.headers["location"] == second.headers["location"]
            assert second.json()["state"] == "running"
        finally:
            house.start("ai")
        where = first.headers["location"]
        eventually(lambda: ana.api.get(where).json()["state"] == "ready", "the export", 60)
        assert len(eventually(lambda: ana.mails("/export?"), "the mail")) == 1


class TestErasure:
    def test_the_markers_are_in_every_free_text_of_the_api(self, marker: Marker) -> None:
        operations = {where.rpartition(" ")[0] for where in marker.planted.values()}
        assert operations == {str(one) for one in writing()}
        assert len(operations) > 25
        assert len(marker.planted) > 60

    async def test_nothing_of_a_deleted_person_is_found_anywhere(
        self, house: FlowHouse, claire: Person, marker: Marker
    ) -> None:
        ben = Person(house, "Ben").register()
        ben.add_car(model="Berlingo")
        await everything_delivered(house)
        words = {**marker.planted, claire.email: "e-mail", claire.email.partition("@")[0]: "name"}
        before = sightings(places(house), words)
        assert any("database vehicles" in found for found in before), (
            "the search finds what is there"
        )
        assert any("database ai" in found for found in before)
        others = await state_of(house, ben)
        files = len(list((FOLDER / "documents").rglob("????????-*")))
        claire.sign_in()
        answer = claire.api.request("DELETE", "/api/auth/me", json={"password": PASSWORD})
        assert answer.status_code == 204, answer.text
        await self.erased(house, claire)
        left = sightings(places(house), words)
        assert not left, "\n".join(left[:40])
        assert len(list((FOLDER / "documents").rglob("????????-*"))) < files
        assert await state_of(house, ben) == others
        billing = await house.connect("billing")
        kept = await billing.fetchval(
            "SELECT count(*) FROM subscription WHERE user_id = $1::uuid", claire.id
        )
        papers = await billing.fetchval("SELECT count(*) FROM customer WHERE erased_at IS NOT NULL")
        await billing.close()
        assert (kept, papers > 0) == (0, True), "accounting papers stay under a pseudonym"

    @staticmethod
    async def erased(house: FlowHouse, person: Person) -> None:
        auth = await house.connect("auth")
        query = "SELECT completed_at FROM erasure WHERE account_id = $1::uuid"
        for _ in range(300):
            if await auth.fetchval(query, person.id):
                break
            await asyncio.sleep(0.2)
        else:
            raise AssertionError("the erasure was not completed within a minute")
        await auth.close()
        await everything_delivered(house)
        notifications = await house.connect("notifications")
        for _ in range(600):
            waiting = await notifications.fetchval(
                "SELECT count(*) FROM delivery WHERE owner_id = $1::uuid", person.id
            )
            if not waiting:
                break
            await asyncio.sleep(0.2)
        else:
            raise AssertionError("the farewell was not sent within two minutes")
        await notifications.close()


assert set(BELONGINGS) == set(SERVICES)
