import pytest

from shared.http.exchange import Binder, bind


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 700])
def test_a_token_hashed_once_binds_as_one_hashed_each_time(length: int) -> None:
    """The service computes the one, the gateway the other; RFC 2104 treats a key longer than a block in another way."""
    token = b"t" * length
    binder = Binder(token)
    for method, target in (
        ("GET", b"/api/vehicles"),
        ("POST", b"/api/vehicles?a=%C3%A9"),
        ("GET", b"/"),
    ):
        assert binder.bind(method, target) == bind(token, method, target)
    assert binder.bind("GET", b"/") != binder.bind("GET", b"/a")
