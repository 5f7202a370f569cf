from datetime import date

import pytest
from babel import Locale

from shared.written_days import Length, write_day


@pytest.mark.parametrize(
    ("day", "length", "language", "written"),
    [
        (date(2028, 10, 1), "full", "fr_FR", "dimanche 1er octobre 2028"),
        (date(2028, 10, 1), "long", "fr_FR", "1er octobre 2028"),
        (date(2028, 10, 1), "medium", "fr_FR", "1er oct. 2028"),
        (date(2028, 10, 11), "long", "fr_FR", "11 octobre 2028"),
        (date(2028, 10, 21), "long", "fr_FR", "21 octobre 2028"),
        (date(2028, 10, 1), "long", "en_GB", "1 October 2028"),
        (date(2028, 10, 1), "long", "es_ES", "1 de octubre de 2028"),
    ],
)
def test_the_first_of_a_french_month(
    day: date, length: Length, language: str, written: str
) -> None:
    assert write_day(day, length, Locale.parse(language)) == written
