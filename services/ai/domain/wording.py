"""Free text in French, English and Spanish made comparable: one folding for what people write and for what our data says,
so that a pattern written once meets accents, elisions, plurals and small words wherever they appear.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice

LANGUAGES = ("fr", "en", "es")
NEAR = 16  # tokens: the words of one complaint stand this close together
SHORT = 3  # letters: so short a term is a whole word ("abs"), never a part of one
BEGINNING = 5  # letters: up to here a term must begin a word; longer ones may stand inside one
MOST_WORDS = 500  # of a complaint
MOST_GUESSED = 120  # of one that was not understood
MOST_PLACES = 30  # a word said oftener says no more
LONG = 5  # letters: from here on a slip of the finger is forgiven

STOP_WORDS = frozenset(
    [
        "le",
        "la",
        "les",
        "de",
        "du",
        "des",
        "un",
        "une",
        "mon",
        "ma",
        "mes",
        "notre",
        "nos",
        "ce",
        "cette",
        "ces",
        "the",
        "of",
        "my",
        "our",
        "this",
        "that",
        "el",
        "los",
        "las",
        "del",
        "una",
        "mi",
        "su",
        "sus",
        "este",
        "esta",
    ]
)
ABSENCE = frozenset(
    [
        "sans",
        "aucun",
        "aucune",
        "without",
        "sin",
        "ningun",
        "ninguna",
        "ni",
        "nor",
        "no",
        "not",
        "isn't",
        "aren't",
        "doesn't",
        "don't",
        "never",
        "nunca",
    ]
)
# What people deny on purpose ("no smoke"); other negations are the complaint itself ("no heat", "ne démarre pas").
DENIABLE = (
    "fumee",
    "fume",
    "smoke",
    "humo",
    "vapeur",
    "steam",
    "vapor",
    "clignot",
    "flash",
    "blink",
    "parpade",
    "flamme",
    "flame",
    "llama",
    "fire",
    "fuite",
    "leak",
    "fuga",
    "odeur",
    "smell",
    "olor",
    "huele",
    "surchauff",
    "overheat",
    "sobrecalent",
    "chauffe",
    "bruit",
    "noise",
    "ruido",
    "voyant",
    "light",
    "testigo",
    "luz",
    "temoin",
    "rouge",
    "red",
    "rojo",
    "roja",
    "vibr",
    "shak",
    "tremble",
    "monte",
    "climb",
    "rise",
    "rising",
    "sube",
)
NEGATORS = frozenset(
    ["pas", "ne", "n", "plus", "non", "no", "not", "sin", "without", "sans", "jamais", "never"]
)
HINTS = {
    "fr": frozenset(
        [
            "je",
            "est",
            "pas",
            "ne",
            "quand",
            "au",
            "avec",
            "dans",
            "et",
            "il",
            "elle",
            "sur",
            "voiture",
            "voyant",
            "moteur",
            "ai",
            "depuis",
            "mais",
            "bruit",
            "plus",
            "fait",
        ]
    ),
    "en": frozenset(
        [
            "i",
            "is",
            "and",
            "when",
            "it",
            "on",
            "with",
            "in",
            "car",
            "at",
            "but",
            "after",
            "from",
            "there",
            "comes",
            "light",
            "noise",
            "not",
            "no",
            "has",
        ]
    ),
    "es": frozenset(
        [
            "y",
            "se",
            "el",
            "al",
            "con",
            "en",
            "es",
            "cuando",
            "coche",
            "pero",
            "ha",
            "hace",
            "testigo",
            "ruido",
            "por",
            "muy",
            "desde",
            "motor",
            "freno",
            "hay",
        ]
    ),
}


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Lower case, no accents, no l' d' qu', no articles, single spaces; ends of sentences stay as ' . '."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("’", "'").replace("œ", "oe"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"\b(?:l|d|qu)'(?=\w)", "", plain)
    plain = re.sub(r"\bbreak(s|ing)?\b", r"brake\1", plain)  # the commonest slip of English writers
    plain = re.sub(r"(?<=\d)[\s.](?=\d{3}\b)", "", plain)
    plain = re.sub(r"[.!?;:\n]+", " . ", plain)
    plain = re.sub(r"[^\w.'+&]+", " ", plain)
    words = (word.strip("'") for word in plain.split())
    return " ".join(word for word in words if word and word not in STOP_WORDS)


def language_of(text: str, otherwise: str) -> tuple[str, ...]:
    """The languages worth trying, the likeliest first; the reader's own is always among them."""
    words = set(fold(text).split())
    ranked = sorted(LANGUAGES, key=lambda name: -len(words & HINTS[name]))
    best = ranked[0] if words & HINTS[ranked[0]] else otherwise
    return (best,) if best == otherwise else (best, otherwise)


@dataclass(frozen=True, slots=True)
class Heard:
    """One complaint, folded and split into words."""

    words: tuple[str, ...]
    forgiving: bool = False
    _known: dict[str, list[int]] = field(default_factory=dict, compare=False, repr=False)
    _starts: dict[str, list[int]] = field(default_factory=dict, compare=False, repr=False)
    _all: list[str] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def of(cls, text: str, *, forgiving: bool = False) -> "Heard":
        words = tuple(fold(text).split())[: MOST_GUESSED if forgiving else MOST_WORDS]
        heard = cls(words, forgiving)
        heard._all.append(" ".join(words))
        for place, word in enumerate(words):
            heard._starts.setdefault(word[0], []).append(place)
        return heard

    def places(self, term: str) -> list[int]:
        """Where a (folded) term stands and is not denied."""
        if term not in self._known:
            self._known[term] = self._search(term.split())
        return self._known[term]

    def _search(self, parts: Sequence[str]) -> list[int]:
        if not parts or not (self.forgiving or all(part in self._all[0] for part in parts)):
            return []
        found = (place for place in self._candidates(parts) if not self._denied(place, parts))
        return list(islice(found, MOST_PLACES))

    def _candidates(self, parts: Sequence[str]) -> Iterator[int]:
        """A slip of the finger is forgiven anywhere but in a word's first letter."""
        last = len(self.words) - len(parts)
        for place in self._starts.get(parts[0][0], ()) if self.forgiving else range(last + 1):
            if place <= last and all(
                self._same(self.words[place + i], part, last=i == len(parts) - 1)
                for i, part in enumerate(parts)
            ):
                yield place

    def _same(self, word: str, part: str, *, last: bool) -> bool:
        if word == part:
            return True
        if not last or len(part) <= SHORT:
            return word.rstrip("sx") == part or (len(part) == SHORT and word == part + "e")
        if len(part) <= BEGINNING:
            return word.startswith(part) and (
                len(part) == BEGINNING or len(word) <= len(part) + SHORT
            )
        return part in word or (
            self.forgiving and len(part) >= LONG and one_slip(word[: len(part)], part)
        )

    def _denied(self, place: int, parts: Sequence[str]) -> bool:
        if set(parts) & NEGATORS or not parts[0].startswith(DENIABLE):
            return False
        before = self.words[max(0, place - 2) : place]
        after = self.words[place + len(parts) : place + len(parts) + 1]
        if before and (before[-1] in ABSENCE or before[-1] == "pas"):
            return True
        if (
            len(before) > 1
            and before[0] in {"sans", "sin", "without", "aucun", "aucune", "no"}
            and before[1] != "."
        ):
            return True
        return (
            bool(before)
            and before[-1] in {"ne", "n"}
            and after in {("pas",), ("plus",), ("jamais",)}
        )


def one_slip(word: str, term: str) -> bool:
    """At most one letter replaced, missing or doubled."""
    if abs(len(word) - len(term)) > 1:
        return False
    for i, (a, b) in enumerate(zip(word, term, strict=False)):
        if a != b:
            return (
                word[i + 1 :] == term[i + 1 :]
                or word[i + 1 :] == term[i:]
                or word[i:] == term[i + 1 :]
            )
    return True


def meets(heard: Heard, pattern: Sequence[Sequence[str]]) -> int:
    """How many words of the pattern are heard close together; 0 when one of its groups is missing."""
    found: list[list[tuple[int, str]]] = []
    for group in pattern:
        places = [(place, term) for term in group for place in heard.places(term)]
        if not places:
            return 0
        found.append(places)
    return max((_together(start, found[1:]) for start in found[0]), default=0)


def _together(start: tuple[int, str], others: Iterable[list[tuple[int, str]]]) -> int:
    taken, words = {start[0]}, len(start[1].split())
    for places in others:
        free = [one for one in places if one[0] not in taken and abs(one[0] - start[0]) <= NEAR]
        if not free:
            return 0
        place, term = min(free, key=lambda one: abs(one[0] - start[0]))
        taken.add(place)
        words += len(term.split())
    return words
