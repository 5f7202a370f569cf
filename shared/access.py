"""What somebody may do in a service's data: the one value its repositories answer to.

Said once, at the edge: of whoever calls, or of whom an event or a job names. A repository turns it into rows (`seen_by`,
`changed_by`); where things are shared among people it looks up who they are shared with. Nothing else compares an owner with a
caller: `tests/architecture/test_one_door.py`.
"""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Access:
    person: UUID
