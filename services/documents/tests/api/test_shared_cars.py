"""Papers of a car that people share: the permission table (domain.md §1), the owner's plan, and what becomes of them at a handover."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.documents.tests.uploads import Uploader
from shared.contracts.auth import AccountDeletionStarted
from shared.contracts.billing import EntitlementsChanged
from shared.contracts.documents import DocumentChanged
from shared.contracts.features import ALLOWS, OPENS, Limit, Plan
from shared.contracts.roles import Role
from shared.contracts.vehicles import CarMember, VehicleHandedOver
from shared.testing.client import Callers

EDITORS = (Role.MANAGER, Role.EDITOR)
PATHS = ("", "/file", "/fields")


def who(role: Role) -> UUID:
    return Callers.user_id(role.value)


def member(role: Role, **visible: bool) -> CarMember:
    return CarMember(person_id=who(role), role=role, **visible)


def everybody(**visible: bool) -> tuple[CarMember, ...]:
    return tuple(member(role, **visible) for role in Role if role is not Role.OWNER)


def client_of(call: Callers, role: Role) -> Any:
    return call.as_user(who(role), Plan.STANDARD)


def on_plan(plan: Plan, **limits: int) -> EntitlementsChanged:
    return EntitlementsChanged(
        version=1,
        user_id=Callers.user_id("standard"),
        plan=plan,
        status="active",
        features=tuple(sorted(OPENS[plan])),
        limits=ALLOWS[plan] | {Limit(name): most for name, most in limits.items()},
        effective_at=datetime(2026, 11, 22, tzinfo=UTC),
    )


@pytest.fixture
def make_shared(make_vehicle: Callable[..., Any], call: Callers) -> Callable[..., Any]:
    """A car of `standard`, shared with one person of each role."""

    async def make(*, version: int = 1, **facts: Any) -> Any:
        said = {"members": everybody()} | facts
        return await make_vehicle(call.user_id("standard"), version=version, **said)

    return make


class TestRead:
    async def test_each_role_sees_what_the_table_says(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, make_shared: Any
    ) -> None:
        car = await make_shared()
        paper = (await upload(call.standard, invoice_pdf, vehicle_id=str(car))).json()["id"]
        for role in Role:
            client = call.standard if role is Role.OWNER else client_of(call, role)
            may = role in {Role.OWNER, *EDITORS}
            for path in PATHS:
                answer = await client.get(f"/api/documents/{paper}{path}")
                assert answer.status_code == (200 if may else 403), (role, path)
            assert (await client.get("/api/documents")).json()["count"] == may
            found = await client.get(f"/api/documents/by_vehicle?vehicle_id={car}")
            assert found.json()["count"] == may
        assert (await call.other.get(f"/api/documents/{paper}")).status_code == 404

    async def test_a_viewer_sees_them_where_the_owner_shows_them(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, make_shared: Any
    ) -> None:
        car = await make_shared(members=everybody(documents_visible=True))
        paper = (await upload(call.standard, invoice_pdf, vehicle_id=str(car))).json()["id"]
        viewer, driver = client_of(call, Role.VIEWER), client_of(call, Role.DRIVER)
        assert (await viewer.get(f"/api/documents/{paper}")).status_code == 200
        assert (await viewer.delete(f"/api/documents/{paper}")).status_code == 403
        assert (await driver.get(f"/api/documents/{paper}")).status_code == 403
        await make_shared(version=2, vehicle_id=car)
        assert (await viewer.get(f"/api/documents/{paper}")).status_code == 403

    async def test_who_is_no_member_any_more_or_of_a_car_in_the_trash_sees_nothing(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, make_shared: Any
    ) -> None:
        car = await make_shared()
        path = f"/api/documents/{(await upload(call.standard, invoice_pdf, vehicle_id=str(car))).json()['id']}"
        editor = client_of(call, Role.EDITOR)
        await make_shared(version=2, vehicle_id=car, deleted=True, restorable=True)
        assert (await editor.get(path)).status_code == 404
        await make_shared(version=3, vehicle_id=car)
        assert (await editor.get(path)).status_code == 200
        await make_shared(version=5, vehicle_id=car, members=())
        await make_shared(version=4, vehicle_id=car)
        assert (await editor.get(path)).status_code == 404, "what came late brought it back"


class TestWrite:
    async def test_a_paper_of_a_shared_car_is_its_owners_whoever_files_it(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, make_shared: Any, emitted: Any
    ) -> None:
        car = await make_shared()
        editor = client_of(call, Role.EDITOR)
        made = await upload(editor, invoice_pdf, vehicle_id=str(car))
        assert made.status_code == 201, made.text
        path = f"/api/documents/{made.json()['id']}"
        assert (await emitted(DocumentChanged))[-1].owner_id == call.user_id("standard")
        assert (await call.standard.get(path)).status_code == 200
        body = {"file_name": "Facture.pdf"}
        assert (await editor.patch(path, json=body)).status_code == 200
        unfiled = await editor.patch(path, json={"vehicle_id": None})
        assert (unfiled.status_code, unfiled.json()["code"]) == (403, "role_insufficient")
        assert (await client_of(call, Role.MANAGER).delete(path)).status_code == 204

    async def test_a_driver_files_and_sees_and_changes_their_own(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, make_shared: Any
    ) -> None:
        car = await make_shared()
        driver = client_of(call, Role.DRIVER)
        made = await upload(driver, invoice_pdf, vehicle_id=str(car))
        assert made.status_code == 201, made.text
        path = f"/api/documents/{made.json()['id']}"
        assert (await driver.get(path)).status_code == 200
        assert (await driver.patch(path, json={"file_name": "a.pdf"})).status_code == 200
        assert (await driver.get("/api/documents")).json()["count"] == 1
        assert (await client_of(call, Role.EDITOR).get(path)).status_code == 200
        assert (await client_of(call, Role.VIEWER).get(path)).status_code == 403
        others = tuple(one for one in everybody() if one.role is not Role.DRIVER)
        await make_shared(version=2, vehicle_id=car, members=others)
        assert (await driver.get(path)).status_code == 404
        assert (await call.standard.get(path)).status_code == 200

    async def test_a_viewer_and_a_stranger_file_nothing(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, make_shared: Any
    ) -> None:
        car = await make_shared(members=everybody(documents_visible=True))
        viewer = await upload(client_of(call, Role.VIEWER), invoice_pdf, vehicle_id=str(car))
        assert (viewer.status_code, viewer.json()["code"]) == (403, "role_insufficient")
        stranger = await upload(call.other, invoice_pdf, vehicle_id=str(car))
        assert stranger.status_code == 404

    async def test_a_paper_stays_its_owners(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, make_shared: Any,
        make_vehicle: Any,
    ) -> None:  # fmt: skip
        """An editor moves a paper among the cars of its owner only."""
        car, second = await make_shared(), await make_shared()
        mine = await make_vehicle(who(Role.EDITOR))
        editor = client_of(call, Role.EDITOR)
        path = f"/api/documents/{(await upload(editor, invoice_pdf, vehicle_id=str(car))).json()['id']}"
        assert (await editor.patch(path, json={"vehicle_id": str(mine)})).status_code == 404
        assert (await editor.patch(path, json={"vehicle_id": str(second)})).status_code == 200

    async def test_the_owners_plan_counts_not_the_uploaders(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, make_shared: Any, hear: Any
    ) -> None:
        car = await make_shared()
        editor = call.as_user(who(Role.EDITOR), Plan.FREE)
        await hear(on_plan(Plan.STANDARD, documents=1))
        made = await upload(editor, invoice_pdf, vehicle_id=str(car), analyze="true")
        assert (made.status_code, made.json()["status"]) == (201, "queued")
        premium = call.as_user(who(Role.MANAGER), Plan.PREMIUM)
        more = await upload(premium, invoice_pdf + b"\n%", vehicle_id=str(car))
        assert (more.status_code, more.json()["code"]) == (403, "quota_exceeded")
        assert (more.json()["limit"], more.json()["used"]) == (1, 1)

    async def test_an_owner_billing_has_not_told_of_is_on_the_free_plan(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, make_shared: Any
    ) -> None:
        car = await make_shared()
        premium = call.as_user(who(Role.MANAGER), Plan.PREMIUM)
        answer = await upload(premium, invoice_pdf, vehicle_id=str(car), analyze="true")
        assert (answer.status_code, answer.json()["code"]) == (403, "plan_required")


class TestErasure:
    async def test_a_members_leaves_the_papers_and_no_trace_of_them(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, make_shared: Any, hear: Any,
        open_work: Any,
    ) -> None:  # fmt: skip
        car = await make_shared()
        editor = client_of(call, Role.EDITOR)
        made = (await upload(editor, invoice_pdf, vehicle_id=str(car))).json()
        gone = AccountDeletionStarted(
            account_id=who(Role.EDITOR), started_at=datetime(2026, 11, 22, tzinfo=UTC)
        )
        await hear(gone)
        await make_shared(version=2, vehicle_id=car)
        path = f"/api/documents/{made['id']}"
        assert (await call.standard.get(path)).status_code == 200
        async with open_work() as work:
            [document] = await work.documents.these([UUID(made["id"])])
            assert document.made_by is None
        assert (await client_of(call, Role.MANAGER).get(path)).status_code == 200


class TestHandover:
    @pytest.mark.parametrize("included", [True, False])
    async def test_papers_go_as_far_as_they_are_included(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, make_shared: Any, hear: Any,
        emitted: Any, included: bool,
    ) -> None:  # fmt: skip
        car = await make_shared()
        made = (await upload(call.standard, invoice_pdf, vehicle_id=str(car))).json()
        kept = (await upload(call.standard, invoice_pdf + b"\n%")).json()
        giver, receiver = call.user_id("standard"), call.user_id("other")
        moved = VehicleHandedOver(
            vehicle_id=car, owner_id=receiver, given_by=giver, version=2,
            include_documents=included, include_costs=False, handed_over_at=datetime.now(UTC),
        )  # fmt: skip
        await hear(moved, times=2)
        path = f"/api/documents/{made['id']}"
        has_it, has_not = (call.other, call.standard) if included else (call.standard, call.other)
        found = (await has_it.get(path)).json()
        assert found["vehicle_id"] == (str(car) if included else None)
        assert (await has_not.get(path)).status_code == 404
        assert (await call.standard.get(f"/api/documents/{kept['id']}")).status_code == 200
        told = [e for e in await emitted(DocumentChanged) if str(e.document_id) == made["id"]][-1]
        assert told.owner_id == (receiver if included else giver)
        late = await upload(call.standard, invoice_pdf + b"\n%%", vehicle_id=str(car))
        assert late.status_code == 404

    async def test_what_the_receiver_has_already_stays_with_the_giver(
        self, call: Callers, upload: Uploader, invoice_pdf: bytes, make_shared: Any, hear: Any
    ) -> None:
        car = await make_shared()
        made = (await upload(call.standard, invoice_pdf, vehicle_id=str(car))).json()
        await upload(call.other, invoice_pdf)
        await hear(
            VehicleHandedOver(
                vehicle_id=car, owner_id=call.user_id("other"), given_by=call.user_id("standard"),
                version=2, include_documents=True, include_costs=False,
                handed_over_at=datetime.now(UTC),
            )
        )  # fmt: skip
        found = await call.standard.get(f"/api/documents/{made['id']}")
        assert (found.status_code, found.json()["vehicle_id"]) == (200, None)
