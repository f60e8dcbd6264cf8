"""Blocks that are too short or protected for themselves, and go because they belong to a passage that goes."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from dedupe_cli.collapse.complete import lacks_clause
from dedupe_cli.collapse.cover import Cover, cover
from dedupe_cli.text import lexicon
from dedupe_cli.text.alignment import Alignment, Block, align
from dedupe_cli.text.fold import DIGIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe_cli.collapse.desk import Desk

# Short blocks under one passage go together from this many times the minimum length on.
SECTION = 1.5
# ... lines without full stops, which may be a refrain, from this many times on.
STANZA = 5
# A block follows a neighbour that went when the kept texts are no further apart than so many folded characters; it
# is looked for there, without a seed, when it is no longer than BETWEEN.
BESIDE, BETWEEN = 60, 120
# ... and when no more than so many blocks lie between that stay for themselves.
REACH = 3
_ROUNDED = 1e-6  # sums of tenths are not exact


def remove_beside(desk: Desk) -> None:
    """Remove short and protected blocks that belong to a longer passage which goes.

    A block goes beside a neighbour that went to the neighbour of the block's own counterpart; blocks that are
    too short each go together when one passage runs over them and is long enough. An underlined title goes with its
    whole section only: what stays would stand under another one.
    """
    every = sorted(set(desk.later) - desk.state.gone)
    waiting = [block for block in every if not _is_title(desk, block)]
    for run in _runs(waiting):
        _section(desk, run)
    for order in (waiting, waiting[::-1]):
        for block in order:
            if block not in desk.state.gone:
                _with_neighbour(desk, block, desk.by_copy[block], waiting=True)
    for block in sorted({near for gone in desk.state.gone for near in (gone - 1, gone + 1)}):
        if 0 <= block < len(desk.view) and block not in desk.state.by_block and not _is_title(desk, block):
            _with_neighbour(desk, block, _between(desk, block))
    for block in sorted(set(every).difference(waiting), reverse=True):
        if not _says_more(desk, block):
            _with_neighbour(desk, block, desk.by_copy[block], waiting=True)


def _waits(desk: Desk, block: int) -> bool:
    """Tell whether text that stays says all of a block that may not go for itself; judged when it is asked for."""
    if block not in desk.covered:
        desk.covered[block] = _is_covered(desk, block)
    return desk.covered[block]


def _is_covered(desk: Desk, block: int) -> bool:
    low, high = desk.view.edges(block)
    parts = [part for a in desk.by_copy[block] if desk.state.stands(part := a.clip(low, high))]
    covered = cover(desk.view, block, parts, desk.verdicts)
    if covered is None or covered.blocking or not desk.stands(covered.pieces):
        return False
    if desk.settings.apply != "all" and lacks_clause(desk, block, covered) is not None:
        return False
    return desk.takes(block, covered)


def _is_title(desk: Desk, block: int) -> bool:
    """Tell whether a block is an underlined title, or the line below one."""
    return desk.view.is_underlined(block) or (block > 0 and desk.view.is_underlined(block - 1))


def _says_more(desk: Desk, title: int) -> bool:
    """Tell whether something of the section below a title stays."""
    for block in range(title + 1, len(desk.view)):
        low, high = desk.view.edges(block)
        if desk.view.is_underlined(block):
            break
        if low < high and block not in desk.state.gone:
            return True
    return False


def _section(desk: Desk, run: Sequence[int]) -> None:
    """Remove neighbouring blocks that are too short one by one but make up a passage together."""
    walk = _Walk(desk, run)
    at = 0
    while at < len(run):
        best, end = None, at
        for alignment in desk.by_copy[run[at]]:
            if not walk.may_be_passage(at, alignment):
                continue
            reached = walk.reached(alignment, at)
            if reached > end:
                best, end = alignment, reached
        if best is None or not walk.is_passage(at, end):
            at += 1
            continue
        for block in run[at:end]:
            desk.remove_block(block, walk.cover_of(best, block))
        walk.ends.clear()
        at = end


class _Walk:
    """Blocks of one run, and how far each passage covers them; the sections of a run share what was found."""

    def __init__(self, desk: Desk, run: Sequence[int]) -> None:
        self._desk, self._run = desk, run
        # By the identity of a passage: all of them live as long as the desk.
        self._known: dict[tuple[int, int], tuple[Alignment, Cover | None]] = {}
        self._sizes: dict[int, tuple[float, float]] = {}
        self.ends: dict[int, int] = {}  # true until something goes
        self._starts = [desk.view.edges(block)[0] for block in run]

    @cached_property
    def _lengths(self) -> tuple[list[float], list[float]]:
        """Lengths of the blocks before each one: of those that are prose, and of those with a full stop."""
        sizes = [self._size(block) for block in self._run]
        return tuple([0.0, *accumulate(column)] for column in zip(*sizes, strict=True))  # type: ignore[return-value]

    def may_be_passage(self, first: int, alignment: Alignment) -> bool:
        """Tell whether the blocks that a passage reaches into are enough together, if it covers them; cheap."""
        end, least = bisect_left(self._starts, alignment.b1, lo=first), self._desk.settings.min_length
        view, run = self._desk.view, self._run
        if end <= first or view.units(self._starts[first], view.edges(run[end - 1])[1]) < SECTION * least:
            return False
        prose, stopped = (column[end] - column[first] + _ROUNDED for column in self._lengths)
        return stopped >= SECTION * least or prose >= STANZA * least

    def reached(self, alignment: Alignment, first: int) -> int:
        """Index behind the last block from ``first`` on that one passage covers, all against text before them."""
        desk, run = self._desk, self._run
        section = desk.view.edges(run[first])[0]
        # What a longer section relies on lies before this one, too.
        index = max(self.ends.get(id(alignment), first), first)
        while index < len(run):
            block = run[index]
            low, high = desk.view.edges(block)
            if low == high or alignment.b1 <= low or not desk.state.stands(self._inside(alignment, block)):
                break
            if not _waits(desk, block):
                break
            found = self._cover(alignment, block)
            if found is None or found.blocking or not desk.state.free(low, high):
                break
            if any(piece.a1 > section for piece in found.pieces):
                break  # what goes with this section cannot be what it relies on
            index += 1
        self.ends[id(alignment)] = index
        return index

    def cover_of(self, alignment: Alignment, block: int) -> Cover:
        """Return how a passage covers a block that it covers."""
        found = self._cover(alignment, block)
        assert found is not None
        return found

    def _inside(self, alignment: Alignment, block: int) -> Alignment:
        key = id(alignment), block
        if key not in self._known:
            return alignment.clip(*self._desk.view.edges(block))
        return self._known[key][0]

    def _cover(self, alignment: Alignment, block: int) -> Cover | None:
        key = id(alignment), block
        if key not in self._known:
            desk = self._desk
            self._known[key] = self._inside(alignment, block), cover(desk.view, block, [alignment], desk.verdicts)
        return self._known[key][1]

    def is_passage(self, first: int, end: int) -> bool:
        """Tell whether short blocks are enough together: some with full stops, or more than a refrain has."""
        sizes = [self._size(block) for block in self._run[first:end]]
        least = self._desk.settings.min_length
        return sum(s[1] for s in sizes) >= SECTION * least or sum(s[0] for s in sizes) >= STANZA * least

    def _size(self, block: int) -> tuple[float, float]:
        """Length of a block if it is prose, and the same if it has a full stop."""
        if block not in self._sizes:
            view, free = self._desk.view, self._desk.is_free_kind(block)
            units = view.units(*view.edges(block)) if free else 0.0
            self._sizes[block] = units, units if free and view.is_terminated(block) else 0.0
        return self._sizes[block]


def _with_neighbour(desk: Desk, block: int, alignments: Sequence[Alignment], *, waiting: bool = False) -> None:
    low, high = desk.view.edges(block)
    if not _is_near(desk, block) or not desk.state.free(low, high) or low == high:
        return
    floor = desk.settings.similarity
    pieces = [a.clip(low, high) for a in alignments if a.similarity() >= floor]
    candidates = [p for p in pieces if _follows_neighbour(desk, block, p) and desk.state.stands(p)]
    if not candidates or (waiting and not _waits(desk, block)):
        return
    covered = cover(desk.view, block, candidates, desk.verdicts)
    if covered is None or covered.blocking:
        return
    if not any(_touches_number(desk, j.block) for j in covered.judged):
        desk.remove_block(block, covered)


def _is_near(desk: Desk, block: int) -> bool:
    """Tell whether something near a block went; cheap."""
    return any(near in desk.state.by_block for near in range(block - REACH, block + REACH + 1))


def _touches_number(desk: Desk, block: Block) -> bool:
    classes, text = desk.view.fold.classes, desk.view.fold.string
    return any(
        DIGIT in classes[start:end] or not lexicon.DIGIT_CHARS.isdisjoint(text[start:end])
        for start, end in ((block.a0, block.a1), (block.b0, block.b1))
    )


def _follows_neighbour(desk: Desk, block: int, piece: Alignment) -> bool:
    """Tell whether a block near by went to the text that stands as near to the kept side of ``piece``."""
    low, high = desk.view.edges(block)
    for step in range(1, REACH + 1):
        for removal in desk.state.by_block.get(block - step, ()):
            here, there = low - removal.end, piece.a0 - max(p.a1 for p in removal.pieces)
            if here < BETWEEN and -BESIDE < there - here < BESIDE:
                return True
        for removal in desk.state.by_block.get(block + step, ()):
            here, there = removal.start - high, min(p.a0 for p in removal.pieces) - piece.a1
            if here < BETWEEN and -BESIDE < there - here < BESIDE:
                return True
    return False


def _between(desk: Desk, block: int) -> list[Alignment]:
    """Align a block that shares no seed with anything with the kept text where it should stand."""
    low, high = desk.view.edges(block)
    size = high - low
    if not 0 < size <= BETWEEN:
        return []
    out = []
    for removal in desk.state.by_block.get(block - 1, ()):
        start = max(p.a1 for p in removal.pieces)
        out.append((start, start + size))
    for removal in desk.state.by_block.get(block + 1, ()):
        end = min(p.a0 for p in removal.pieces)
        out.append((end - size, end))
    limit = len(desk.view.fold)
    return [
        Alignment(a0, a1, low, high, align(desk.view.fold, a0, a1, low, high))
        for a0, a1 in out
        if a0 >= 0 and a1 <= min(limit, low)
    ]


def _runs(blocks: Sequence[int]) -> Iterator[list[int]]:
    """Yield runs of neighbouring block indexes."""
    run: list[int] = []
    for block in blocks:
        if run and block != run[-1] + 1:
            yield run
            run = []
        run.append(block)
    if run:
        yield run
