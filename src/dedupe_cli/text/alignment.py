"""An alignment of two ranges of one folded text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Levenshtein

if TYPE_CHECKING:
    from dedupe_cli.text.fold import Fold


class Block(NamedTuple):
    """A difference: folded range ``a0..a1`` of the kept text against ``b0..b1`` of the copy (one may be empty).

    A tuple, as a noisy text has hundreds of thousands: made, compared and hashed two to three times faster.
    """

    a0: int
    a1: int
    b0: int
    b1: int

    @property
    def edits(self) -> int:
        """Number of single-character edits that the block needs at most."""
        return max(self.a1 - self.a0, self.b1 - self.b0)


_KEPT, _COPY, _COPY_END = attrgetter("a0"), attrgetter("b0"), attrgetter("b1")


class _Edges(NamedTuple):
    a0: int
    a1: int
    b0: int
    b1: int
    blocks: tuple[Block, ...] = ()


class Alignment(_Edges):
    """Kept range ``a0..a1`` and copy range ``b0..b1`` in folded positions; equal outside of ``blocks``."""

    def kept_at(self, place: int, *, end: bool = False) -> int:
        """Kept position that corresponds to a copy position (the near edge, inside of a difference).

        Where only the kept text says something, the position behind it, with ``end`` the one before it.
        """
        a0, a1, b0, b1 = self._before(place, bisect_left if end else bisect_right, _COPY)
        return min(a0 + place - b0, a1) if place < b1 else a1 + place - b1

    def copy_at(self, place: int, *, end: bool = False) -> int:
        """Copy position that corresponds to a kept position (the near edge, inside of a difference).

        Where only the copy says something, the position behind it, with ``end`` the one before it.
        """
        return self._copy_at(place, bisect_left if end else bisect_right)

    def _copy_at(self, place: int, find: Callable[..., int]) -> int:
        a0, a1, b0, b1 = self._before(place, find, _KEPT)
        return min(b0 + place - a0, b1) if place < a1 else b1 + place - a1

    def _before(self, place: int, find: Callable[..., int], key: Callable[[Block], int]) -> Block:
        """Return the difference that begins before a place on one side; an empty one where none does."""
        index = find(self.blocks, place, key=key) - 1
        return self.blocks[index] if index >= 0 else Block(self.a0, self.a0, self.b0, self.b0)

    def turned_edges(self, a0: int, a1: int) -> tuple[int, int, int, int]:
        """Return the edges of ``turned().clip(a0, a1)``; cheap, as the differences are not turned."""
        if a0 <= self.a0 and a1 >= self.a1:
            return self.b0, self.b1, self.a0, self.a1
        a0, a1 = max(a0, self.a0), min(a1, self.a1)
        b0 = self.b0 if a0 == self.a0 else self._copy_at(a0, bisect_right)
        b1 = self.b1 if a1 == self.a1 else self._copy_at(a1, bisect_left)
        return b0, b1, a0, a1

    def turned(self) -> Alignment:
        """Return the same alignment with kept and copy exchanged; made once, as long ones are asked for often."""
        made: Alignment | None = self.__dict__.get("_turned")
        if made is None:
            blocks = tuple([Block(b0, b1, a0, a1) for a0, a1, b0, b1 in self.blocks])
            made = self.__dict__["_turned"] = Alignment(self.b0, self.b1, self.a0, self.a1, blocks)
        return made

    def clip(self, b0: int, b1: int) -> Alignment:
        """Return the part that lies in the copy range ``b0..b1``; differences at the borders are cut with it."""
        if b0 <= self.b0 and b1 >= self.b1:
            return self
        b0, b1 = max(b0, self.b0), min(b1, self.b1)
        if not self.blocks:
            shift = self.a0 - self.b0
            return Alignment(b0 + shift, b1 + shift, b0, b1)
        a0, a1 = self.kept_at(b0), self.kept_at(b1, end=True)
        if b0 == self.b0:
            a0 = self.a0
        if b1 == self.b1:
            a1 = self.a1
        inside = []
        first = bisect_left(self.blocks, b0, key=_COPY_END)
        for block in self.blocks[first : bisect_right(self.blocks, b1, lo=first, key=_COPY)]:
            if b0 < block.b0 and block.b1 < b1 and a0 <= block.a0 and block.a1 <= a1:
                inside.append(block)
                continue
            if block.b0 == block.b1 and not b0 < block.b0 < b1:
                continue
            part = Block(max(block.a0, a0), max(min(block.a1, a1), a0), max(block.b0, b0), min(block.b1, b1))
            if part.a0 < part.a1 or part.b0 < part.b1:
                inside.append(part)
        return Alignment(a0, a1, b0, b1, tuple(inside))

    def equal(self) -> int:
        """Return the number of equal characters."""
        return (self.b1 - self.b0) - sum([block.b1 - block.b0 for block in self.blocks])

    def equal_stretches(self) -> Iterator[tuple[int, int, int]]:
        """Yield where each equal stretch begins in the kept text and in the copy, and its length."""
        a, b = self.a0, self.b0
        for block in self.blocks:
            if block.a0 > a:
                yield a, b, block.a0 - a
            a, b = block.a1, block.b1
        if self.a1 > a:
            yield a, b, self.a1 - a

    def similarity(self) -> float:
        """Percent of equal folded characters (normalised Indel similarity)."""
        length = (self.a1 - self.a0) + (self.b1 - self.b0)
        return 100.0 * 2 * self.equal() / length if length else 100.0


class EqualStretches:
    """The stretches of the copies of some passages that are equal to their kept text; n log n to make."""

    def __init__(self, found: Iterable[Alignment]) -> None:
        rows = sorted((copy, copy + size) for row in found for _, copy, size in row.equal_stretches())
        self._starts = [start for start, _ in rows]
        self._ends = list(accumulate((end for _, end in rows), max))

    def cover(self, low: int, high: int) -> bool:
        """Tell whether one of them reaches over a folded range."""
        at = bisect_right(self._starts, low) - 1
        return at >= 0 and self._ends[at] >= high


def align(fold: Fold, a0: int, a1: int, b0: int, b1: int) -> tuple[Block, ...]:
    """Return the differences of two ranges by Levenshtein distance; cost grows with their product."""
    if a0 == a1 or b0 == b1:
        return (Block(a0, a1, b0, b1),) if a1 > a0 or b1 > b0 else ()
    text = fold.string
    if a1 - a0 == b1 - b0 == 1:  # most of what noise leaves
        return () if text[a0] == text[b0] else (Block(a0, a1, b0, b1),)
    out: list[Block] = []
    at, to = a0, b0
    for same in Levenshtein.editops(text[a0:a1], text[b0:b1]).as_matching_blocks():
        source, dest, size = a0 + same.a, b0 + same.b, same.size
        if source > at or dest > to:
            out.append(Block(at, source, to, dest))
        at, to = source + size, dest + size
    return tuple(out)
