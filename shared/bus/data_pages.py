"""A service's answer to a person who wants their data: pages of events, each small, none kept in memory with the next.

Why events and not a route or a shared disk: docs/adr/0004-data-export-travels-as-pages.md.
"""

import base64
import gzip
from collections import Counter
from typing import Any

import orjson

from shared.contracts.auth import AccountExportStarted
from shared.contracts.export import DataPage
from shared.db.belongings import Belongings
from shared.db.unit_of_work import UnitOfWork

PAGE_BYTES = 256 * 1024
"""Of one page before packing, beside the row that fills it."""


def line_of(table: str, row: dict[str, Any]) -> bytes:
    return orjson.dumps({"table": table, "row": row}, default=_plain) + b"\n"


def packed(lines: list[bytes]) -> str:
    return base64.b64encode(gzip.compress(b"".join(lines), 6)).decode()


def unpacked(content: str) -> bytes:
    return gzip.decompress(base64.b64decode(content))


async def send_data(
    work: UnitOfWork, belongings: Belongings, *, asked: AccountExportStarted, service: str
) -> None:
    """Every page goes to the outbox as soon as it is full."""
    counts: Counter[str] = Counter()
    lines: list[bytes] = []
    size = number = 0

    async def send(*, is_last: bool) -> None:
        work.emit(
            DataPage(
                export_id=asked.export_id,
                account_id=asked.account_id,
                service=service,
                number=number,
                is_last=is_last,
                content=packed(lines),
                counts=dict(counts) if is_last else {},
            )
        )
        await work.write_side_effects()

    async for table, row in belongings.rows(work.session, asked.account_id):
        line = line_of(table, row)
        lines.append(line)
        counts[table] += 1
        size += len(line)
        if size >= PAGE_BYTES:
            await send(is_last=False)
            number += 1
            size = 0
            lines.clear()
    await send(is_last=True)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
