r"""What an SQL dump says it inserts: taken apart by a tokenizer, as text; nothing of it is run.

Strings in single or double quotes with `\'` and doubled quotes, numbers, NULL, hexadecimal, names in backticks, comments, and the
comments that MySQL runs. What is none of that ends the statement it stands in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from services.vehicles.domain.moving.found import LONGEST_CELL, MOST_CELLS, CannotTake

Value: TypeAlias = "str | None"
SPACE: Final = re.compile(r"[\s\ufeff]+")
REST_OF_LINE: Final = re.compile(r"[^\r\n]*")
TOKEN: Final = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![\w.]))"
    r"|(?P<word>[^\W\d][\w$.]*|0[xX][0-9a-fA-F]*)"
    r"|(?P<mark>.)",
    re.DOTALL,
)
RUN_COMMENT: Final = re.compile(r"/\*!\d*")
QUOTES: Final = {"'": re.compile(r"['\\]"), '"': re.compile(r'["\\]'), "`": re.compile("`")}
ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "", "b": "", "Z": ""}
ESCAPED: Final = re.compile(r"\\(.)|''|\"\"", re.DOTALL)
FILLERS: Final = frozenset(
    {"INTO", "IGNORE", "DELAYED", "LOW_PRIORITY", "HIGH_PRIORITY", "OR", "REPLACE"}
)
INSERTS: Final = re.compile(r"\b(?:insert|replace)\s+(?:\w+\s+){0,2}?into\s", re.IGNORECASE)
"""With what stands between the two words in some dialects: `IGNORE`, `OR REPLACE`, `DELAYED`."""
LOOKED_AT: Final = 1_000_000
"""Characters in which a dump inserts something."""
BEGUN: Final = re.compile(
    r"\s*(?:--|/\*|#|(?:SET|CREATE|INSERT|REPLACE|DROP|LOCK|USE|START|BEGIN|PRAGMA|COPY|SELECT)\b)",
    re.IGNORECASE,
)
INTRODUCERS: Final = frozenset({"_binary", "_utf8", "_utf8mb4", "_latin1", "b", "x", "n"})


def looks_like_sql(text: str) -> bool:
    return BEGUN.match(text) is not None and INSERTS.search(text, 0, LOOKED_AT) is not None


@dataclass(frozen=True, slots=True)
class Tuple:
    """One row of an INSERT. `columns`: as the statement or its table's CREATE names them; empty for neither."""

    table: str
    columns: Sequence[str]
    values: Sequence[Value]
    line: int

    def under(self, usual: Sequence[str]) -> Mapping[str, str]:
        """Its values by their names, those that are there; `usual` names them where nothing else does."""
        known = {name.lower(): name for name in usual}
        names = [known.get(name.lower(), name) for name in self.columns] or usual
        return {
            name: value
            for name, value in zip(names, self.values, strict=False)
            if value is not None
        }


@dataclass(slots=True)
class _Tokens:
    text: str
    place: int = 0
    line: int = 1

    def next(self) -> tuple[str, str]:
        """Kind and text; an empty kind at the end. What is opened and never closed goes on to the end."""
        while self.place < len(self.text):
            begun = self.place
            kind = self._pass()
            said = self.text[begun : self.place]
            self.line += said.count("\n") + said.count("\r") - said.count("\r\n")
            if kind:
                return kind, said
        return "", ""

    def _pass(self) -> str:
        """Goes behind the next token; an empty kind for spaces and comments."""
        text, place = self.text, self.place
        if text[place] in QUOTES:
            self.place = _closed(text, place)
            return "name" if text[place] == "`" else "text"
        if found := SPACE.match(text, place) or RUN_COMMENT.match(text, place):
            self.place = found.end()
        elif text.startswith("/*", place):
            end = text.find("*/", place + 2)
            self.place = len(text) if end < 0 else end + 2
        elif text.startswith("*/", place):
            self.place = place + 2
        elif text.startswith(("--", "#"), place) and (rest := REST_OF_LINE.match(text, place)):
            self.place = rest.end()
        elif found := TOKEN.match(text, place):
            self.place = found.end()
            return found.lastgroup or ""
        return ""

    def skip_statement(self) -> None:
        kind, said = self.next()
        while kind and said != ";":
            kind, said = self.next()


def _closed(text: str, place: int) -> int:
    """Behind the quote that closes the one at `place`."""
    quote = text[place]
    at = place + 1
    while found := QUOTES[quote].search(text, at):
        at = found.start()
        if found.group() == quote and text[at + 1 : at + 2] != quote:
            return at + 1
        at += 2
    return len(text)


@dataclass(frozen=True, slots=True)
class Statement:
    """Where one stands in its text. `verb`: its first word; `table`: what it inserts into."""

    verb: str
    table: str
    start: int
    end: int


def statements(text: str) -> Iterator[Statement]:
    """All of them, the last one also where the text is cut within it."""
    tokens = _Tokens(text)
    while True:
        kind, said = tokens.next()
        if not kind:
            return
        if said == ";":
            continue
        start, verb, table = tokens.place - len(said), said.upper() if kind == "word" else "", ""
        if verb == "CREATE" and tokens.next()[1].upper() in {"USER", "ROLE"}:
            verb = "GRANT"
        elif verb in {"INSERT", "REPLACE"}:
            table, said = _table(tokens)
        if said != ";":
            tokens.skip_statement()
        yield Statement(verb, table, start, tokens.place)


def inserted(text: str, tables: frozenset[str]) -> Iterator[Tuple]:
    """The rows for these tables, whose names are compared in lower case; those of all others are passed over unread.

    Raises CannotTake for a row of too many values, and one that is too long.
    """
    tokens = _Tokens(text)
    created: dict[str, Sequence[str]] = {}
    while True:
        kind, said = tokens.next()
        if not kind:
            return
        word = said.upper() if kind == "word" else ""
        if word == "CREATE":
            _created(tokens, created)
        elif word in {"INSERT", "REPLACE"}:
            yield from _rows(tokens, tables, created)
        elif said != ";":
            tokens.skip_statement()


def _created(tokens: _Tokens, created: dict[str, Sequence[str]]) -> None:
    """The names of a table's columns: the first word of each line of its list that is a name."""
    kind, said = tokens.next()
    while kind and said not in {"(", ";"}:
        last, (kind, said) = (kind, said), tokens.next()
        table = bare(*last)
    if said != "(":
        return
    columns, depth, is_first = [], 1, True
    while depth:
        kind, said = tokens.next()
        if not kind:
            return
        if is_first and kind == "name":
            columns.append(bare(kind, said))
        is_first = depth == 1 and said == ","
        depth += {"(": 1, ")": -1}.get(said, 0) if kind == "mark" else 0
    created[table.lower()] = columns
    tokens.skip_statement()


def _rows(
    tokens: _Tokens, tables: frozenset[str], created: Mapping[str, Sequence[str]]
) -> Iterator[Tuple]:
    table, said = _table(tokens)
    if table.lower() not in tables:
        if said != ";":
            tokens.skip_statement()
        return
    columns: Sequence[str] = created.get(table.lower(), ())
    if said == "(":
        columns = [value or "" for value in _list(tokens)]
        _, said = tokens.next()
    while said.upper() in {"VALUES", "VALUE"}:
        _, said = tokens.next()
    while said == "(":
        line = tokens.line
        yield Tuple(table, columns, _list(tokens), line)
        _, said = tokens.next()
        if said == ",":
            _, said = tokens.next()
    if said and said != ";":
        tokens.skip_statement()


def _table(tokens: _Tokens) -> tuple[str, str]:
    """Its name, without its database's, and the token behind."""
    kind, said = tokens.next()
    while kind == "word" and said.upper() in FILLERS:
        kind, said = tokens.next()
    name = bare(kind, said)
    table = name.rpartition(".")[2]
    if name.endswith("."):  # a database's name before one in quotes
        table = bare(*tokens.next())
    _, said = tokens.next()
    while said == ".":
        table = bare(*tokens.next())
        _, said = tokens.next()
    return table, said


def _list(tokens: _Tokens) -> Sequence[Value]:
    """From behind an opening parenthesis to its end. A function's call within is no value."""
    values: list[Value] = []
    value: Value = None
    depth = 0
    while True:
        kind, said = tokens.next()
        if not kind or (said == ")" and kind == "mark" and not depth):
            values.append(value)
            return values
        if kind == "mark":
            depth += {"(": 1, ")": -1}.get(said, 0)
            if said == "," and not depth:
                values.append(value)
                value = None
        elif not depth and not (kind == "word" and said.lower() in INTRODUCERS):
            value = None if kind == "word" and said.upper() == "NULL" else bare(kind, said)
        if len(values) > MOST_CELLS:
            raise CannotTake("too_many_cells", tokens.line)


def bare(kind: str, said: str) -> str:
    if len(said) > LONGEST_CELL:
        raise CannotTake("cell_too_long")
    if kind == "name":
        return said.strip("`").replace("``", "`")
    if kind == "text":
        inner = said[1:-1] if said[-1] == said[0] else said[1:]
        return ESCAPED.sub(_meant, inner)
    return said


def _meant(found: re.Match[str]) -> str:
    escaped = found[1]
    return found.group()[0] if escaped is None else ESCAPES.get(escaped, escaped)
