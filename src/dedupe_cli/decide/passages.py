"""Neighbouring repeats that are pieces of one passage: they follow one another, in the same order, in all places."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise

from dedupe_cli.model import Span
from dedupe_cli.text.spans import union

# A Han character, or a word: what --min-length counts, as near as is needed here.
_UNIT = re.compile(
    "[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\\W\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+"
)
# So many passages are open at a time, and so many characters may lie between two pieces.
_OPEN, _FAR = 8, 8000


def units(said: str) -> int:
    """Return how many Han characters and words a text has."""
    return len(_UNIT.findall(said))


def has_units(said: str, least: int) -> bool:
    """Tell whether a text has so many Han characters and words, at least one; no more of them are counted."""
    return next(islice(_UNIT.finditer(said), least - 1, None), None) is not None


def hull(spans: Sequence[Span]) -> Span:
    """Return the span from the first of some spans in text order to the last."""
    return Span(spans[0].start, max(span.end for span in spans))


class Gaps:
    """What stands between places of a text, without what takes no part (``skipped``) and what repeats itself."""

    def __init__(self, text: str, skipped: Iterable[Span]) -> None:
        self.text = text
        self._spans = union(skipped)

    def are_near(self, start: int, end: int, most: int) -> bool:
        """Tell whether no more than so many units stand between two offsets; no more of them are counted."""
        if end - start > _FAR:
            return False
        left, at = most, bisect_right(self._spans, start, key=lambda span: span.end)
        while start < end and left >= 0:
            free = min(self._spans[at].start, end) if at < len(self._spans) else end
            left -= sum(1 for _ in islice(_UNIT.finditer(self.text, start, free), left + 1))
            start = max(self._spans[at].end, free) if at < len(self._spans) else end
            at += 1
        return left >= 0


def passages(rows: Sequence[Sequence[Sequence[Span]]], gaps: Gaps, most: int) -> list[list[int]]:
    """Put the numbers of repeats together that are pieces of one passage, in text order; most stay alone.

    A row holds for each place of a repeat what it covers there: what stays first, then the copies in text order. No
    more than ``most`` units may stand between two pieces, in any of the places.
    """
    order = sorted(range(len(rows)), key=lambda n: (rows[n][0][0], rows[n][-1][0]))
    out: list[list[int]] = []
    ends: list[list[Span]] = []
    for number in order:
        hulls = [hull(spans) for spans in rows[number]]
        near = range(len(out) - 1, max(len(out) - 1 - _OPEN, -1), -1)
        found = next((n for n in near if _follows(ends[n], hulls, gaps, most)), None)
        if found is None or not _is_one(rows[number], gaps, most):
            out.append([number])
            ends.append(hulls)
        else:
            out[found].append(number)
            ends[found] = hulls
    return out


def _follows(before: Sequence[Span], after: Sequence[Span], gaps: Gaps, most: int) -> bool:
    """Tell whether places follow those of another repeat, one by one."""
    if len(before) != len(after):
        return False
    pairs = list(zip(before, after, strict=True))
    return all(a.end <= b.start for a, b in pairs) and all(gaps.are_near(a.end, b.start, most) for a, b in pairs)


def _is_one(places: Sequence[Sequence[Span]], gaps: Gaps, most: int) -> bool:
    """Tell whether each place of a repeat is one stretch: nothing of it stands far from the rest."""
    return all(gaps.are_near(a.end, b.start, most) for spans in places for a, b in pairwise(spans))
