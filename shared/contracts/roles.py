"""Who may do what with a car that people share: the permission table of the product, said once and obeyed by each service.

Asked for in this shape by users of every open rival (a driver who logs and reports and sees nothing else, a viewer who may see the
history without the money): the owner decides, everybody else has a role.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    OWNER = "owner"
    MANAGER = "manager"
    EDITOR = "editor"
    DRIVER = "driver"
    VIEWER = "viewer"


class May(StrEnum):
    """What somebody may do with a car and what belongs to it."""

    SEE_CAR = "see_car"
    EDIT_CAR = "edit_car"
    """Its facts, tanks, lifecycle, custom fields, tags."""
    GIVE_AWAY = "give_away"
    """Delete, hand over, sell."""
    MANAGE_MEMBERS = "manage_members"
    """A manager only up to the role of editor."""
    READ_LEDGER = "read_ledger"
    ADD_READING = "add_reading"
    JUDGE_READING = "judge_reading"
    """Accept, void, begin a segment; a driver voids what is their own, for a day."""
    READ_FILLS = "read_fills"
    ADD_FILL = "add_fill"
    CHANGE_FILL = "change_fill"
    """A driver only their own."""
    READ_CARE = "read_care"
    """Maintenance, plans, reminders."""
    WRITE_CARE = "write_care"
    HANDLE_DRAFTS = "handle_drafts"
    READ_DOCUMENTS = "read_documents"
    WRITE_DOCUMENTS = "write_documents"
    REPORT_DEFECT = "report_defect"
    READ_CASES = "read_cases"
    CHANGE_CASE = "change_case"
    """What it says; a driver only their own."""
    WRITE_CASES = "write_cases"
    """Resolve, reopen, throw away, ask the assistant, plan its repair."""
    SEE_COSTS = "see_costs"
    WRITE_COSTS = "write_costs"
    BOOK = "book"
    IMPORT = "import"
    EXPORT = "export"
    """PDF, passport, everything."""
    EXPORT_CSV = "export_csv"


_MANAGERS: Final = frozenset({Role.OWNER, Role.MANAGER})
_EDITORS: Final = _MANAGERS | {Role.EDITOR}
_ALL: Final = frozenset(Role)

ROLES_THAT_MAY: Final[Mapping[May, frozenset[Role]]] = {
    May.SEE_CAR: _ALL,
    May.EDIT_CAR: _MANAGERS,
    May.GIVE_AWAY: frozenset({Role.OWNER}),
    May.MANAGE_MEMBERS: _MANAGERS,
    May.READ_LEDGER: _EDITORS | {Role.VIEWER},
    May.ADD_READING: _EDITORS | {Role.DRIVER},
    May.JUDGE_READING: _EDITORS,
    May.READ_FILLS: _EDITORS | {Role.VIEWER},
    May.ADD_FILL: _EDITORS | {Role.DRIVER},
    May.CHANGE_FILL: _EDITORS,
    May.READ_CARE: _EDITORS | {Role.VIEWER},
    May.WRITE_CARE: _EDITORS,
    May.HANDLE_DRAFTS: _EDITORS,
    May.READ_DOCUMENTS: _EDITORS,
    May.WRITE_DOCUMENTS: _EDITORS,
    May.REPORT_DEFECT: _EDITORS | {Role.DRIVER},
    May.READ_CASES: _EDITORS | {Role.VIEWER},
    May.CHANGE_CASE: _EDITORS,
    May.WRITE_CASES: _EDITORS,
    May.SEE_COSTS: _EDITORS,
    May.WRITE_COSTS: _EDITORS,
    May.BOOK: _EDITORS,
    May.IMPORT: _MANAGERS,
    May.EXPORT: _MANAGERS,
    May.EXPORT_CSV: _EDITORS,
}
"""A viewer sees documents and costs only where their membership says so (`SHOWN_TO_VIEWERS`); what is somebody's own
(`THEIR_OWN`) is theirs to see and change whatever the table says.
"""

SHOWN_TO_VIEWERS: Final[Mapping[May, str]] = {
    May.READ_DOCUMENTS: "documents_visible",
    May.SEE_COSTS: "costs_visible",
}
"""The switch of a membership that opens it."""

THEIR_OWN: Final[Mapping[May, frozenset[Role]]] = {
    May.READ_LEDGER: frozenset({Role.DRIVER}),
    May.JUDGE_READING: frozenset({Role.DRIVER}),
    May.READ_FILLS: frozenset({Role.DRIVER}),
    May.CHANGE_FILL: frozenset({Role.DRIVER}),
    May.READ_DOCUMENTS: frozenset({Role.DRIVER}),
    May.WRITE_DOCUMENTS: frozenset({Role.DRIVER}),
    May.READ_CASES: frozenset({Role.DRIVER}),
    May.CHANGE_CASE: frozenset({Role.DRIVER}),
}
"""Roles that may do it with rows they made themselves (`made_by`), and with no others."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person is to one car."""

    role: Role
    documents_visible: bool = False
    costs_visible: bool = False

    def may(self, what: May) -> bool:
        """With everything of the car; `may_with_own` is beside it."""
        if self.role in ROLES_THAT_MAY[what]:
            return True
        switches = {
            "documents_visible": self.documents_visible,
            "costs_visible": self.costs_visible,
        }
        return self.role is Role.VIEWER and switches.get(SHOWN_TO_VIEWERS.get(what, ""), False)

    def may_with_own(self, what: May) -> bool:
        """With what they made themselves."""
        return self.may(what) or self.role in THEIR_OWN.get(what, ())

    @property
    def gives(self) -> frozenset[Role]:
        """The roles they may give and take."""
        return GIVES.get(self.role, frozenset())


GIVES: Final[Mapping[Role, frozenset[Role]]] = {
    Role.OWNER: frozenset({Role.MANAGER, Role.EDITOR, Role.DRIVER, Role.VIEWER}),
    Role.MANAGER: frozenset({Role.EDITOR, Role.DRIVER, Role.VIEWER}),
}
