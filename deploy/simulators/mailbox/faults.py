"""What the mailbox can be told to do wrong, so that a sender's manners can be tried."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class FaultKind(StrEnum):
    REFUSE = "refuse"  # the connection is cut before a word is said
    DELAY = "delay"  # the answer to DATA comes late
    TEMPORARY = "temporary"  # 451, try again later
    PERMANENT = "permanent"  # 550, no such person here
    DROP = "drop"  # the connection is cut after DATA, nothing kept
    DROP_KEPT = "drop_kept"  # the connection is cut after DATA, the mail was kept


class Fault(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    times: int | None = Field(default=None, ge=1, le=1_000_000, description="None: until cleared")
    recipient: str | None = Field(default=None, max_length=320, description="None: everybody")
    seconds: float = Field(default=2.0, ge=0, le=120, description="length of a delay")


class Faults:
    """At most one fault at a time; it wears off after `times`."""

    def __init__(self) -> None:
        self.current: Fault | None = None

    def set(self, fault: Fault | None) -> None:
        self.current = fault

    def strikes(self, *kinds: FaultKind, recipients: list[str] | None = None) -> Fault | None:
        """The fault if it is one of these and concerns these people; counts as one time."""
        fault = self.current
        if fault is None or fault.kind not in kinds:
            return None
        if fault.recipient is not None and fault.recipient.lower() not in {
            address.lower() for address in recipients or []
        }:
            return None
        if fault.times is not None:
            left = fault.times - 1
            self.current = fault.model_copy(update={"times": left}) if left else None
        return fault
