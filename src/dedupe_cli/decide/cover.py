"""Whole blocks: whether everything that a block says is said by text that stays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.decide.borders import inward
from dedupe_cli.decide.ends import with_ends
from dedupe_cli.model import Kind
from dedupe_cli.text.alignment import Alignment, Block, align
from dedupe_cli.text.fold import HAN

if TYPE_CHECKING:
    from dedupe_cli.document.view import View
    from dedupe_cli.judge.judge import Judged
    from dedupe_cli.judge.verdicts import Verdicts

# A remainder at the edge of a block, or between two passages in it, that is no heavier is taken in as a difference:
# ten Han characters, 26 letters.
REMAINDER_HAN, REMAINDER_LETTERS = 110, 130
# A block may be put together from so many passages; from more when the pair is noisy, as noise breaks passages.
PIECES, PIECES_NOISY, NOISY = 3, 8, 0.03
# Pieces of sentences of two texts that meet are so heavy where a text was torn (55 Han characters, 120 letters).
TORN = 600
# A remainder of so many characters is never text of its own.
SCRAP_HAN, SCRAP_LETTERS = 4, 10
# A sentence border so near to the end of a passage is its border.
SLACK = 2
# A difference that only one text has can be slid along equal characters, so far at most.
SLIDE = 24
# Remainders on both sides belong to each other from this share of equal characters on.
ALIKE_HAN, ALIKE_LETTERS = 0.45, 0.6
# A sentence that is lighter (four Han characters, eight letters) never goes for itself.
BRIEF = 40


class Cover(NamedTuple):
    """Passages that cover a block from its first to its last character, and the verdict on each difference.

    ``blocking`` are the differences that keep the block from going.
    """

    pieces: tuple[Alignment, ...]
    judged: tuple[Judged, ...]
    blocking: tuple[Judged, ...]

    @property
    def kept_start(self) -> int:
        """Folded position where the kept text begins."""
        return min(piece.a0 for piece in self.pieces)


def is_short(view: View, start: int, end: int) -> bool:
    """Tell whether a folded range is short enough to be a difference rather than other text."""
    if end <= start:
        return True
    weight = view.fold.weight(start, end)
    return weight <= REMAINDER_HAN or (weight <= REMAINDER_LETTERS and not view.has_han(start, end))


def cover(view: View, block: int, candidates: Sequence[Alignment], verdicts: Verdicts) -> Cover | None:
    """Cover a block with as few passages as possible; ``None`` when something of it stands nowhere else.

    ``candidates`` are alignments whose kept side stays. An exact cover wins, then the one with the least content
    differences, then the one whose kept text comes first.
    """
    low, high = view.edges(block)
    parts = [piece for c in candidates if _stands_outside(piece := c.clip(low, high), low, high)]
    best = _best(view, [whole for p in parts if (whole := _whole(view, p, low, high))], verdicts)
    if best is not None and not best.blocking:
        return best
    return _patchwork(view, block, parts, verdicts) or best


def only_numbers(
    view: View, block: int, parts: Sequence[Alignment], verdicts: Verdicts
) -> tuple[Alignment, tuple[Judged, ...]] | None:
    """Return the pair that holds a block back and its other numbers, when each passage over it has other numbers.

    Only where they stand in each of its sentences and a passage runs over all of it: nothing of it can go then.
    Cheap: nothing but numbers is judged.
    """
    low, high = view.edges(block)
    if not any(p.b0 == low and p.b1 == high for p in parts):
        return None
    best: tuple[Alignment, tuple[Judged, ...]] | None = None
    for part in parts:
        if not _stands_outside(part, low, high):
            return None
        whole = _whole(view, part, low, high)
        pair = whole or part
        numbers = verdicts.numbers(pair)
        if not numbers or not _in_each(view, pair, (low, high), numbers):
            return None
        if whole and (best is None or len(numbers) < len(best[1])):
            best = whole, numbers
    return best


def _in_each(view: View, pair: Alignment, block: tuple[int, int], found: Sequence[Judged]) -> bool:
    """Tell whether one of some differences stands in each sentence of a block of which a pair has enough to go."""
    return all(
        any(start <= item.block.b0 and item.block.b1 <= end for item in found)
        for start, end in pairwise(view.borders(*block))
        if min(end, pair.b1) > max(start, pair.b0) and view.fold.weight(max(start, pair.b0), min(end, pair.b1)) >= BRIEF
    )


def _best(view: View, wholes: Sequence[Alignment], verdicts: Verdicts) -> Cover | None:
    """Return the best cover by one passage; the most promising first, what cannot be better is not judged."""
    order = sorted((*verdicts.least(whole), whole.a0, index) for index, whole in enumerate(wholes))
    best: tuple[tuple[int, int, int, int], Cover] | None = None
    for least in order:
        if best is not None and least > best[0]:
            break
        found = covered(view, (wholes[least[-1]],), verdicts)
        rank = (len(found.blocking), len(found.judged), found.kept_start, least[-1])
        if best is None or rank < best[0]:
            best = rank, found
    return best[1] if best else None


def _stands_outside(piece: Alignment, low: int, high: int) -> bool:
    """Tell whether the kept side lies outside of the block: nothing stands for itself."""
    return piece.a1 <= low or piece.a0 >= high


def covered(view: View, pieces: tuple[Alignment, ...], verdicts: Verdicts) -> Cover:
    """Return passages that cover something, with the verdict on each difference."""
    judged = tuple(_as_omission(view, item) for piece in pieces for item in verdicts.of(piece))
    return Cover(pieces, judged, verdicts.blocking(judged))


def _as_omission(view: View, item: Judged) -> Judged:
    """Whole sentences that only the kept text says are no loss, wherever the alignment put the difference."""
    block = item.block
    if block.b0 < block.b1 or item.kind is Kind.FORM:
        return item
    text, slide = view.fold.string, 0
    while slide <= min(SLIDE, block.a0):
        if view.is_border(block.a0 - slide) and view.is_border(block.a1 - slide):
            return item._replace(kind=Kind.FORM, reason=None, score=0.0)
        if text[block.a0 - slide - 1] != text[block.a1 - slide - 1]:
            break
        slide += 1
    return item


def _whole(view: View, piece: Alignment, low: int, high: int) -> Alignment | None:
    """Take what of a block lies outside of a piece in as differences; ``None`` where it is other text."""
    if not (is_short(view, low, piece.b0) and is_short(view, piece.b1, high)):
        return None
    head = _head(view, piece, low)
    if not head.alike and _is_own_head(view, piece, low):
        return None
    tail = _tail(view, piece, high)
    if not tail.alike and _is_own_tail(view, piece, high):
        return None
    return _joined(view, piece, head, tail)


def _is_own_head(view: View, piece: Alignment, low: int) -> bool:
    """Tell whether what stands before a piece is other text rather than a difference.

    It is when it ends like a sentence of its own, or when the kept text before the piece is long and unlike.
    """
    if is_scrap(view, low, piece.b0):
        return view.is_border(piece.b0)
    kept_low, _ = view.edges(view.block_at(piece.a0))
    return not is_short(view, kept_low, piece.a0) or view.has_border(piece.b0 - SLACK, piece.b0 + SLACK)


def _is_own_tail(view: View, piece: Alignment, high: int) -> bool:
    """Tell the same of what stands behind a piece; a tail that breaks off has run on from elsewhere."""
    if is_scrap(view, piece.b1, high):
        return view.is_border(piece.b1)
    _, kept_high = view.edges(view.block_at(max(piece.a1 - 1, 0)))
    if not is_short(view, piece.a1, kept_high) or view.has_border(piece.b1 - SLACK, piece.b1 + SLACK):
        return True
    return not view.is_terminated(view.block_at(piece.b1))


def is_scrap(view: View, start: int, end: int) -> bool:
    """Tell whether a folded range is too short to be text of its own (four Han characters, ten letters)."""
    return end - start <= (SCRAP_HAN if view.has_han(start, end) else SCRAP_LETTERS)


def reach(view: View, piece: Alignment, low: int, high: int) -> Alignment:
    """Take the short remainders of the block ``low..high`` at both ends of ``piece`` in as differences."""
    return _joined(view, piece, _head(view, piece, low), _tail(view, piece, high))


class _Rest(NamedTuple):
    """What a block has besides a piece: how far it reaches there and in the kept text, and its differences.

    ``alike``: both texts belong to each other there, or there is nothing.
    """

    kept: int
    copy: int
    blocks: tuple[Block, ...]
    alike: bool


def _joined(view: View, piece: Alignment, head: _Rest, tail: _Rest) -> Alignment:
    blocks = (*head.blocks, *piece.blocks, *tail.blocks)
    return with_ends(view, Alignment(head.kept, tail.kept, head.copy, tail.copy, blocks))


def _head(view: View, piece: Alignment, low: int) -> _Rest:
    """Align the remainder before ``piece`` with the kept text before it."""
    size = piece.b0 - low
    if size <= 0:
        return _Rest(piece.a0, piece.b0, (), alike=True)
    floor = view.edges(view.block_at(piece.a0))[0] if piece.a0 < len(view.fold) else 0
    floor = max(floor, piece.b1) if piece.b1 <= piece.a0 else floor  # the copy itself is no kept text
    room = min(max(piece.a0 - floor, 0), size + 2)
    found = list(align(view.fold, piece.a0 - room, piece.a0, low, piece.b0))
    while found and found[0].b0 == found[0].b1 and found[0].a0 == piece.a0 - room:
        room -= found[0].a1 - found[0].a0
        found.pop(0)
    if _alike(view, found, low, size, room):
        return _Rest(piece.a0 - room, low, tuple(found), alike=True)
    room = room if piece.a0 - floor <= size + 2 else int(size == 1 and _is_one(view, piece.a0 - 1, low))
    return _Rest(piece.a0 - room, low, (Block(piece.a0 - room, piece.a0, low, piece.b0),), alike=False)


def _is_one(view: View, kept: int, copy: int) -> bool:
    """Tell whether sentences begin with one character before what is equal, each with another one: 董事 and 监事."""
    return all(view.is_border(at) and not view.is_border(at + 1) for at in (kept, copy))


def _tail(view: View, piece: Alignment, high: int) -> _Rest:
    """Align the remainder behind ``piece`` with the kept text behind it."""
    size = high - piece.b1
    if size <= 0:
        return _Rest(piece.a1, piece.b1, (), alike=True)
    ceiling = view.edges(view.block_at(max(piece.a1 - 1, 0)))[1]
    ceiling = min(ceiling, piece.b0) if piece.a1 <= piece.b0 else ceiling
    room = min(max(ceiling - piece.a1, 0), size + 2)
    found = list(align(view.fold, piece.a1, piece.a1 + room, piece.b1, high))
    while found and found[-1].b0 == found[-1].b1 and found[-1].a1 == piece.a1 + room:
        room -= found[-1].a1 - found[-1].a0
        found.pop()
    if _alike(view, found, piece.b1, size, room):
        return _Rest(piece.a1 + room, high, tuple(found), alike=True)
    room = room if ceiling - piece.a1 <= size + 2 else 0
    return _Rest(piece.a1 + room, high, (Block(piece.a1, piece.a1 + room, piece.b1, high),), alike=False)


def _alike(view: View, found: list[Block], near: int, size: int, room: int) -> bool:
    """Tell whether two remainders belong to each other; a third of any two texts' letters is equal by chance."""
    equal = size - sum(block.b1 - block.b0 for block in found)
    han = view.fold.kinds[min(near, len(view.fold) - 1)] == HAN
    return equal >= (ALIKE_HAN if han else ALIKE_LETTERS) * max(size, room, 1)


def _patchwork(view: View, block: int, rest: list[Alignment], verdicts: Verdicts) -> Cover | None:
    """Cover a block with several passages, the longest first."""
    low, high = view.edges(block)
    pieces: list[Alignment] = []
    limit = PIECES
    while rest and len(pieces) < limit:
        pieces.append(max(rest, key=lambda p: (view.fold.weight(p.b0, p.b1), -p.a0)))
        longest = pieces[-1]
        rest = [part for p in rest for part in _outside(p, longest)]
        rest = [p for p in rest if view.fold.weight(p.b0, p.b1) >= REMAINDER_HAN // 2]
        if rest and len(pieces) == PIECES and verdicts.rate(pieces[0]) >= NOISY:
            limit = PIECES_NOISY
    if len(pieces) < 2:
        return None
    pieces.sort(key=lambda p: p.b0)
    if not all(_is_seam(view, *both) for both in pairwise(pieces)):
        return None
    edges = [low, *(p.b1 for p in pieces[:-1])]
    if not all(is_short(view, e, p.b0) for e, p in zip(edges, pieces, strict=True)):
        return None
    if not is_short(view, pieces[-1].b1, high):
        return None
    ends = [*(p.b0 for p in pieces[1:]), high]
    starts = [low, *(p.b0 for p in pieces[1:])]
    whole = tuple(reach(view, p, s, e) for p, s, e in zip(pieces, starts, ends, strict=True))
    return covered(view, whole, verdicts)


def _is_seam(view: View, left: Alignment, right: Alignment) -> bool:
    """Tell whether two passages may meet in a block: halves of two sentences that make a third one say something new.

    They may where a sentence of the block ends, where one ends in both kept texts, where these stand one behind the
    other, and where both are so long that the block was torn and run on.
    """
    if view.has_border(left.b1 - inward(view, left.b1 - 1), right.b0 + inward(view, right.b0)):
        return True
    if left.a1 - inward(view, left.a1 - 1) <= right.a0 and is_short(view, left.a1, right.a0):
        return True
    if _is_edge(view, left.a1) and _is_edge(view, right.a0):
        return True
    return min(view.fold.weight(p.b0, p.b1) for p in (left, right)) >= TORN


def _is_edge(view: View, place: int) -> bool:
    """Tell whether a sentence begins or ends so near to a place that a passage may have overrun it."""
    near = inward(view, place)
    return view.has_border(place - near, place + near)


def _outside(piece: Alignment, taken: Alignment) -> list[Alignment]:
    """Return the parts of a piece that lie outside of another one's copy range."""
    out = []
    if piece.b0 < taken.b0:
        out.append(piece.clip(piece.b0, min(piece.b1, taken.b0)))
    if piece.b1 > taken.b1:
        out.append(piece.clip(max(piece.b0, taken.b1), piece.b1))
    return [p for p in out if p.b1 > p.b0]
