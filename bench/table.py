"""The rows of the one table, and how they are printed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of ours beside the figure of its peer, measured in the same run."""

    what: str
    ours: str
    peer: str
    verdict: str = ""


def render(rows: Sequence[Row]) -> str:
    cells = [("what", "AutoTrack", "peer, same run", "")]
    cells += [(row.what, row.ours, row.peer, row.verdict) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)
