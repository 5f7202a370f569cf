import pytest

from services.ai.domain import knowledge
from services.ai.domain.codes import explain_code


class TestExplainCode:
    @pytest.mark.parametrize("code", ["P0420", " p 0420 ", "P0420-00", "p0420"])
    def test_however_it_is_written(self, code: str) -> None:
        found = explain_code(code)
        assert (found.code, found.in_guide) == ("P0420", True)

    @pytest.mark.parametrize(
        ("code", "urgency", "component"),
        [
            ("P0307", "high", "ignition_coil"),
            ("P0312", "high", "ignition_coil"),
            ("P0208", "medium", "injector"),
            ("P0AFF", "high", "hv_battery"),
            ("P0798", "medium", "tcm_solenoid"),
            ("C1234", "medium", "abs_sensor"),
            ("B00A5", "medium", "airbag_system"),
            ("U0199", "medium", "can_bus"),
            ("P1ABC", "medium", "wiring_connector"),
        ],
    )
    def test_outside_the_guide_by_structure(self, code: str, urgency: str, component: str) -> None:
        found = explain_code(code)
        assert found.valid
        assert not found.in_guide
        assert found.finding is not None
        assert found.finding.urgency == urgency
        assert component in [name for name, _ in found.finding.causes[:4]]
        assert all(found.finding.label[language] for language in ("fr", "en", "es"))

    @pytest.mark.parametrize("code", ["", "X0420", "P9999", "P04", "hello", "P042Z", "🚗"])
    def test_nonsense_is_no_code(self, code: str) -> None:
        assert not explain_code(code).valid

    def test_the_cylinder_is_named(self) -> None:
        found = explain_code("P0307").finding
        assert found is not None
        assert "7" in found.label["en"]


class TestKnowledge:
    def test_every_reference_resolves(self) -> None:
        components, jobs, advice = knowledge.components(), knowledge.jobs(), knowledge.advice()
        for finding in [*knowledge.codes().values(), *knowledge.symptoms()]:
            assert {name for name, _ in finding.causes} <= components.keys(), finding.id
            assert set(finding.safety) <= advice.keys(), finding.id
            assert finding.urgency in knowledge.RANK
        names = {one.id for one in knowledge.symptoms()}
        assert all(set(one.unless) <= names for one in knowledge.symptoms())
        assert all(set(one.jobs) <= jobs.keys() for one in components.values())
        assert all(row["job"] in jobs for row in knowledge.schedule()["items"])
        assert all(job.low <= job.typical <= job.high for job in jobs.values())
