"""What ai takes for a car's name and not for a number plate keeps step with the catalogue that vehicles offers."""

import csv
import json
from pathlib import Path

ROOT = Path(__file__).parents[2] / "services"
CATALOGUE = ROOT / "vehicles" / "domain" / "data"
WORDS = json.loads((ROOT / "ai" / "domain" / "data" / "car_words.json").read_text("utf-8"))


def column(file: str, name: str) -> set[str]:
    with (CATALOGUE / file).open(encoding="utf-8", newline="") as rows:
        return {row[name] for row in csv.DictReader(rows)}


def test_every_make_and_model_of_the_catalogue_is_known_to_ai() -> None:
    assert column("makes_models_eu.csv", "make") - set(WORDS["makes"]) == set()
    assert column("makes_models_eu.csv", "model") - set(WORDS["models"]) == set()


def test_every_manufacturer_in_a_vin_is_known_to_ai() -> None:
    known = {wmi[:3] for wmi in column("wmi_eu.csv", "wmi")}  # of small makers three more tell
    assert known - set(WORDS["wmi"]) == set()
