"""The desk at which the steps of the decision work: text, passages, verdicts, and what was decided so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.collapse.sift import by_copy, by_kept
from dedupe_cli.collapse.state import Decisions, Held, Removal
from dedupe_cli.model import Kind
from dedupe_cli.text.split import BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.collapse.cover import Cover
    from dedupe_cli.collapse.judge import Judged
    from dedupe_cli.collapse.verdict import Verdicts
    from dedupe_cli.collapse.view import View
    from dedupe_cli.settings import Settings
    from dedupe_cli.text.alignment import Alignment
    from dedupe_cli.text.indexed import Indexed

# One content difference holds the whole block in a pair with less noise than this, its sentence in a noisier one.
QUIET_RATE, QUIET_BLOCKS = 0.008, 5
# Lines of verse that end like this are sentences.
_FULL_STOPS = frozenset("。！？”’」』")
_STAYS = frozenset({BlockKind.HEADING, BlockKind.TABLE, BlockKind.CODE, BlockKind.VERSE})
# List items and records stay when they are short; one of so many units is prose that happens to have a label.
_STAYS_SHORT = frozenset({BlockKind.ITEM, BlockKind.RECORD})
LONG_ITEM = 40


class Desk:
    """What all steps look at, and where they put what they decide.

    ``by_copy`` and ``by_kept`` list the passages whose later or earlier side touches a block, for each block to which
    they can do anything; ``later`` collects blocks that may not go for themselves, and ``covered`` tells of those that
    were judged whether text that stays says all of them; ``refused`` counts what was held back.
    """

    def __init__(
        self,
        view: View,
        alignments: Sequence[Alignment],
        popularity: Indexed,
        verdicts: Verdicts,
        settings: Settings,
    ) -> None:
        self.view, self.verdicts, self.settings = view, verdicts, settings
        self.popularity = popularity
        self.by_copy, self.by_kept = by_copy(view, alignments), by_kept(view, alignments)
        self.state = Decisions.of(len(view.fold))
        self.later: list[int] = []
        self.covered: dict[int, bool] = {}
        self.refused = 0

    def may_go(self, block: int) -> bool:
        """Tell whether a block may go for itself: long enough, and no heading, list, table, code or refrain."""
        return not self.is_brief(block) and self.is_free_kind(block)

    def is_brief(self, block: int) -> bool:
        """Tell whether a block is too short to go for itself, or to be worth a finding."""
        return self.view.units(*self.view.edges(block)) < self.settings.min_length

    def is_free_kind(self, block: int) -> bool:
        """Tell whether a block is prose; lines of verse that end like Chinese sentences count as prose."""
        if self.settings.unit == "line":
            return True  # lines were asked for, whatever they are
        kind = self.view.kind(block)
        if kind is BlockKind.VERSE:
            return self.view.text[self.view.spans[block].end - 1] in _FULL_STOPS
        if kind in _STAYS_SHORT:
            return self.view.units(*self.view.edges(block)) >= LONG_ITEM
        return kind not in _STAYS

    def same_label(self, block: int, covered: Cover) -> bool:
        """Tell whether a block may be a copy by its label: in a statute only under the same article."""
        if not self.view.is_statute:
            return True
        article = self.view.article(block)
        return bool(article) and article == self.view.article(self.view.block_at(covered.kept_start))

    def similar(self, pieces: Sequence[Alignment]) -> bool:
        """Tell whether pieces are as similar, taken together, as the settings ask for."""
        equal = sum(p.equal() for p in pieces)
        length = sum((p.a1 - p.a0) + (p.b1 - p.b0) for p in pieces)
        return 200.0 * equal >= self.settings.similarity * length

    def takes(self, block: int, covered: Cover) -> bool:
        """Tell whether what covers a block lets it go: alike enough, under the same label, and nothing relies on it."""
        free = self.state.free(*self.view.edges(block))
        return free and self.similar(covered.pieces) and self.same_label(block, covered)

    def stands(self, pieces: Sequence[Alignment]) -> bool:
        """Tell whether the kept sides of all pieces are wholly in the text that stays, and are not nothing."""
        return any(piece.a0 < piece.a1 for piece in pieces) and all(map(self.state.stands, pieces))

    def remove_block(self, block: int, covered: Cover) -> None:
        """Let a whole block go, if what says the same stays: covering it may have reached into text that goes."""
        if not self.stands(covered.pieces):
            return
        low, high = self.view.edges(block)
        self.state.remove(Removal(low, high, block, whole=True, pieces=covered.pieces, judged=covered.judged))

    def hold(self, pieces: Sequence[Alignment], content: Sequence[Judged]) -> None:
        """Record pairs that are held back, when they are long and alike enough to be worth a finding."""
        self.refused += 1
        for piece in pieces:
            mine = tuple(j for j in content if piece.b0 <= j.block.b0 and j.block.b1 <= piece.b1)
            long_enough = self.view.units(piece.b0, piece.b1) >= self.settings.min_length
            if mine and long_enough and piece.similarity() >= self.settings.similarity:
                self.state.held.append(Held(piece, mine))

    def is_border(self, place: int) -> bool:
        """Tell whether a sentence begins or ends at a folded position."""
        return self.view.is_border(place)

    def is_quiet(self, pair: Alignment, judged: Sequence[Judged]) -> bool:
        """Tell whether a pair has little noise, so that a difference in it concerns the whole block."""
        noise = sum(j.kind is Kind.NOISE for j in judged)
        return noise == 0 or (noise < QUIET_BLOCKS and self.verdicts.rate(pair) < QUIET_RATE)
