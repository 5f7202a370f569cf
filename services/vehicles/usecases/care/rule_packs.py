from collections.abc import Sequence

from services.vehicles.domain.care.rule_packs import RulePack, packs


def read_packs(*, country: str | None = None) -> Sequence[RulePack]:
    """By country; of one that has none, nothing."""
    return [pack for code, pack in sorted(packs().items()) if country in {None, code}]
