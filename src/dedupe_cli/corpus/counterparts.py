"""Which cuts are made: of each the counterpart stays, and what is cut is cut once."""

from __future__ import annotations

from bisect import bisect_right, insort_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from dedupe_cli.corpus.stretches import Stretch
from dedupe_cli.model import Span

_SPAN = attrgetter("span")


class Shared(NamedTuple):
    """A cut of the document ``copy``: ``span`` goes, since ``kept`` says in ``kept_said`` what stands there.

    ``held``: the rule by which it stays after all, or nothing.
    """

    copy: int
    span: Span
    kept: int
    kept_said: tuple[Span, ...]
    similarity: float
    held: str = ""

    @property
    def against(self) -> Span:
        """From the first to the last character of the counterpart."""
        return Span(self.kept_said[0].start, self.kept_said[-1].end)


class Made(NamedTuple):
    """The cuts that are made, and those that are held back, by document and place.

    ``instead``: for cuts whose counterpart goes what is to be compared, a document and its stretch.
    """

    cuts: list[Shared]
    held: list[Shared]
    instead: list[tuple[int, Stretch]]


def made(cuts: Iterable[Shared], rank: Mapping[int, float]) -> Made:
    """Walk the documents from the best to the worst, and choose the cuts that are made, the longest first.

    ``rank`` rises with how good a document is; of equal ones the lower row is better. A counterpart stands in a better
    document, so that it is known whether it stays. Where it does not, what stays instead of it is to be compared.
    """
    by_copy: dict[int, list[Shared]] = defaultdict(list)
    for cut in cuts:
        by_copy[cut.copy].append(cut)
    taken: dict[int, list[Shared]] = {}
    instead: dict[tuple[int, int, int], Stretch] = {}
    for row in sorted(by_copy, key=lambda each: (-rank[each], each)):
        mine: list[Shared] = []
        fallen = []
        for cut in sorted((each for each in by_copy[row] if not each.held), key=lambda each: (-len(each.span), each)):
            gone = [each for span in cut.kept_said for each in _touching(taken.get(cut.kept, ()), span)]
            if gone:
                fallen += [(cut.span, each) for each in gone]
            elif not _touching(mine, cut.span):
                insort_right(mine, cut, key=_SPAN)
        taken[row] = mine
        for span, each in fallen:
            if not _touching(mine, span):
                low, high = each.against.start, each.against.end
                instead.setdefault((row, each.kept, span.start), Stretch(each.kept, low, high, span.start, span.end))
    held: dict[int, list[Shared]] = {row: [] for row in taken}
    for row, mine in taken.items():
        for cut in sorted((each for each in by_copy[row] if each.held), key=lambda each: (-len(each.span), each)):
            if not _touching(mine, cut.span) and not _touching(held[row], cut.span):
                insort_right(held[row], cut, key=_SPAN)
    return Made(
        [cut for row in sorted(taken) for cut in taken[row]],
        [cut for row in sorted(held) for cut in held[row]],
        [(row, stretch) for (row, *_), stretch in sorted(instead.items())],
    )


def _touching(cuts: Sequence[Shared], span: Span) -> Sequence[Shared]:
    """Return those of some cuts, disjoint and in order, that share a character with a span."""
    low = bisect_right(cuts, span.start, key=lambda each: each.span.end)
    high = low
    while high < len(cuts) and cuts[high].span.start < span.end:
        high += 1
    return cuts[low:high]
