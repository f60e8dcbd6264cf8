"""Evidence about a candidate: what speaks for an accident, and what for a repeat that is meant."""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.decide.numbering import Number, number_of
from dedupe_cli.decide.runs import beside
from dedupe_cli.decide.standing import Standing
from dedupe_cli.model import Kind
from dedupe_cli.text.split import BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedupe_cli.collapse.view import View
    from dedupe_cli.decide.state import Decisions, Removal
    from dedupe_cli.text.alignment import Alignment
    from dedupe_cli.text.indexed import Indexed

# Twelve Han characters, 26 letters: what is as long says neither much nor little.
USUAL = 132
# Passages are parallel when they stand so near, in folded characters, to both places of a candidate.
AROUND = 400
# Blocks before and behind a candidate in which a number of its list is looked for.
_LIST = 4
# A copy says so much of a candidate.
_WHOLE = 0.8


class Features:
    """What is asked of a text again and again while its candidates are weighed."""

    def __init__(self, view: View, popularity: Indexed, alignments: Sequence[Alignment]) -> None:
        self._view, self._popularity = view, popularity
        self._alignments = alignments
        self._numbers: dict[int, Number | None] = {}

    def of(self, parts: Sequence[Removal], state: Decisions) -> dict[str, float]:
        """Return the evidence about a candidate by name; most of it is 0 where it does not hold."""
        view, first, last = self._view, parts[0], parts[-1]
        whole = all(part.whole for part in parts)
        weight = sum(view.fold.weight(part.start, part.end) for part in parts)
        pieces = [piece for part in parts for piece in part.pieces]
        kept = min(p.a0 for p in pieces), max(p.a1 for p in pieces)
        noise = sum(j.kind is Kind.NOISE for part in parts for j in part.judged)
        near = self._near((first.start, last.end), kept)
        other = view.block_at(min(pieces, key=lambda p: p.b0).a0)
        span = view.fold.span(first.start, first.end)
        standing = self._standing
        out = {
            "span": float(not whole),
            "size": math.log(max(weight, 1) / USUAL),
            "noise": math.log2(1 + noise),
            "exact": float(not noise and self._is_exact(parts)),
            "beside": math.log2(1 + sum(view.fold.weight(r.start, r.end) for r in beside(state, parts)) / USUAL),
            "places": self._places(parts),
            "copies": math.log2(max(near[0], 1)),
            "parallel": math.log2(1 + near[1] / USUAL),
            "apart": float(self._head(first.block) != self._head(other)),
            "adjacent": float(first.start == kept[1]),
            "leads": float(standing.leads(last)),
            "broken": float(any(part.broken for part in parts)),
            "versions": float(standing.of_versions(first)),
            "quoted": float(standing.is_quoted(first, span)),
            "more": float(any(standing.says_more(part) for part in parts)),
            "listed": self._listed,
            "blocks": math.log2(len(parts)),
            "open": float(whole and not view.is_terminated(last.block)),
            "entry": float(standing.in_entry(span)),
            "others": math.log2(1 + near[2]),
        }
        out |= self._kinds(parts, weight)
        out |= self._numbered(first, last, other) if whole else {}
        return out

    @cached_property
    def _standing(self) -> Standing:
        return Standing(self._view)

    def _is_exact(self, parts: Sequence[Removal]) -> bool:
        """Tell whether what goes is letter for letter what stays."""
        view, text = self._view, self._view.text
        return all(
            view.fold.span(p.b0, p.b1).of(text) == view.fold.span(p.a0, p.a1).of(text)
            for part in parts
            for p in part.pieces
            if p.b0 < p.b1
        )

    def _places(self, parts: Sequence[Removal]) -> float:
        """In how many places the windows of a candidate stand (median), as a power of two."""
        found = [self._popularity.part(part.start, part.end) for part in parts]
        every = np.concatenate(found) if found else np.zeros(0)
        return math.log2(max(float(np.median(every)), 1.0)) if len(every) else 0.0

    @cached_property
    def _passages(self) -> NDArray[np.int64]:
        """Edges of both sides of all passages, and their weight, by their copy."""
        rows = sorted((a.b0, a.b1, a.a0, a.a1) for a in self._alignments)
        every = np.array(rows, dtype=np.int64).reshape(-1, 4)
        sums = self._view.fold.sums
        return np.column_stack([every, sums.at(every[:, 1]) - sums.at(every[:, 0])])

    def _near(self, copy: tuple[int, int], kept: tuple[int, int]) -> tuple[int, float, int]:
        """Return how many passages say a candidate, and the weight of what else is alike around both places."""
        rows = self._passages
        low = int(np.searchsorted(rows[:, 0], copy[0] - 20 * AROUND))
        high = int(np.searchsorted(rows[:, 0], copy[1] + AROUND))
        b0, b1, a0, a1, weight = rows[low:high].T
        inside = np.minimum(b1, copy[1]) - np.maximum(b0, copy[0])
        copies = int((inside >= _WHOLE * (copy[1] - copy[0])).sum())
        outside = (b1 - b0) - np.maximum(inside, 0)
        near = (b0 < copy[1] + AROUND) & (b1 > copy[0] - AROUND) & (a0 < kept[1] + AROUND) & (a1 > kept[0] - AROUND)
        shift = (b0 - a0) - (copy[0] - kept[0])
        near &= (outside > 8) & (np.abs(shift) < AROUND)
        share = outside / np.maximum(b1 - b0, 1)
        around = (b1 > copy[0] - 3 * AROUND) & (inside < 0.5 * (b1 - b0)) & ~near & (weight >= 100)
        return copies, float((weight * share)[near].sum()), int(around.sum())

    @cached_property
    def _heads(self) -> list[int]:
        """The blocks that are headings."""
        return [block for block in range(len(self._view)) if self._view.kind(block) is BlockKind.HEADING]

    def _head(self, block: int) -> str:
        """Return the heading that a block stands under, or that it is."""
        at = bisect_right(self._heads, block) - 1
        return self._view.spans[self._heads[at]].of(self._view.text) if at >= 0 else ""

    @cached_property
    def _listed(self) -> float:
        """The share of the first blocks of a text that are items, records, rows and code."""
        kinds = [self._view.kind(block) for block in range(min(len(self._view), 2000))]
        return sum(kind not in (BlockKind.PROSE, BlockKind.HEADING) for kind in kinds) / max(len(kinds), 1)

    def _kinds(self, parts: Sequence[Removal], weight: int) -> dict[str, float]:
        """Return which share of a candidate is of which kind."""
        out: dict[str, float] = {}
        for part in parts:
            kind = self._view.kind(part.block)
            share = self._view.fold.weight(part.start, part.end) / max(weight, 1)
            out[kind.value] = out.get(kind.value, 0.0) + share
        out.pop(BlockKind.PROSE.value, None)
        return out

    def _numbered(self, first: Removal, last: Removal, other: int) -> dict[str, float]:
        """Return what the numbers of a list say: whether the candidate is its next member, or out of its order."""
        mine, theirs = self._number(first.block), self._number(other)
        label = mine is not None and mine == theirs
        steps = mine is not None and theirs is not None and mine != theirs
        before, behind = self._beside(first.block, mine, -1), self._beside(last.block, mine, 1)
        if mine is None or before is None:
            return {"label": float(label), "steps": float(steps)}
        follows = mine.value == before.value + 1
        passes = behind is not None and behind.value == before.value + 1
        disorder = (passes and not follows) or (not follows and mine.value != 1)
        return {"label": float(label), "steps": float(steps), "follows": float(follows), "disorder": float(disorder)}

    def _number(self, block: int) -> Number | None:
        if block not in self._numbers:
            span = self._view.spans[block]
            self._numbers[block] = number_of(self._view.text, span.start, span.end)
        return self._numbers[block]

    def _beside(self, block: int, mine: Number | None, step: int) -> Number | None:
        """Return the number before or behind a block that is of the same list."""
        if mine is None:
            return None
        for near in range(1, _LIST + 1):
            at = block + step * near
            if not 0 <= at < len(self._view):
                break
            found = self._number(at)
            if found is not None and found.style == mine.style:
                return found
        return None
