"""What no import needs and nobody may keep: passwords, their hashes, sessions and tokens are cut out of a file before anything of it
is stored, or handed to a reader.

Other programs' backups hold all of that (Tracktor's `users` and `sessions`, Clarkson's `Users.password`).
"""

import json
import re
from typing import Any, Final

from services.vehicles.domain.moving.clarkson import ALL, USERS
from services.vehicles.domain.moving.found import Part
from services.vehicles.domain.moving.passport import FORMAT
from services.vehicles.domain.moving.statements import looks_like_sql, statements
from services.vehicles.domain.moving.trees import is_lines, looks_like_tree

_SECRET = re.compile(
    r"pass(?:word|wd|phrase)|pwd|hash$|^hash|salt|secret|token|cookie|(?:^|_)(?:t?otp|mfa|2fa)(?:_|$)|api_?key"
    r"|private_?key|recovery_?codes?|^sessions?(?:_?(?:id|key|data))?$|^credentials$",
    re.IGNORECASE,
)
_ROOM: Final = re.compile(
    r"^(sessions?|tokens?|api_?keys?|refresh_?tokens?|credentials)$", re.IGNORECASE
)
"""Whole lists of nothing else."""
_PERSON = re.compile(
    r"user|account|session|token|credential|auth|login|otp|email|api_?key", re.IGNORECASE
)
"""Models of accounts: of a session even the number of its row opens it."""
_LITERAL = re.compile(
    r"""'[^'\\]*(?:(?:\\.|'')[^'\\]*)*(?:'|\Z)|"[^"\\]*(?:(?:\\.|"")[^"\\]*)*(?:"|\Z)""",
    re.DOTALL,
)
"""Of either quote, and one that a cut file never closes."""
_HARMLESS = re.compile(
    r"(['\"])(?:[A-Za-z /]{0,20}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[\d .:+-]{0,26})\1"
)
_READ: Final = ALL - {USERS}
"""Tables of which a reader wants the texts."""
_STREAM = re.compile(
    r"(?ims)^(copy\s[^;\n]{1,4000}?\sfrom\sstdin[^;\n]{0,400};[ \t]*\r?\n).*?(?=^\\\.|\Z)"
)
"""Rows as PostgreSQL dumps them, which no reader knows."""
_HASHES = re.compile(
    r"\$(?:2[abxy]?|argon2\w*|scrypt|pbkdf2\S*|[156])\$[^'\"\s,;]{8,}|(?:pbkdf2|scrypt|argon2)[:$][^'\"\s,;]{8,}"
)
_BEGIN, _END = "\ue0f0", "\ue0f1"
_NUMBER = re.compile(f'"{_BEGIN}([^"]*){_END}"')


def without_secrets(part: Part) -> Part:
    """The same file as far as any reader goes."""
    if looks_like_tree(part.text.lstrip("\ufeff")):
        return Part(part.name, _of_json(part.text), part.encoding)
    text = _STREAM.sub(r"\1", part.text)
    text = _of_sql(text) if looks_like_sql(text) else text
    return Part(part.name, _HASHES.sub("", text), part.encoding)


def _of_sql(text: str) -> str:
    """Texts are kept of the tables that are read. Of a row about a person: ids, numbers, days and short plain words such as units;
    of every other statement, whatever it does, no text at all.
    """
    kept, last = [], 0
    for each in statements(text):
        table = each.table.lower()
        if each.verb == "CREATE" or table in _READ:
            continue
        harmless = _plain_word if table == USERS else _nothing
        kept += [text[last : each.start], _LITERAL.sub(harmless, text[each.start : each.end])]
        last = each.end
    return "".join([*kept, text[last:]])


def _plain_word(literal: re.Match[str]) -> str:
    return literal[0] if _HARMLESS.fullmatch(literal[0]) else "''"


def _nothing(_literal: re.Match[str]) -> str:
    return "''"


def _of_json(text: str) -> str:
    """Numbers stay as they are written. What is no JSON is for the readers to refuse, and is not kept as it is either."""
    text = text.lstrip("\ufeff")
    try:
        return _object(text)
    except (ValueError, RecursionError):
        if not is_lines(text):
            return _HASHES.sub("", text)
    lines = (line for line in text.splitlines() if line.strip())
    return "\n".join(_of_json(line) for line in lines)


def _object(text: str) -> str:
    whole = json.loads(text, parse_float=_mark, parse_int=_mark)
    if _is_passport(whole):  # whose hashes are what it is proved by
        return text
    return _NUMBER.sub(r"\1", json.dumps(_cut(whole), ensure_ascii=False))


def _is_passport(whole: Any) -> bool:
    head = whole.get("head") if isinstance(whole, dict) else None
    return isinstance(head, dict) and head.get("format") == FORMAT


def _mark(number: str) -> str:
    return f"{_BEGIN}{number}{_END}"


def _cut(value: Any) -> Any:
    if isinstance(value, dict):
        if _PERSON.search(str(value.get("model", "")).rpartition(".")[2]) and "fields" in value:
            return {"model": value["model"], "pk": None, "fields": {}}
        return {
            name: _emptied(name, each) if _SECRET.search(name) else _cut(each)
            for name, each in value.items()
        }
    return [_cut(each) for each in value] if isinstance(value, list) else value


def _emptied(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [] if _ROOM.match(name) else [_cut(each) for each in value]
    if isinstance(value, dict):
        return {} if _ROOM.match(name) else _cut(value)
    return value if value is None or isinstance(value, bool) else ""
