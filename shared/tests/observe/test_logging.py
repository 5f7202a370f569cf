import pytest
import structlog

from shared.observe.logging import redact, redact_text


class TestRedact:
    @pytest.mark.parametrize(
        "secret",
        [
            "claire.morel@example.org",
            "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlc2lnbmF0dXJl",
            "sk_test_abcdefghijkl",
            "whsec_abcdefghijkl",
        ],
    )
    def test_a_secret_inside_a_sentence_is_hidden(self, secret: str) -> None:
        assert secret not in redact_text(f"failed for {secret}, again")

    def test_a_password_in_an_address_is_hidden(self) -> None:
        assert redact_text("postgresql://role:hunter2@host/db") == "postgresql://role:***@host/db"

    def test_keys_that_name_secrets_are_hidden_at_any_depth(self) -> None:
        event: structlog.typing.EventDict = {
            "event": "x",
            "a": [{"password": "p", "code": "123456"}],
            "license_plate": "AA-123-BB",
            "token": "t",
        }
        cleaned = redact(None, "info", event)
        assert cleaned["a"] == [{"password": "***", "code": "***"}]
        assert cleaned["license_plate"] == "***"
        assert cleaned["token"] == "***"
        assert cleaned["event"] == "x"
