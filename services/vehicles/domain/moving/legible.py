"""What no font of a printed page has a sign for: pictographs of telephones, which would stand there as empty boxes."""

import re
from typing import Any, Final

PICTOGRAPHS: Final = "\U0001f000-\U0001fbff\U000e0020-\U000e007f"
"""Of Unicode's supplementary planes; the older signs (☀, ✓) are in the fonts."""
UNSEEN: Final = re.compile(
    f" *(?:[{PICTOGRAPHS}\ufe0e\ufe0f\u20e3]|\u200d(?=[\u2600-\u27bf{PICTOGRAPHS}]))+ *"
)


def legible(text: str) -> str:
    """Without them, and without the gaps they leave."""
    if not UNSEEN.search(text):
        return text
    return "\n".join(line.strip(" ") for line in UNSEEN.sub(" ", text).split("\n"))


def all_legible(said: Any) -> Any:
    """Every text of what is about to be printed. Charts are texts too, of signs we chose."""
    match said:
        case str():
            return legible(said)
        case dict():
            return {name: all_legible(value) for name, value in said.items()}
        case list():
            return [all_legible(value) for value in said]
        case _:
            return said
