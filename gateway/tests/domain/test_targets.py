import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.targets import canonical, is_ambiguous


class TestIsAmbiguous:
    @pytest.mark.parametrize(
        "path",
        [
            b"", b"*", b"api", b"http://x/", b"//", b"/a//b", b"/a/./b", b"/a/../b", b"/a/..", b"/.",
            b"/a/%2e%2e/b", b"/a/%2E./b", b"/a/.%2e", b"/a%2fb", b"/a%2Fb", b"/a%5cb", b"/a\\b",
            b"/a%00", b"/a%0a", b"/a%1F", b"/a%7f", b"/a%", b"/a%2", b"/a%zz", b"/a#b", b"/a b",
            b"/a\xe9", b"/a\x01", b"/a/..;/b",
        ],
    )  # fmt: skip
    def test_what_two_readers_could_read_differently(self, path: bytes) -> None:
        assert is_ambiguous(path)

    @pytest.mark.parametrize(
        "path",
        [
            b"/",
            b"/a",
            b"/a/",
            b"/a.b/c..d",
            b"/...",
            b"/a/.well-known",
            b"/a%20b",
            b"/caf%C3%A9",
            b"/a;b=1",
            b"/a:b@c!",
        ],
    )
    def test_ordinary_paths(self, path: bytes) -> None:
        assert not is_ambiguous(path)


class TestCanonical:
    @pytest.mark.parametrize(
        ("asked", "meant"),
        [
            (b"/", b"/"),
            (b"/api/vehicles/", b"/api/vehicles"),
            (b"/api/users/me/", b"/api/auth/me"),
            (b"/api/users", b"/api/users"),
            (b"/api/token/refresh/", b"/api/auth/token/refresh"),
            (b"/api/token/refreshed", b"/api/token/refreshed"),
            (b"/api/ai_assistant/x", b"/api/ai-assistant/x"),
            (b"/api/%61uth/%6De", b"/api/auth/me"),
            (b"/api/garages/%20%2B%C3", b"/api/garages/%20%2B%C3"),
        ],
    )
    def test_one_spelling(self, asked: bytes, meant: bytes) -> None:
        assert canonical(asked) == meant

    @given(st.text(alphabet="abzAZ019-._~%/2Ee", max_size=40))
    def test_twice_is_once(self, text: str) -> None:
        path = b"/" + text.encode()
        if not is_ambiguous(path):
            assert canonical(canonical(path)) == canonical(path)

    @given(st.text(alphabet="abz.%2Ee5cC/", max_size=30))
    def test_what_is_canonical_is_never_ambiguous(self, text: str) -> None:
        path = b"/" + text.encode()
        if not is_ambiguous(path):
            assert not is_ambiguous(canonical(path))
