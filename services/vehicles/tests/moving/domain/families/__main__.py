"""How many files of each family are read whole: `python -m services.vehicles.tests.moving.domain.families [cases] [family …]`.

Of the half that may be looked at, what is wrong is shown where one family is named.
"""

import sys

from services.vehicles.tests.moving.domain.families.draws import COUNTED, LOOKED_AT, score
from services.vehicles.tests.moving.domain.families.test_families import FAMILIES

SHOWN = 8


def main(cases: int, names: list[str]) -> None:
    sums = [0, 0]
    for family in names:
        good, wrong = score(family, FAMILIES[family], LOOKED_AT, cases)
        counted, _ = score(family, FAMILIES[family], COUNTED, cases)
        sums = [sums[0] + good, sums[1] + counted]
        sys.stdout.write(f"{family:14} looked at {good}/{cases}, counted {counted}/{cases}\n")
        for line in wrong[:SHOWN] if len(names) == 1 else ():
            sys.stdout.write(f"    {line[:600]}\n")
    sys.stdout.write(f"looked at {sums[0]}, counted {sums[1]} of {cases * len(names)} each\n")


if __name__ == "__main__":
    said = sys.argv[1:]
    main(int(said[0]) if said else 100, said[1:] or list(FAMILIES))
