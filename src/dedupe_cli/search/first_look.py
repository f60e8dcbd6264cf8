"""A first look at a short text: whether anything in it could stand twice.

What is said here is exact in one way: where it says that nothing does, all that looks closer finds nothing
(``tests/test_once.py``). Mostly it takes a twentieth of the time, because only the folded letters are needed for it.

The least that any finder reacts to, in weight: passages, overlaps of chunks, loops of any number of rounds and
sentences near them have a window of 55 that stands twice (twelve rounds of one letter: eleven of them are 55). Damaged
rounds have three whole ones of four Han characters; loops that count repeat themselves once their numbers are left out;
captions are six lines of which four say something of the line before.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rapidfuzz.distance import Postfix, Prefix

from dedupe_cli.search.gaps import FULL_STOPS
from dedupe_cli.search.kgrams import windows
from dedupe_cli.text import lexicon
from dedupe_cli.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.text.fold import Fold

# Characters of a text that is looked at; of a longer one hardly any says everything once.
LONGEST = 1 << 14
# Windows: of every passage, of a damaged round; of a sentence that stands again.
_WINDOW, _ROUND, _SENTENCE = 55, 44, 88
# Lines, and how many of them must say something of the line before, until they are captions.
_LINES, _RELATED = 6, 4
# Letters of two rounds that count; pairs of equal windows, and numbers, that are looked at one by one.
_COUNTING, _PAIRS, _NUMBERS, _TWICE = 17, 256, 32, 2
# Characters from here on are taken for Han characters, which say as much as three letters.
_WIDE = "\u0530"
_NUMBER = re.compile(f"[\\d.{re.escape(''.join(lexicon.DIGIT_CHARS))}]+")
_NEWLINE = re.compile("[\n\r\u0085\u2028\u2029]")
_ENDS = re.compile(f"[\n\r\u0085\u2028\u2029.{re.escape(FULL_STOPS)}]")


class Look(NamedTuple):
    """What a first look at a text tells: nothing is said again at once; nothing stands twice anywhere."""

    in_place: bool
    anywhere: bool


UNKNOWN = Look(in_place=False, anywhere=False)


@lru_cache(maxsize=2)
def look(text: str) -> Look:
    """Take a first look at a text. Linear but for one sort."""
    if len(text) > LONGEST:
        return UNKNOWN
    said = fold(text)
    letters = said.string
    if any(map(_is_other_number, set(letters))) or _are_captions(said) or _counts(letters):
        return UNKNOWN
    if _begin_alike(_pieces(said, _ENDS)) and any(len(places) > _TWICE for places in _shared(said, _ROUND)):
        return UNKNOWN
    shared = _shared(said, _WINDOW)
    return Look(in_place=not _is_said_again(said, shared), anywhere=not shared)


@cache
def _is_other_number(char: str) -> bool:
    """Tell whether a folded character is a number that no row of numbers shows."""
    return unicodedata.category(char)[0] == "N" and not _NUMBER.match(char)


def _pieces(said: Fold, ends: re.Pattern[str]) -> list[str]:
    """Return the letters between some signs, where there are any."""
    places = said.places([found.start() for found in ends.finditer(said.text)]).tolist()
    return [said.string[a:b] for a, b in pairwise([0, *places, len(said)]) if a < b]


def _are_captions(said: Fold) -> bool:
    """Tell whether lines could be captions: enough of them have something of the line before."""
    rows = _pieces(said, _NEWLINE)
    if len(rows) < _LINES:
        return False
    related = (two.startswith(one) or one.endswith(two) or two[:2] in one for one, two in pairwise(rows))
    return sum(related) >= _RELATED


def _begin_alike(pieces: Sequence[str]) -> bool:
    """Tell whether three sentences could be equal: then one of their first pieces is how two others begin."""
    rows = sorted(pieces)
    return any(
        two.startswith(one) and three.startswith(one) for one, two, three in zip(rows, rows[1:], rows[2:], strict=False)
    )


def _counts(letters: str) -> bool:
    """Tell whether a text could be said again at once but for its numbers: a row of them with the same between them."""
    numbers = [found.span() for found in _NUMBER.finditer(letters)]
    if len(numbers) > _NUMBERS:
        return True
    edges = [0, *(at for span in numbers for at in span), len(letters)]
    parts = [letters[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    if any(unicodedata.category(part[0])[0] == "M" for part in parts[1:] if part):
        return True  # a mark belongs to the number before it
    most = len(numbers) // 2 if len(set(parts[1:-1])) < len(parts) - 2 else 1
    return any(_are_rounds(letters, numbers, parts, size) for size in range(1, most + 1))


def _are_rounds(letters: str, numbers: Sequence[tuple[int, int]], parts: Sequence[str], size: int) -> bool:
    """Tell whether rounds of so many numbers could be a loop: three of them, or two that are long enough."""
    before = -1
    for at in range(len(numbers) - 2 * size + 1):
        if parts[at + 1 : at + size] != parts[at + size + 1 : at + 2 * size]:
            continue
        first, joint, last = parts[at : at + 2 * size + 1 : size]
        head, tail = Postfix.similarity(first, joint), Prefix.similarity(joint, last)
        if head + tail < len(joint):
            continue
        said = letters[numbers[at][0] - head : numbers[at + 2 * size - 1][1] + tail]
        if before >= 0 or len(said) + 2 * sum(c >= _WIDE for c in said) >= _COUNTING:
            return True
        before = at
    return False


def _shared(said: Fold, weight: int) -> list[list[int]]:
    """Return the places of each window of a weight that stands more than once."""
    grams = windows(said, weight)
    heads = np.flatnonzero(grams.opens)
    return [places.tolist() for places in np.split(grams.places, heads[1:])] if len(heads) else []


def _is_said_again(said: Fold, shared: Sequence[Sequence[int]]) -> bool:
    """Tell whether equal stretches could be rounds, one right behind the other, or as long as a sentence."""
    if sum(len(places) ** 2 for places in shared) > _PAIRS:
        return True
    letters, pairs = said.string, {pair for places in shared for pair in combinations(places, 2)}
    for one, two in pairs:
        if (one - 1, two - 1) in pairs:
            continue
        size = Prefix.similarity(letters[one:], letters[two:])
        if size >= two - one or said.weight(one, one + size) >= _SENTENCE:
            return True
    return False
