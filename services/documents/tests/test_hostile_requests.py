from typing import Any

import pytest

from shared.testing.client import Callers
from shared.testing.hostile import fallen, misled, operations_with_a_body, shaken, stumbled

pytestmark = pytest.mark.timeout(400)


class TestHostileRequests:
    async def test_what_cannot_be_kept_is_refused_in_every_place_of_every_body(
        self, app: Any, call: Callers
    ) -> None:
        assert operations_with_a_body(app)
        assert await fallen(app, call) == []

    async def test_control_characters_and_edges_break_nothing(
        self, app: Any, call: Callers
    ) -> None:
        assert await shaken(app, call) == []

    async def test_no_address_and_no_header_breaks_anything(self, app: Any, call: Callers) -> None:
        assert await stumbled(app, call) == []

    async def test_a_forged_cursor_is_refused_or_finds_a_page(
        self, app: Any, call: Callers
    ) -> None:
        assert await misled(app, call) == []
