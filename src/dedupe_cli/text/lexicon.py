"""Facts about words and characters, loaded when a doubtful difference asks for them.

Chinese words with a class of frequency and a tag, frequent English words, which characters sound or look
alike. Where they come from is told in ``data/README.md``. All keys are folded as ``text/fold.py`` folds.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from unicodedata import combining

# Tags of Chinese words: r a person, p a place, o an organisation, z another name; t a time, m a numeral, q a measure,
# f a function word.
PERSON, TIME = "r", "t"
NAMES = frozenset("rpoz")


def _load_facts() -> dict[str, str]:
    """Read the small facts: lists of characters and words by name, one a line."""
    raw = (files("dedupe_cli") / "data" / "facts.txt").read_text(encoding="utf-8")
    return dict(line.split("\t", 1) for line in raw.splitlines())


_FACTS = _load_facts()
SURNAMES = frozenset(_FACTS["surnames"])
PERSONAL_TITLES = tuple(_FACTS["personal_titles"].split())
SOUND_CHARS = frozenset(_FACTS["sound_chars"])  # what foreign names are written with
FUNCTION_CHARS = frozenset(_FACTS["function_chars"])
PARTICLES = frozenset(_FACTS["particles"])  # their presence changes no meaning
AFFIXES = frozenset(_FACTS["affixes"])  # their presence does
NEGATIONS = frozenset(_FACTS["negations"])
NO_DENIALS = frozenset(_FACTS["no_denials"].split())  # words with such a character that deny nothing
DIGIT_CHARS = frozenset(_FACTS["digit_chars"])
COUNTERS = frozenset(_FACTS["counters"])
DATE_UNITS = frozenset(_FACTS["date_units"])
UNITS = frozenset(_FACTS["units"].split())
LATIN_NEGATIONS = frozenset(_FACTS["latin_negations"].split())
LATIN_UNITS = frozenset(_FACTS["latin_units"].split())
LATIN_DATES = frozenset(_FACTS["latin_dates"].split())
LATIN_NUMBERS = frozenset(_FACTS["latin_numbers"].split())


@cache
def _data(name: str) -> bytes:
    return (files("dedupe_cli") / "data" / name).read_bytes()


class HanWords(Mapping[str, str]):
    """Chinese word -> its tag and the letter of its class of frequency (``a`` the most frequent).

    The list is long, and a difference asks for few words: those that begin alike are divided when one of them is
    asked for.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = {line[0]: line for line in lines}
        self._divided: dict[str, dict[str, str]] = {}

    def after(self, first: str) -> dict[str, str]:
        """Return the words that begin with a character, without it, and what they are."""
        found = self._divided.get(first)
        if found is None:
            found = self._divided[first] = _divided(self._lines.get(first, ""))
        return found

    def __getitem__(self, word: str) -> str:
        return self.after(word[:1])[word[1:]]

    def get(self, word: str, default: Any = None) -> Any:
        """Return what a word is, or the default for what is none."""
        return self.after(word[:1]).get(word[1:], default)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and word[1:] in self.after(word[:1])

    def __iter__(self) -> Iterator[str]:
        return (first + rest for first in self._lines for rest in self.after(first))

    def __len__(self) -> int:
        return sum(len(self.after(first)) for first in self._lines)


def _divided(line: str) -> dict[str, str]:
    """Divide a line of the list: a first character, then a tag, a class, a number and the rests of so many letters."""
    out: dict[str, str] = {}
    for value, number, rests in _WORDS.findall(line, 1):
        size = int(number)
        out |= dict.fromkeys([rests[at : at + size] for at in range(0, len(rests), size)] if size else [""], value)
    return out


_WORDS = re.compile("([a-z]{2})([0-9])([^a-z]*)")


@cache
def han_words() -> HanWords:
    """Return the list of Chinese words."""
    return HanWords(zlib.decompress(_data("han.words.zlib")).decode("utf-16-le").split("\n"))


@cache
def latin_words() -> dict[str, int]:
    """Return English word -> rank by frequency, 0 the most frequent."""
    words = zlib.decompress(_data("latin.words.zlib")).decode().split("\n")
    return {word: rank for rank, word in enumerate(words)}


# Log probability (natural) of a word by the letter of its class.
CLASS_LOG = {chr(97 + step): -(step + 6) / 4 * math.log(10) for step in range(26)}


def latin_log(rank: int) -> float:
    """Log probability of the English word of this rank, by Zipf's law."""
    return -math.log(rank + 3) - 2.4


@cache
def _han_contrasts() -> frozenset[str]:
    return frozenset(x + y for group in _FACTS["contrasts"].split() for x in group for y in group if x != y)


@cache
def _latin_contrasts() -> dict[str, frozenset[int]]:
    out: dict[str, set[int]] = {}
    for index, group in enumerate(_FACTS["latin_contrasts"].split("|")):
        for word in group.split():
            out.setdefault(word, set()).add(index)
    return {word: frozenset(groups) for word, groups in out.items()}


def contrast(one: str, other: str) -> bool:
    """Tell whether two characters, or two English words, are opposites or neighbours in a series."""
    if len(one) == len(other) == 1 and one > "\u3400":
        return one + other in _han_contrasts()
    table = _latin_contrasts()
    groups = table.get(one)  # of most words there is none
    if groups is None or one == other or other not in table:
        return False
    return not groups.isdisjoint(table[other]) and other not in {one + "s", one.removesuffix("s")}


# What Latin letters and digits are drawn with: uprights (i short, l long), bows (c), hooks, crossings.
# Scanners divide the strokes of a line into other letters: ``from`` and ``horn`` are the same strokes.
_STROKES = {item[0]: item[1:] for item in _FACTS["strokes"].split()}
_NEAR_STROKES = {"i": "ljc", "l": "ij", "j": "il", "c": "is", "s": "c"}


def stroke_unlike(one: str, other: str) -> float:
    """Return the distance of two Latin stretches as strokes: 0 alike, 1 unlike (Levenshtein, normalised)."""
    return _stroke_unlike(
        "".join([_STROKES.get(c, "?") for c in one[:16]]), "".join([_STROKES.get(c, "?") for c in other[:16]])
    )


@lru_cache(maxsize=1 << 15)
def _stroke_unlike(first: str, second: str) -> float:
    if not first or not second:
        return 1.0
    longer = max(len(first), len(second))
    start, end, other = 0, len(first), len(second)
    while start < end and start < other and first[start] == second[start]:
        start += 1
    while end > start and other > start and first[end - 1] == second[other - 1]:
        end, other = end - 1, other - 1
    return _distance(first[start:end], second[start:other]) / longer


def _distance(first: str, second: str) -> float:
    """Return the Levenshtein distance of two lists of strokes, of which some are nearly the same."""
    row = [float(k) for k in range(len(second) + 1)]
    for a in first:
        corner = row[0]
        row[0] = left = corner + 1.0
        near = _NEAR_STROKES.get(a, "")
        for k, b in enumerate(second, 1):
            swap = corner if a == b else corner + 0.5 if b in near else corner + 1.0
            corner = row[k]
            left = left + 1.0 if left < corner else corner + 1.0
            row[k] = left = swap if swap < left else left  # noqa: FURB136  a call would take half of the time
    return row[-1]


_LATIN_LOOKS = frozenset(
    order for pair in _FACTS["latin_looks"].split() for order in (tuple(pair.split(":")), tuple(pair.split(":")[::-1]))
)


def without_marks(said: str) -> str:
    """Return folded letters without the marks above and below them, which damage makes and takes."""
    return "".join(c for c in said if not combining(c))


def letters_alike(one: str, other: str) -> bool:
    """Tell whether Latin letters are mistaken for one another in print; marks above and below are no letters."""
    one, other = without_marks(one), without_marks(other)
    return one == other or (one, other) in _LATIN_LOOKS


@cache
def _sounds() -> dict[str, str]:
    out: dict[str, str] = {}
    for line in _data("sounds.txt").decode().splitlines():
        sound, _, chars = line.partition(" ")
        out.update(dict.fromkeys(chars, sound))
    return out


@cache
def _shapes() -> dict[str, frozenset[str]]:
    out = {line[0]: frozenset(line[1:]) for line in _data("shapes.txt").decode().splitlines()}
    for group in _FACTS["looks"].split():
        for char in group:
            out[char] = out.get(char, frozenset()) | {group}
    return out


def sound_alike(one: str, other: str) -> bool:
    """Tell whether two Han characters are read with the same syllable, whatever the tone."""
    sounds = _sounds()
    return sounds.get(one, one) == sounds.get(other, other)


def look_alike(one: str, other: str) -> bool:
    """Tell whether two Han characters share a component or are known to be mistaken for one another."""
    shapes = _shapes()
    first, second = shapes.get(one, frozenset()), shapes.get(other, frozenset())
    return bool(first & second) or one in second or other in first
