"""The feeds of recalls, each read into the common form."""

from datetime import date

import httpx2
import pytest

from deploy.simulators.recalls.app import create_app
from services.vehicles.clients.recalls import RecallFeeds, read_feed
from services.vehicles.domain.care.recalls import FeedSource, VinRange
from services.vehicles.errors.care import FeedTrouble
from services.vehicles.settings import Settings


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
    one, other = await feeds().fetch(FeedSource.RAPPELCONSO)
    assert (one.number, one.makes, one.models) == ("2026-03-0001", ("CITROËN & DS",), ("C3",))
    assert (one.built_from, one.built_to) == (date(2013, 1, 1), date(2016, 12, 31))
    assert one.url == "https://rappel.example/2026-03-0001"
    assert (other.models, other.built_from) == ((), None)


async def test_kba() -> None:
    [one] = await feeds().fetch(FeedSource.KBA)
    assert (one.number, one.models) == ("012345", ("Golf", "Golf Variant"))
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
    with pytest.raises(FeedTrouble):
        read_feed(source, b"a,b\n1,2\n")
