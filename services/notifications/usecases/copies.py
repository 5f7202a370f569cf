"""What this service copies of others': `shared/bus/copies.py` keeps it right."""

from services.notifications.storage.models import Contact
from shared.bus.copies import Copies
from shared.contracts.auth import AccountChanged
from shared.db.copied import Copy

COPIES = Copies(
    "notifications",
    kept=(Copy(AccountChanged, Contact, subject="account_id", person="account_id"),),
)
