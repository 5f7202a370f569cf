"""`python -m services.vehicles.jobs.exchange_rates eurofxref-hist.csv`: the whole history of rates, which no request could hold."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

from services.vehicles.errors.running import RatesMalformed
from services.vehicles.settings import Settings
from services.vehicles.usecases.running.exchange_rates import keep_table
from services.vehicles.usecases.work import Work
from shared.clock import SystemClock
from shared.db.unit_of_work import work_opener

SOURCE = "European Central Bank, euro foreign exchange reference rates"


async def load(url: str, table: str, source: str, settings: Settings) -> str:
    """What became of it, for whoever typed the command. Raises RatesMalformed."""
    engine = create_async_engine(url)
    opener = work_opener(
        engine,
        SystemClock(),
        lambda session, clock: Work(session, clock=clock, settings=settings),
    )
    try:
        async with opener() as work:
            loaded = await keep_table(work, table=table, source=source)
    finally:
        await engine.dispose()
    return f"{loaded.given} rates, {loaded.changed} of them new or changed"


def main(argv: Sequence[str]) -> int:
    if not 1 <= len(argv) <= 2:  # noqa: PLR2004 - a file, and who published it
        sys.stderr.write("name the ECB's file, and another source if it is not theirs\n")
        return 2
    settings = Settings()
    try:
        told = asyncio.run(
            load(
                settings.database_url.get_secret_value(),
                Path(argv[0]).read_text("utf-8"),
                argv[1] if len(argv) > 1 else SOURCE,
                settings,
            )
        )
    except RatesMalformed as refusal:
        sys.stderr.write(f"line {refusal.extra['line']} is no line of the ECB's table\n")
        return 1
    sys.stdout.write(f"{told}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
