from datetime import UTC, datetime, timedelta

from services.auth.domain.tokens import (
    Presented,
    child_secret,
    fingerprint,
    judge_presented,
    new_secret,
    refresh_expiry,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


class TestFamily:
    def test_what_a_presented_token_means(self) -> None:
        assert judge_presented(replaced_at=None, has_unused_child=False) is Presented.FRESH
        assert judge_presented(replaced_at=None, has_unused_child=True) is Presented.REPEATED
        assert judge_presented(replaced_at=NOW, has_unused_child=True) is Presented.COPIED
        assert judge_presented(replaced_at=NOW, has_unused_child=False) is Presented.COPIED

    def test_a_child_is_made_again_from_its_parent_and_from_nothing_else(self) -> None:
        parent = new_secret()
        child = child_secret(b"pepper", parent=parent, nonce="n")
        assert child == child_secret(b"pepper", parent=parent, nonce="n")
        others = {
            child_secret(b"other", parent=parent, nonce="n"),
            child_secret(b"pepper", parent=new_secret(), nonce="n"),
            child_secret(b"pepper", parent=parent, nonce="m"),
        }
        assert len(others | {child}) == 4

    def test_secrets_have_256_bits_and_their_prints_say_nothing(self) -> None:
        secrets = {new_secret() for _ in range(100)}
        assert len(secrets) == 100
        assert {len(secret) for secret in secrets} == {43}
        assert len(fingerprint(secrets.pop())) == 32

    def test_sliding_but_never_past_the_absolute_end(self) -> None:
        assert refresh_expiry(now=NOW, session_started=NOW) == NOW + timedelta(days=30)
        late = NOW + timedelta(days=80)
        assert refresh_expiry(now=late, session_started=NOW) == NOW + timedelta(days=90)
