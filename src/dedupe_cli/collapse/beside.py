"""Blocks that are too short or protected for themselves, and go because they belong to a passage that goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.collapse.cover import Cover, cover
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
_NUMERALS = frozenset("〇零一二三四五六七八九十百千万")


def remove_beside(desk: Desk) -> None:
    """Remove short and protected blocks that belong to a longer passage which goes.

    A block goes beside a neighbour that went to the neighbour of the block's own counterpart; blocks that are
    too short each go together when one passage runs over them and is long enough.
    """
    waiting = sorted(set(desk.later) - desk.state.gone)
    for run in _runs(waiting):
        _section(desk, run)
    for order in (waiting, waiting[::-1]):
        for block in order:
            if block not in desk.state.gone:
                _with_neighbour(desk, block, desk.by_copy[block])
    for block in sorted({near for gone in desk.state.gone for near in (gone - 1, gone + 1)}):
        if 0 <= block < len(desk.view) and block not in desk.state.by_block:
            _with_neighbour(desk, block, _between(desk, block))


def _section(desk: Desk, run: Sequence[int]) -> None:
    """Remove neighbouring blocks that are too short one by one but make up a passage together."""
    at = 0
    while at < len(run):
        best: list[tuple[int, Cover]] = []
        for alignment in desk.by_copy[run[at]]:
            covered = _covered_by(desk, alignment, run[at:])
            if len(covered) > len(best):
                best = covered
        if not _is_passage(desk, [block for block, _ in best]):
            at += 1
            continue
        for block, found in best:
            desk.remove_block(block, found)
        at += len(best)


def _covered_by(desk: Desk, alignment: Alignment, run: Sequence[int]) -> list[tuple[int, Cover]]:
    """Blocks from the start of ``run`` on that one passage covers, all against text before the run."""
    section = desk.view.edges(run[0])[0]
    out: list[tuple[int, Cover]] = []
    for block in run:
        low, high = desk.view.edges(block)
        if low == high or alignment.b1 <= low or not desk.state.stands(alignment.clip(low, high)):
            break
        found = cover(desk.view, block, [alignment], desk.verdicts)
        if found is None or found.blocking or not desk.state.free(low, high):
            break
        if any(piece.a1 > section for piece in found.pieces):
            break  # what goes with this section cannot be what it relies on
        out.append((block, found))
    return out


def _is_passage(desk: Desk, section: Sequence[int]) -> bool:
    """Tell whether short blocks are enough together: some with full stops, or more than a refrain has."""
    free = [block for block in section if desk.is_free_kind(block)]
    units = [desk.view.units(*desk.view.edges(block)) for block in free]
    ended = sum(u for u, block in zip(units, free, strict=True) if desk.view.is_terminated(block))
    return ended >= SECTION * desk.settings.min_length or sum(units) >= STANZA * desk.settings.min_length


def _with_neighbour(desk: Desk, block: int, alignments: Sequence[Alignment]) -> None:
    low, high = desk.view.edges(block)
    if not desk.state.free(low, high) or low == high:
        return
    floor = desk.settings.similarity
    pieces = [a.clip(low, high) for a in alignments if a.similarity() >= floor]
    candidates = [p for p in pieces if _follows_neighbour(desk, block, p) and desk.state.stands(p)]
    covered = cover(desk.view, block, candidates, desk.verdicts) if candidates else None
    if covered is None or covered.blocking:
        return
    if not any(_touches_number(desk, j.block) for j in covered.judged):
        desk.remove_block(block, covered)


def _touches_number(desk: Desk, block: Block) -> bool:
    classes, text = desk.view.fold.classes, desk.view.fold.string
    return any(
        DIGIT in classes[start:end] or not _NUMERALS.isdisjoint(text[start:end])
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
