import pytest
from pydantic import Field, SecretStr, ValidationError

from shared.settings import Role, ServiceSettings


class Settings(ServiceSettings):
    service: str = "x"
    pepper: SecretStr = Field(default=SecretStr("development-only-pepper"), description="")


class TestProduction:
    def test_is_the_default_and_refuses_a_development_secret(self) -> None:
        with pytest.raises(ValidationError, match="AUTOTRACK_PEPPER"):
            Settings()
        assert Settings(pepper=SecretStr("a real one")).environment == "production"

    def test_refuses_a_clock_that_can_be_moved(self) -> None:
        with pytest.raises(ValidationError, match="CLOCK_URL"):
            Settings(pepper=SecretStr("a real one"), clock_url="http://127.0.0.1:1/clock")

    def test_development_accepts_both(self) -> None:
        assert Settings(environment="development", clock_url="http://127.0.0.1:1/clock")


class TestRoles:
    def test_are_written_with_commas(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AUTOTRACK_ROLES", "web, worker")
        monkeypatch.setenv("AUTOTRACK_ENVIRONMENT", "test")
        assert Settings().roles == frozenset(Role)
        monkeypatch.setenv("AUTOTRACK_ROLES", "worker")
        assert not Settings().has(Role.WEB)
