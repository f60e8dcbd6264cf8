"""Runs: neighbouring blocks that stand again in the same order, with everything in them, are one candidate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe_cli.decide.cover import cover
from dedupe_cli.decide.guards.tags import without_halves
from dedupe_cli.decide.state import Decisions, Removal
from dedupe_cli.document.split import BlockKind
from dedupe_cli.text import lexicon
from dedupe_cli.text.alignment import Alignment, Block, align
from dedupe_cli.text.fold import DIGIT

if TYPE_CHECKING:
    from dedupe_cli.decide.context import Context
    from dedupe_cli.document.view import View

# A block goes on a run when the kept texts are no further apart than so many folded characters; it is looked for where
# it should stand, without a seed, when it is no longer than BETWEEN.
BESIDE, BETWEEN = 60, 120
# Alignments overrun each other by so many folded characters.
OVERLAP = 12
# So many blocks below a heading are more than what two sections begin with.
_BEGINNING = 2
# A heading in two places is looked for as a line where its words stand in no more places than so many.
_TWICE, _MANY = 2, 50
# A block that has seeds with other places only is aligned with what stands there up to this length.
NEAR = 400
# ... and when no more than so many blocks lie between that stay for themselves.
REACH = 3


def follows(before: Removal, piece: Alignment) -> bool:
    """Tell whether a piece stands as near behind what goes as its kept side behind the kept text of that."""
    here, there = piece.b0 - before.end, piece.a0 - max(p.a1 for p in before.pieces)
    return here < BETWEEN and there > -OVERLAP and -BESIDE < there - here < BESIDE


def precedes(behind: Removal, piece: Alignment) -> bool:
    """Tell whether a piece stands as near before what goes as its kept side before the kept text of that."""
    here, there = behind.start - piece.b1, min(p.a0 for p in behind.pieces) - piece.a1
    return here < BETWEEN and there > -OVERLAP and -BESIDE < there - here < BESIDE


class Run:
    """The run that is being collected in text order, until a block does not go on it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._parts: list[Removal] = []
        self._twice: dict[str, bool] = {}  # headings: the same ones are asked for again and again

    def reaches(self, block: int) -> bool:
        """Tell whether a block is near enough to go on the run.

        It is in the run already where it and all between are equal to what stands behind the kept text.
        """
        if not self._parts:
            return False
        if not self.has(block):
            self._extend(1)
        return block - self._parts[-1].block <= REACH + 1

    def has(self, block: int) -> bool:
        """Tell whether a block is in the run."""
        return bool(self._parts) and self._parts[-1].block >= block

    def following(self, block: int, parts: Sequence[Alignment]) -> list[Alignment]:
        """Return what of the passages over a later block goes on the run; a block that it lacks is looked for there."""
        found = [part for part in parts if follows(self._parts[-1], part)]
        view, (low, high) = self._context.view, self._context.view.edges(block)
        if found or high - low > NEAR or block != self._parts[-1].block + 1:
            return found
        start = max(p.a1 for p in self._parts[-1].pieces)
        end = min(start + high - low, self._parts[0].start)
        whole = Alignment(start, end, low, high, align(view.fold, start, end, low, high))
        alike = self._context.state.stands(whole) and self._context.similar([whole])
        return [whole] if alike else []

    def takes(self, removal: Removal) -> bool:
        """Tell whether a block that may go goes on the run: against text before all of it."""
        if not self._parts:
            return True
        start, last = self._parts[0].start, self._parts[-1]
        if not follows(last, removal.pieces[0]) or any(piece.a1 > start for piece in removal.pieces):
            return False
        view = self._context.view
        first, then = view.block_at(max(p.a1 for p in last.pieces) - 1), view.block_at(removal.pieces[0].a0)
        return view.lettered(first + 1, then) <= view.lettered(last.block + 1, removal.block)

    def add(self, removal: Removal) -> None:
        """Let a block go on the run."""
        self._parts.append(removal)

    def decide(self) -> None:
        """Decide on the run as one; where it stays, on each of its blocks; then begin a new one."""
        if not self._parts:
            return
        self._extend(1)
        self._extend(-1)
        parts, self._parts = self._parts, []
        self._context.state.tried.append((parts[0].start, parts[-1].end))
        went = self._offer(parts)
        if not went and len(parts) > 1 and self._context.features.leads_on(parts[-1]):
            *parts, _ = parts  # it belongs to what stands under it
            went = self._offer(parts)
        if not went and len(parts) > 1 and not holes(self._context.view, parts):
            for part in parts:
                if self._context.is_long_enough([part]):
                    self._offer([part])
                else:
                    self._context.leave_short([part])

    def again(self, *, at_all: bool = False) -> None:
        """Look at the neighbours of what went: blocks that were rejected, and short ones that share no seed.

        ``at_all``: look at whatever was weighed once more.
        """
        context, state = self._context, self._context.state
        if not (at_all or state.by_block):
            return
        earlier = [(kept, *each) for kept in (state.rejected, state.short) for each in kept]
        state.rejected.clear()
        state.short.clear()
        last = {tuple(part.block for part in parts): (kept, parts, weighed) for kept, parts, weighed in earlier}
        for kept, parts, weighed in last.values():
            free = [part for part in parts if state.free(part.start, part.end)]
            if free and ((at_all and weighed is not None) or beside(state, free)):
                self._offer(free)
            elif free:
                kept.append((parts, weighed))
        for block in sorted({near for gone in context.state.gone for near in (gone - 1, gone + 1)}):
            if 0 <= block < len(context.view) and block not in context.state.by_block:
                self._unseeded(block)

    def _offer(self, parts: Sequence[Removal]) -> bool:
        """Offer what may go of some blocks: a heading goes with what stands under it only."""
        parts = [part for part in parts if self._context.state.free(part.start, part.end)]
        going = {part.block for part in parts}
        headings = [] if self._context.settings.unit == "line" else self._headings(going)
        while True:
            lone = {block for block in headings if block in going and self._is_lone_heading(block, going, parts)}
            if not lone:
                break
            going -= lone
            self._context.state.leave([part for part in parts if part.block in lone], "heading")
        going_parts = without_halves(self._context.view, [part for part in parts if part.block in going])
        return bool(going_parts) and self._context.offer(going_parts)

    def _headings(self, going: set[int]) -> list[int]:
        return [block for block in going if self._context.view.kind(block) is BlockKind.HEADING]

    def _is_lone_heading(self, block: int, going: set[int], parts: Sequence[Removal]) -> bool:
        """Tell whether something of what stands under a heading stays, or under the line above one.

        What follows a section that stands again as a whole was parted by it from what stood before.
        """
        view, gone = self._context.view, self._context.state.gone

        def stays(at: int) -> bool:
            return at not in going and at not in gone

        if block and view.is_underlined(block - 1):
            return stays(block - 1)
        last, under = max(going), False
        for behind in range(block + 1, len(view)):
            low, high = view.edges(behind)
            if low == high or (behind == block + 1 and view.is_underlined(block)):
                continue
            if not under and stays(behind):
                return not self._ends_paste(block, going, parts)
            if view.kind(behind) is BlockKind.HEADING:
                return False
            if stays(behind):
                return behind <= last or not self._ends_section(parts, going)
            under = True
        return not under and stays(block - 1)  # nothing stands under it: it goes with what is before it

    def _ends_paste(self, block: int, going: set[int], parts: Sequence[Removal]) -> bool:
        """Tell whether a heading ends what was pasted into a section, or behind the kept text: it stands there only.

        Where a section begins with what goes, it may be one that is like another one up to a heading below.
        """
        view = self._context.view
        said = [other for other in going if view.kind(other) is not BlockKind.HEADING]
        if len(said) < _BEGINNING or max(said) > block:
            return False
        before = next((at for at in range(min(going) - 1, -1, -1) if view.lettered(at, at + 1)), None)
        kept = view.block_at(max(p.a1 for part in parts for p in part.pieces) - 1)
        if before is None or (view.kind(before) is BlockKind.HEADING and before != kept):
            return False
        line = view.said(block).strip()
        if line not in self._twice:
            self._twice[line] = _stands_twice(view.text, line)
        return self._twice[line]

    def _ends_section(self, parts: Sequence[Removal], going: set[int]) -> bool:
        """Tell whether the kept text behind the last block that goes begins another section, or is the copy.

        Of a run of some blocks it is no matter: sections that begin alike do so with a paragraph.
        """
        view = self._context.view
        if sum(view.kind(block) is not BlockKind.HEADING for block in going) >= _BEGINNING:
            return True
        last = max((part for part in parts if part.block in going), key=lambda part: part.block)
        other = view.block_at(max(p.a1 for p in last.pieces) - 1) + 1
        while other < len(view) and view.edges(other)[0] == view.edges(other)[1]:
            other += 1
        return other >= parts[0].block or view.kind(other) is BlockKind.HEADING

    def _extend(self, step: int) -> None:
        """Take in the blocks that are equal to those behind the kept text, with a step of -1 to those before it."""
        view, state = self._context.view, self._context.state
        end = self._parts[-1 if step > 0 else 0]
        place = max(p.a1 for p in end.pieces) - 1 if step > 0 else min(p.a0 for p in end.pieces)
        block, other = end.block, view.block_at(place)
        low, high = view.edges(other)
        if place != (high - 1 if step > 0 else low):
            return
        first, reached = self._parts[0].block, max(p.a1 for part in self._parts for p in part.pieces)
        found: list[Removal] = []
        while True:
            block, other = block + step, other + step
            if block < 0 or not 0 <= other < first or not self._is_equal(block, other):
                break
            low, high = view.edges(block)
            if low < reached or not state.free(low, high):
                break
            if not state.stands(piece := Alignment(*view.edges(other), low, high)):
                break
            found.append(Removal(low, high, block, whole=True, pieces=(piece,)))
        self._parts = [*self._parts, *found] if step > 0 else [*reversed(found), *self._parts]

    def _is_equal(self, block: int, other: int) -> bool:
        """Tell whether two blocks say the same."""
        view = self._context.view
        if max(block, other) >= len(view):
            return False
        (low, high), (first, last), text = view.edges(block), view.edges(other), view.fold.string
        if low == high or text[low:high] != text[first:last]:
            return False
        return self._context.settings.apply != "exact" or view.said(block).strip() == view.said(other).strip()

    def _unseeded(self, block: int) -> None:
        """Look for a short block that shares no seed with anything where it should stand beside what went."""
        context = self._context
        low, high = context.view.edges(block)
        if not 0 < high - low <= BETWEEN or not context.state.free(low, high):
            return
        pieces = [p for p in _expected(context, block) if context.state.stands(p) and context.similar([p])]
        covered = cover(context.view, block, pieces, context.verdicts) if pieces else None
        if covered is None or covered.blocking or any(touches_number(context, j.block) for j in covered.judged):
            return
        if context.takes(block, covered) and context.stands(covered.pieces):
            self._offer([context.whole(block, covered)])


def _stands_twice(text: str, line: str) -> bool:
    """Tell whether a text has a line twice, or has it twice whatever stands around it."""
    count = text.count(line)  # cheap, and mostly enough
    if not _TWICE <= count <= _MANY:
        return False
    lines = re.compile(f"^{re.escape(line)}[ \\t]*\\r?$", re.MULTILINE)
    return count == _TWICE or len(lines.findall(text)) == _TWICE


def holes(view: View, parts: Sequence[Removal]) -> int:
    """Count the blocks between those of a candidate that stay: both places have text of their own there."""
    return sum(view.lettered(one.block + 1, other.block) for one, other in pairwise(parts))


def beside(state: Decisions, parts: Sequence[Removal]) -> list[Removal]:
    """Return what went beside a candidate to the text beside its counterpart."""
    if not state.by_block:
        return []
    out: dict[int, Removal] = {}
    for part in parts:
        if state.by_block.keys().isdisjoint(range(part.block - REACH, part.block + REACH + 1)):
            continue
        first, last = min(part.pieces, key=lambda p: p.b0), max(part.pieces, key=lambda p: p.b1)
        for step in range(REACH + 1):  # a stretch may have another one of the same block beside it
            near = [r for r in state.by_block.get(part.block - step, ()) if follows(r, first)]
            near += [r for r in state.by_block.get(part.block + step, ()) if precedes(r, last)]
            out.update((id(removal), removal) for removal in near)
    return list(out.values())


def touches_number(context: Context, block: Block) -> bool:
    """Tell whether a difference takes a digit, or is beside one."""
    classes, text = context.view.fold.classes, context.view.fold.string
    return any(
        DIGIT in classes[start:end] or not lexicon.DIGIT_CHARS.isdisjoint(text[start:end])
        for start, end in ((block.a0, block.a1), (block.b0, block.b1))
    )


def _expected(context: Context, block: int) -> list[Alignment]:
    """Align a block with the kept text where it should stand."""
    view = context.view
    low, high = view.edges(block)
    size = high - low
    out = []
    for removal in context.state.by_block.get(block - 1, ()):
        start = max(p.a1 for p in removal.pieces)
        out.append((start, start + size))
    for removal in context.state.by_block.get(block + 1, ()):
        end = min(p.a0 for p in removal.pieces)
        out.append((end - size, end))
    return [
        Alignment(a0, a1, low, high, align(view.fold, a0, a1, low, high))
        for a0, a1 in out
        if a0 >= 0 and a1 <= min(len(view.fold), low)
    ]
