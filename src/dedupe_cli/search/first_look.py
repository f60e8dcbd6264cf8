"""A first look at a short text: whether anything in it could stand twice.

What is said here is exact in one way: where it says that nothing does, all that looks closer finds nothing
(``tests/test_once.py``). Mostly it takes a twentieth of the time, because the letters are enough for it.

The least that any finder reacts to, in weight: passages, overlaps of chunks, loops of any number of rounds and
sentences near them have a window of 55 that stands twice (twelve rounds of one letter: eleven of them are 55), but for
rounds of four sentences and more. Damaged rounds have three whole ones of four Han characters; loops that count repeat
themselves once their numbers are left out; captions are four lines of which three say something of the line before.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, combinations, pairwise
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Postfix, Prefix

from dedupe_cli.search.chains import NEAR_PLACE, NEAR_SHIFT, Run
from dedupe_cli.search.find import LEAST_PASSAGE
from dedupe_cli.search.hashes import BASE
from dedupe_cli.search.signs import LINE, NUMBER, OTHER, POINT, STOP, WIDE, signs_of
from dedupe_cli.text.fold import HAN_WEIGHT, LETTER_WEIGHT, char_weight, code_points

# Characters of a text that is looked at; of a longer one hardly any says everything once.
LONGEST = 1 << 14
# Windows: of every passage, of a damaged round; a sentence that stands again, eight Han characters or 24 letters.
WINDOW, ROUND = 55, 44
_SENTENCE = {False: 8 * HAN_WEIGHT, True: 24 * LETTER_WEIGHT}  # by whether a text has none but such letters
# Lines, and how many of them must say something of the line before, until they are captions; so many letters of its end
# (a Han character counts 3), which are looked for at so many places.
LINES, _RELATED, _OVERLAP, _PLACES = 4, 3, 6, 16
# Letters of two rounds that count; sentences of which few letters are enough; pairs that are looked at one by one.
_COUNTING, SENTENCES, _PAIRS, TWICE = 17, 4, 256, 2
# By which the letters of a window are hashed, one a letter.
_POWERS = np.cumprod(np.full(WINDOW // LETTER_WEIGHT, BASE))


class Look(NamedTuple):
    """What a first look at a text tells: nothing is said again at once; nothing stands twice anywhere."""

    in_place: bool
    anywhere: bool


UNKNOWN = Look(in_place=False, anywhere=False)


def look(text: str) -> Look:
    """Take a first look at a text. Linear but for one sort."""
    return UNKNOWN if len(text) > LONGEST or POINT in text else _look(text)


# As many as are looked at before the first of them is cleaned.
@lru_cache(maxsize=64)
def _look(text: str) -> Look:
    said = signs_of(text)
    lines = said.replace(STOP, "")
    letters = lines.replace(LINE, "")
    plain = max(letters, default="") < WIDE
    shared = _shared(letters, plain=plain)
    if shared is None or OTHER in said or are_captions(_pieces(lines)) or _counts(letters):
        return UNKNOWN
    pieces = _pieces(said.replace(STOP, LINE))
    if _begin_alike(pieces, letters, plain=plain) or _are_rounds(pieces):
        return UNKNOWN
    found = _equal_stretches(letters, shared)
    weights = [sum(map(char_weight, letters[run.x0 : run.x1])) for run in found]
    most = max(weights, default=0)
    if most >= _SENTENCE[plain] or any(run.x1 - run.x0 >= run.shift for run in found):
        return UNKNOWN
    return Look(in_place=True, anywhere=most < LEAST_PASSAGE and not _are_near(found))


def _pieces(said: str) -> list[str]:
    """Return the letters of lines, where there are any."""
    return list(filter(None, said.split(LINE)))


def are_captions(rows: Sequence[str]) -> bool:
    """Tell whether lines could be captions: enough of them have something of the line before."""
    if len(rows) < LINES:
        return False
    related = ((two[:2] in one or two[0] == one) and _carries(one, two) for one, two in pairwise(rows))
    return sum(related) >= _RELATED


def _carries(one: str, two: str) -> bool:
    """Tell whether a line could begin with all of the one before, or with enough that this ends with."""
    if two.startswith(one):
        return True
    at = -1
    for _ in range(_PLACES):
        at = one.find(two[:2], at + 1)
        if at < 0:
            return False
        end = one[at:]
        if two.startswith(end) and (len(end) == len(two) or _letters(end) >= _OVERLAP):
            return True
    return True


def _letters(said: str) -> int:
    return len(said) + 2 * sum(c >= WIDE for c in said)


def _begin_alike(pieces: Sequence[str], letters: str, *, plain: bool) -> bool:
    """Tell whether three sentences could be equal: so many begin with the same letters."""
    if len(pieces) <= TWICE:
        return False
    starts = list(accumulate(map(len, pieces[:-1]), initial=0))
    size = least(ROUND, plain=plain)
    if max(Counter(letters[at : at + size] for at in starts).values()) <= TWICE:
        return False
    heads = Counter(_window(letters, at, ROUND) for at in starts)
    return any(count > TWICE for head, count in heads.items() if head)


def _are_rounds(pieces: Sequence[str]) -> bool:
    """Tell whether two rounds of many sentences, of which few letters are enough, could stand one behind the other."""
    if len(pieces) < 2 * SENTENCES - 1:
        return False
    pairs = _equal_pairs(NUMBER.sub(OTHER, LINE.join(pieces)).split(LINE))
    shifts = Counter(two - one for one, two in pairs or ())
    return pairs is None or any(shift >= SENTENCES and count >= shift - 1 for shift, count in shifts.items())


def _counts(letters: str) -> bool:
    """Tell whether a text could be said again at once but for its numbers: a row of them with the same between them."""
    numbers = [found.span() for found in NUMBER.finditer(letters)]
    edges = [0, *(at for span in numbers for at in span), len(letters)]
    parts = [letters[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    if any(unicodedata.category(part[0])[0] == "M" for part in parts[1:] if part):
        return True  # a mark belongs to the number before it
    tries: dict[int, list[int]] = defaultdict(list, {1: list(range(len(numbers) - 1))})
    pairs = _equal_pairs(parts[1:-1])
    for one, two in pairs or ():
        if 1 < two - one <= len(numbers) - two:
            tries[two - one].append(one)
    return pairs is None or any(_count_on(letters, numbers, parts, size, places) for size, places in tries.items())


def _equal_pairs(said: Sequence[str]) -> list[tuple[int, int]] | None:
    """Return the places of any two that say the same; nothing where these are too many."""
    same: dict[str, list[int]] = defaultdict(list)
    for at, each in enumerate(said):
        same[each].append(at)
    several = [places for places in same.values() if len(places) > 1]
    if sum(len(places) ** 2 for places in several) > _PAIRS:
        return None
    return [pair for places in several for pair in combinations(places, 2)]


def _count_on(
    letters: str, numbers: Sequence[tuple[int, int]], parts: Sequence[str], size: int, places: Sequence[int]
) -> bool:
    """Tell whether rounds of so many numbers could be a loop: three of them, or two that are long enough.

    ``places``: numbers that the first of two rounds could begin with.
    """
    before = -1
    for at in places:
        if parts[at + 1 : at + size] != parts[at + size + 1 : at + 2 * size]:
            continue
        first, joint, last = parts[at : at + 2 * size + 1 : size]
        if first[-1:] != joint[-1:] and joint[:1] != last[:1]:
            continue
        head, tail = Postfix.similarity(first, joint), Prefix.similarity(joint, last)
        if head + tail < len(joint):
            continue
        said = letters[numbers[at][0] - head : numbers[at + 2 * size - 1][1] + tail]
        if before >= 0 or _letters(said) >= _COUNTING:
            return True
        before = at
    return False


def least(weight: int, *, plain: bool) -> int:
    """Return how many letters a window of a weight has at least."""
    return -(-weight // (LETTER_WEIGHT if plain else HAN_WEIGHT))


def _shared(letters: str, *, plain: bool) -> list[list[int]] | None:
    """Return the places of each window that stands more than once, by its least number of letters first.

    Nothing where these are too many to look at.
    """
    size = least(WINDOW, plain=plain)
    if len(letters) <= size:
        return []
    hashes = np.convolve(code_points(letters).astype(np.uint64), _POWERS[:size], "valid")
    ordered = np.sort(hashes)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not 0 < len(twice) <= _PAIRS:
        return None if len(twice) else []
    found: dict[str, list[int]] = defaultdict(list)
    near = np.minimum(np.searchsorted(twice, hashes), len(twice) - 1)
    for at in np.flatnonzero(twice[near] == hashes).tolist():
        found[letters[at : at + size] if plain else _window(letters, at, WINDOW)].append(at)
    shared = [places for window, places in found.items() if window and len(places) > 1]
    return None if sum(len(places) ** 2 for places in shared) > _PAIRS else shared


def _window(letters: str, at: int, weight: int) -> str:
    """Return the shortest stretch from a place on of at least a weight; empty where none fits."""
    end = at
    while weight > 0 and end < len(letters):
        weight -= char_weight(letters[end])
        end += 1
    return "" if weight > 0 else letters[at:end]


def _equal_stretches(letters: str, shared: Sequence[Sequence[int]]) -> list[Run]:
    """Return the stretches that stand again, each as long as it is equal; two windows of each are given."""
    pairs = {pair for places in shared for pair in combinations(places, 2)}
    return [
        Run(two, two + Prefix.similarity(letters[one:], letters[two:]), two - one)
        for one, two in pairs
        if (one - 1, two - 1) not in pairs
    ]


def _are_near(found: Sequence[Run]) -> bool:
    """Tell whether two stretches could be parts of one passage."""
    cells = [(run.x0 >> NEAR_PLACE, run.shift >> NEAR_SHIFT) for run in found]
    return any(abs(a - c) <= 1 and abs(b - d) <= 1 for (a, b), (c, d) in combinations(cells, 2))
