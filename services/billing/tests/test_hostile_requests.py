import pytest

from shared.testing.hostile import AgainstHostility


@pytest.mark.timeout(400)
class TestHostileRequests(AgainstHostility):
    """Bodies, addresses, headers and cursors that nobody honest sends."""
