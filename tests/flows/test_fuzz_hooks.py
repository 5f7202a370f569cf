from types import SimpleNamespace
from typing import Any

from tests.flows.fuzz_hooks import before_call


def key_of(method: str) -> Any:
    case = SimpleNamespace(method=method, headers=None)
    before_call(None, case, {})
    return (case.headers or {}).get("Idempotency-Key")


def test_a_key_is_repeated_but_never_across_a_delete() -> None:
    keys = [key_of("POST") for _ in range(50)]
    assert len(set(keys)) < len(keys)
    for _ in range(50):
        before = {key for key in (key_of("POST"), key_of("POST")) if key.startswith("fuzz-")}
        assert key_of("DELETE") is None
        assert key_of("POST") not in before
