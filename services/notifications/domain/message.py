"""A rendered message, and what may stand in a header."""

import unicodedata
from dataclasses import dataclass

SUBJECT_LENGTH = 78
"""RFC 5322, section 2.1.1: what a line should hold."""


@dataclass(frozen=True, slots=True)
class Message:
    subject: str
    summary: str
    text: str
    html: str


def one_line(words: str, *, at_most: int = 200) -> str:
    """Without line breaks, control or direction-changing characters: a name cannot add a header or disguise one."""
    kept = "".join(" " if unicodedata.category(c).startswith(("C", "Z")) else c for c in words)
    line = " ".join(kept.split())
    return line if len(line) <= at_most else line[: at_most - 1].rstrip() + "…"


def hide_address(address: str) -> str:
    """`c•••@example.org`: enough to recognise one's own."""
    name, _, host = address.rpartition("@")
    return f"{name[:1]}•••@{host}"


def greeting(name: str) -> str:
    """The name to greet somebody with; nothing for an advertisement that somebody put into the field."""
    line = one_line(name, at_most=40)
    return "" if any(mark in line for mark in ("/", "@", ":", "www.", "<")) else line
