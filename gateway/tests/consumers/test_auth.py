import asyncio
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from gateway.tests.conftest import StartGateway
from gateway.tests.consumers.test_billing import say, until
from shared.contracts.auth import SessionsRevoked


@pytest.mark.bus
async def test_an_ended_session_is_refused_within_a_second_of_the_event(
    start_gateway: StartGateway, servers: dict[str, str]
) -> None:
    running = await start_gateway(broker_url=servers["broker_url"], poll_seconds=5)
    await until(lambda: running.work.news.broker_connected)
    session = uuid4()
    user_id, bearer = running.person(sid=str(session))
    event = SessionsRevoked(
        account_id=user_id,
        session_ids=(session,),
        until=datetime.now(UTC) + timedelta(minutes=10),
    )
    async with running.client(bearer) as client:
        assert (await client.get("/api/vehicles")).status_code == 200
        await asyncio.sleep(0.3)
        began = time.monotonic()
        await say(servers["broker_url"], event)
        while (await client.get("/api/vehicles")).status_code != 401:
            assert time.monotonic() - began < 2
            await asyncio.sleep(0.02)
