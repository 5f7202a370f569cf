"""A one-time code is in the mail and nowhere else: not in a database, a log or a queue."""

import asyncio
import re

import aio_pika
import pytest

from deploy.local.databases import SERVICES
from deploy.local.demo.world import code_in
from tests.flows.house import FlowHouse
from tests.flows.person import PASSWORD, Person

pytestmark = pytest.mark.timeout(300)
QUEUE = "notifications.auth.code_issued.v1"
LEFT = """
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
"""


async def rows_with(house: FlowHouse, code: str) -> list[str]:
    """Rows, as text, in which the six digits stand alone; the fraction of a second of a time is no code."""
    alone = re.compile(rf"(?<![0-9a-fA-F.]){code}(?![0-9a-fA-F])")
    found = []
    for service in SERVICES:
        connection = await house.connect(service)
        try:
            for (table,) in await connection.fetch(LEFT):
                rows = await connection.fetch(f'SELECT t::text AS row FROM "{table}" t')
                found += [f"{service}.{table}" for row in rows if alone.search(row["row"])]
        finally:
            await connection.close()
    return found


async def peek(house: FlowHouse) -> list[bytes]:
    """What waits in the queue of codes."""
    connection = await aio_pika.connect(house.servers.rabbitmq(house.state).url())
    async with connection:
        queue = await (await connection.channel()).get_queue(QUEUE)
        found = []
        while (message := await queue.get(fail=False, no_ack=False)) is not None:
            found.append(message.body)
        return found  # nothing is acknowledged: closing gives all back


async def test_a_mailed_code_is_found_nowhere_but_in_the_mail(house: FlowHouse) -> None:
    person = Person(house, "Odile")
    body = {"email": person.email, "password": PASSWORD, "first_name": "Odile", "last_name": "M"}
    assert person.api.post("/api/auth/register", json=body).status_code == 201
    mail = person.mailbox.wait(person.email, lambda one: code_in(one) is not None, "the code")
    code = code_in(mail)
    assert code is not None
    assert re.fullmatch(r"[0-9]{6}", code)
    for _ in range(50):  # the outbox forgets what it has sent
        if not await rows_with(house, code):
            break
        await asyncio.sleep(0.2)
    assert await rows_with(house, code) == []
    assert [line for line in house.log_lines() if re.search(rf"\b{code}\b", line)] == []
    assert [one for one in await peek(house) if code.encode() in one] == []
    answer = person.api.post("/api/auth/verify-otp", json={"email": person.email, "otp_code": code})
    assert answer.status_code == 200
