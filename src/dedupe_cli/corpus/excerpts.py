"""What two documents share, decided: an excerpt of each around it, compared as within one text, the cuts proved."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from dedupe_cli.across.pair import Pair, said_again
from dedupe_cli.apply.verify import verify_across
from dedupe_cli.corpus.ragged import list_of
from dedupe_cli.corpus.scores import code_of
from dedupe_cli.document.split import blocks
from dedupe_cli.document.view import View
from dedupe_cli.model import Cut, Edit, Safety, Span
from dedupe_cli.settings import ACROSS_LENGTH, Settings
from dedupe_cli.text.fold import fold
from dedupe_cli.text.rewrite import rewrite

# The rule of a repeat across texts, and where nothing is left of a document: it is contained in others.
RULE, CONTAINED = "D301", "D202"
# Characters around a stretch that are looked at, too: its blocks to their borders, and one more on each side.
AROUND = 500
# Cuts with so many characters at most between them are one passage, which is as long as a repeat between files.
BETWEEN, LEAST = 200, ACROSS_LENGTH

_PLACE = dict.fromkeys(("start", "end"), pa.int64())
# An excerpt of the text of a document: where it begins, what it says, and whether it ends with a block on either side.
# It is called by both documents, and by where the stretch begins in the one that may lose text.
_EXCERPT = pa.struct(
    {"low": pa.int64(), **_PLACE, "said": pa.large_string(), **dict.fromkeys(("opens", "closes"), pa.bool_())}
)
EXCERPTS = list_of(other=pa.int64(), start=pa.int64(), excerpt=_EXCERPT)
# A cut: what is deleted, what in the other document says it, and the rule: D4xx where it is held back after all.
CUTS = list_of(**_PLACE, kept_said=pa.list_(pa.struct(_PLACE)), similarity=pa.float64(), rule=pa.string())


class Excerpt(NamedTuple):
    """A part of a text from ``low`` on, around the stretch from ``start`` to ``end`` in it.

    ``opens`` and ``closes``: no block is broken off at its ends.
    """

    low: int
    start: int
    end: int
    said: str
    opens: bool
    closes: bool

    @classmethod
    def of(cls, text: str, paragraphs: Sequence[Span], start: int, end: int) -> Excerpt:
        """Take the excerpt around a stretch of a text."""
        at = bisect_right(paragraphs, start, key=lambda each: each.start) - 2
        to = bisect_left(paragraphs, end, key=lambda each: each.end) + 1
        first = paragraphs[at].start if at > 0 else 0
        last = paragraphs[to].end if to < len(paragraphs) else len(text)
        low, high = max(first, start - AROUND), min(last, end + AROUND)
        return cls(low, start - low, end - low, text[low:high], low == first, high == last)

    def holds(self, span: Span) -> bool:
        """Tell whether a span ends before the excerpt is broken off."""
        return (self.opens or span.start > 0) and (self.closes or span.end < len(self.said))


def excerpts(texts: pa.Array, others: pa.Array, starts: pa.Array, lows: pa.Array, highs: pa.Array) -> pa.Array:
    """Take the excerpts of some texts around their stretches, from ``lows`` to ``highs``."""
    out = []
    for text, *named in zip(*(each.to_pylist() for each in (texts, others, starts, lows, highs)), strict=True):
        paragraphs = blocks(text)
        out.append(
            [
                {"other": other, "start": start, "excerpt": Excerpt.of(text, paragraphs, low, high)._asdict()}
                for other, start, low, high in zip(*named, strict=True)
            ]
        )
    return pa.array(out, EXCERPTS)


def compared(kept: pa.Array, copies: pa.Array, settings: Settings) -> pa.Array:
    """Decide what of some excerpts goes because others say it, each pair for itself."""
    return pa.array(
        [
            list(_cuts(Excerpt(**one), Excerpt(**two), settings))
            for one, two in zip(kept.to_pylist(), copies.to_pylist(), strict=True)
        ],
        CUTS,
    )


def _cuts(kept: Excerpt, copy: Excerpt, settings: Settings) -> Iterator[dict[str, Any]]:
    pair = _equal_blocks(kept, copy) or said_again(kept.said, copy.said, settings)
    cuts = _worth(copy.said, [cut for cut in pair.cuts if copy.holds(cut.span)])
    near = _worth(copy.said, [*cuts, *(cut for cut in pair.held if copy.holds(cut.span))])
    held = [cut for cut in near if cut not in cuts]  # beside what goes it may be short
    edits = tuple(Edit(cut.span, "", RULE, "", pair.safety, 0, cut.kept, 0) for cut in cuts)
    verify_across([kept.said, copy.said], [(), edits], [kept.said, rewrite(copy.said, edits)])
    for cut in (*cuts, *held):
        yield {
            "start": cut.span.start + copy.low,
            "end": cut.span.end + copy.low,
            "kept_said": [{"start": span.start + kept.low, "end": span.end + kept.low} for span in cut.kept],
            "similarity": cut.similarity,
            "rule": code_of(cut.held) if cut.held else RULE,
        }


def _equal_blocks(kept: Excerpt, copy: Excerpt) -> Pair | None:
    """Return the run of blocks that both have letter by letter, if the stretch lies in it: nothing is to be judged."""
    mine, theirs = blocks(copy.said), blocks(kept.said)
    first = bisect_right(mine, copy.start, key=lambda each: each.start) - 1
    last = bisect_left(mine, copy.end, key=lambda each: each.end)
    at = bisect_right(theirs, kept.start, key=lambda each: each.start) - 1
    if not 0 <= first <= last < len(mine) or not 0 <= at <= at + last - first < len(theirs):
        return None
    shift = at - first

    def same(block: int) -> bool:
        there = block + shift
        within = 0 <= block < len(mine) and 0 <= there < len(theirs)
        return within and mine[block].of(copy.said) == theirs[there].of(kept.said)

    if not all(map(same, range(first, last + 1))):
        return None
    while same(first - 1):
        first -= 1
    while same(last + 1):
        last += 1
    low, high = mine[first].start, mine[last].end
    if last + 1 < len(mine):
        span = Span(low, mine[last + 1].start)
    else:
        span = Span(mine[first - 1].end if first else low, high)
    against = tuple(theirs[block + shift] for block in range(first, last + 1))
    return Pair((Cut(span, (Span(low, high),), against),), safety=Safety.EXACT)


def _worth(text: str, cuts: Sequence[Cut]) -> list[Cut]:
    """Leave out what is shorter than a repeat between texts; cuts that lie side by side count together."""
    view = View(fold(text))
    passages: list[list[Cut]] = []
    for cut in sorted(cuts, key=lambda each: each.span):
        if passages and cut.span.start <= passages[-1][-1].span.end + BETWEEN:
            passages[-1].append(cut)
        else:
            passages.append([cut])
    sizes = [sum(view.units(*view.fold.range(span)) for cut in some for span in cut.copy) for some in passages]
    return [cut for some, size in zip(passages, sizes, strict=True) if size >= LEAST for cut in some]
