"""How long, and how often, a message is kept while the database is out of reach, before the broker has it back."""

import asyncio

SECONDS = 300.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0


class Patience:
    """Of one message, or of some that came together."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._waited = 0.0
        self._pause = FIRST_PAUSE

    @property
    def is_over(self) -> bool:
        return self._waited >= self._seconds

    async def wait(self) -> None:
        """Longer each time."""
        await asyncio.sleep(self._pause)
        self._waited += self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
