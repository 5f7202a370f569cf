"""Where a body in chunks ends."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.api.chunks import MAX_LINE_BYTES, BadChunk, Chunks

PIECES = st.lists(st.binary(min_size=1, max_size=40), max_size=5)
TRAILERS = st.sampled_from([b"", b"A: b\r\n", b"A: b\r\nC: d\r\n"])


def written(pieces: list[bytes], trailers: bytes) -> bytes:
    chunks = b"".join(b"%x;x=y\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return chunks + b"0\r\n" + trailers + b"\r\n"


@given(
    pieces=PIECES,
    trailers=TRAILERS,
    behind=st.binary(max_size=20),
    cuts=st.lists(st.integers(0, 300), max_size=8),
)
def test_it_ends_where_it_was_ended_however_it_is_cut(
    pieces: list[bytes], trailers: bytes, behind: bytes, cuts: list[int]
) -> None:
    body = written(pieces, trailers)
    whole = body + behind
    at = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    chunks = Chunks()
    taken = sum(chunks.take(whole[start:stop]) for start, stop in pairwise(at))
    assert chunks.is_over
    assert taken == len(body)


@pytest.mark.parametrize("cut", range(1, len(written([b"{}"], b"A: b\r\n"))))
def test_it_is_not_over_before(cut: int) -> None:
    body = written([b"{}"], b"A: b\r\n")
    chunks = Chunks()
    assert chunks.take(body[:cut]) == cut
    assert not chunks.is_over


@pytest.mark.parametrize(
    "line",
    [
        b"\r\n",
        b"g\r\n",
        b"-1\r\n",
        b"1_0\r\n",
        b"0x1\r\n",
        b"1\n",
        b"1" * 16 + b"\r\n",
        b"1;" + b"a" * MAX_LINE_BYTES,
    ],
)
def test_what_is_no_size_is_refused(line: bytes) -> None:
    with pytest.raises(BadChunk):
        Chunks().take(line)
