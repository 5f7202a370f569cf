import pytest

from services.notifications.consumers import consumers
from shared.testing.erasing import AgainstErasure, heard


@pytest.mark.parametrize("example", heard(consumers))
class TestEveryEvent(AgainstErasure):
    """Each that notifications listens to, before, while and after its person is erased."""
