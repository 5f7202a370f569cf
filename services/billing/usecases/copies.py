"""What this service copies of others': `shared/bus/copies.py` keeps it right."""

from services.billing.storage.models import Customer
from shared.bus.copies import Copies
from shared.contracts.auth import AccountChanged
from shared.db.copied import Copy

COPIES = Copies(
    "billing",
    kept=(
        Copy(
            AccountChanged,
            Customer,
            subject="user_id",
            person="user_id",
            version="account_version",
            living=lambda: Customer.erased_at.is_(None),
        ),
    ),
)
