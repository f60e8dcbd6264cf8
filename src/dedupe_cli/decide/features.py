"""Evidence about a candidate: what speaks for an accident, and what for a repeat that is meant."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.decide.entry_evidence import EVIDENT, Standing, leads
from dedupe_cli.decide.headings import Headings
from dedupe_cli.decide.numbering import Numbers
from dedupe_cli.decide.runs import beside, holes
from dedupe_cli.document.boxes import box, is_labelled, opens_box
from dedupe_cli.document.split import BlockKind
from dedupe_cli.model import Kind
from dedupe_cli.search.kgrams import WINDOW_WEIGHT, window_ends
from dedupe_cli.text.fold import is_han
from dedupe_cli.text.pairs import reads

if TYPE_CHECKING:
    from dedupe_cli.decide.state import Decisions, Removal
    from dedupe_cli.document.view import View
    from dedupe_cli.judge.judge import Judged
    from dedupe_cli.text.alignment import Block
    from dedupe_cli.text.indexed import Indexed

# Twelve Han characters, 26 letters: what is as long says neither much nor little.
USUAL = 132
# Folded characters of a block that are compared.
_LOOK = 300
# ... and so few n-grams that are the same tell little.
_FEW = 40
# So many differences may be the same by chance, and this share of them hardly.
_PAIR, _MOSTLY = 2, 0.75
# Blocks that are alike by what they are.
_NO_WORDS = frozenset({BlockKind.CODE, BlockKind.TABLE, BlockKind.HEADING})
_WORDS = frozenset({BlockKind.PROSE, BlockKind.HEADING})
# ... how much of their length counts, and up to how much: examples say the same code again, however long it is.
_LITTLE, _MOST = 0.25, 5.0
# A text of fewer blocks is short, and in one of a quarter of them nothing is parallel; from so many headings on it has
# sections.
_MANY, _SHORT, _SECTIONS = 60, 2.0, 3
# A longer line is a paragraph.
_LINE = 300
# So many places are the copy and the kept text.
_BOTH = 2
# A window that begins so many letters before a difference reaches over it.
_LETTERS = 4
# Blocks that are lists by what they are, a tag that opens something, and a blank line.
_LISTED = frozenset({BlockKind.ITEM, BlockKind.HEADING, BlockKind.TABLE})
_OPENING = re.compile(r"<[^\W\d][^<>]*(?<!/)>")
_BLANK = re.compile(r"\n[ \t\u3000>]*\r?\n|\r[ \t]*\r")
# Lines of a paragraph that are looked at on either side of a candidate.
_PARAGRAPH = 8
# What is of this size is worth saying once, wherever it stands, and of this one whatever stands around it.
_LONG, _VERY_LONG = 2.5, 4.0
# How much of an entry a note in a box is: pages give the same one again.
_BOXED = 0.4
# A candidate of these alone says nothing in sentences.
_WORDLESS = frozenset({BlockKind.CODE, BlockKind.TABLE, BlockKind.HEADING, BlockKind.RECORD})


class _Alone(NamedTuple):
    """Evidence about a candidate that no other one changes, 0 for the rest of it.

    ``kept``: folded range of the kept text; ``written``: it is a stretch that was written for its sentence; ``small``:
    how little of a text it is, which what stands around it counts for.
    """

    evidence: dict[str, float]
    kept: tuple[int, int]
    written: bool
    small: float


class Features:
    """What is asked of a text again and again while its candidates are weighed."""

    def __init__(self, view: View, popularity: Indexed) -> None:
        self._view, self._popularity = view, popularity
        self._headings, self._numbers = Headings(view), Numbers(view)
        self._known: dict[tuple[Removal, ...], _Alone] = {}
        self._kinds: dict[int, BlockKind] = {}

    def knows(self, parts: Sequence[Removal]) -> bool:
        """Tell whether a candidate was weighed before."""
        return tuple(parts) in self._known

    def of(self, parts: Sequence[Removal], state: Decisions) -> dict[str, float]:
        """Return the evidence about a candidate by name; most of it is 0 where it does not hold.

        What stays is weighed again when it is known what goes: then no more is looked at than what depends on that.
        """
        key = tuple(parts)
        if key not in self._known:
            self._known[key] = self._alone(key)
        alone, view = self._known[key], self._view
        near = sum(view.fold.weight(r.start, r.end) for r in beside(state, parts))
        return alone.evidence | {
            "accidents": 0.0 if alone.written else state.accidents(parts[0].start, parts[-1].end),
            "beside": math.log2(1 + near / USUAL),
            "alike": self._alike(parts, alone.kept, state) * alone.small,
            "changed": float(self._is_changed(parts, state)),
        }

    def _alone(self, parts: Sequence[Removal]) -> _Alone:
        """Return what a candidate says whatever becomes of others."""
        view, first, last = self._view, parts[0], parts[-1]
        whole = all(part.whole for part in parts)
        weights = [view.fold.weight(part.start, part.end) for part in parts]
        kinds = [self._kind(part.block) for part in parts]
        said = sum(w for w, kind in zip(weights, kinds, strict=True) if kind not in _NO_WORDS)
        weight = said + min((sum(weights) - said) * _LITTLE, _MOST * USUAL)
        noise = _noise(parts)
        damage = [j.score for j in noise if not self._stands_elsewhere(j.block)]
        pieces = [piece for part in parts for piece in part.pieces]
        kepts = [view.block_at(part.pieces[0].a0) for part in parts]
        kept = min(p.a0 for p in pieces), max(p.a1 for p in pieces)
        other, end = view.block_at(min(pieces, key=lambda p: p.b0).a0), view.block_at(max(kept[1] - 1, 0))
        gaps = holes(view, parts)
        broken = any(part.broken for part in parts)
        # What two sentences share may be a formula in any text.
        written = any(part.broken and not self._is_torn(part) for part in parts)
        open_, wordless = self._open(parts, weights) if whole else 0.0, _WORDLESS.issuperset(kinds)
        out = {
            "stretch": float(not whole),
            "size": math.log(max(weight, 1) / USUAL),
            "noise": math.log2(1 + sum(score <= EVIDENT for score in damage)),
            "doubt": math.log2(1 + sum(each.score > EVIDENT for each in noise)),
            "accidents": 0.0,
            "exact": float(not noise and self._is_exact(parts)),
            "beside": 0.0,
            "places": self._places(parts),
            "alike": 0.0,
            "apart": float(self._headings.said_over(first.block) != self._headings.said_over(other)),
            "broken": float(broken),
            "changed": 0.0,
            "again": float(self._is_again([each.block for each in noise])),
            "outline": float(self._headings.are_outlined([part.block for part in parts], kepts)),
            "lines": self._lines(parts, weights) if whole else 0.0,
            "holes": math.log2(1 + gaps),
            "short": 0.0 if wordless or written else self._short * (1.0 - open_ if gaps else 1.0),
        }
        brief = min(max(1.0 - out["size"] / _VERY_LONG, 0.0), 1.0)
        large = max(1.0 - self._short / _SHORT, 0.0)
        if whole:  # a sentence that runs on differently in many places is a formula in any text
            out["places"] *= large
        short = min(max(1.0 - out["size"] / _LONG, 0.0), 1.0)
        if first.whole and self._is_led(first.block):
            out["leads"] = 1.0
        elif short and self.leads_on(last):
            out["leads"] = min(2.0 * short, 1.0)  # what is long says more than what it leads to
        out["entry"] = self._entry(parts, short, at_once=first.start == kept[1])
        out |= self._numbers.evidence((first.block, last.block), (other, end)) if whole else {}
        return _Alone(out, kept, written, brief * large)

    def _entry(self, parts: Sequence[Removal], short: float, *, at_once: bool) -> float:
        """Return how much each place of a candidate is one of several that say this for themselves.

        The notes of two versions are, and what stays with something more in it; an entry of a reference, if it is
        short; and a little a note in a box, but not one that is said again ``at_once``.
        """
        standing = self._standing
        if standing.of_versions(parts[0]) or any(map(standing.says_more, parts)):
            return 1.0
        spans = [self._view.fold.span(part.start, part.end) for part in parts]
        boxed = _BOXED if not at_once and self._is_boxed([part.block for part in parts]) else 0.0
        return max(short if short and standing.in_entry(spans) else 0.0, boxed)

    def is_kept_damaged(self, parts: Sequence[Removal]) -> bool:
        """Tell whether the damage is in the text that a candidate would leave: a third place reads as it does."""
        noise = _noise(parts)
        return 2 * sum(self._stands_elsewhere(each.block) for each in noise) > len(noise)

    def _stands_elsewhere(self, block: Block) -> bool:
        """Tell whether a third place reads as the copy does at a difference: then the kept text is the damaged one."""
        place = max(block.b0 - (1 if self._view.has_han(max(block.b0 - 1, 0), block.b1 + 1) else _LETTERS), 0)
        return place < len(self._popularity) and self._popularity.at(place) > 1

    def leads_on(self, part: Removal) -> bool:
        """Tell whether a part of a candidate leads to what stands under it."""
        return not part.broken and self._standing.leads(part) and not (part.whole and self._dangles(part.block))

    def _is_torn(self, part: Removal) -> bool:
        """Tell whether what a stretch of a sentence stands beside was not written for it.

        A mark parts it from that in one of the two texts only, or a new sentence begins there without one, or the two
        Han characters at the seam do not read.
        """
        view, text = self._view, self._view.text
        for place, kept in ((part.start, part.pieces[0].a0), (part.end, part.pieces[-1].a1)):
            if view.is_border(place) and view.is_border(kept):
                continue
            here, there = view.between(place).strip(), view.between(kept).strip()
            first, then = (text[view.fold.at[at]] if at < len(view.fold) else "" for at in (place, kept))
            if bool(here) != bool(there) or first.isupper() > then.isupper():
                return True
            seam = view.fold.string[max(place - 1, 0) : place + 1]
            if not here and len(seam) > 1 and all(is_han(ord(char)) for char in seam) and not reads(seam):
                return True
        return False

    def _is_again(self, blocks: Sequence[Block]) -> bool:
        """Tell whether nearly all differences are made again, the same for the same: damage seldom repeats itself."""
        string = self._view.fold.string
        counts = Counter((string[b.a0 : b.a1], string[b.b0 : b.b1]) for b in blocks)
        again = sum(count for count in counts.values() if count > 1)
        return again > _PAIR and again >= _MOSTLY * len(blocks)

    def is_wordless(self, parts: Sequence[Removal]) -> bool:
        """Tell whether a candidate says nothing in sentences."""
        return all(self._kind(part.block) in _WORDLESS for part in parts)

    @cached_property
    def _standing(self) -> Standing:
        return Standing(self._view)

    def _open(self, parts: Sequence[Removal], weights: Sequence[float]) -> float:
        """Return the share of a candidate in blocks that do not end like a sentence."""
        open_ = (w for part, w in zip(parts, weights, strict=True) if not self._view.is_terminated(part.block))
        return sum(open_) / max(sum(weights), 1)

    def _lines(self, parts: Sequence[Removal], weights: Sequence[float]) -> float:
        """Return the share of a candidate in lines that stand in a row, are no items and do not end like a sentence."""
        view = self._view

        def is_line(block: int) -> bool:
            if (
                view.is_terminated(block)
                or self._kind(block) in _LISTED
                or view.fold.weight(*view.edges(block)) > _LINE
            ):
                return False
            return any(0 <= at < len(view) - 1 and not _BLANK.search(self._gap(at)) for at in (block - 1, block))

        return sum(w for part, w in zip(parts, weights, strict=True) if is_line(part.block)) / max(sum(weights), 1)

    def _is_changed(self, parts: Sequence[Removal], state: Decisions) -> bool:
        """Tell whether the paragraph of a candidate says something else, too, than that of the kept text.

        Lines that end like sentences, and items, are blocks of their own.
        """
        versions, taken = state.versions, {part.block for part in parts}
        if not versions:
            return False
        for part in parts:
            first = self._view.block_at(part.pieces[0].a0)
            if not part.whole:
                if versions.get(part.block) == first:
                    return True
                continue
            last = self._view.block_at(max(part.pieces[-1].a1 - 1, 0))
            for step, kept in ((-1, first), (1, last)):
                beside = self._beside(part.block, step, taken)
                if any(versions.get(block) == kept + block - part.block for block in beside):
                    return True
        return False

    def _beside(self, block: int, step: int, taken: set[int]) -> Iterator[int]:
        """Yield the blocks of a paragraph on one side of one of it, up to one that is ``taken``."""
        for far in range(1, _PARAGRAPH + 1):
            near = block + step * far
            gap = near - max(step, 0)
            if near in taken or not 0 <= gap < len(self._view) - 1 or _BLANK.search(self._gap(gap)):
                return
            yield near

    def _gap(self, block: int) -> str:
        """Return what stands between a block and the next one."""
        return self._view.text[self._view.bounds(block)[1] : self._view.bounds(block + 1)[0]]

    def _is_exact(self, parts: Sequence[Removal]) -> bool:
        """Tell whether what goes is letter for letter what stays."""
        said = self._view.fold.said
        return all(said(p.b0, p.b1) == said(p.a0, p.a1) for part in parts for p in part.pieces if p.b0 < p.b1)

    def _places(self, parts: Sequence[Removal]) -> float:
        """Return which share of the places where the windows of a candidate stand are not in either of it (mean)."""
        ranges: list[tuple[int, int]] = []
        for part in parts:
            low = ranges.pop()[0] if ranges and ranges[-1][1] == part.start else part.start
            ranges.append((low, part.end))
        places = np.concatenate([np.arange(low, min(high, len(self._popularity))) for low, high in ranges])
        if not len(places):
            return 0.0
        counts = np.concatenate([self._popularity.part(low, high) for low, high in ranges])
        mine = np.ones(len(counts))
        several = np.flatnonzero(counts > _BOTH)
        if len(several) > 1:  # what it says several times itself stands as often in its counterpart
            ends = window_ends(self._view.fold, places[several], WINDOW_WEIGHT).tolist()
            string = self._view.fold.string
            said = [string[at:end] for at, end in zip(places[several].tolist(), ends, strict=True)]
            often = Counter(said)
            mine[several] = [often[each] for each in said]
        return float(np.maximum(1.0 - 2.0 * mine / np.maximum(counts, 2), 0.0).mean())

    def _alike(self, parts: Sequence[Removal], kept: tuple[int, int], state: Decisions) -> float:
        """Return how alike the blocks beside both places are: what is meant stands in parallel surroundings."""
        view = self._view
        first, last = view.block_at(kept[0]), view.block_at(max(kept[1] - 1, 0))
        before = self._common(parts[0].block - 1, first - 1, state)
        behind = self._common(parts[-1].block + 1, last + 1, state)
        return max(before, behind)

    def _common(self, block: int, other: int, state: Decisions) -> float:
        """Return the share of short n-grams that two blocks have in common."""
        view = self._view
        if not (0 <= block < len(view) and 0 <= other < len(view)) or block == other or block in state.gone:
            return 0.0
        (low, high), (first, last) = view.edges(block), view.edges(other)
        wordless = not _NO_WORDS.isdisjoint((view.kind(block), view.kind(other)))
        if min(high - low, last - first) < 4:
            return 0.0
        size = 12 if wordless else 3 if view.has_han(low, high) else 8
        mine, theirs = (view.fold.string[a : min(b, a + _LOOK)] for a, b in ((low, high), (first, last)))
        return _common_grams(mine, theirs, size)

    def _kind(self, block: int) -> BlockKind:
        """Return what a block is; HTML is code."""
        if block not in self._kinds:
            kind, said = self._view.kind(block), self._view.said(block)
            if said.startswith("<") and said.endswith(">"):
                kind = BlockKind.CODE
            self._kinds[block] = kind
        return self._kinds[block]

    @cached_property
    def _short(self) -> float:
        """How few blocks a text has under no headings, as a power of two: there hardly a sentence is meant twice."""
        short = max(math.log2(_MANY / max(len(self._view), 1)), 0.0)
        return short if short and sum(map(self._headings.is_heading, range(len(self._view)))) < _SECTIONS else 0.0

    def _dangles(self, block: int) -> bool:
        """Tell whether nothing stands below a block that words could lead to: no list, no code, nothing indented."""
        view = self._view
        if block + 1 >= len(view):
            return True
        if view.said(block + 1)[:1].isspace():
            return False
        return view.kind(block + 1) is BlockKind.HEADING or (
            view.kind(block + 1) in _WORDS and view.is_terminated(block + 1)
        )

    def _is_led(self, block: int) -> bool:
        """Tell whether the block before a list, code or a table leads to it, or opens what holds it: it belongs there.

        Files of an example stand behind each other.
        """
        view = self._view
        if not block or view.kind(block) in _WORDS or box(view.said(block)) is not None:
            return False
        before, code = block - 1, self._kind(block) is BlockKind.CODE
        while code and before and self._kind(before) is BlockKind.CODE:
            if _OPENING.fullmatch(view.said(before)):
                return True
            before -= 1
        return leads(view.said(before))

    def _is_boxed(self, blocks: Sequence[int]) -> bool:
        """Tell whether a candidate begins in a box, or says itself that it is a note: pages give the same one again."""
        view = self._view
        said = next((block for block in blocks if self._kind(block) is not BlockKind.CODE), None)
        if said is None:
            return False
        return is_labelled(view.said(said)) or (said > 0 and opens_box(view.said(said - 1)))


# The same two blocks are asked for again, and one of them beside many others.
@lru_cache(maxsize=1 << 10)
def _common_grams(mine: str, theirs: str, size: int) -> float:
    count = len(mine) - size + 1
    if count <= 0:
        return 0.0
    return sum(map(_grams(theirs, size).__contains__, _windows(mine, size))) / max(count, _FEW)


@lru_cache(maxsize=1 << 7)
def _grams(said: str, size: int) -> frozenset[str]:
    return frozenset(_windows(said, size))


def _windows(said: str, size: int) -> list[str]:
    return [said[at : at + size] for at in range(len(said) - size + 1)]


def _noise(parts: Sequence[Removal]) -> list[Judged]:
    return [item for part in parts for item in part.judged if item.kind is Kind.NOISE]
