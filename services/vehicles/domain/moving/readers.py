"""All formats that are read, and which of them a file is: told by what is in it, never by its name.

What the readers promise beyond `found.py`: a file that tells nothing of its car has no `FoundCar`, and its items' `car` is empty. The
unit of distances is the `FoundCar`'s, else the fact `distance_unit`. `currency` stands on each item that has an amount. Questions
without choices are free: `currency` takes a code of ISO 4217, `time_zone` a name of the IANA's.
"""

from collections.abc import Sequence
from typing import Final

from services.vehicles.domain.moving.acar import ACar
from services.vehicles.domain.moving.clarkson import Clarkson
from services.vehicles.domain.moving.drivvo import Drivvo
from services.vehicles.domain.moving.found import Part, Reader
from services.vehicles.domain.moving.fuelio import Fuelio
from services.vehicles.domain.moving.fuelly import Fuelly
from services.vehicles.domain.moving.lubelogger import LubeLogger
from services.vehicles.domain.moving.mapped import Mapped
from services.vehicles.domain.moving.may import May
from services.vehicles.domain.moving.monolith import Monolith
from services.vehicles.domain.moving.mygarage import MyGarage
from services.vehicles.domain.moving.passport_reader import PassportReader
from services.vehicles.domain.moving.simplyauto import SimplyAuto
from services.vehicles.domain.moving.spritmonitor import Spritmonitor
from services.vehicles.domain.moving.tracktor import Tracktor

READERS: Final[Sequence[Reader]] = (
    LubeLogger(),
    Fuelio(),
    Drivvo(),
    Fuelly(),
    ACar(),
    Spritmonitor(),
    SimplyAuto(),
    MyGarage(),
    Tracktor(),
    May(),
    Clarkson(),
    Monolith(),
    PassportReader(),
    Mapped(),
)


def recognise(parts: Sequence[Part]) -> Sequence[Reader]:
    """Those that know the file: one, or several where a person must choose; a table that none knows is left to a mapping by hand.

    Empty for what is no table either. Raises CannotTake.
    """
    *known, by_hand = READERS
    found = [reader for reader in known if reader.recognises(parts)]
    return found or ([by_hand] if by_hand.recognises(parts) else [])
