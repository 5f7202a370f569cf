"""The demo's person: who they are, what they drive, and what they have met on the way."""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from deploy.local.demo.invoice import Car, Invoice
from deploy.local.demo.story import Story
from deploy.local.demo.world import Api, Clock, Mailbox, Payments

CAR = Car(make="Renault", model="Clio", year=2019, plate="GH-482-KL", vin="VF1RJA00063512347")
OLD_CAR = Car(make="Peugeot", model="208", year=2014, plate="CB-815-RT", vin="")
INVOICE_KILOMETRES = 45_210
INVOICE_AGE = timedelta(days=15)
KILOMETRES_NOW = 45_900


def new_address(name: str) -> str:
    return f"{name}.{secrets.token_hex(4)}@example.org"


@dataclass(slots=True)
class Person:
    """Everything a chapter needs: the story to tell it to, the world to act in, what was learnt so far."""

    story: Story
    api: Api
    mailbox: Mailbox
    payments: Payments
    clock: Clock
    document: Path | None = None
    is_our_house: bool = True
    email: str = field(default_factory=lambda: new_address("camille"))
    password: str = field(default_factory=lambda: f"Pneu-{secrets.token_urlsafe(12)}-7")
    first_name: str = "Camille"
    last_name: str = "Martin"
    invoice: Invoice | None = None
    vehicle: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)
    paper: dict[str, Any] = field(default_factory=dict)
    draft: dict[str, Any] = field(default_factory=dict)
    friend: "Person | None" = None
    """Who shares the car."""
    typed: dict[str, Any] = field(default_factory=dict)
    """The fill with a digit wrong."""
    meant: int = 0
    """What the car showed there, in kilometres."""
    old_car: dict[str, Any] = field(default_factory=dict)
    """The second one, which came with its past."""
    offer: dict[str, Any] = field(default_factory=dict)
    """What its garage does for it."""

    @property
    def vehicle_id(self) -> str:
        return str(self.vehicle["id"])
