"""Thousands of ways to write a request head, most of them to make two readers disagree."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

PASS, EITHER, REFUSE = "pass", "either", "refuse"
_ORDER = (PASS, EITHER, REFUSE)
ECHO = b"/api/echo"
NEXT = b"DELETE /api/auth/me?smuggled HTTP/1.1\r\nHost: gateway\r\nX-A: "
_FORBIDDEN = (
    b"content-length", b"transfer-encoding", b"host", b"authorization", b"cookie", b"content-type",
    b"proxy-authorization", b"x-autotrack-identity", b"x-autotrack-exchange", b"x-forwarded-for",
    b"x-request-id", b"traceparent", b"forwarded", b"idempotency-key", b"content-encoding", b"via",
)  # fmt: skip
_CODINGS = (
    b"gzip, chunked", b"chunked, identity", b"identity", b"xchunked", b"chunked;q=1", b"\x0bchunked",
    b'"chunked"', b"chunked\x00", b"", b"chunked,", b"chunked chunked",
)  # fmt: skip
_ALTERED_NAMES = (b" : ", b"\t: ", b"\x0b: ", b"\x00: ")


@dataclass
class Sent:
    """One request as it is written, and what may become of it."""

    number: int
    method: bytes = b"POST"
    body: bytes = b""
    before: bytes = b""
    blanks: tuple[bytes, bytes] = (b" ", b" ")
    target: bytes = b""
    version: bytes = b"HTTP/1.1"
    line_end: bytes = b"\r\n"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    trailers: bytes = b""
    lines: list[bytes] = field(default_factory=list)
    chunked: bool = False
    dropped: set[bytes] = field(default_factory=set)
    """Headers that must not arrive."""
    verdict: str = PASS

    def demand(self, verdict: str) -> None:
        self.verdict = max(self.verdict, verdict, key=_ORDER.index)

    def raw(self, random: Random) -> bytes:
        first = self.method + self.blanks[0] + self.target + self.blanks[1] + self.version
        lines = [first, *(name + b": " + value for name, value in self.headers), *self.lines]
        head = self.before + b"".join(line + self.line_end for line in lines) + self.line_end
        return head + (_in_chunks(random, self.body, self.trailers) if self.chunked else self.body)


def _in_chunks(random: Random, body: bytes, trailers: bytes) -> bytes:
    written = b""
    while body:
        size = random.randint(1, len(body))
        said = b"%x" % size
        if random.random() < 0.3:
            said = random.choice((said.upper(), b"00" + said, said + b";name=value"))
        written += said + b"\r\n" + body[:size] + b"\r\n"
        body = body[size:]
    return written + b"0\r\n" + trailers + b"\r\n"


def _cased(random: Random, name: bytes) -> bytes:
    return bytes(random.choice((one, ord(chr(one).swapcase()))) for one in name)


def _blank(random: Random) -> bytes:
    return random.choice((b"", b"", b" ", b"\t", b"  "))


Change = Callable[[Random, Sent], None]


def _names_what_it_may_not(random: Random, sent: Sent) -> None:
    names = [_cased(random, random.choice(_FORBIDDEN)) for _ in range(random.randint(1, 2))]
    names += random.sample([b"keep-alive", b"close", b"x", b"", b"TE"], random.randint(0, 3))
    random.shuffle(names)
    value = b",".join(_blank(random) + name + _blank(random) for name in names)
    sent.headers.append((_cased(random, b"connection"), value))
    sent.demand(REFUSE)


def _names_what_is_its_own(random: Random, sent: Sent) -> None:
    names = [b"dropped", _cased(random, b"te"), b"keep-alive", b""]
    random.shuffle(names)
    sent.headers.append((b"Connection", b",".join(_blank(random) + name for name in names)))
    sent.headers.append((_cased(random, b"dropped"), b"1"))
    sent.dropped |= {b"dropped", b"te", b"keep-alive"}


def _names_what_is_no_name(random: Random, sent: Sent) -> None:
    sent.headers.append(
        (b"Connection", random.choice((b'"close"', b"a b", b"(x)", b"a;b", b"a:b")))
    )
    sent.demand(REFUSE)


def _repeats(random: Random, sent: Sent) -> None:
    name = random.choice((b"content-length", b"transfer-encoding", b"host"))
    value = {b"host": b"gateway", b"transfer-encoding": b"chunked"}.get(name)
    again = value or random.choice((b"%d" % len(sent.body), b"0", b"7", b"44"))
    sent.headers.insert(random.randint(0, len(sent.headers)), (_cased(random, name), again))
    if name == b"host" or sum(said.lower() in _FRAMES for said, _ in sent.headers) > 1:
        sent.demand(REFUSE)
    elif name == b"content-length" and int(again) == len(sent.body):
        sent.demand(EITHER)
    else:
        sent.headers.pop()  # it would announce what does not come: nobody could judge that
        sent.headers.insert(0, (b"host", b"other"))
        sent.demand(REFUSE)


_FRAMES = frozenset({b"content-length", b"transfer-encoding"})


def _reframed(sent: Sent, name: bytes, value: bytes) -> None:
    sent.headers = [header for header in sent.headers if header[0].lower() not in _FRAMES]
    sent.headers.append((name, value))
    sent.demand(REFUSE)


def _writes_its_length_oddly(random: Random, sent: Sent) -> None:
    size = b"%d" % len(sent.body)
    odd = random.choice((b"+", b"-", b"0x", b" +", b"\x0b", b"'", b"1,")) + size
    odd = random.choice(
        (odd, size + b"," + size, size + b".0", size + b"_0", size + b" 1", b"", size + b"\x00")
    )
    _reframed(sent, _cased(random, b"content-length"), odd)


def _names_another_coding(random: Random, sent: Sent) -> None:
    _reframed(sent, _cased(random, b"transfer-encoding"), random.choice(_CODINGS))


def _spoils_a_name(random: Random, sent: Sent) -> None:
    name = random.choice((b"Content-Length", b"Transfer-Encoding", b"X-A", b"Host"))
    line = name + random.choice(_ALTERED_NAMES) + random.choice((b"0", b"chunked", b"5"))
    sent.lines.append(random.choice((line, b": 0", name, b" " + name + b": 0")))
    sent.demand(REFUSE)


def _uses_an_odd_name(random: Random, sent: Sent) -> None:
    """Whatever a token may hold (RFC 9110, 5.6.2); some readers would take `Content_Length` for another header."""
    name = random.choice(
        (b"Content-Length", b"Transfer-Encoding", b"X-Autotrack-Identity", b"Host")
    )
    name = _cased(random, name.replace(b"-", b"_") + random.choice((b"", b"_", b".", b"!")))
    if name.lower() != b"host":
        sent.headers.append((name, random.choice((b"0", b"chunked", b"", b"x"))))
        sent.dropped.add(name.lower())


def _offers_to_speak_otherwise(random: Random, sent: Sent) -> None:
    sent.headers.append(
        (_cased(random, b"upgrade"), random.choice((b"h2c", b"websocket", b"", b"TLS/1.0")))
    )
    sent.headers.append(
        (b"Connection", random.choice((b"Upgrade", b"keep-alive, Upgrade", b"upgrade")))
    )
    sent.dropped.add(b"upgrade")


def _folds(random: Random, sent: Sent) -> None:
    after = random.choice(
        (b"\r\n 1", b"\r\n\tchunked", b"\r\n Content-Length: 0", b"\n 1", b"\r 1")
    )
    name = random.choice((b"X-A", b"Content-Length", b"Transfer-Encoding", b"Connection"))
    sent.lines.append(name + b":" + random.choice((b"", b" a", b" 0")) + after)
    sent.demand(REFUSE)


def _breaks_a_line(random: Random, sent: Sent) -> None:
    cut = random.choice((b"\n", b"\r", b"\x00", b"\r\r\n", b"\n\r\n"))
    sent.lines.append(b"X-A: a" + cut + random.choice((b"Content-Length: 0", b"Host: other", b"x")))
    sent.demand(REFUSE)


def _uses_odd_blanks(random: Random, sent: Sent) -> None:
    odd = random.choice(
        (
            (b"  ", b" "),
            (b" ", b"  "),
            (b"\t", b" "),
            (b" ", b"\t"),
            (b" \t", b" "),
            (b"\x0b", b" "),
        )
    )
    sent.blanks = odd
    sent.demand(REFUSE)


def _begins_oddly(random: Random, sent: Sent) -> None:
    sent.before = random.choice((b" ", b"\t", b"\n", b"\r", b"\n\r\n", b"\r\n ", b"x", b"\x00"))
    sent.demand(REFUSE)


def _begins_with_an_empty_line(_random: Random, sent: Sent) -> None:
    sent.before = sent.before or b"\r\n"


def _ends_its_line_oddly(random: Random, sent: Sent) -> None:
    sent.version = random.choice(
        (b"HTTP/1.1 ", b"HTTP/1.1\t", b"HTTP/2.0", b"HTTP/0.9", b"http/1.1", b"HTTP/1.10", b"HTTP/1.1 x", b"HTTP/01.1", b"")
    )  # fmt: skip
    sent.demand(REFUSE)


def _ends_lines_bare(random: Random, sent: Sent) -> None:
    sent.line_end = random.choice((b"\n", b"\r"))
    sent.demand(REFUSE)


def _asks_oddly(random: Random, sent: Sent) -> None:
    sent.target += random.choice((b"#x", b"\xe9", b"\x7f", b"#", b" x", b"\tx"))
    sent.demand(REFUSE)


def _says_more(random: Random, sent: Sent) -> None:
    name = random.choice(
        (b"accept", b"x-a", b"cache-control", b"te", b"content-language", b"x-autotrack-identity")
    )
    sent.headers.append(
        (_cased(random, name), random.choice((b"a", b"", b"a, b", b"\xe9", b"content-length")))
    )
    if name in {b"te", b"x-a"}:
        sent.dropped.add(name)


def _says_more_after_the_end(random: Random, sent: Sent) -> None:
    if not sent.chunked:
        return
    said = random.choice(
        (
            b"content-length: 5",
            b"authorization: x",
            b"x-autotrack-identity: y",
            b"trailing: 1",
            b"host: other",
        )
    )
    sent.trailers = _cased(random, said) + b"\r\n"
    sent.dropped.add(b"trailing")
    sent.demand(EITHER)


CHANGES: tuple[Change, ...] = (
    _names_what_it_may_not, _names_what_it_may_not, _names_what_is_its_own, _names_what_is_no_name,
    _repeats, _writes_its_length_oddly, _names_another_coding, _spoils_a_name, _folds,
    _breaks_a_line, _uses_odd_blanks, _begins_oddly, _begins_with_an_empty_line,
    _uses_an_odd_name, _offers_to_speak_otherwise,
    _ends_its_line_oddly, _ends_lines_bare, _asks_oddly, _says_more, _says_more,
    _says_more_after_the_end,
)  # fmt: skip


def plain(random: Random, number: int) -> Sent:
    """A well-written request; its body may look like another one."""
    sent = Sent(number, random.choice((b"POST", b"POST", b"PUT", b"DELETE", b"GET")))
    sent.target = ECHO + b"?n=%d" % number + random.choice((b"", b"&q=a%20b", b"&q=?/"))
    sent.body = random.choice(
        (b"", b"{}", NEXT, NEXT + b"\r\n\r\n", b"0\r\n\r\n" + NEXT, b"5\r\nhello\r\n0\r\n\r\n", b"\r\n\r\n", NEXT * 900)
    )  # fmt: skip
    sent.headers = [(_cased(random, b"host"), b"gateway")]
    if random.random() < 0.3:
        sent.chunked = True
        sent.headers.append(
            (_cased(random, b"transfer-encoding"), random.choice((b"chunked", b"Chunked")))
        )
    elif sent.body or random.random() < 0.5:
        sent.headers.append((_cased(random, b"content-length"), b"%d" % len(sent.body)))
    return sent


def odd(random: Random, number: int) -> Sent:
    """A request with one to three oddities."""
    sent = plain(random, number)
    for change in random.sample(CHANGES, random.randint(1, 3)):
        change(random, sent)
    random.shuffle(sent.headers)
    return sent
