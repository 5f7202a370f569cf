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


def test_links_lead_to_the_web_application_or_else_to_the_gateway() -> None:
    assert Settings(web_url="https://app.example.org/").pages == "https://app.example.org"
    assert Settings(public_url="https://api.example.org").pages == "https://api.example.org"
