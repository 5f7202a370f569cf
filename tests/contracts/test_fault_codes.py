"""vehicles and ai each keep the guide of trouble codes and the safety advice: a car's owner reads the same words from both."""

import json
from pathlib import Path
from typing import Any

SERVICES = Path(__file__).parents[2] / "services"
LANGUAGES = ("fr", "en", "es")


def kept(service: str, name: str) -> Any:
    return json.loads((SERVICES / service / "domain" / "data" / name).read_text("utf-8"))


def test_both_know_the_same_codes_by_the_same_words() -> None:
    ours = kept("vehicles", "fault_codes.json")["codes"]
    theirs = kept("ai", "dtc_guide.json")["codes"]
    assert ours == {
        code: {"urgency": said["urgency"], "safety": said["safety"], **said["title"]}
        for code, said in theirs.items()
    }


def test_both_give_the_same_advice() -> None:
    ours = kept("vehicles", "safety_advice.json")
    theirs = kept("ai", "safety_advice.json")["items"]
    assert ours == {item["code"]: {"level": item["level"], **item["text"]} for item in theirs}
    assert all(set(LANGUAGES) <= set(said) for said in ours.values())
