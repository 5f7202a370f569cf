"""Examples of what vehicles says of garages, for `examples.py`."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import SecretStr

from shared.contracts.base import Event, Language
from shared.contracts.vehicles_garages import (
    GarageClaimed,
    GarageNewsKind,
    GarageNotice,
    GarageStaffInvited,
)

PERSON = UUID("01a20000-0000-7000-8000-000000000001")
GARAGE = UUID("01a20000-0000-7000-8000-000000000006")
THING = UUID("01a20000-0000-7000-8000-000000000004")
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

EXAMPLES: tuple[Event, ...] = (
    GarageClaimed(
        claim_id=THING,
        account_id=PERSON,
        email="contact@garage-du-parc.example",
        code=SecretStr("7K3M-9TQX-02FD"),
        language=Language.FR,
        garage_name="Garage du Parc",
        claimant_name="Claire Morel",
        expires_at=NOW + timedelta(hours=24),
    ),
    GarageStaffInvited(
        invitation_id=THING,
        account_id=PERSON,
        email="hugo@example.org",
        token=SecretStr("q8TzB3…"),
        language=Language.FR,
        garage_name="Garage du Parc",
        inviter_name="Claire Morel",
        expires_at=NOW + timedelta(days=7),
    ),
    GarageNotice(
        notice_id=THING,
        account_id=PERSON,
        kind=GarageNewsKind.CLAIM_REFUSED,
        garage_id=GARAGE,
        garage_name="Garage du Parc",
        words="The document is not legible.",
        occurred_at=NOW,
    ),
)
