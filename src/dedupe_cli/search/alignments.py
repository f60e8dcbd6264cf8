"""Alignments: a chain becomes two aligned stretches with exact borders and the list of their differences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import Levenshtein, Prefix

from dedupe_cli.text.alignment import Alignment, Block, align
from dedupe_cli.text.fold import HAN, HAN_WEIGHT, Fold, is_han

if TYPE_CHECKING:
    from dedupe_cli.document.view import View
    from dedupe_cli.search.chains import Run
    from dedupe_cli.search.room import Room

    # Equal but for some blocks: kept start and end, start and end of the copy, the blocks.
    _Core = tuple[int, int, int, int, tuple[Block, ...]]

# Both ends grow in steps of so many characters, +1 for an equal one, -1.5 for an edit, until the score has fallen
# by DROP below its best.
STEP = 48
EQUAL, EDIT, DROP = 1.0, 1.5, 14.0
# Of two texts of which one ends so many more characters of the other are looked at.
SLACK = 16
# Where so many alignments cross a cell of so many characters, none grows any further.
FULL, FULL_COMMON, CELL = 16, 4, 64
# So many places are looked at where rounds may begin.
BEGINNINGS = 8
# Growth ends with an equal stretch of at least so many characters: fewer are equal by chance.
LAST_HAN, LAST_LETTERS = 3, 6
# ... and an alignment as a whole with one of at least so many letters.
SOLID_LETTERS = 4
# Two anchors belong together only when so much of a longer gap between them is alike.
GAP_ALIKE = 0.5
# Equal stretches inside a run that serve as anchors weigh at least this much (three Han characters).
ANCHOR_WEIGHT = 33
# An alignment is split where a difference weighs more than this: eight Han characters, 26 letters.
SPLIT_HAN, SPLIT_LETTERS = 88, 130
_NEVER_LARGE = SPLIT_HAN // HAN_WEIGHT


def align_chain(fold: Fold, chain: list[Run], depth: Room, view: View | None = None) -> list[Alignment]:
    """Align a chain: exact stretches are taken as they are, the gaps between them by Levenshtein distance.

    Returns the pieces between differences that are too large to be one (another text stands there). ``view`` tells
    where blocks and sentences begin.
    """
    out: list[Alignment] = []
    for a0, a1, b0, b1, blocks in _cores(fold, _anchors(fold, chain)):
        left_a, left_b, head = _grow(fold, a0, b0, -1, (0, a1), depth)  # not into each other
        right_a, right_b, tail = _grow(fold, a1, b1, 1, (2 * b0 - a0, len(fold)), depth)  # but for a round
        if right_a <= left_b and not (head or tail or blocks):
            out.append(Alignment(left_a, right_a, left_b, right_b))
            continue
        whole = Alignment(left_a, right_a, left_b, right_b, (*head, *blocks, *tail))
        if whole.a1 > whole.b0:  # the passage overlaps itself: one round of it is enough
            whole = _round(whole, view)
        out.extend(piece for part in _split(fold, whole) if (piece := _solid(fold, part)) is not None)
    return out


def _round(whole: Alignment, view: View | None) -> Alignment:
    """Return one round of a passage that overlaps itself.

    By letters that are equal by chance before the first round any place may be its beginning: it is a block or a
    sentence, the one from which on they differ least, or where the passage begins.
    """
    last = min(whole.a1, (whole.b0 + 2 * whole.copy_at(whole.b0)) // 3)  # not from the next round on
    places = [*islice(view.iter_borders(whole.b0, last), BEGINNINGS), whole.b0] if view else [whole.b0]
    rounds = [whole.clip(place, whole.copy_at(place)) for place in places]
    return min(rounds, key=lambda one: sum(block.edits for block in one.blocks))


def _solid(fold: Fold, piece: Alignment) -> Alignment | None:
    """Cut an alignment back to equal stretches at both ends that are no chance; ``None`` when none is left."""
    blocks = list(piece.blocks)
    a0, a1, b0, b1 = piece.a0, piece.a1, piece.b0, piece.b1
    while blocks and b1 - blocks[-1].b1 < _least_equal(fold, b1 - 1):
        block = blocks.pop()
        a1, b1 = block.a0, block.b0
    while blocks and blocks[0].b0 - b0 < _least_equal(fold, b0):
        block = blocks.pop(0)
        a0, b0 = block.a1, block.b1
    return Alignment(a0, a1, b0, b1, tuple(blocks)) if a1 > a0 and b1 > b0 else None


def _least_equal(fold: Fold, place: int) -> int:
    return LAST_HAN if fold.classes[place] == HAN else SOLID_LETTERS


def _cores(fold: Fold, anchors: list[tuple[int, int, int]]) -> list[_Core]:
    """Join anchors over the differences between them; where other text stands between, a new core begins."""
    if not anchors:
        return []
    b0, b1, shift = anchors[0]
    a0 = b0 - shift
    out: list[_Core] = []
    blocks: list[Block] = []
    for first, last, other in anchors[1:]:
        start = max(first, b1, b1 - shift + other)
        if start >= last:
            continue
        found = _gap(fold, Block(b1 - shift, start - other, b1, start))
        if _has_large(fold, found):
            out.append((a0, b1 - shift, b0, b1, tuple(blocks)))
            a0, b0, blocks = start - other, start, []
        else:
            blocks.extend(found)
        b1, shift = last, other
    out.append((a0, b1 - shift, b0, b1, tuple(blocks)))
    return out


def _anchors(fold: Fold, chain: list[Run]) -> list[tuple[int, int, int]]:
    """Return the equal stretches of each run: later start, later end, shift."""
    text = fold.string
    out: list[tuple[int, int, int]] = []
    for run in chain:
        x0, x1, shift = run.x0, run.x1, run.shift
        if text[x0:x1] == text[x0 - shift : x1 - shift]:
            out.append((x0, x1, shift))
            continue
        differs = np.flatnonzero(fold.codes[x0:x1] != fold.codes[x0 - shift : x1 - shift])
        edges = [x0 - 1, *(differs + x0).tolist(), x1]
        out += [
            (before + 1, after, shift)
            for before, after in pairwise(edges)
            if after - before > 1 and fold.weight(before + 1, after) >= ANCHOR_WEIGHT
        ]
    return list(_longest(fold, out))


def _longest(fold: Fold, anchors: Iterable[tuple[int, int, int]]) -> Iterator[tuple[int, int, int]]:
    """Leave out anchors of which the next, longer one covers all but a scrap."""
    before: tuple[int, int, int] | None = None
    for anchor in anchors:
        if before is not None:
            overrun = fold.weight(before[0], anchor[0]) if before[0] < anchor[0] else 0
            if anchor[0] >= before[1] or anchor[1] <= before[1] or overrun >= ANCHOR_WEIGHT:
                yield before
        before = anchor
    if before is not None:
        yield before


def _gap(fold: Fold, gap: Block) -> tuple[Block, ...]:
    """Align a gap between two anchors; a long one that is not alike is one difference: other text stands there."""
    found = align(fold, gap.a0, gap.a1, gap.b0, gap.b1)
    if len(found) > 1 and _is_large(fold, gap):
        equal = (gap.b1 - gap.b0) - sum(block.b1 - block.b0 for block in found)
        if equal < GAP_ALIKE * gap.edits:
            return (gap,)
    return found


def _grow(fold: Fold, a: int, b: int, way: int, limits: tuple[int, int], depth: Room) -> tuple[int, int, list[Block]]:
    """Grow from ``a`` and ``b`` one way (1, or -1: to the left), each to its limit at most."""
    text, first = fold.string, 0 if way > 0 else -1
    found: list[Block] = []

    def ahead(at: int, size: int) -> str:
        return text[at : at + size] if way > 0 else text[at - size : at][::-1]

    while True:
        room_a, room_b = max(way * (limits[0] - a), 0), max(way * (limits[1] - b), 0)
        room, same, step = min(room_a, room_b), 0, 16
        equal = 16 if room and text[a + first] == text[b + first] else 0
        while equal == step and same < room:
            step = min(step * 4, room - same)
            equal = Prefix.similarity(ahead(a + way * same, step), ahead(b + way * same, step))
            same += equal
        a, b = a + way * same, b + way * same
        most = min(STEP, room - same + SLACK)  # about as much of both: of what is far longer anything is alike
        used_a, used_b, blocks, full = _extend(ahead(a, min(most, room_a - same)), ahead(b, min(most, room_b - same)))
        for a0, a1, b0, b1 in blocks:
            found.append(Block(a + a0, a + a1, b + b0, b + b1) if way > 0 else Block(a - a1, a - a0, b - b1, b - b0))
        a, b = a + way * used_a, b + way * used_b
        if not full or depth.is_full(b):
            return a, b, found[::way]


def _extend(left: str, right: str) -> tuple[int, int, list[tuple[int, int, int, int]], bool]:
    """Walk an alignment from its start while the score holds; tell whether it held to the end of a full step.

    From one equal stretch to the next, of which there are few: what lies between them is as many edits as the longer
    of its sides has characters. Mostly the walk ends after the first ten edits.
    """
    if not left or not right:
        return 0, 0, [], False
    score = best = 0.0
    used = (0, 0)
    at = to = count = 0
    gaps: list[tuple[int, int, int, int]] = []
    for same in Levenshtein.editops(left, right).as_matching_blocks():
        source, dest, size = same.a, same.b, same.size  # three times as fast as to unpack it
        if source > at or dest > to:
            score -= EDIT * max(source - at, dest - to)
            if score < best - DROP:
                break
            gaps.append((at, source, to, dest))
        at, to = source + size, dest + size
        score += EQUAL * size
        if score > best and (size >= LAST_LETTERS or not source or _is_long_han(left, source, size)):
            best, used, count = score, (at, to), len(gaps)
    full = len(left) == len(right) == STEP and min(used) >= STEP - 8
    return (*used, gaps[:count], full)


def _is_long_han(text: str, start: int, size: int) -> bool:
    return size >= LAST_HAN and is_han(ord(text[start]))


def _split(fold: Fold, whole: Alignment) -> Iterator[Alignment]:
    """Yield the pieces between differences that are too large to be noise or a changed word."""
    if not _has_large(fold, whole.blocks):
        if whole.b1 > whole.b0 and whole.a1 > whole.a0:
            yield whole
        return
    a0, b0 = whole.a0, whole.b0
    inside: list[Block] = []
    for block in whole.blocks:
        if not _is_large(fold, block):
            inside.append(block)
            continue
        if block.b0 > b0 and block.a0 > a0:
            yield Alignment(a0, block.a0, b0, block.b0, tuple(inside))
        a0, b0, inside = block.a1, block.b1, []
    if whole.b1 > b0 and whole.a1 > a0:
        yield Alignment(a0, whole.a1, b0, whole.b1, tuple(inside))


def _has_large(fold: Fold, blocks: Sequence[Block]) -> bool:
    """Tell whether one of some differences is too large to be noise or a changed word."""
    for a0, a1, b0, b1 in blocks:  # nearly all are small: they are not asked one by one
        if (a1 - a0 > _NEVER_LARGE or b1 - b0 > _NEVER_LARGE) and _is_large(fold, Block(a0, a1, b0, b1)):
            return True
    return False


def _is_large(fold: Fold, block: Block) -> bool:
    if block.a1 - block.a0 <= _NEVER_LARGE and block.b1 - block.b0 <= _NEVER_LARGE:
        return False  # whatever its characters are
    size = max(fold.weight(block.a0, block.a1), fold.weight(block.b0, block.b1))
    if size <= SPLIT_HAN or size > SPLIT_LETTERS:
        return size > SPLIT_HAN
    return bool((fold.classes[block.a0 : block.a1] == HAN).any() or (fold.classes[block.b0 : block.b1] == HAN).any())
