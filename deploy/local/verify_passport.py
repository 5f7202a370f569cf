"""`python -m deploy.local.verify_passport FILE [PUBLIC_KEY]`: whether a passport is as it was issued. Asks nobody, and needs
neither database nor settings: a bundle with its papers, or `passport.json` by itself.

Ends with 0 for one that is whole, 1 for one that is not, 2 where there is nothing to look at.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from services.vehicles.domain.moving.bundles import verdict_of
from services.vehicles.domain.moving.passport import bytes_of

WHOLE, BROKEN, NOTHING = 0, 1, 2
MOST_ARGUMENTS = 2


def main(argv: Sequence[str]) -> int:
    if not 1 <= len(argv) <= MOST_ARGUMENTS:
        sys.stderr.write("name the file, and the issuer's public key if you know it\n")
        return NOTHING
    try:
        file = Path(argv[0]).read_bytes()
        key = bytes_of(argv[1]) if argv[1:] else None
    except (OSError, ValueError) as fault:
        sys.stderr.write(f"{fault}\n")
        return NOTHING
    verdict = verdict_of(file, key=key)
    told = {
        "car": verdict.car,
        "issuer": verdict.issuer,
        "issued at": verdict.issued_at,
        "key": verdict.key_id,
        "entries": verdict.entries,
        "papers": verdict.papers,
    }
    for name, value in told.items():
        if value is not None:
            sys.stdout.write(f"{name}: {value}\n")
    for problem in verdict.problems:
        sys.stdout.write(f"WRONG {problem}\n")
    if verdict.is_whole:
        pinned = (
            "by the key you named" if key else "by the key it names; compare it with its issuer's"
        )
        sys.stdout.write(f"whole: nobody has changed it since it was signed {pinned}\n")
    return WHOLE if verdict.is_whole else BROKEN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
