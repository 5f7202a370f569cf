"""Which tests one worker of pytest-xdist keeps to itself."""

from xdist.scheduler import LoadScopeScheduling

FLOWS = "tests/flows/"


def is_flow(nodeid: str) -> bool:
    return nodeid.startswith(FLOWS)


class WholeFiles(LoadScopeScheduling):  # type: ignore[misc]  # xdist publishes no types
    """A file's tests share a service's app and database, the flow tests share a house: neither is built twice.

    Not `--dist loadgroup`: pytest-xdist 3.8 writes the group into `Item._nodeid`, which pytest 9.2 no longer reads.
    """

    def _split_scope(self, nodeid: str) -> str:
        return FLOWS if is_flow(nodeid) else nodeid.partition("::")[0]
