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

    @pytest.mark.parametrize("code", ["unknown_price", "refused", 404, -9])
    def test_a_reason_is_no_secret(self, code: object) -> None:
        """An alert that says `***` tells an operator nothing."""
        event: structlog.typing.EventDict = {"event": "x", "code": code, "error_code": code}
        assert redact(None, "info", event) == event

    @pytest.mark.parametrize("code", ["123456", 123456, "A1B2C-D3E4F", "k7f2q-9xw3m", "abcdefghij"])
    def test_a_code_that_opens_something_is(self, code: object) -> None:
        cleaned = redact(None, "info", {"event": "x", "code": code, "otp_code": code})
        assert (cleaned["code"], cleaned["otp_code"]) == ("***", "***")
