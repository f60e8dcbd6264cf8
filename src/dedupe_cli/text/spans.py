"""Spans as stretches of a text that are looked up: their union, and what touches it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from dedupe_cli.model import Span
from dedupe_cli.text.letters import says


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the union of spans as disjoint ones in order, without the empty ones."""
    out: list[Span] = []
    some = (each for each in spans if each.start < each.end)
    for span in sorted(some, key=lambda each: (each.start, each.end)):  # many times as fast as by the spans themselves
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return tuple(out)


def outside(spans: Iterable[Span], cuts: Iterable[Span]) -> list[Span]:
    """Return what of spans, each for itself, lies in none of the cuts; nothing of what is empty."""
    gone = union(cuts)
    out: list[Span] = []
    for span in spans:
        at, place = span.start, bisect_right(gone, span.start, key=lambda each: each.end)
        while place < len(gone) and gone[place].start < span.end:
            if at < gone[place].start:
                out.append(Span(at, gone[place].start))
            at, place = gone[place].end, place + 1
        if at < span.end:
            out.append(Span(at, span.end))
    return out


def touches(span: Span, others: Sequence[Span]) -> bool:
    """Tell whether a span shares a character with one of some disjoint spans in text order."""
    at = bisect_right(others, span.start, key=lambda each: each.end)
    return at < len(others) and others[at].start < span.end


def says_besides(text: str, gone: Iterable[Span], within: Span | None = None) -> bool:
    """Tell whether a letter or digit of a text, or of a span of it, lies in none of some spans."""
    return any(says(part.of(text)) for part in outside([within or Span(0, len(text))], gone))
