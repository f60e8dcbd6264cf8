"""What goes: blocks that say nothing of their own, then stretches inside blocks. In text order, on live text only."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.collapse.borders import borders, end_of, has_clauses, has_comma, inward, start_of, trimmed
from dedupe_cli.collapse.cover import Cover, cover, is_scrap, is_short, reach
from dedupe_cli.collapse.keep import between, choose
from dedupe_cli.collapse.judge import CERTAIN, Judged
from dedupe_cli.model import Kind, Reason
from dedupe_cli.text.alignment import Alignment, Block, align
from dedupe_cli.text.fold import DIGIT
from dedupe_cli.text.split import BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from dedupe_cli.collapse.verdict import Verdicts
    from dedupe_cli.collapse.view import View
    from dedupe_cli.settings import Settings

# A stretch inside a block needs this weight to go (27 Han characters, 60 letters) at the default minimum length.
INSIDE_WEIGHT = 300
# ... and this one when a splice is a single clause: a long name may end two sentences.
SPLICE_WEIGHT = 600
# A formula: its windows stand in so many places (median), and it is no heavier than this.
FORMULA_PLACES, FORMULA_WEIGHT = 4, 900
# ... and a part of a sentence is one, however heavy, when so much of it stands in so many places.
FORMULA_SHARE = 0.3
# One content difference holds the whole block in a pair with less noise than this, its sentence in a noisier one.
QUIET_RATE, QUIET_BLOCKS = 0.008, 5
# A block and the kept text are versions of each other when one passage covers this share of it.
VERSION_SHARE = 0.6
# A difference so near to the start or the end of a sentence holds the neighbouring sentence too.
NEAR_START, NEAR_END = 5, 4

# Short blocks under one passage go together from this many times the minimum length on.
SECTION = 1.5
# ... lines without full stops, which may be a refrain, from this many times on.
STANZA = 5
# A block follows a neighbour that went when the kept texts are no further apart than so many folded characters; it
# is looked for there, without a seed, when it is no longer than BETWEEN.
BESIDE, BETWEEN = 60, 120
# ... and when no more than so many blocks lie between that stay for themselves.
REACH = 3
# Two blocks that begin alike are versions when their ends are about as long and no longer than this share.
OTHER_END, END_UNITS = 0.45, 6
# A clause that a copy lacks is looked for so far, in folded characters.
CLAUSE_LENGTH = 200
# A cut that runs on into a neighbouring block needs only this weight, as long as the passage has the full one.
EDGE_WEIGHT = 40

_NUMERALS = frozenset("〇零一二三四五六七八九十百千万")
_FULL_STOPS = frozenset("。！？”’」』")
_STAYS = frozenset({BlockKind.HEADING, BlockKind.TABLE, BlockKind.CODE, BlockKind.VERSE})
# List items and records stay when they are short; one of so many units is prose that happens to have a label.
_STAYS_SHORT = frozenset({BlockKind.ITEM, BlockKind.RECORD})
LONG_ITEM = 40
# A block that does not end like a sentence may be a heading up to this length.
LONG_HEADING = 18


@dataclass(frozen=True, slots=True)
class Removal:
    """A folded range that goes; ``block`` is its block, ``whole`` when nothing of it stays."""

    start: int
    end: int
    block: int
    whole: bool
    pieces: tuple[Alignment, ...]
    judged: tuple[Judged, ...] = ()
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A pair that stays although it is alike, and the differences that are the reason."""

    pair: Alignment
    judged: tuple[Judged, ...]


@dataclass(eq=False)
class Decisions:
    """What was decided for one text, while it is being decided."""

    alive: NDArray[np.bool_]
    pinned: NDArray[np.bool_]
    removals: list[Removal] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    by_block: dict[int, list[Removal]] = field(default_factory=dict)

    def remove(self, removal: Removal) -> None:
        """Record a removal: its text is dead, the text that it relies on is pinned."""
        self.removals.append(removal)
        self.by_block.setdefault(removal.block, []).append(removal)
        self.alive[removal.start : removal.end] = False
        for piece in removal.pieces:
            self.pinned[piece.a0 : piece.a1] = True
        if removal.whole:
            self.gone.add(removal.block)

    def stands(self, piece: Alignment) -> bool:
        """Tell whether the kept side of a piece is wholly in the text that stays."""
        return bool(self.alive[piece.a0 : piece.a1].all())

    def free(self, start: int, end: int) -> bool:
        """Tell whether a range is live and nothing that went relies on it."""
        return bool(self.alive[start:end].all()) and not bool(self.pinned[start:end].any())


class Decider:
    """Walks through the blocks of a text and decides; see ``design.md`` 5 for the law it follows."""

    def __init__(
        self,
        view: View,
        alignments: Sequence[Alignment],
        popularity: NDArray[np.int32],
        verdicts: Verdicts,
        settings: Settings,
    ) -> None:
        self.view, self.verdicts, self.settings = view, verdicts, settings
        self.popularity = popularity
        self.by_copy: dict[int, list[Alignment]] = {}
        self.by_kept: dict[int, list[Alignment]] = {}
        for alignment in alignments:
            for block in view.blocks_in(alignment.b0, alignment.b1):
                self.by_copy.setdefault(block, []).append(alignment)
            for block in view.blocks_in(alignment.a0, alignment.a1):
                self.by_kept.setdefault(block, []).append(alignment)
        size = len(view.fold)
        self.state = Decisions(np.ones(size, dtype=bool), np.zeros(size, dtype=bool))
        self._later: list[int] = []

    def run(self) -> Decisions:
        """Decide everything, in a fixed order."""
        for block in sorted(self.by_kept):
            self._longer_later(block)
        self._prefer_kept()
        for block in sorted(self.by_copy):
            if block not in self.state.gone:
                self._decide(block)
        self._beside()
        return self.state

    def _prefer_kept(self) -> None:
        """Remove the copies of a group of whole blocks in which a later one is to stay."""
        for copies in choose(self.view, self.by_copy, self.settings.keep):
            if not self.state.free(*self.view.range(copies.kept)):
                continue
            for block in copies.blocks:
                low, high = self.view.range(block)
                if block == copies.kept or not self._may_go(block) or not self.state.free(low, high):
                    continue
                pair = between(self.view, self.by_copy, block, copies.kept)
                covered = cover(self.view, block, [pair], self.verdicts) if pair else None
                if covered is None or covered.blocking or not self._similar(covered.pieces):
                    continue
                if self._same_label(block, covered) and self.state.stands(covered.pieces[0]):
                    self._remove_block(block, covered)

    def _longer_later(self, block: int) -> None:
        """Remove a block when a later one begins alike and is longer: the most complete copy stays."""
        low, high = self.view.range(block)
        if not self._may_go(block) or not self.state.free(low, high):
            return
        found: list[tuple[int, Cover]] = []
        for alignment in self.by_kept[block]:
            turned = alignment.turned()
            piece = turned.clip(low, high)
            if not is_short(self.view, low, piece.b0) or not is_short(self.view, piece.b1, high):
                continue
            later = self.view.block_at(piece.a0)
            end = self.view.range(later)[1]
            more = end - piece.a1
            if later == block or not self._is_more_complete(block, piece, later):
                continue
            covered = cover(self.view, block, [turned], self.verdicts)
            if covered is None or covered.blocking or not self.state.stands(covered.pieces[0]):
                continue
            if covered.judged:
                continue  # in a noisy pair the passage may only have ended early
            if self._same_label(block, covered) and not self._stands_before(later):
                found.append((more, covered))
        if found:
            best = max(found, key=lambda item: (item[0], -item[1].kept_start))[1]
            self._remove_block(block, best)

    def _is_more_complete(self, block: int, piece: Alignment, later: int) -> bool:
        """Tell whether ``later`` says all of ``block`` and more, so that ``block`` is the one that was cut short."""
        start, end = self.view.range(later)
        weight = self.view.fold.weight
        whole = piece.b1 >= self.view.range(block)[1]
        if whole and self.view.trails_off(block):
            return weight(start, piece.a0) + weight(piece.a1, end) > EDGE_WEIGHT
        if piece.a0 - start > NEAR_START or (start < piece.a0 and self._is_border(piece.a0)):
            return False
        if whole and not self.view.is_terminated(block) and self.view.goes_on(piece.a1):
            return True  # it breaks off
        if self._ends_otherwise(block, piece):
            return False
        return not is_short(self.view, piece.a1, end) and weight(piece.a1, end) <= weight(*self.view.range(block))

    def _ends_otherwise(self, block: int, piece: Alignment) -> bool:
        """Tell whether a block ends with a full stop where the kept sentence goes on: a clause makes the difference."""
        high = self.view.range(block)[1]
        stopped = self.view.is_terminated(block) and not self.view.trails_off(block)
        return piece.b1 >= high and stopped and self.view.goes_on(piece.a1)

    def _stands_before(self, block: int) -> bool:
        """Tell whether all of a block stands in earlier text, so that it goes itself."""
        covered = cover(self.view, block, self.by_copy.get(block, ()), self.verdicts)
        return covered is not None and not covered.blocking

    def _is_border(self, place: int) -> bool:
        return bool(self.view.borders(place, place))

    def _decide(self, block: int) -> None:
        low, high = self.view.range(block)
        candidates = [a for a in self.by_copy[block] if self.state.stands(a.clip(low, high))]
        if not candidates:
            return
        covered = cover(self.view, block, candidates, self.verdicts)
        if covered is not None and not covered.blocking:
            clause = self._lacks_clause(block, covered) if self.settings.apply != "all" else None
            if clause is not None:
                self._hold(covered.pieces[-1:], [clause])
                return
            if self._similar(covered.pieces) and self.state.free(low, high) and self._same_label(block, covered):
                if self._may_go(block) and not self._is_like_heading(block, covered):
                    self._remove_block(block, covered)
                else:
                    self._later.append(block)
                return
        elif covered is not None and self._holds_block(block, covered):
            self._hold(covered.pieces, covered.blocking)
            return
        if self.settings.unit in {"auto", "sentence"} and self._is_free_kind(block):
            self._inside(block, candidates)

    def _may_go(self, block: int) -> bool:
        """Tell whether a block may go for itself: long enough, and no heading, list, table, code or refrain."""
        low, high = self.view.range(block)
        return self.view.units(low, high) >= self.settings.min_length and self._is_free_kind(block)

    def _is_like_heading(self, block: int, covered: Cover) -> bool:
        """Tell whether a block may be a heading: short, no full stop, and the kept text ends its line there too."""
        if self.settings.unit == "line" or self.view.is_terminated(block):
            return False
        kept_end = covered.pieces[-1].a1
        line_ends = "\n" in self.view.between(kept_end) or kept_end >= len(self.view.fold)
        return line_ends and self.view.units(*self.view.range(block)) < LONG_HEADING

    def _is_free_kind(self, block: int) -> bool:
        """Tell whether a block is prose; lines of verse that end like Chinese sentences count as prose."""
        if self.settings.unit == "line":
            return True  # lines were asked for, whatever they are
        kind = self.view.kind(block)
        if kind is BlockKind.VERSE:
            return self.view.text[self.view.spans[block].end - 1] in _FULL_STOPS
        if kind in _STAYS_SHORT:
            return self.view.units(*self.view.range(block)) >= LONG_ITEM
        return kind not in _STAYS

    def _same_label(self, block: int, covered: Cover) -> bool:
        """In a statute a paragraph goes only under its own label."""
        if not self.view.is_statute:
            return True
        article = self.view.article(block)
        return bool(article) and article == self.view.article(self.view.block_at(covered.kept_start))

    def _similar(self, pieces: Sequence[Alignment]) -> bool:
        equal = sum(p.equal() for p in pieces)
        length = sum((p.a1 - p.a0) + (p.b1 - p.b0) for p in pieces)
        return 200.0 * equal >= self.settings.similarity * length

    def _remove_block(self, block: int, covered: Cover) -> None:
        low, high = self.view.range(block)
        self.state.remove(Removal(low, high, block, whole=True, pieces=covered.pieces, judged=covered.judged))

    def _holds_block(self, block: int, covered: Cover) -> bool:
        """Tell whether a content difference holds the whole block rather than its sentence."""
        low, high = self.view.range(block)
        main = max(covered.pieces, key=lambda p: p.b1 - p.b0)
        version = (main.b1 - main.b0) >= VERSION_SHARE * (high - low)
        return version and self._is_quiet(main, covered.judged)

    def _lacks_clause(self, block: int, covered: Cover) -> Judged | None:
        """Return the clause that a block without noise lacks at its end, as a difference that holds it."""
        last = covered.pieces[-1]
        if covered.judged or not self._ends_otherwise(block, last):
            return None
        marks = self.view.borders(last.a1, last.a1 + CLAUSE_LENGTH)
        clause = Block(last.a1, marks[0] if marks else last.a1 + 1, last.b1, last.b1)
        return Judged(clause, Kind.CONTENT, Reason.CLAUSE, CERTAIN)

    def _is_quiet(self, pair: Alignment, judged: Sequence[Judged]) -> bool:
        noise = sum(j.kind is Kind.NOISE for j in judged)
        return noise == 0 or (noise < QUIET_BLOCKS and self.verdicts.rate(pair) < QUIET_RATE)

    def _hold(self, pieces: Sequence[Alignment], content: Sequence[Judged]) -> None:
        for piece in pieces:
            mine = tuple(j for j in content if piece.b0 <= j.block.b0 and j.block.b1 <= piece.b1)
            long_enough = self.view.units(piece.b0, piece.b1) >= self.settings.min_length
            if mine and long_enough and piece.similarity() >= self.settings.similarity:
                self.state.held.append(Held(piece, mine))

    def _inside(self, block: int, candidates: Sequence[Alignment]) -> None:
        """Cut repeated sentences, truncations and splices out of a block that has text of its own."""
        low, high = self.view.range(block)
        if self.view.is_statute:
            return
        weight = self.view.fold.weight
        pieces = [(a.clip(low, high), weight(a.b0, a.b1)) for a in candidates]
        pieces.sort(key=lambda item: (-weight(item[0].b0, item[0].b1), item[0].a0))
        for piece, passage in pieces:
            if weight(piece.b0, piece.b1) < EDGE_WEIGHT or passage < INSIDE_WEIGHT // 2:
                continue
            if not self.state.stands(piece):
                continue
            piece = trimmed(self.view, piece)
            judged = self.verdicts.of(piece)
            content = self.verdicts.blocking(judged)
            if content:
                self._hold([piece], content)
                if self._is_quiet(piece, judged):
                    continue
            clause = self._added_clause(block, piece) if not judged and self.settings.apply != "all" else None
            if clause is not None:
                self._hold([piece], [clause])
                return
            for start, end in self._allowed(piece, content):
                self._cut(block, piece, start, end, passage)
            if self.state.alive[piece.b0 : piece.b1].all() and not content:
                self._number_beside(piece)

    def _added_clause(self, block: int, piece: Alignment) -> Judged | None:
        """Return what a version of the kept text says at its end: another end, or a clause where that one stops."""
        low, high = self.view.range(block)
        size = piece.b1 - piece.b0
        if size < VERSION_SHARE * (high - low) or piece.b0 - low > NEAR_START or piece.b1 >= high:
            return None
        ends = Block(piece.a1, piece.a1, piece.b1, piece.b1)
        if has_comma(self.view, piece.b1) and self._is_border(piece.a1):
            return Judged(ends, Kind.CONTENT, Reason.CLAUSE, CERTAIN)
        kept, copy = self.view.range(self.view.block_at(piece.a1 - 1))[1] - piece.a1, high - piece.b1
        units = max(self.view.units(piece.a1, piece.a1 + kept), self.view.units(piece.b1, high))
        alike = 0 < kept <= 2 * copy and copy <= 2 * kept and max(kept, copy) <= OTHER_END * size and units <= END_UNITS
        if alike and not self._is_border(piece.a1) and not self._is_border(piece.b1):
            return Judged(ends, Kind.CONTENT, Reason.WORD, CERTAIN)
        return None

    def _number_beside(self, piece: Alignment) -> None:
        """Report a passage inside sentences that goes on with another number: 45 stations here, 74 there."""
        digit, text = self.view.fold.classes == DIGIT, self.view.fold.string
        a1, b1 = piece.a1, piece.b1
        while b1 < len(text) and digit[b1]:
            b1 += 1
        while a1 < piece.b0 and digit[a1]:
            a1 += 1
        number = Block(piece.a1, a1, piece.b1, b1)
        if a1 == piece.a1 or b1 == piece.b1 or text[piece.a1 : a1] == text[piece.b1 : b1]:
            return
        if b1 < len(text) and text[a1] == text[b1]:
            pair = Alignment(piece.a0, a1 + 1, piece.b0, b1 + 1, (*piece.blocks, number))
            self._hold([pair], [Judged(number, Kind.CONTENT, Reason.NUMBER, CERTAIN)])

    def _allowed(self, piece: Alignment, content: Sequence[Judged]) -> Iterator[tuple[int, int]]:
        """Yield the live parts of a piece outside of the sentences that a content difference holds."""
        blocked = ~self.state.alive[piece.b0 : piece.b1]
        blocked |= self.state.pinned[piece.b0 : piece.b1]
        for item in content:
            start, end = self._hold_unit(item.block.b0, item.block.b1)
            blocked[max(start - piece.b0, 0) : max(end - piece.b0, 0)] = True
        edges = np.flatnonzero(np.diff(np.concatenate(([True], blocked, [True])).astype(np.int8)))
        for start, end in edges.reshape(-1, 2).tolist():
            yield piece.b0 + start, piece.b0 + end

    def _hold_unit(self, start: int, end: int) -> tuple[int, int]:
        """Return the sentences that hold a difference, the neighbour too when it stands near the border."""
        before, first, last, behind = self.view.sentence_of(start, end)
        if start - first < NEAR_START:
            first = before
        if last - end < NEAR_END:
            last = behind
        return first, last

    def _cut(self, block: int, piece: Alignment, low: int, high: int, passage: int) -> None:
        """Cut the part ``low..high`` of a piece at the best borders, when it is enough to go.

        ``passage`` is the weight of the whole passage, of which the piece is the part inside the block.
        """
        piece, low, high = self._outward(piece, low, high)
        marks = borders(self.view, piece, noisy=any(j.kind is Kind.NOISE for j in self.verdicts.of(piece)))
        start, opened = start_of(self.view, piece, low, marks)
        end, closed = end_of(self.view, piece, high, marks)
        first, last = self.view.range(block)
        if opened and self._is_stub(first, start):
            start, opened = next((p for p in marks if p > low), piece.b1), False
        if closed and self._is_stub(end, last):
            end, closed = next((p for p in reversed(marks) if p < high), piece.b0), False
        if (opened and closed) or (self.settings.unit == "sentence" and (opened or closed)):
            return  # a stretch inside a sentence is a quotation or a formula
        beyond = passage - self.view.fold.weight(piece.b0, piece.b1)
        runs_on = beyond >= INSIDE_WEIGHT // 2 and (start <= first or end >= last) and not (opened or closed)
        needed = EDGE_WEIGHT if runs_on else self._needed()
        if (opened or closed) and not has_clauses(self.view, start, end):
            needed = needed * SPLICE_WEIGHT // INSIDE_WEIGHT
        if end <= start or self.view.fold.weight(start, end) < needed:
            return
        inside = any(start < p < end for p in marks)
        if self._is_formula(start, end, spliced=(opened or closed) and not inside):
            return
        if not self.state.free(start, end):
            return
        part = piece.clip(start, end)
        if part.a0 < end and start < part.a1:
            return  # nothing stands for itself
        judged = self.verdicts.of(part)
        if not self._similar([part]) or self.verdicts.blocking(judged):
            return
        whole = start <= first and end >= last
        self.state.remove(
            Removal(start, end, block, whole=whole, pieces=(part,), judged=judged, broken=opened or closed)
        )

    def _outward(self, piece: Alignment, low: int, high: int) -> tuple[Alignment, int, int]:
        """Reach a sentence border just outside of a piece, when what lies between is noise."""
        start, end = low, high
        if low == piece.b0 and not self.view.borders(low, low + inward(self.view, low)):
            start = max(self.view.borders(max(low - inward(self.view, low), 0), low), default=low)
        if high == piece.b1 and not self.view.borders(high - inward(self.view, high - 1), high):
            end = min(self.view.borders(high, high + inward(self.view, high - 1)), default=high)
        for first, last in ((start, end), (start, high), (low, end)):
            if (first, last) == (low, high):
                continue
            wider = reach(self.view, piece, min(first, piece.b0), max(last, piece.b1))
            if not self.verdicts.blocking(self.verdicts.of(wider.clip(first, last))):
                return wider, first, last
        return piece, low, high

    def _is_stub(self, start: int, end: int) -> bool:
        """Tell whether a splice would leave a scrap; one that begins another passage of the text is none."""
        if start >= end or not is_scrap(self.view, start, end):
            return False
        return not (start < len(self.popularity) and self.popularity[start] > 1)

    def _needed(self) -> int:
        return math.ceil(INSIDE_WEIGHT * self.settings.min_length / 12)

    def _is_formula(self, start: int, end: int, *, spliced: bool) -> bool:
        """Tell whether a stretch is a formula: many places share it, or a good part of it when it is no sentence."""
        places = self.popularity[start:end]
        if not len(places):
            return False
        if spliced:
            return float(np.mean(places >= FORMULA_PLACES)) >= FORMULA_SHARE
        if self.view.fold.weight(start, end) >= FORMULA_WEIGHT:
            return False
        return float(np.median(places)) >= FORMULA_PLACES

    def _beside(self) -> None:
        """Remove short and protected blocks that belong to a longer passage which goes.

        A block goes beside a neighbour that went to the neighbour of the block's own counterpart; blocks that are
        too short each go together when one passage runs over them and is long enough.
        """
        waiting = sorted(set(self._later) - self.state.gone)
        for run in _runs(waiting):
            self._section(run)
        for order in (waiting, waiting[::-1]):
            for block in order:
                if block not in self.state.gone:
                    self._with_neighbour(block, self.by_copy[block])
        for block in sorted({near for gone in self.state.gone for near in (gone - 1, gone + 1)}):
            if 0 <= block < len(self.view) and block not in self.state.by_block:
                self._with_neighbour(block, self._between(block))

    def _section(self, run: Sequence[int]) -> None:
        """Remove neighbouring blocks that are too short one by one but make up a passage together."""
        at = 0
        while at < len(run):
            best: list[tuple[int, Cover]] = []
            for alignment in self.by_copy[run[at]]:
                covered = self._covered_by(alignment, run[at:])
                if len(covered) > len(best):
                    best = covered
            if not self._is_passage([block for block, _ in best]):
                at += 1
                continue
            for block, found in best:
                self._remove_block(block, found)
            at += len(best)

    def _covered_by(self, alignment: Alignment, run: Sequence[int]) -> list[tuple[int, Cover]]:
        """Blocks from the start of ``run`` on that one passage covers, all against text before the run."""
        section = self.view.range(run[0])[0]
        out: list[tuple[int, Cover]] = []
        for block in run:
            low, high = self.view.range(block)
            if alignment.b1 <= low or not self.state.stands(alignment.clip(low, high)):
                break
            found = cover(self.view, block, [alignment], self.verdicts)
            if found is None or found.blocking or not self.state.free(low, high):
                break
            if any(piece.a1 > section for piece in found.pieces):
                break  # what goes with this section cannot be what it relies on
            out.append((block, found))
        return out

    def _is_passage(self, section: Sequence[int]) -> bool:
        """Tell whether short blocks are enough together: some with full stops, or more than a refrain has."""
        free = [block for block in section if self._is_free_kind(block)]
        units = [self.view.units(*self.view.range(block)) for block in free]
        ended = sum(u for u, block in zip(units, free, strict=True) if self.view.is_terminated(block))
        return ended >= SECTION * self.settings.min_length or sum(units) >= STANZA * self.settings.min_length

    def _with_neighbour(self, block: int, alignments: Sequence[Alignment]) -> None:
        low, high = self.view.range(block)
        if not self.state.free(low, high) or low == high:
            return
        floor = self.settings.similarity
        pieces = [a.clip(low, high) for a in alignments if a.similarity() >= floor]
        candidates = [p for p in pieces if self._follows_neighbour(block, p) and self.state.stands(p)]
        covered = cover(self.view, block, candidates, self.verdicts) if candidates else None
        if covered is None or covered.blocking:
            return
        if not any(self._touches_number(j.block) for j in covered.judged):
            self._remove_block(block, covered)

    def _touches_number(self, block: Block) -> bool:
        classes, text = self.view.fold.classes, self.view.fold.string
        return any(
            DIGIT in classes[start:end] or not _NUMERALS.isdisjoint(text[start:end])
            for start, end in ((block.a0, block.a1), (block.b0, block.b1))
        )

    def _follows_neighbour(self, block: int, piece: Alignment) -> bool:
        """Tell whether a block near by went to the text that stands as near to the kept side of ``piece``."""
        low, high = self.view.range(block)
        for step in range(1, REACH + 1):
            for removal in self.state.by_block.get(block - step, ()):
                here, there = low - removal.end, piece.a0 - max(p.a1 for p in removal.pieces)
                if here < BETWEEN and -BESIDE < there - here < BESIDE:
                    return True
            for removal in self.state.by_block.get(block + step, ()):
                here, there = removal.start - high, min(p.a0 for p in removal.pieces) - piece.a1
                if here < BETWEEN and -BESIDE < there - here < BESIDE:
                    return True
        return False

    def _between(self, block: int) -> list[Alignment]:
        """Align a block that shares no seed with anything with the kept text where it should stand."""
        low, high = self.view.range(block)
        size = high - low
        if not 0 < size <= BETWEEN:
            return []
        out = []
        for removal in self.state.by_block.get(block - 1, ()):
            start = max(p.a1 for p in removal.pieces)
            out.append((start, start + size))
        for removal in self.state.by_block.get(block + 1, ()):
            end = min(p.a0 for p in removal.pieces)
            out.append((end - size, end))
        limit = len(self.view.fold)
        return [
            Alignment(a0, a1, low, high, align(self.view.fold, a0, a1, low, high))
            for a0, a1 in out
            if 0 <= a0 and a1 <= min(limit, low)
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
