"""What notifications refuses.

NotFound                shared: a notification that is not there, or is somebody else's
ContactUnknown          an event came before the account it is about: heard again later
"""

from uuid import UUID


class ContactUnknown(Exception):
    """Not final: auth's event about this account is still on its way, the kernel tries again."""

    def __init__(self, account_id: UUID) -> None:
        super().__init__(f"no contact yet for {account_id}")
