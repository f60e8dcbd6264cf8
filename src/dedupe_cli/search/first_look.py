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
from dedupe_cli.search.kgrams import powers
from dedupe_cli.text import lexicon
from dedupe_cli.text.fold import HAN_WEIGHT, LETTER_WEIGHT, code_points, fold_char, is_han
from dedupe_cli.text.variants import han_variants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# Characters of a text that is looked at; of a longer one hardly any says everything once.
LONGEST = 1 << 14
# Windows: of every passage, of a damaged round; of a sentence that stands again.
_WINDOW, _ROUND, _SENTENCE = 55, 44, 88
# Lines, and how many of them must say something of the line before, until they are captions.
_LINES, _RELATED = 6, 4
# Letters of two rounds that count; pairs of equal windows, and numbers, that are looked at one by one.
_COUNTING, _PAIRS, _NUMBERS, _TWICE = 17, 256, 32, 2
# Code points from here on are taken for Han characters: a window is then shorter than it is, and is found more often.
_WIDE = 0x530
_POINT_KEPT, NOT_JUDGED = "\ufdd0", "\ufdd1"
# Code points that are looked up; what is not known yet, and what becomes more than one character.
_PLANES, _UNSEEN, _SEVERAL = 1 << 17, 0xFFFFFFFF, 0xFFFFFFFE
_POINT = re.compile(r"(?<=[0-9０-９])(?:[.．٫]|[,，](?![0-9０-９]{3}(?![0-9０-９])))(?=[0-9０-９])")
_NUMBER = re.compile(f"[\\d.{re.escape(''.join(lexicon.DIGIT_CHARS))}]+")
_NEWLINE = re.compile("[\n\r\u0085\u2028\u2029]")
_NEWLINES = "\n\r\u0085\u2028\u2029"
_ENDS = frozenset(FULL_STOPS + ".")


class Look(NamedTuple):
    """What a first look at a text tells: nothing is said again at once; nothing stands twice anywhere."""

    in_place: bool
    anywhere: bool


UNKNOWN = Look(in_place=False, anywhere=False)


@lru_cache(maxsize=2)
def look(text: str) -> Look:
    """Take a first look at a text. Linear but for one sort."""
    if len(text) > LONGEST or _POINT_KEPT in text:
        return UNKNOWN
    pieces = folded(_POINT.sub(_POINT_KEPT, text))
    letters = pieces.replace("\n", "")
    if NOT_JUDGED in letters or _are_captions(text) or _counts(letters):
        return UNKNOWN
    codes = code_points(letters)
    sums = np.zeros(len(codes) + 1, dtype=np.int64)
    np.cumsum(np.where(codes >= _WIDE, HAN_WEIGHT, LETTER_WEIGHT), out=sums[1:])
    hashes = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum(codes * powers()[0][: len(codes)], out=hashes[1:])
    if _begin_alike(pieces) and any(len(places) > _TWICE for places in _shared(hashes, sums, _ROUND)):
        return UNKNOWN
    shared = _shared(hashes, sums, _WINDOW)
    return Look(in_place=not _is_said_again(letters, sums, shared), anywhere=not shared)


def folded(text: str) -> str:
    """Return the letters of a text as the fold has them, and a newline where a sentence or a line may end."""
    table, points = _table(), code_points(text)
    found = table.take(points, mode="clip")
    if (found >= _SEVERAL).any():
        for code in set(points[found == _UNSEEN].tolist()):
            table[code] = _code(chr(code))
        several = set(points[table.take(points, mode="clip") == _SEVERAL].tolist())
        text = text.translate({code: fold_char(chr(code)) for code in several})
        return folded(text)
    return found[found > 0].tobytes().decode("utf-32-le")


@cache
def _table() -> NDArray[np.uint32]:
    """Return what is known of each character: what it becomes, 0 for what is left out; more is learnt as it is met."""
    table = np.full(_PLANES, _UNSEEN, dtype=np.uint32)
    table[[ord(c) for c in _NEWLINES + FULL_STOPS + "."]] = ord("\n")
    table[ord(_POINT_KEPT)], table[-1] = ord("."), ord(NOT_JUDGED)
    return table


def _code(char: str) -> int:
    """Return what one character becomes."""
    said = fold_char(char)
    if any(unicodedata.category(c)[0] == "N" and not _NUMBER.match(c) for c in said):
        return ord(NOT_JUDGED)
    if len(said) > 1:
        return ord(NOT_JUDGED) if _NUMBER.search(said) or "".join(map(fold_char, said)) != said else _SEVERAL
    code = ord(said) if said else 0
    return han_variants().get(code, code) if is_han(code) else code


def _are_captions(text: str) -> bool:
    """Tell whether lines could be captions: enough of them have something of the line before."""
    lines = _NEWLINE.split(text)
    rows = [row for line in lines if (row := folded(line).replace("\n", ""))] if lines[_LINES - 1 :] else []
    if len(rows) < _LINES:
        return False
    related = (two.startswith(one) or one.endswith(two) or two[:2] in one for one, two in pairwise(rows))
    return sum(related) >= _RELATED


def _begin_alike(pieces: str) -> bool:
    """Tell whether three sentences could be equal: then one of their first pieces is how two others begin."""
    rows = sorted(filter(None, pieces.split("\n")))
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
        if before >= 0 or len(said) + 2 * sum(c >= chr(_WIDE) for c in said) >= _COUNTING:
            return True
        before = at
    return False


def _shared(hashes: NDArray[np.uint64], sums: NDArray[np.int64], weight: int) -> list[list[int]]:
    """Return the places of each window of a weight that stands more than once."""
    ends = np.searchsorted(sums, sums + weight)
    count = int(np.searchsorted(ends, len(sums)))
    keys = (hashes[ends[:count]] - hashes[:count]) * powers()[1][:count]
    ordered = np.sort(keys)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(twice):
        return []
    found: dict[int, list[int]] = {}
    some = np.flatnonzero(np.isin(keys, twice))
    for place, key in zip(some.tolist(), keys[some].tolist(), strict=True):
        found.setdefault(key, []).append(place)
    return list(found.values())


def _is_said_again(letters: str, sums: NDArray[np.int64], shared: Sequence[Sequence[int]]) -> bool:
    """Tell whether equal stretches could be rounds, one right behind the other, or as long as a sentence."""
    if sum(len(places) ** 2 for places in shared) > _PAIRS:
        return True
    pairs = {pair for places in shared for pair in combinations(places, 2)}
    for one, two in pairs:
        if (one - 1, two - 1) in pairs:
            continue
        size = Prefix.similarity(letters[one:], letters[two:])
        if size >= two - one or sums[one + size] - sums[one] >= _SENTENCE:
            return True
    return False
