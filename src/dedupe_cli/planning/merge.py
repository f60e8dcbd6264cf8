"""``--keep merged``: three or more noisy copies vote on the characters of the text that stays.

The votes are edits of the kept text. As they make it a better text, what was too noisy to be a copy of it may
now be one: the pipeline looks at the voted text again and maps what it finds there back (``Trace``).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.model import Cut, Edit, Group, Kind, Member, Repeat, Safety, Span
from dedupe_cli.text.spans import touches, union
from dedupe_cli.text.vote import Reading, agreed

if TYPE_CHECKING:
    from dedupe_cli.document.trace import Trace

# Members that a vote needs, the kept one included: two of them would only disagree.
VOTERS = 3
# Stands between two kept stretches that do not touch; it is white space, which is not voted on.
_GAP = "\n"
# What a repeat is called when the copy was exact only after a vote.
_NEAR = {"D101": "D201", "D102": "D201"}


def voted(text: str, edits: Sequence[Edit], groups: Sequence[Group]) -> list[Edit]:
    """Return the edits of the kept text of every group of which :data:`VOTERS` or more differ by noise.

    Ordered by place, apart from one another and from ``edits`` (ascending); each replaces a few characters by
    others. All positions count in ``text``, which is the original one.
    """
    free = _Free(edits)
    out: list[Edit] = []
    for index, group in enumerate(groups):
        if group.held or group.safety is Safety.EXACT or len(group.copies) + 1 < VOTERS:
            continue
        reason = f"by vote of {len(group.copies) + 1} copies"
        for span, new in _changes(text, group):
            if free.take(span):
                out.append(Edit(span, new, group.rule, reason, Safety.SIMILAR, index))
    return sorted(out, key=lambda edit: edit.span)


def _changes(text: str, group: Group) -> Iterable[tuple[Span, str]]:
    """Yield what the vote of one group changes in its kept text."""
    base = _Base(group.members[group.kept].spans)
    count: dict[Reading, int] = {}
    for member in group.copies:
        reading = _reading(text, member, base)
        if reading is not None:
            count[reading] = count.get(reading, 0) + 1
    ballots = [replace(reading, weight=weight) for reading, weight in count.items()]
    for change in agreed(_joined(text, base.spans), ballots):
        span = base.original(change.start, change.end)
        if span is not None:
            yield span, change.new


def _reading(text: str, member: Member, base: _Base) -> Reading | None:
    """Return a copy as a reading of the stretch that it repeats; what it says on purpose is no vote."""
    if not member.against:
        return None
    start, end = base.index(member.against[0].start), base.index(member.against[-1].end)
    meant = (d.kept for d in member.differences if d.kind is Kind.CONTENT)
    silent = tuple((base.index(span.start), base.index(span.end)) for span in meant)
    return Reading(_joined(text, member.spans), start, end, silent=silent)


def _joined(text: str, spans: Sequence[Span]) -> str:
    return _GAP.join(span.of(text) for span in spans)


class _Base:
    """The kept stretches of a group in one string, and where its characters stand in the text."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = spans
        self._starts = [span.start for span in spans]
        self._places = [0]
        for span in spans:
            self._places.append(self._places[-1] + len(span) + len(_GAP))

    def index(self, offset: int) -> int:
        """Return the place of an offset of the text, the nearest one when it lies in no kept stretch."""
        at = max(bisect_right(self._starts, offset) - 1, 0)
        span = self.spans[at]
        return self._places[at] + min(max(offset - span.start, 0), len(span))

    def original(self, start: int, end: int) -> Span | None:
        """Return a stretch as a span of the text, ``None`` when it lies in two kept stretches."""
        at = bisect_right(self._places, start) - 1
        shift = self._starts[at] - self._places[at]
        return Span(start + shift, end + shift) if end + shift <= self.spans[at].end else None


class _Free:
    """What no edit has taken yet."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._taken = [edit.span for edit in edits]

    def take(self, span: Span) -> bool:
        """Take a span; false when a part of it is taken already."""
        if touches(span, self._taken):
            return False
        insort(self._taken, span)
        return True


def original(trace: Trace, repeat: Repeat, votes: Sequence[Edit]) -> Repeat:
    """Return a repeat of the voted text with spans in the original, exact only where nothing was voted."""
    places = [vote.span for vote in votes]
    back = trace.original(repeat)
    cuts = tuple(_closed(cut, places) for cut in back.cuts)
    kept = _close(back.kept, places)
    spans = [*kept, *(span for cut in cuts for span in (cut.span, *cut.kept))]
    if not any(touches(span, places) for span in spans):
        return replace(back, kept=kept, cuts=cuts)
    return replace(
        back,
        rule=_NEAR.get(back.rule, back.rule),
        kept=kept,
        cuts=cuts,
        safety=max(back.safety, Safety.SIMILAR),
    )


def _closed(cut: Cut, places: Sequence[Span]) -> Cut:
    return replace(cut, copy=_close(cut.copy, places), kept=_close(cut.kept, places))


def _close(spans: Sequence[Span], places: Sequence[Span]) -> tuple[Span, ...]:
    """Join spans that only voted places divide."""
    out: list[Span] = []
    for span in union(spans):
        if out and any(p.start <= out[-1].end and span.start <= p.end for p in _near(out[-1].end, places)):
            out[-1] = Span(out[-1].start, span.end)
        else:
            out.append(span)
    return tuple(out)


def _near(offset: int, places: Sequence[Span]) -> Sequence[Span]:
    at = bisect_left(places, Span(offset, offset))
    return places[max(at - 1, 0) : at + 1]
