import pytest
from pydantic import SecretStr, ValidationError

from services.notifications.settings import Settings, SmtpSecurity
from shared.settings import Environment


def test_a_password_never_travels_in_clear() -> None:
    with pytest.raises(ValidationError, match="AUTOTRACK_SMTP_SECURITY"):
        Settings(
            environment=Environment.PRODUCTION,
            smtp_username="autotrack",
            smtp_password=SecretStr("x"),
            smtp_security=SmtpSecurity.NONE,
        )


def test_links_lead_to_the_gateway_and_to_a_web_application_if_there_is_one() -> None:
    with_web = Settings(public_url="https://a.example.org/", web_url="https://app.example.org/")
    assert (with_web.sites.house, with_web.sites.web) == (
        "https://a.example.org",
        "https://app.example.org",
    )
    assert Settings(public_url="https://a.example.org").sites.web is None
