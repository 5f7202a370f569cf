"""What no import needs and nobody may keep: passwords, their hashes, sessions and tokens are cut out of a file before anything of it
is stored, or handed to a reader.

Other programs' backups hold all of that (Tracktor's `users` and `sessions`, Clarkson's `Users.password`).
"""

import json
import re
from typing import Any, Final

from services.vehicles.domain.moving.found import Part

_SECRET = re.compile(
    r"pass(?:word|wd|phrase)|pwd|hash$|^hash|salt|secret|token|cookie|(?:^|_)(?:t?otp|mfa|2fa)(?:_|$)|api_?key"
    r"|private_?key|recovery_?codes?|^sessions?(?:_?(?:id|key|data))?$|^credentials$",
    re.IGNORECASE,
)
_ROOM: Final = re.compile(
    r"^(sessions?|tokens?|api_?keys?|refresh_?tokens?|credentials)$", re.IGNORECASE
)
"""Whole lists of nothing else."""
_PEOPLE = re.compile(
    r"(?is)(insert\s+into\s+[`\"\[]?\w*(?:user|account|session|token|credential|auth)\w*[`\"\]]?)(.*?)"
    r"(?=;\s*(?:$|\n|\r|insert|create|drop|alter|lock|unlock|/\*|--))"
)
_LITERAL = re.compile(r"'(?:[^'\\]|\\.|'')*'", re.DOTALL)
_HARMLESS = re.compile(
    r"'(?:[A-Za-z /]{0,20}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[\d .:+-]{0,26})'"
)
_HASHES = re.compile(
    r"\$(?:2[abxy]?|argon2\w*|scrypt|pbkdf2\S*|[156])\$[^'\"\s,;]{8,}|(?:pbkdf2|scrypt|argon2)[:$][^'\"\s,;]{8,}"
)
_BEGIN, _END = "\ue0f0", "\ue0f1"
_NUMBER = re.compile(f'"{_BEGIN}([^"]*){_END}"')


def without_secrets(part: Part) -> Part:
    """The same file as far as any reader goes."""
    start = part.text.lstrip("\ufeff \t\r\n")[:1]
    if start in {"{", "["}:
        return Part(part.name, _of_json(part.text), part.encoding)
    text = (
        _PEOPLE.sub(_of_people, part.text) if "insert" in part.text[:200_000].lower() else part.text
    )
    return Part(part.name, _HASHES.sub("", text), part.encoding)


def _of_people(found: re.Match[str]) -> str:
    """Of a row about a person: ids, numbers, days and short plain words such as units stay."""
    kept = _LITERAL.sub(lambda each: each[0] if _HARMLESS.fullmatch(each[0]) else "''", found[2])
    return found[1] + kept


def _of_json(text: str) -> str:
    """Numbers stay as they are written. What is no JSON is for the readers to refuse, and is not kept as it is either."""
    try:
        whole = json.loads(text.lstrip("\ufeff"), parse_float=_mark, parse_int=_mark)
        return _NUMBER.sub(r"\1", json.dumps(_cut(whole), ensure_ascii=False))
    except (ValueError, RecursionError):
        return _HASHES.sub("", text)


def _mark(number: str) -> str:
    return f"{_BEGIN}{number}{_END}"


def _cut(value: Any) -> Any:
    if isinstance(value, dict):
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
