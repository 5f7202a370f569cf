"""The packs themselves: dated, with a source, in three languages, and complete where they say so."""

import json
from datetime import date
from importlib import resources

import pytest

from services.vehicles.domain.care.rule_packs import packs, rules_for
from services.vehicles.domain.cars.categories import FuelClass, VehicleCategory

FIELDS = {
    "id", "obligation", "categories", "fuels", "except_fuels", "historic", "first", "then", "started",
    "after", "rebase", "retest", "sale_report", "policy", "ends_at_age_months", "not_if_registered_before",
    "notes", "unchecked", "source", "valid_from", "valid_to", "checked_on",
}  # fmt: skip


def test_the_countries() -> None:
    assert set(packs()) == {"FR", "ES", "DE", "GB", "IE", "NL"}


@pytest.mark.parametrize("country", sorted(packs()))
class TestPack:
    def test_says_nothing_we_do_not_read(self, country: str) -> None:
        folder = resources.files("services.vehicles.domain") / "data"
        data = json.loads((folder / f"obligations_{country.lower()}.json").read_text("utf-8"))
        assert set(data) == {"country", "version", "rules", "sticker"}
        assert data["country"] == country
        for row in data["rules"]:
            assert set(row) <= FIELDS, row["id"]

    def test_each_rule_has_days_a_source_and_notes(self, country: str) -> None:
        pack = packs()[country]
        ids = [rule.id for rule in pack.rules]
        assert len(set(ids)) == len(ids)
        for rule in pack.rules:
            assert rule.source.url.startswith("https://"), rule.id
            assert rule.source.checked_on <= pack.version
            assert rule.valid_to is None or rule.valid_from <= rule.valid_to
            for text in (rule.notes.fr, rule.notes.en, rule.notes.es):
                assert text.strip(), rule.id
            assert [rule.first, rule.after, rule.policy].count(None) == 2, rule.id
            if rule.first is not None:
                assert [step.from_age_months for step in rule.then][:1] == [0]
                ages = [step.from_age_months for step in rule.then]
                assert ages == sorted(set(ages))
                assert all(step.months > 0 for step in rule.then)
            registered = [each.registered_until for each in rule.started]
            assert registered == sorted(registered)
            assert all(each.since <= each.by for each in rule.started)


COMPLETE = ("car", "van", "motorcycle", "moped")


@pytest.mark.parametrize("category", COMPLETE)
@pytest.mark.parametrize("country", ["FR", "ES"])
@pytest.mark.parametrize("fuel", list(FuelClass))
def test_france_and_spain_are_complete(country: str, category: str, fuel: FuelClass) -> None:
    found = rules_for(
        packs()[country],
        category=VehicleCategory(category),
        fuels=[fuel],
        historic=False,
        today=date(2026, 11, 30),
    )
    assert {"inspection", "insurance"} <= {rule.obligation for rule in found}
    assert packs()[country].sticker is not None


def test_one_that_has_ended_is_not_told() -> None:
    rule = packs()["FR"].rules[3]
    assert not rule.is_valid_on(date(2024, 4, 14))
    assert rule.is_valid_on(date(2024, 4, 15))
