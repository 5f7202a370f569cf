import pytest

from services.documents.consumers import consumers
from shared.testing.erasing import AgainstErasure, heard


@pytest.mark.parametrize("example", heard(consumers))
class TestEveryEvent(AgainstErasure):
    """Each that documents listens to, before, while and after its person is erased."""
