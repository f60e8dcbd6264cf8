"""Texts that are made of rows, a line each: rows go as a whole, or lose some of their text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.model import Span, Spot
from dedupe_cli.read.formats.groups import protected
from dedupe_cli.text.compose import is_cut

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedupe_cli.model import Edit, Part, Plan


# Why a row may have to stay.
STAYS = "it reaches over rows of the file"


def spots(char: Callable[[int], Span], part: Callable[[int], Part | None], span: Span) -> tuple[Spot, Spot]:
    """Return where a span begins and ends; ``char`` gives the place of one character, ``part`` what it lies in.

    The end belongs to the row of the last character.
    """
    last = max(span.start, span.end - 1)
    end = char(last)
    return Spot(char(span.start).start, part(span.start)), Spot(end.end if span else end.start, part(last))


def line_of(text: str, starts: Sequence[int], at: int, gap: int = 1) -> Span:
    """Return a line without the ``gap`` newlines behind it; ``starts`` are the offsets of all lines."""
    return Span(starts[at], (starts[at + 1] if at + 1 < len(starts) else len(text)) - gap)


def settle_rows(text: str, plan: Plan, starts: Sequence[int], heads: Sequence[int], gap: int = 1) -> Plan:
    """Fit a plan to rows: one that has no letter left goes, in others only text goes.

    ``heads`` counts for each row the characters at its beginning that are no text, such as a name.
    """
    found: dict[int, list[Edit]] = {}
    for edit in plan.edits:
        at = max(bisect_right(starts, edit.span.start) - 1, 0)
        while at < len(starts) and starts[at] < edit.span.end:
            line = line_of(text, starts, at, gap)
            low = min(max(edit.span.start, line.start), line.end)  # an edit may begin behind the end of a line
            part = Span(low, max(low, min(edit.span.end, line.end)))
            if part and (not edit.replacement or part == edit.span):
                found.setdefault(at, []).append(edit.at(part))
            at += 1
    edits: list[Edit] = []
    for at, own in sorted(found.items()):
        edits += _settled(text, line_of(text, starts, at, gap), heads[at], own, gap)
    return replace(plan, edits=tuple(edits), groups=protected(plan.groups, edits))


def _settled(text: str, line: Span, head: int, own: Sequence[Edit], gap: int) -> list[Edit]:
    place, rest, first = line.start, "", line.start + head
    for edit in own:
        rest += text[max(place, first) : max(edit.span.start, first)] + edit.replacement
        place = edit.span.end
    rest += text[max(place, first) : line.end]
    # What a cleaner leaves or puts in need not be a letter; where a copy goes, marks that are left of it say nothing.
    if not (any(c.isalnum() for c in rest) if any(map(is_cut, own)) else rest.strip()):
        edges = [line.start, *(e.span.start for e in own[1:]), line.end + gap]
        spans = map(Span, edges, edges[1:])
        return [
            (replace(e, replacement="") if e.replacement else e).at(span) for e, span in zip(own, spans, strict=True)
        ]
    return [e.at(Span(max(e.span.start, first), e.span.end)) for e in own if e.span.end > first]


def by_row(
    text: str, starts: Sequence[int], edits: Sequence[Edit], gap: int = 1
) -> tuple[dict[int, list[Edit]], dict[int, Edit]]:
    """Return the edits inside of rows that stay, and for each row that goes the first of its edits."""
    own: dict[int, list[Edit]] = {}
    for edit in edits:
        own.setdefault(bisect_right(starts, edit.span.start) - 1, []).append(edit)
    gone = {at: cut[0] for at, cut in own.items() if cut[-1].span.end > line_of(text, starts, at, gap).end}
    return {at: cut for at, cut in own.items() if at not in gone}, gone
