"""The pages behind QR codes and links, through the real gateway, as a browser without JavaScript uses them."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.flows.house import FOLDER, FlowHouse
from tests.flows.person import Person, eventually

pytestmark = pytest.mark.timeout(300)
NewPerson = Callable[..., Person]


class Browser:
    """Somebody without an account, on a phone: no cookie, no script."""

    def __init__(self, house: FlowHouse, language: str = "fr") -> None:
        self._client = httpx2.Client(
            base_url=house.plan.url("gateway"),
            timeout=60,
            trust_env=False,
            headers={"accept-language": language},
        )
        self.page: httpx2.Response

    def open(self, link: str) -> "Browser":
        url = urlsplit(link)
        self.page = self._client.get(f"{url.path}?{url.query}")
        return self

    def follow(self, label: str) -> "Browser":
        """The link that says so."""
        [address] = re.findall(rf'<a [^>]*href="([^"]+)"[^>]*>{re.escape(label)}</a>', self.text)
        return self.open(html.unescape(address))

    def form(self) -> tuple[str, dict[str, str]]:
        """Its action, and what it sends without being touched."""
        action = re.search(r'<form method="post" action="([^"]+)"', self.text)
        assert action, self.text
        found = {}
        for tag in re.findall(r"<input [^>]+>", self.text):
            said = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if said.get("type") != "checkbox" or " checked" in tag:
                found[said["name"]] = html.unescape(said.get("value", ""))
        for name, inside in re.findall(
            r'<select [^>]*name="(\w+)"[^>]*>(.*?)</select>', self.text, re.DOTALL
        ):
            chosen = re.search(r'value="([^"]*)" selected', inside)
            first = re.search(r'value="([^"]*)"', inside)
            found[name] = (chosen or first)[1]  # type: ignore[index]  # an option there is
        return html.unescape(action[1]), found

    def send(self, **typed: str) -> "Browser":
        action, fields = self.form()
        self.page = self._client.post(action, data=fields | typed)
        return self

    def send_file(self, name: str, content: bytes) -> "Browser":
        action, _ = self.form()
        self.page = self._client.post(action, files={"file": (name, content)})
        return self

    @property
    def text(self) -> str:
        return self.page.text


def guest_link(owner: Person, car: str, **said: Any) -> dict[str, Any]:
    until = str((datetime.now(UTC) + timedelta(days=30)).date())
    body = {"label": "Loueur", "until": until} | said
    answer = owner.api.post(f"/api/vehicles/{car}/guest-links", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def passport_link(owner: Person, car: str) -> dict[str, Any]:
    made = owner.api.post("/api/car-exports", json={"format": "passport", "vehicle": car}).json()

    def is_ready() -> bool:
        said = owner.api.get(f"/api/car-exports/{made['id']}").json()
        return bool(said["state"] == "ready")

    eventually(is_ready, "the passport")
    until = str((datetime.now(UTC) + timedelta(days=30)).date())
    body = {"export": made["id"], "until": until}
    answer = owner.api.post(f"/api/vehicles/{car}/passport-links", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def timeline(owner: Person, car: str, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = owner.api.get(f"/api/vehicles/{car}/timeline?kind={kind}").json()[
        "results"
    ]
    return found


class TestGuest:
    def test_writes_a_mileage_a_fill_and_a_defect_down(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        owner = person("Odile")
        car = owner.add_car()["id"]
        guest = Browser(house).open(guest_link(owner, car)["url"])
        assert "Peugeot 308" in guest.text
        assert "FX-482-KL" not in guest.text
        guest.send(mileage="84 250")
        assert "C’est noté" in guest.text
        assert "84\u202f250\u00a0km" in guest.text
        guest.follow("Noter autre chose").follow("Plein").send(quantity="38,5", total="70,07")
        assert "70,07\u00a0EUR" in guest.text, guest.text
        guest.follow("Noter autre chose").follow("Défaut")
        guest.send(title="Plus de frein", description="Depuis ce matin.\r\nPédale molle.")
        assert "À faire tout de suite" in guest.text
        assert [each["guest"] for each in timeline(owner, car, "fill")] == ["Loueur"]
        assert timeline(owner, car, "odometer")[0]["mileage"] == 84250
        [case] = owner.api.get("/api/diagnostics").json()["results"]
        assert (case["guest"], case["severity"]) == ("Loueur", "critical")
        assert case["description"] == "Depuis ce matin.\nPédale molle."
        [mail] = eventually(lambda: owner.mails("Plus de frein"), "the mail about the defect")
        assert "Loueur" in str(mail)

    def test_a_form_sent_twice_is_one_entry(self, house: FlowHouse, person: NewPerson) -> None:
        owner = person("Odile")
        car = owner.add_car()["id"]
        guest = Browser(house, "en").open(guest_link(owner, car)["url"])
        action, fields = guest.form()
        for _ in range(2):
            page = guest._client.post(action, data=fields | {"mileage": "84250"})
            assert (page.status_code, "It is written down" in page.text) == (200, True)
        assert len(timeline(owner, car, "odometer")) == 1
        other = guest._client.post(action, data=fields | {"mileage": "84251"})
        assert (other.status_code, "was sent already" in other.text) == (409, True)
        assert len(timeline(owner, car, "odometer")) == 1
        guest.page = other
        assert guest.form()[1]["id"] != fields["id"]
        assert "It is written down" in guest.send().text
        assert len(timeline(owner, car, "odometer")) == 2

    @pytest.mark.parametrize(
        ("language", "beside", "above"),
        [
            ("fr", "Écrivez le nombre affiché", "Rien n’a été noté"),
            ("en", "Write the number on the odometer", "Nothing was saved"),
            ("es", "Escribe el número", "No se ha anotado nada"),
        ],
    )
    def test_is_told_beside_the_field_what_is_wrong(
        self, house: FlowHouse, person: NewPerson, language: str, beside: str, above: str
    ) -> None:
        owner = person("Odile")
        car = owner.add_car()["id"]
        guest = Browser(house, language).open(guest_link(owner, car)["url"])
        guest.send(mileage="beaucoup", day="1999-01-01")
        assert guest.page.status_code == 400
        assert beside in guest.text
        assert above in guest.text
        assert 'aria-describedby="mileage-problem"' in guest.text
        assert guest.form()[1]["mileage"] == "beaucoup"
        guest.send(mileage="84250")
        assert (guest.page.status_code, "day-problem" in guest.text) == (422, True)
        assert timeline(owner, car, "odometer") == []

    def test_a_link_that_is_for_something_else_over_or_revoked_says_so(
        self, house: FlowHouse, person: NewPerson
    ) -> None:
        owner = person("Odile")
        car = owner.add_car()["id"]
        link = guest_link(owner, car, allows=["reading"])
        guest = Browser(house).open(link["url"])
        assert "act=fill" not in guest.text
        action, fields = guest.form()
        owner.api.delete(f"/api/vehicles/{car}/guest-links/{link['id']}")
        for page in (
            guest.open(link["url"]).page,
            guest._client.post(action, data=fields | {"mileage": "1"}),
            guest.open("/guest?token=never-given").page,
            guest.open("/guest").page,
        ):
            assert page.status_code == 410
            assert "Ce lien n’est plus valable" in page.text
        assert timeline(owner, car, "odometer") == []


class TestPassport:
    def test_is_shown_verified_and_taken_home(self, house: FlowHouse, person: NewPerson) -> None:
        owner = person("Odile")
        car = owner.add_car()["id"]
        work = {"vehicle": car, "service_date": "2026-01-15", "service_type": "oil_change"}
        assert owner.api.post("/api/maintenances", json=work).status_code == 201
        link = passport_link(owner, car)
        buyer = Browser(house, "es").open(link["url"])
        assert "Intacto y firmado" in buyer.text
        assert "15/01/2026" in buyer.text
        [file] = re.findall(r'href="(/api/passports/shared/file[^"]+)"', buyer.text)
        bundle = buyer._client.get(html.unescape(file)).content
        assert bundle.startswith(b"PK")
        buyer.follow("Verificar otro pasaporte").send_file("passport.zip", bundle)
        assert (buyer.page.status_code, "Intacto y firmado" in buyer.text) == (200, True)
        buyer.open("/passport?lang=en").send_file("passport.zip", b"something else")
        assert (buyer.page.status_code, "no AutoTrack passport" in buyer.text) == (422, True)
        owner.api.delete(f"/api/vehicles/{car}/passport-links/{link['id']}")
        gone = buyer.open(link["url"])
        assert (gone.page.status_code, "Peugeot" in gone.text) == (410, False)

    def test_a_bundle_larger_than_a_json_body_is_verified(self, house: FlowHouse) -> None:
        """And one that is larger than we take is told so."""
        anybody = Browser(house, "en").open("/passport")
        anybody.send_file("passport.json", b'{"head":"' + b"x" * 3_000_000 + b'"}')
        assert (anybody.page.status_code, "no AutoTrack passport" in anybody.text) == (422, True)
        body = {"passport": {"head": {"x": "x" * 3_000_000}}}
        said = anybody._client.post("/api/passports/verify", json=body)
        assert (said.status_code, said.json()["code"]) == (422, "not_a_passport")
        anybody.open("/passport").send_file("passport.zip", b"x" * 34_000_000)
        assert (anybody.page.status_code, "larger than" in anybody.text) == (413, True)


def test_no_log_of_any_program_holds_a_token(house: FlowHouse, person: NewPerson) -> None:
    owner = person("Odile")
    car = owner.add_car()["id"]
    urls = [guest_link(owner, car)["url"], passport_link(owner, car)["url"]]
    for url in urls:
        page = Browser(house).open(url).page
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
    Browser(house).open(urls[0]).send(mileage="12")
    logs = [log.read_text(errors="replace") for log in (FOLDER / "logs").iterdir()]
    assert any('"/guest"' in log for log in logs)
    for url in urls:
        token = url.partition("token=")[2]
        assert not any(token in log for log in logs)
