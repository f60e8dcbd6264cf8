"""What all steps of the decision look at: text, passages, verdicts, evidence, and what was decided so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from dedupe_cli.decide.candidate_index import by_copy, by_kept
from dedupe_cli.decide.ends import is_inside_word
from dedupe_cli.decide.entry_evidence import Names
from dedupe_cli.decide.features import Features
from dedupe_cli.decide.guards.table import TEARS, guarded
from dedupe_cli.decide.runs import beside
from dedupe_cli.decide.score import Weighed, weigh
from dedupe_cli.decide.state import BLOCKS, LARGE, NOTHING, SURE, Decisions, Earlier, Held, Others, Removal, outermost
from dedupe_cli.document.split import BlockKind
from dedupe_cli.model import Kind, Reason
from dedupe_cli.text.noting import note

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dedupe_cli.decide.cover import Cover
    from dedupe_cli.document.view import View
    from dedupe_cli.judge.judge import Judged
    from dedupe_cli.judge.verdicts import Verdicts
    from dedupe_cli.settings import Settings
    from dedupe_cli.text.alignment import Alignment, Block
    from dedupe_cli.text.indexed import Indexed

# One content difference holds the whole block in a pair with less noise than this, its sentence in a noisier one; so
# does what the copy says more, of this weight (seven Han characters, 15 letters): a clause, the head of a page.
QUIET_RATE, QUIET_BLOCKS, ADDED = 0.008, 5, 75
# A line that parts one thing from the next.
_RULE = re.compile(r"(?:[-*_] *){3,}|[—─=]{3,}")
# What is no prose stays between two texts, where nothing is weighed.
_NO_PROSE = frozenset({BlockKind.HEADING, BlockKind.TABLE, BlockKind.CODE})


class Context:
    """What the steps of a decision share.

    ``by_copy`` and ``by_kept`` list the passages whose later or earlier side touches a block, for each block to which
    they can do anything, if it is one of ``only`` some; ``refused`` counts what was held back. ``weighs``: a candidate
    goes when its score says so; else any that is prose does. ``earlier``: what is known from earlier rounds; ``asks``:
    candidates that stay are recorded.
    """

    def __init__(
        self,
        view: View,
        alignments: Sequence[Alignment],
        popularity: Indexed,
        verdicts: Verdicts,
        settings: Settings,
        only: NDArray[np.bool_] | None = None,
        *,
        weighs: bool = True,
        earlier: Earlier = NOTHING,
        asks: bool = False,
    ) -> None:
        self.view, self.verdicts, self.settings = view, verdicts, settings
        self.popularity = popularity
        self.by_copy, self.by_kept = (
            found if only is None else {block: rows for block, rows in found.items() if only[block]}
            for found in (by_copy(view, alignments), by_kept(view, alignments))
        )
        self._only = only
        self.state = Decisions.of(len(view.fold), asks=asks)
        self.weighs = weighs and settings.unit != "line"
        self._earlier = earlier
        self.state.known = earlier.accidents
        self.features = Features(view, popularity)
        self._names = Names(view)
        self.refused = 0

    def decides(self, block: int) -> bool:
        """Tell whether a block is one of those that are decided on."""
        return self._only is None or bool(self._only[block])

    def is_brief(self, block: int) -> bool:
        """Tell whether a block is too short to be worth a finding."""
        return self.view.units(*self.view.edges(block)) < self.settings.min_length

    def similar(self, pieces: Sequence[Alignment]) -> bool:
        """Tell whether pieces are as similar, taken together, as the settings ask for."""
        equal = sum(p.equal() for p in pieces)
        length = sum((p.a1 - p.a0) + (p.b1 - p.b0) for p in pieces)
        found = 200.0 * equal / length if length else 100.0
        return note("similarity", found, reached=found >= self.settings.similarity)

    def takes(self, block: int, covered: Cover) -> bool:
        """Tell whether what covers a block lets it go: alike enough, and nothing relies on it."""
        return self.state.free(*self.view.edges(block)) and self.similar(covered.pieces)

    def stands(self, pieces: Sequence[Alignment]) -> bool:
        """Tell whether the kept sides of all pieces are wholly in the text that stays, and are not nothing."""
        return any(piece.a0 < piece.a1 for piece in pieces) and all(map(self.state.stands, pieces))

    def whole(self, block: int, covered: Cover) -> Removal:
        """Return what goes when a whole block does."""
        low, high = self.view.edges(block)
        return Removal(low, high, block, whole=True, pieces=covered.pieces, judged=covered.judged)

    def offer(self, parts: Sequence[Removal]) -> bool:
        """Let a candidate go if the evidence says that it is an accident, and what says the same stays."""
        parts = [part for part in parts if self.stands(part.pieces)]
        # What was weighed before is only asked again whether what says the same stays.
        if not self.features.knows(parts):
            parts = [part for part in parts if not self._is_other(part)]
            if not parts or not self._may_go(parts):
                return False
        weighed = None
        if self.weighs:
            weighed = self.weighed(parts)
            self.state.chances.setdefault((parts[0].start, parts[-1].end), weighed.alone)
            if not weighed.goes:
                wordless = self.features.is_wordless(parts)  # a table, code: that it stands alone is no news
                (self.state.short if wordless else self.state.rejected).append((tuple(parts), weighed))
                self.state.leave(parts, "meant", weighed)
                return False
        elif self.settings.unit != "line" and any(self.view.kind(part.block) in _NO_PROSE for part in parts):
            self.state.leave(parts, "words")
            return False
        self.state.remove(parts, weighed)
        self._signs_between(parts)
        self._rule_beside(parts)
        return True

    def _may_go(self, parts: Sequence[Removal]) -> bool:
        """Tell whether a candidate is long enough and no guard keeps it, whatever its evidence says."""
        if not self.is_long_enough(parts):
            self.leave_short(parts)
            return False
        if guard := guarded(self.view, parts):
            self.state.leave(parts, guard)
            if guard not in {"title", "tags"}:  # that a heading, a table or a tag stands alone is no news
                self.state.kept_back += [(part, Reason.ENTRY) for part in parts]
            if guard in TEARS:
                self.state.torn += parts
            return False
        return True

    def _is_other(self, part: Removal) -> bool:
        """Tell whether a part says something of another name than its counterpart; that is told."""
        if not self._names.differ(part):
            return False
        self.state.kept_back.append((part, Reason.NAME))
        self.state.leave((part,), "name")
        return True

    def is_long_enough(self, parts: Sequence[Removal]) -> bool:
        """Tell whether a candidate is a repeat by its length, with what went beside it."""
        return self._is_length_of(parts) or self._is_length_of([*parts, *beside(self.state, parts)])

    def leave_short(self, parts: Sequence[Removal]) -> None:
        """Record that a candidate is too short, until something goes beside it."""
        self.state.short.append((tuple(parts), None))
        self.state.leave(parts, "short")

    def _is_length_of(self, parts: Sequence[Removal]) -> bool:
        """Tell whether some parts are long enough together; no more of them are measured than must be."""
        lengths = accumulate(self.view.units(part.start, part.end) for part in parts)
        return any(length >= self.settings.min_length for length in lengths)

    def learn(self) -> None:
        """Tell from all candidates together which share of the repeats of the text are accidents.

        A large part of it that was pasted with all that is in it tells nothing of a sentence.
        """
        chances = self.state.chances
        counted = {at: chances[at] for at in outermost(chances) if chances[at] < SURE or not self._is_large(*at)}
        self.state.others = Others(self._earlier.in_place, counted)

    def _is_large(self, start: int, end: int) -> bool:
        """Tell whether a folded range is a large share of the text, or many blocks."""
        return end - start > LARGE * len(self.view.fold) or len(self.view.blocks_in(start, end)) > BLOCKS

    def weighed(self, parts: Sequence[Removal]) -> Weighed:
        """Return what the evidence says about a candidate."""
        return weigh(self.features.of(parts, self.state), self.settings)

    def _signs_between(self, parts: Sequence[Removal]) -> None:
        """Let what has no letters go with the blocks on both sides of it, where it stands between their kept texts."""
        for part, other in pairwise(parts):
            between = range(part.block + 1, other.block)
            if part.whole and other.whole and between and not self.view.lettered(between.start, between.stop):
                first = self.view.block_at(max(part.pieces[-1].a1 - 1, 0)) + 1
                if [self._said(n) for n in between] == [self._said(first + n) for n in range(len(between))]:
                    self.state.gone.update(between)

    def _rule_beside(self, parts: Sequence[Removal]) -> None:
        """Let a rule go with what it parts from the text around it, where the same one stands beside the kept text.

        One rule only, the one behind first: the other one was there before.
        """
        first, last = parts[0], parts[-1]
        other, end = self.view.block_at(first.pieces[0].a0), self.view.block_at(max(last.pieces[-1].a1 - 1, 0))
        for part, rule, same in ((last, last.block + 1, end + 1), (first, first.block - 1, other - 1)):
            if part.whole and min(rule, same) >= 0 and rule != same:
                said = self._said(rule)
                if _RULE.fullmatch(said) and said == self._said(same) and not self._underlines(rule):
                    self.state.gone.add(rule)
                    return

    def _underlines(self, block: int) -> bool:
        """Tell whether a line of signs belongs to the title above it, which stays."""
        return block > 0 and block - 1 not in self.state.gone and self.view.is_underlined(block - 1)

    def _said(self, block: int) -> str:
        return self.view.said(block).strip() if block < len(self.view) else ""

    def hold(self, pieces: Sequence[Alignment], content: Sequence[Judged]) -> None:
        """Record pairs that are held back, when they are long and alike enough to be worth a finding."""
        self.refused += 1
        for piece in pieces:
            mine = tuple(j for j in content if piece.b0 <= j.block.b0 and j.block.b1 <= piece.b1)
            if not mine or not self.similar([piece]):
                continue
            self.state.versions[self.view.block_at(piece.b0)] = self.view.block_at(piece.a0)
            if self.view.units(piece.b0, piece.b1) >= self.settings.min_length:
                self.state.held.append(Held(piece, mine))

    def is_quiet(self, pair: Alignment, judged: Sequence[Judged]) -> bool:
        """Tell whether a pair has little noise, so that a difference in it concerns the whole block.

        What the copy says more, in so many words, concerns its sentence only.
        """
        content = self.verdicts.blocking(judged)
        if content and all(self._is_added(item.block) for item in content):
            return False
        noise = sum(j.kind is Kind.NOISE for j in judged)
        return noise == 0 or (noise < QUIET_BLOCKS and self.verdicts.rate(pair) < QUIET_RATE)

    def _is_added(self, block: Block) -> bool:
        """Tell whether a difference is whole words that the copy says more."""
        a0, a1, b0, b1 = block
        added = a0 == a1 and self.view.fold.weight(b0, b1) >= ADDED
        return added and not (is_inside_word(self.view, b0) or is_inside_word(self.view, b1))
