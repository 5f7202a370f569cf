"""Each family is read whole, what was looked at while the readers were mended and what was only counted."""

import pytest

from services.vehicles.tests.moving.domain.families import sections, tables, trees
from services.vehicles.tests.moving.domain.families.draws import (
    COUNTED,
    LOOKED_AT,
    Family,
    score,
)

FAMILIES: dict[str, Family] = {
    "fuelio": sections.fuelio,
    "drivvo": sections.drivvo,
    "acar": sections.acar,
    "lubelogger": tables.lubelogger,
    "fuelly": tables.fuelly,
    "spritmonitor": tables.spritmonitor,
    "simplyauto": tables.simplyauto,
    "mygarage": tables.mygarage,
    "mygarage-json": trees.mygarage_tree,
    "tracktor": trees.tracktor,
    "may": trees.may,
    "clarkson": trees.clarkson,
    "monolith": trees.monolith,
    "table": tables.table,
}
CASES = 25
"""A half."""


@pytest.mark.parametrize("half", [LOOKED_AT, COUNTED])
@pytest.mark.parametrize("family", FAMILIES)
def test_each_draw_is_read_whole(family: str, half: int) -> None:
    good, wrong = score(family, FAMILIES[family], half, CASES)
    assert (good, wrong) == (CASES, [])
