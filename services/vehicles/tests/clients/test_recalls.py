"""The feeds of recalls, each read into the common form."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx2
import pytest
import structlog

from deploy.simulators.recalls.app import DVSA, KBA, NHTSA, RAPPELCONSO, create_app
from services.vehicles.clients.recalls import COLUMNS, NEEDED, RecallFeeds, read_feed
from services.vehicles.domain.care.recalls import FeedSource, VinRange
from services.vehicles.errors.care import FeedTrouble
from services.vehicles.settings import Settings


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as entries:
        yield entries


def feeds(transport: httpx2.AsyncBaseTransport | None = None) -> RecallFeeds:
    url = "http://recalls"
    settings = Settings(
        environment="test",
        recalls_fr_url=f"{url}/rappelconso",
        recalls_de_url=f"{url}/kba",
        recalls_gb_url=f"{url}/dvsa",
        recalls_us_url=f"{url}/nhtsa",
    )
    served = transport or httpx2.ASGITransport(app=create_app())
    return RecallFeeds(settings, lambda _url: httpx2.AsyncClient(transport=served))


async def test_are_off_by_default() -> None:
    assert RecallFeeds(Settings(environment="test")).addresses == {}


async def test_rappelconso() -> None:
    one, other, *rest = await feeds().fetch(FeedSource.RAPPELCONSO)
    assert (one.number, one.makes, one.models) == ("2026-03-0001", ("CITROËN & DS",), ("C3",))
    assert (one.built_from, one.built_to) == (date(2013, 1, 1), date(2016, 12, 31))
    assert one.url == "https://rappel.example/2026-03-0001"
    assert (other.models, other.built_from) == ((), None)
    assert one.published_on == date(2026, 3, 2)
    assert [each.makes for each in rest] == [("RENAULT",), ("RENAULT",)], "no toys"
    assert rest[0].models == ("CLIO V", "CAPTUR II")


async def test_kba() -> None:
    [one] = await feeds().fetch(FeedSource.KBA)
    assert (one.number, one.makes, one.models) == ("12345", ("VW",), ("GOLF", "GOLF VARIANT"))
    assert (one.title, one.remedy, one.url) == ("Bremskraftverstärker", "Austausch", None)
    assert (one.built_from, one.built_to) == (date(2018, 1, 1), date(2020, 12, 31))
    assert one.published_on == date(2026, 2, 5)


async def test_dvsa() -> None:
    [one] = await feeds().fetch(FeedSource.DVSA)
    assert one.vins == (
        VinRange("W0L0SDL0864000000", "W0L0SDL0864999999"),
        VinRange("W0L0SDL0874000000", "W0L0SDL0874999999"),
    )
    assert (one.makes, one.models) == (("VAUXHALL",), ("CORSA",))


async def test_nhtsa() -> None:
    [one] = await feeds().fetch(FeedSource.NHTSA)
    assert (one.number, one.built_from, one.built_to) == (
        "26V001000",
        date(2017, 1, 1),
        date(2018, 12, 31),
    )


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (httpx2.Response(503), "status_503"),
        (httpx2.Response(302, headers={"location": "http://elsewhere"}), "status_302"),
        (httpx2.Response(200, text="<html>"), "not_understood"),
        (httpx2.Response(200, text='{"results": []}'), "empty"),
        (httpx2.Response(200, text='{"results": 5}'), "not_understood"),
        (httpx2.Response(200, text="[[]]"), "not_understood"),
        (httpx2.Response(200, content=b"\xff\xfe\x00"), "not_understood"),
    ],
)
async def test_what_a_feed_may_do(answer: httpx2.Response, reason: str) -> None:
    transport = httpx2.MockTransport(lambda _request: answer)
    with pytest.raises(FeedTrouble) as trouble:
        await feeds(transport).fetch(FeedSource.RAPPELCONSO)
    assert trouble.value.extra["reason"] == reason


async def test_one_that_is_not_there() -> None:
    def refuse(_request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no")

    with pytest.raises(FeedTrouble) as trouble:
        await feeds(httpx2.MockTransport(refuse)).fetch(FeedSource.KBA)
    assert trouble.value.extra["reason"] == "unreachable"


@pytest.mark.parametrize("source", [FeedSource.KBA, FeedSource.DVSA])
def test_a_table_without_its_columns(source: FeedSource) -> None:
    with pytest.raises(FeedTrouble) as trouble:
        read_feed(source, b"a,b\n1,2\n")
    assert trouble.value.extra["reason"] == "columns_missing"


def body_of(source: FeedSource) -> str:
    if source is FeedSource.RAPPELCONSO:
        return json.dumps({"results": RAPPELCONSO})
    if source is FeedSource.NHTSA:
        return json.dumps({"results": NHTSA})
    return KBA if source is FeedSource.KBA else DVSA


@pytest.mark.parametrize("source", list(FeedSource))
class TestWhatIsNotAsItWas:
    def test_without_a_column_all_the_rest_is_known_and_it_is_told_once(
        self, source: FeedSource, logged: Any
    ) -> None:
        whole = read_feed(source, body_of(source).encode())
        for ours, theirs in COLUMNS[source].items():
            if ours in NEEDED:
                continue
            text = body_of(source)
            for name in theirs:
                text = text.replace(f'"{name}"', '"renamed"')
                text = re.sub(rf"(?<![^;,\n]){re.escape(name)}(?=[;,\n])", "renamed", text, count=1)
            found = read_feed(source, text.encode())
            assert {each.number for each in whole} <= {each.number for each in found}, ours
            told = [each for each in logged if each["event"] == "recalls.columns_missing"]
            assert len(told) == 1, ours
            assert ours in told[0]["columns"]
            logged.clear()

    def test_cut_off_anywhere_it_is_read_so_far_or_refused(self, source: FeedSource) -> None:
        body = body_of(source).encode()
        whole = {each.number for each in read_feed(source, body)}
        for end in range(0, len(body), 7):
            try:
                found = read_feed(source, body[:end])
            except FeedTrouble:
                continue
            assert {each.number for each in found} <= whole
            assert all(len(vin.last) == 17 for each in found for vin in each.vins)

    @pytest.mark.parametrize(
        "hostile",
        [
            b"",
            b"\x00" * 1000,
            b"[" * 100_000,
            b'{"results": ' * 50_000,
            b'{"results": {"a": 1}}',
            b'[1, "a", null, [], {}]',
            b'[{"numero_fiche": ["a"], "marque_produit": {"b": 1}}]',
            b'"' + b"a" * 200_000,
            ("a;" * 10_000).encode(),
            b"<!doctype html><html><body>Wartung</body></html>",
        ],
    )
    def test_hostile(self, source: FeedSource, hostile: bytes) -> None:
        with pytest.raises(FeedTrouble):
            read_feed(source, hostile)


class TestRows:
    def test_a_wrong_one_is_left_out_and_told(self, logged: Any) -> None:
        rows = [*KBA.splitlines(), "1;2;3", '"' + "x" * 200_000 + '";b', "9;" * 30]
        found = read_feed(FeedSource.KBA, "\n".join(rows).encode())
        assert [each.number for each in found] == ["12345"]
        [told] = [each for each in logged if each["event"] == "recalls.rows_left_out"]
        assert told["rows"] == 3

    def test_a_number_no_index_holds_is_left_out(self) -> None:
        rows = [RAPPELCONSO[0], RAPPELCONSO[0] | {"numero_fiche": "9" * 3000}]
        [found] = read_feed(FeedSource.RAPPELCONSO, json.dumps(rows).encode())
        assert found.number == "2026-03-0001"

    def test_a_campaign_of_ten_thousand_models_is_kept_within_bounds(self) -> None:
        models = "\n".join(f"M{number}" for number in range(10_000))
        rows = [RAPPELCONSO[0] | {"modeles_ou_references": models}]
        [found] = read_feed(FeedSource.RAPPELCONSO, json.dumps(rows).encode())
        assert len(found.models) <= 200

    def test_rappelconso_of_the_first_version(self) -> None:
        row = {
            "reference_fiche": "2022-03-0002",
            "categorie_de_produit": "Automobiles et moyens de déplacement",
            "nom_de_la_marque_du_produit": "RENAULT",
            "noms_des_modeles_ou_references": "Clio",
            "motif_du_rappel": "Freins",
            "date_debut_fin_de_commercialisation": "Du 20/01/2022 au 28/02/2022",
        }
        wrapped = {"records": [{"record": {"fields": row}}]}
        [found] = read_feed(FeedSource.RAPPELCONSO, json.dumps(wrapped).encode())
        assert (found.number, found.built_from, found.built_to) == (
            "2022-03-0002",
            date(2022, 1, 20),
            date(2022, 2, 28),
        )

    def test_one_row_without_a_vin_and_the_others_exclude_no_car(self) -> None:
        text = DVSA + DVSA.splitlines()[1].replace("W0L0SDL0864000000", "") + "\n"
        [found] = read_feed(FeedSource.DVSA, text.encode())
        assert found.vins == ()

    def test_what_is_written_in_latin_1(self) -> None:
        text = DVSA.replace("VAUXHALL", "CITROËN")
        [found] = read_feed(FeedSource.DVSA, text.encode("cp1252"))
        assert found.makes == ("CITROËN",)
