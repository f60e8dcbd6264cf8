"""Cuts inside blocks that have text of their own: repeated sentences, truncations, splices."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.decide.borders import (
    LIST_WORD,
    borders,
    end_of,
    has_clauses,
    inward,
    is_carried_on,
    is_own,
    start_of,
    trimmed,
)
from dedupe_cli.decide.cover import is_scrap, reach
from dedupe_cli.decide.ends import begin_otherwise, end_otherwise, leaves_head, leaves_tail, with_ends
from dedupe_cli.decide.state import Removal
from dedupe_cli.judge.judge import CERTAIN, Judged
from dedupe_cli.judge.verdicts import DAMAGED
from dedupe_cli.model import Kind, Reason
from dedupe_cli.text.alignment import Alignment, Block
from dedupe_cli.text.fold import DIGIT, HAN

if TYPE_CHECKING:
    from dedupe_cli.decide.context import Context

# A stretch inside a block needs this weight to go (27 Han characters, 60 letters) at the default minimum length.
INSIDE_WEIGHT = 300
# A passage that is lighter than this is no reason to look inside a block.
LEAST_INSIDE = INSIDE_WEIGHT // 2
# ... and this one when a splice is a single clause: a long name may end two sentences.
SPLICE_WEIGHT = 600
# A block and the kept text are versions of each other when one passage covers this share of it.
VERSION_SHARE = 0.6
# ... and two passages of it with other words between them this one.
REWORDED_SHARE = 0.8
# Two blocks that begin alike are versions when their ends are about as long and no longer than this share.
OTHER_END, END_UNITS = 0.45, 6
# A cut that runs on into a neighbouring block needs only this weight, as long as the passage has the full one.
EDGE_WEIGHT = 40
# ... and this one when only the kept text ends a sentence there.
LONG_EDGE_WEIGHT = 150
# A sentence border so far outside of a passage is its border when this share of what lies between is alike.
OUTWARD_HAN, OUTWARD_LETTERS, OUTWARD_ALIKE = 10, 26, 0.6
OUTWARD_WEIGHT = 130
# A difference so near to the start or the end of a sentence holds the neighbouring sentence too.
NEAR_START, NEAR_END = 5, 4


def cut_inside(context: Context, block: int, pairs: Sequence[tuple[Alignment, Alignment]]) -> None:
    """Cut repeated sentences, truncations and splices out of a block that has text of its own.

    ``pairs`` are the passages that touch the block, each with its part inside.
    """
    if _is_reworded(context, block, [part for _, part in pairs]):
        return
    weight = context.view.fold.weight
    pieces = [(part, weight(a.b0, a.b1)) for a, part in pairs]
    pieces.sort(key=lambda item: (-weight(item[0].b0, item[0].b1), item[0].a0))
    for found, passage in pieces:
        if weight(found.b0, found.b1) < EDGE_WEIGHT or passage < LEAST_INSIDE:
            continue
        if not context.state.stands(found):
            continue
        piece = trimmed(context.view, found)
        if not _has_room(context, piece, passage):
            if 2 * weight(piece.b0, piece.b1) >= _needed(context):
                context.state.leave([Removal(piece.b0, piece.b1, block, whole=False, pieces=(piece,))], "inside")
            continue
        judged = context.verdicts.of(piece)
        content = context.verdicts.blocking(judged)
        if content:
            context.hold([piece], content)
            if context.is_quiet(piece, judged):
                continue
        clause = _added_clause(context, block, piece) if not judged and context.settings.apply != "all" else None
        if clause is not None:
            context.hold([piece], [clause])
            return
        if not content and 2 * weight(piece.b0, piece.b1) >= _needed(context):
            stretch = Removal(piece.b0, piece.b1, block, whole=False, pieces=(piece,), judged=judged)
            context.state.leave([stretch], "inside")  # what is offered of it has a better reason
        for start, end in _allowed(context, piece, content):
            _cut(context, block, piece, (start, end), passage)
        if not (context.state.dead[piece.b0 : piece.b1].any() or content):
            _number_beside(context, piece)


def _is_reworded(context: Context, block: int, parts: Sequence[Alignment]) -> bool:
    """Hold a block that says what a kept one does but for some words in a sentence: a longer name, another place.

    Its passages end at the other words, as these are too many for one difference.
    """
    low, high = context.view.edges(block)
    for before, behind in pairwise(sorted(parts, key=lambda part: part.b0)):
        words = Block(before.a1, behind.a0, before.b1, behind.b0)
        if not (words.a0 < words.a1 and words.b0 < words.b1):
            continue
        if before.equal() + behind.equal() < REWORDED_SHARE * max(high - low, behind.a1 - before.a0):
            continue
        has_border = context.view.has_border
        if has_border(words.a0 + 1, words.a1 - 1) or has_border(words.b0 + 1, words.b1 - 1):
            continue
        pair = Alignment(before.a0, behind.a1, before.b0, behind.b1, (*before.blocks, words, *behind.blocks))
        judged = context.verdicts.of(pair)
        content = context.verdicts.blocking(judged)
        if content and context.is_quiet(pair, judged):
            context.hold([pair], content)
            return True
    return False


def may_be_cut(context: Context, block: int) -> bool:
    """Tell whether any passage that touches a block is heavy enough for a cut in it; cheap.

    A border may be found a little outside of a passage.
    """
    weight, (low, high) = context.view.fold.weight, context.view.edges(block)
    needed = _needed(context) - 2 * OUTWARD_WEIGHT
    for passage in context.by_copy[block]:
        whole = weight(passage.b0, passage.b1)
        inside = weight(max(passage.b0, low), min(passage.b1, high))
        if inside < EDGE_WEIGHT or whole < LEAST_INSIDE:
            continue
        if inside >= needed or whole - inside >= LEAST_INSIDE:
            return True
    return False


def _has_room(context: Context, piece: Alignment, passage: int) -> bool:
    """Tell whether a piece, with what lies between it and the sentence borders around it, is heavy enough for a cut.

    Cheap: most of what sentences share is not, and is judged no further.
    """
    view = context.view
    low = min(view.borders(max(piece.b0 - _beside(context, piece.b0, near=False), 0), piece.b0), default=piece.b0)
    high = max(view.borders(piece.b1, piece.b1 + _beside(context, piece.b1 - 1, near=False)), default=piece.b1)
    return view.fold.weight(max(low - LIST_WORD, 0), high) >= _least(context, piece, passage)


def _least(context: Context, piece: Alignment, passage: int) -> int:
    """Return how heavy a cut in a piece must be: less where the passage of which it is a part runs on elsewhere."""
    runs_on = passage - context.view.fold.weight(piece.b0, piece.b1) >= LEAST_INSIDE
    return EDGE_WEIGHT if runs_on else _needed(context)


def _added_clause(context: Context, block: int, piece: Alignment) -> Judged | None:
    """Return what a version of the kept text says at its end: another end, or a clause where that one stops."""
    low, high = context.view.edges(block)
    size = piece.b1 - piece.b0
    if size < VERSION_SHARE * (high - low) or piece.b0 - low > NEAR_START or piece.b1 >= high:
        return None
    ends = Block(piece.a1, piece.a1, piece.b1, piece.b1)
    if is_carried_on(context.view, piece.b1) and context.view.is_border(piece.a1):
        return Judged(ends, Kind.CONTENT, Reason.CLAUSE, CERTAIN)
    kept, copy = context.view.edges(context.view.block_at(piece.a1 - 1))[1] - piece.a1, high - piece.b1
    units = max(context.view.units(piece.a1, piece.a1 + kept), context.view.units(piece.b1, high))
    alike = 0 < kept <= 2 * copy and copy <= 2 * kept and max(kept, copy) <= OTHER_END * size and units <= END_UNITS
    if alike and not context.view.is_border(piece.a1) and not context.view.is_border(piece.b1):
        return Judged(ends, Kind.CONTENT, Reason.WORD, CERTAIN)
    return None


def _number_beside(context: Context, piece: Alignment) -> None:
    """Report a passage inside sentences that goes on with another number: 45 stations here, 74 there."""
    classes, text = context.view.fold.classes, context.view.fold.string
    a1, b1 = piece.a1, piece.b1
    while b1 < len(text) and classes[b1] == DIGIT:
        b1 += 1
    while a1 < piece.b0 and classes[a1] == DIGIT:
        a1 += 1
    number = Block(piece.a1, a1, piece.b1, b1)
    if a1 == piece.a1 or b1 == piece.b1 or text[piece.a1 : a1] == text[piece.b1 : b1]:
        return
    if b1 < len(text) and text[a1] == text[b1]:
        pair = Alignment(piece.a0, a1 + 1, piece.b0, b1 + 1, (*piece.blocks, number))
        context.hold([pair], [Judged(number, Kind.CONTENT, Reason.NUMBER, CERTAIN)])


def _allowed(context: Context, piece: Alignment, content: Sequence[Judged]) -> Iterator[tuple[int, int]]:
    """Yield the live parts of a piece outside of the sentences that a content difference holds."""
    blocked = context.state.dead[piece.b0 : piece.b1] | context.state.pinned[piece.b0 : piece.b1]
    for item in content:
        start, end = _hold_unit(context, item.block.b0, item.block.b1)
        blocked[max(start - piece.b0, 0) : max(end - piece.b0, 0)] = True
    edges = np.flatnonzero(np.diff(np.concatenate(([True], blocked, [True])).astype(np.int8)))
    for start, end in edges.reshape(-1, 2).tolist():
        yield piece.b0 + start, piece.b0 + end


def _hold_unit(context: Context, start: int, end: int) -> tuple[int, int]:
    """Return the sentences that hold a difference, the neighbour too when it stands near the border."""
    before, first, last, behind = context.view.sentence_of(start, end)
    if start - first < NEAR_START:
        first = before
    if last - end < NEAR_END:
        last = behind
    return first, last


class _End(NamedTuple):
    """Where a cut begins or ends; ``is_open`` when it is a splice there, in the middle of a sentence."""

    place: int
    is_open: bool = False


def _cut(context: Context, block: int, piece: Alignment, part: tuple[int, int], passage: int) -> None:
    """Cut a part of a piece at the best borders, when it is enough to go.

    ``passage`` is the weight of the whole passage, of which the piece is the part inside the block.
    """
    weight = context.view.fold.weight
    least = _least(context, piece, passage)
    piece, low, high = _outward(context, piece, *part, least)
    if weight(max(low - LIST_WORD, 0), high) < least:
        return
    noise = sum(j.kind is Kind.NOISE for j in context.verdicts.of(piece))
    start, end = _ends(context, block, piece, (low, high), noise)
    beyond = passage - weight(piece.b0, piece.b1)
    if not _is_enough(context, block, piece, (start, end), beyond, damaged=noise >= DAMAGED):
        return
    cut = _with_ends(context, piece, (start.place, end.place), noisy=noise >= DAMAGED)
    if cut is None:
        return
    judged = context.verdicts.of(cut)
    blocking = context.verdicts.blocking(judged)
    if blocking:
        context.hold([cut], blocking)
    if blocking or not context.similar([cut]):
        return
    first, last = context.view.edges(block)
    whole, broken = start.place <= first and end.place >= last, start.is_open or end.is_open
    context.offer([Removal(start.place, end.place, block, whole=whole, pieces=(cut,), judged=judged, broken=broken)])


def _ends(context: Context, block: int, piece: Alignment, part: tuple[int, int], noise: int) -> tuple[_End, _End]:
    """Return the best borders of a part of a piece with so much noise: of sentences, or splices that leave no scrap."""
    view, (low, high), (first, last) = context.view, part, context.view.edges(block)
    marks = borders(view, piece, noisy=noise > 0)

    def behind(place: int) -> _End:
        return _End(next((p for p in marks if p > place), piece.b1))

    def before(place: int) -> _End:
        return _End(next((p for p in reversed(marks) if p < place), piece.b0))

    start, end = _End(*start_of(view, piece, low, marks)), _End(*end_of(view, piece, high, marks))
    if start.is_open and _is_stub(context, first, start.place):
        start = behind(low)
    if end.is_open and _is_stub(context, end.place, last):
        end = before(high)
    if noise >= DAMAGED:  # a scrap is what noise left of the same sentence
        return start, end
    kept = piece.kept_at(start.place), piece.kept_at(end.place)
    if leaves_head(view, start.place) or (start.is_open and begin_otherwise(view, kept[0], start.place)):
        start = behind(start.place)
    if leaves_tail(view, end.place) or (end.is_open and end_otherwise(view, kept[1], end.place)):
        end = before(end.place)
    return start, end


def _is_enough(
    context: Context, block: int, piece: Alignment, ends: tuple[_End, _End], beyond: int, *, damaged: bool
) -> bool:
    """Tell whether what lies between two borders may go: it is no quotation or formula, and as heavy as it must be.

    ``beyond`` is the weight of the passage outside of the block.
    """
    (start, opened), (end, closed) = ends
    view, (first, last) = context.view, context.view.edges(block)
    if context.settings.unit == "sentence" and (opened or closed):
        return False
    own = is_own(view, piece, start), is_own(view, piece, end)
    if not damaged and not any(own) and not (opened and closed):
        return False  # a stretch of which only the kept text has borders is a quotation or a formula
    foreign = (opened and not own[1]) or (closed and not own[0])
    if foreign and view.fold.weight(start, end) < SPLICE_WEIGHT:
        return False  # so is a short one of which only the kept text has a border
    runs_on = beyond >= LEAST_INSIDE and (start <= first or end >= last) and not (opened or closed)
    needed = (EDGE_WEIGHT if all(own) else LONG_EDGE_WEIGHT) if runs_on else _needed(context)
    if (opened or closed) and not has_clauses(view, start, end):
        needed = needed * SPLICE_WEIGHT // INSIDE_WEIGHT
    if end <= start or view.fold.weight(start, end) < needed:
        return False
    if runs_on and view.between(end).strip().startswith((":", "：")):
        return False  # it leads to what comes behind it
    return context.state.free(start, end)


def _with_ends(context: Context, piece: Alignment, part: tuple[int, int], *, noisy: bool) -> Alignment | None:
    """Return a part of a piece with what the kept text says more at its ends; ``None`` where it may not go."""
    inner = piece.clip(*part)
    if not noisy and with_ends(context.view, inner.turned()) != inner.turned():
        return None  # of a sentence only a scrap would be left
    cut = with_ends(context.view, inner)
    if (cut.a0 < part[1] and part[0] < cut.a1) or not context.stands([cut]):
        return None  # nothing stands for itself, nor for what goes
    return cut


def _outward(context: Context, piece: Alignment, low: int, high: int, least: int) -> tuple[Alignment, int, int]:
    """Reach a sentence border outside of a piece: just beside it, or further off when what lies between is alike.

    Only where what is reached has the weight ``least``.
    """
    for near in (True, False):
        found = _reached(context, piece, low, high, least, near=near)
        if found is not None:
            return found
    return piece, low, high


def _reached(
    context: Context, piece: Alignment, low: int, high: int, least: int, *, near: bool
) -> tuple[Alignment, int, int] | None:
    """Reach such a border at both ends or at one, when what lies between is noise."""
    view, start, end = context.view, low, high
    if low == piece.b0 and not view.has_border(low, low + inward(view, low)):
        start = max(view.borders(max(low - _beside(context, low, near=near), 0), low), default=low)
    if high == piece.b1 and not view.has_border(high - inward(view, high - 1), high):
        end = min(view.borders(high, high + _beside(context, high - 1, near=near)), default=high)
    if view.fold.weight(max(start - LIST_WORD, 0), end) < least:
        return None
    for first, last in ((start, end), (start, high), (low, end)):
        if (first, last) == (low, high):
            continue
        wider = reach(view, piece, min(first, piece.b0), max(last, piece.b1))
        if not near and not (_is_alike(wider, first, low) and _is_alike(wider, high, last)):
            continue
        if not context.verdicts.blocking(context.verdicts.of(wider.clip(first, last))):
            return wider, first, last
    return None


def _beside(context: Context, place: int, *, near: bool) -> int:
    """How many characters outside of a place a border is looked for."""
    if near:
        return inward(context.view, place)
    han = context.view.fold.classes[min(place, len(context.view.fold) - 1)] == HAN
    return OUTWARD_HAN if han else OUTWARD_LETTERS


def _is_alike(wider: Alignment, start: int, end: int) -> bool:
    """Tell whether most of a stretch that was taken in is equal in both texts."""
    if start >= end:
        return True
    part = wider.clip(start, end)
    unlike = sum(block.edits for block in part.blocks)
    return unlike <= (1 - OUTWARD_ALIKE) * (end - start)


def _is_stub(context: Context, start: int, end: int) -> bool:
    """Tell whether a splice would leave a scrap; one that begins another passage of the text is none."""
    if start >= end or not is_scrap(context.view, start, end):
        return False
    return not (start < len(context.popularity) and context.popularity.at(start) > 1)


def _needed(context: Context) -> int:
    return math.ceil(INSIDE_WEIGHT * context.settings.min_length / 12)
