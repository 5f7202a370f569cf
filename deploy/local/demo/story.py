"""Tells the demo at a terminal, step by step, and keeps it as `.local/demo.json`."""

import json
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GREEN, RED, DIM, BOLD, PLAIN = "\033[32m", "\033[31m", "\033[2m", "\033[1m", "\033[0m"
MEASURE = 78
WIDTH = 110


class StepFailedError(Exception):
    """What the step expected and what came instead."""


@dataclass(slots=True)
class Step:
    """One thing the person does or sees; `note` adds a line under it, `facts` go to the record."""

    name: str
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def note(self, line: str, **facts: object) -> None:
        if line:
            self.notes.append(line)
        self.facts.update(facts)

    def link(self, url: str) -> None:
        self.links.append(url)


@dataclass(slots=True)
class Story:
    """The steps so far; every change is written to `file`, so a broken run leaves its record too."""

    file: Path
    about: dict[str, Any]
    steps: list[dict[str, Any]] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)
    colours: bool = field(default_factory=sys.stdout.isatty)
    words: int = 0
    """To read so far, without marks, seconds and addresses."""

    def chapter(self, title: str) -> None:
        self._count(title)
        self._print(f"\n{self._in(BOLD, title)}")

    @contextmanager
    def step(self, name: str, sentence: str) -> Iterator[Step]:
        step = Step(name, sentence)
        if self.colours:
            sys.stdout.write(f"  … {sentence}")
            sys.stdout.flush()
        began = time.monotonic()
        try:
            yield step
        except BaseException as problem:
            self._finish(step, began, problem)
            raise
        self._finish(step, began, None)

    def end(self) -> None:
        self._write(ok=True)
        self._print(f"\n{self._in(GREEN, 'The whole story passed')} in {self.seconds:.1f} s.")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def _finish(self, step: Step, began: float, problem: BaseException | None) -> None:
        seconds = time.monotonic() - began
        self._count(step.sentence, *step.notes)
        mark = self._in(GREEN, "✓") if problem is None else self._in(RED, "✗")
        start = "\r" if self.colours else ""
        took = self._in(DIM, f"{seconds:6.2f} s")
        self._print(f"{start}  {mark} {step.sentence:{MEASURE}} {took}")
        for note in step.notes:
            for line in textwrap.wrap(
                note, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 8
            ):
                self._print(line)
        for link in step.links:
            self._print(f"      {self._in(DIM, link)}")
        record = {
            "name": step.name,
            "ok": problem is None,
            "ms": round(seconds * 1000),
            "facts": step.facts,
        }
        if problem is not None:
            record["problem"] = str(problem) or type(problem).__name__
        self.steps.append(record)
        self._write(ok=False)

    def _count(self, *lines: str) -> None:
        words = " ".join(lines).split()
        self.words += sum(any(map(str.isalnum, word)) for word in words)

    def _write(self, *, ok: bool) -> None:
        figures = {"seconds": round(self.seconds, 2), "words": self.words}
        whole = {"ok": ok, **figures, **self.about, "steps": self.steps}
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_text(json.dumps(whole, indent=2, ensure_ascii=False, default=str) + "\n")

    def _in(self, colour: str, text: str) -> str:
        return f"{colour}{text}{PLAIN}" if self.colours else text

    @staticmethod
    def _print(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
