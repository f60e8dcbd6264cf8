"""What most of several readings of one text agree on.

The readings are aligned to a base text (a star alignment, the base is its centre), each place is decided by
plurality, and the result becomes the new centre until nothing changes any more. Voted are letters, digits and
sentence punctuation; white space, quotes, brackets and dashes of the base stay, and so does its form. Nothing
is made up: every character that is put in stands in a reading at that place.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe_cli.text.ops import MARKS, bare, has_other_form, is_voted, operations

if TYPE_CHECKING:
    from dedupe_cli.text.diff import Run

# How often the result is aligned anew, at most; after that nothing changes in practice.
ROUNDS = 4
# A reading takes part when so much of it is equal to its stretch of the base: others are no copies of it.
LIKE = 0.6
# Noise is a few characters in one place: who has or lacks more than this many is silent there.
LONGEST = 3

_POINTS = frozenset(".,:．：，")


@dataclass(frozen=True, slots=True)
class Reading:
    """``text`` reads like ``base[start:end]``; ``weight`` is the number of copies that read so.

    ``silent``: stretches of the base on which it does not vote.
    """

    text: str
    start: int
    end: int
    weight: int = 1
    silent: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """``base[start:end]`` becomes ``new``."""

    start: int
    end: int
    new: str


@dataclass(frozen=True, slots=True)
class _Centre:
    """The text that is voted on, and where each character stands in the base (-1: it was put in)."""

    chars: tuple[str, ...]
    origin: tuple[int, ...]

    def places(self, length: int) -> list[int]:
        """Return for every offset of the base the index where it begins, with what was put in before it."""
        known = [i for i, origin in enumerate(self.origin) if origin >= 0]
        origins = [self.origin[i] for i in known]
        out = []
        for offset in range(length + 1):
            at = bisect_left(origins, offset)
            out.append(known[at - 1] + 1 if at else 0)
        return out


def agreed(base: str, readings: Sequence[Reading]) -> list[Change]:
    """Return how ``base`` has to change to say what most of the readings (it is one of them) agree on.

    Changes are ordered and apart, and neither side of one is empty: what is put in or left out takes a
    neighbouring character with it. A tie leaves the base as it is; a number becomes only one that more than
    half of the readings have. Cost: one bit-parallel alignment for each distinct reading and round.
    """
    centre = _Centre(tuple(base), tuple(range(len(base))))
    ballots = [Reading(base, 0, len(base)), *readings]
    for _ in range(ROUNDS):
        before = centre.chars
        centre = _voted(base, centre, ballots)
        if centre.chars == before:
            break
    return _changes(base, centre)


@dataclass(slots=True)
class _Votes:
    """Who says what: where a reader differs from the centre, how far he reaches, where he is silent."""

    centre: tuple[str, ...]
    weights: list[int]
    ranges: list[tuple[int, int]] = field(default_factory=list)
    silent: list[list[tuple[int, int]]] = field(default_factory=list)
    other_form: set[int] = field(default_factory=set)
    at: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    before: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))

    def total(self, readers: Iterable[int]) -> int:
        """Count votes, one a copy."""
        return sum(self.weights[r] for r in readers)

    def on(self, place: int) -> list[int]:
        """Readers that vote on a character."""
        return [
            reader
            for reader, (low, high) in enumerate(self.ranges)
            if low <= place < high and not any(a <= place < b for a, b in self.silent[reader])
        ]

    def between(self, place: int) -> list[int]:
        """Readers that vote on what stands before a character; at the edges those that begin or end there."""
        edge = place in {0, len(self.centre)}
        return [
            reader
            for reader, (low, high) in enumerate(self.ranges)
            if (low <= place <= high if edge else low < place < high)
            and not any(a <= place <= b for a, b in self.silent[reader])
        ]


def _voted(base: str, centre: _Centre, ballots: Sequence[Reading]) -> _Centre:
    votes = _Votes(centre.chars, [r.weight for r in ballots])
    places = centre.places(len(base))
    for reader, ballot in enumerate(ballots):
        low = places[ballot.start]
        high = places[ballot.end] if ballot.end < len(base) else len(centre.chars)
        votes.ranges.append((low, high))
        votes.silent.append([(places[a], places[b]) for a, b in ballot.silent])
        _read(votes, reader, ballot.text)
    at = {i: new for i in votes.at if (new := _winner(votes, i)) is not None}
    before = {i: new for i in votes.before if (new := _put_in(votes, i)) is not None}
    _check_numbers(votes, at, before)
    return _rebuilt(centre, at, before)


def _read(votes: _Votes, reader: int, text: str) -> None:
    """Align one reading with the centre and note where it says something else."""
    low, high = votes.ranges[reader]
    mine = votes.centre[low:high]
    if "".join(mine) == text:
        return
    ops = operations(mine, text)
    if sum(op.a1 - op.a0 for op in ops if op.equal) < LIKE * max(len(text), 1):
        votes.silent[reader].append((low, high))
        return
    if has_other_form(mine, text, ops):
        votes.other_form.add(reader)
    for op in ops:
        if op.equal:
            continue
        if op.b0 == op.b1 and (op.a0 == 0 or op.a1 == len(mine)):
            votes.silent[reader].append((low + op.a0, low + op.a1))  # cut short: it does not reach so far
            continue
        _note(votes, reader, low, op, text)


def _note(votes: _Votes, reader: int, low: int, op: Run, text: str) -> None:
    """Note one difference: character against character, then what the reading has more."""
    if max(op.a1 - op.a0, op.b1 - op.b0) > LONGEST and op.a1 - op.a0 != op.b1 - op.b0:
        votes.silent[reader].append((low + op.a0, low + op.a1))
        return
    marks = reader not in votes.other_form
    other = [c if is_voted(c) and (marks or c not in MARKS) else "" for c in text[op.b0 : op.b1]]
    for k in range(op.a0, op.a1):
        old, new = votes.centre[low + k], other[k - op.a0] if k - op.a0 < len(other) else ""
        if is_voted(old) and (marks or old not in MARKS):
            votes.at[low + k][reader] = new
        elif old in MARKS:
            votes.silent[reader].append((low + k, low + k + 1))
    if extra := "".join(other[op.a1 - op.a0 :]):
        votes.before[low + op.a1][reader] = extra


def _winner(votes: _Votes, place: int) -> str | None:
    """Return what replaces a character (empty: nothing), ``None`` when it stays."""
    readers, said = votes.on(place), votes.at[place]
    old = votes.centre[place]
    counts = _count(votes, ((bare(said.get(r, old)), r) for r in readers))
    best = max(counts.values(), default=0)
    leading = [c for c, n in counts.items() if n == best]
    if len(leading) != 1:
        own = said.get(0, old)
        return own if own != old and bare(own) in leading else None
    if leading[0] == bare(old):
        return None
    if _is_numeric(old + leading[0]) and 2 * best <= votes.total(readers):
        return None
    return _written(votes, said, leading[0], readers, old)


def _put_in(votes: _Votes, place: int) -> str | None:
    """Return what goes before a character, ``None`` when nothing does.

    More have to have something there than nothing; then it is what most of them have. At the edges of the
    text a reading may have more because it was cut out in another way: there all of the others have to have
    the same single character.
    """
    readers, said = votes.between(place), votes.before[place]
    having = [r for r in readers if r in said]
    lacking = votes.total(readers) - votes.total(having)
    if not having or votes.total(having) <= lacking:
        return said[0] if 0 in having and votes.total(having) == lacking else None
    counts = _count(votes, ((bare(said[r]), r) for r in having))
    best = max(counts.values())
    leading = [c for c, n in counts.items() if n == best]
    if len(leading) != 1:
        return None
    if place in {0, len(votes.centre)}:
        others = [r for r in readers if r]
        if len(leading[0]) > 1 or best < 2 or best < votes.total(others):
            return None
    if _is_numeric(leading[0]) and 2 * best <= votes.total(readers):
        return None
    return _written(votes, said, leading[0], having)


def _count(votes: _Votes, said: Iterable[tuple[str, int]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for what, reader in said:
        counts[what] = counts.get(what, 0) + votes.weights[reader]
    return counts


def _written(votes: _Votes, said: Mapping[int, str], what: str, readers: Iterable[int], old: str = "") -> str:
    """Return how what has won is written: by most readers of the same habits, then in the case of ``old``.

    The first reader decides a tie.
    """
    forms: dict[str, tuple[int, bool, int]] = {}
    for reader in readers:
        if reader in said and bare(said[reader]) == what:
            form, mine = said[reader], votes.weights[reader]
            alike, _, weight = forms.get(form, (0, False, 0))
            same = 0 if reader in votes.other_form else mine
            forms[form] = (alike + same, form.isupper() == old.isupper(), weight + mine)
    return max(forms, key=lambda form: forms[form])


def _rebuilt(centre: _Centre, at: Mapping[int, str], before: Mapping[int, str]) -> _Centre:
    chars: list[str] = []
    origin: list[int] = []
    for i, old in enumerate(centre.chars):
        put = before.get(i, "")
        new = at.get(i, old)
        chars += [*put, new] if new else put
        origin += [*[-1] * len(put), centre.origin[i]] if new else [-1] * len(put)
    last = before.get(len(centre.chars), "")
    return _Centre((*chars, *last), (*origin, *[-1] * len(last)))


def _check_numbers(votes: _Votes, at: dict[int, str], before: dict[int, str]) -> None:
    """Take back every change of a number that more than half of the readings do not have as a whole."""
    numbers = {_number_around(votes, i, new) for i, new in at.items()}
    numbers |= {_number_around(votes, i, new, slot=True) for i, new in before.items()}
    for low, high in sorted(numbers):
        now = _between(votes, low, high, at, before)
        if not _is_number(now) and not _is_number("".join(votes.centre[low:high])):
            continue
        readers = set(votes.between(low)) & set(votes.between(high))
        for place in range(low, high):
            readers &= set(votes.on(place))
        same = []
        for reader in readers:
            mine = {i: said[reader] for i, said in votes.at.items() if low <= i < high and reader in said}
            put = {i: said[reader] for i, said in votes.before.items() if low <= i <= high and reader in said}
            if bare(_between(votes, low, high, mine, put)) == bare(now):
                same.append(reader)
        if 2 * votes.total(same) <= votes.total(readers):
            for place in range(low, high + 1):
                before.pop(place, None)
            for place in range(low, high):
                at.pop(place, None)


def _number_around(votes: _Votes, place: int, new: str, *, slot: bool = False) -> tuple[int, int]:
    """Return the run of digits, look-alike letters and points around a place, empty when there is none."""
    chars = votes.centre
    low, high = place, place if slot or not (_in_number(chars[place]) or _in_number(new)) else place + 1
    if low == high and not slot:
        return place, place
    while low and _in_number(chars[low - 1]):
        low -= 1
    while high < len(chars) and _in_number(chars[high]):
        high += 1
    return low, high


def _between(votes: _Votes, low: int, high: int, at: Mapping[int, str], before: Mapping[int, str]) -> str:
    """Return how a stretch of the centre reads with changes."""
    inside = "".join(before.get(i, "") + at.get(i, votes.centre[i]) for i in range(low, high))
    return inside + before.get(high, "")


def _in_number(char: str) -> bool:
    return any(_is_numeric(c) or c in _POINTS or (c.isascii() and c.isalpha()) for c in char)


def _is_number(text: str) -> bool:
    """Tell whether digits (Chinese ones, too) make up half of a text at least."""
    letters = sum(c.isalpha() and not _is_numeric(c) for c in text)
    return sum(map(_is_numeric, text)) >= max(letters, 1)


def _is_numeric(text: str) -> bool:
    return any(unicodedata.numeric(c, None) is not None for c in text)


def _changes(base: str, centre: _Centre) -> list[Change]:
    """Return what differs between the base and the last centre, with a neighbour where one side is empty."""
    found: list[Change] = []
    at, new = 0, ""
    for char, origin in [*zip(centre.chars, centre.origin, strict=True), ("", len(base))]:
        if origin < 0 or (origin < len(base) and base[origin] != char):
            new += char
            continue
        if at < origin or new:
            change = _with_neighbour(base, Change(at, origin, new))
            if found and change.start < found[-1].end:  # both took the same neighbour
                first = found.pop()
                change = Change(first.start, change.end, first.new + change.new[first.end - change.start :])
            found.append(change)
        at, new = origin + 1, ""
    # What is left out of a row of equal letters and put in again at its other end is no change.
    return [change for change in found if change.new != base[change.start : change.end]]


def _with_neighbour(base: str, change: Change) -> Change:
    """Take the character before what is put in or left out along, or the one behind it after white space."""
    start, end, new = change.start, change.end, change.new
    if start < end and new:
        return change
    if end < len(base) and (start == 0 or base[start - 1].isspace()):
        return Change(start, end + 1, new + base[end])
    return Change(start - 1, end, base[start - 1] + new) if start else change
