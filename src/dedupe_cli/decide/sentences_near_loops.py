"""Which repeats in place may go under ``--apply``, and which sentences near them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dedupe_cli.decide.passages import units
from dedupe_cli.document.split import blocks
from dedupe_cli.model import Reason, Rejection, Repeat, Safety, Span
from dedupe_cli.text.letters import says

if TYPE_CHECKING:
    from dedupe_cli.document.trace import Trace
    from dedupe_cli.settings import Settings

# A sentence near a loop goes in another paragraph than what it repeats only so near, in characters, to a loop of three
# rounds or more.
LOOP_REACH = 2400
# A sentence that stands in so many places, always between other words, is said of as many things.
FORMULA = 5
# In a loop of so many rounds some is not compared with the rest of it: where it counts, sentences whose numbers differ;
# where it is numbers or signs alone, all of it.
LONG_LOOP = 250


def is_allowed(repeat: Repeat, settings: Settings) -> bool:
    """Tell whether a repeat is sure enough for ``--apply``."""
    return settings.apply != "exact" or repeat.safety is Safety.EXACT


def counting_loops(trace: Trace, held: Sequence[Repeat]) -> list[Span]:
    """Return the long loops that were held back as a whole in this round, because they count."""
    out = []
    for repeat in held:
        loop, unit = repeat.cuts[0].span, repeat.kept[0]
        if repeat.cuts[0].held == (Reason.NUMBER,) and len(loop) >= LONG_LOOP * len(unit):
            out += trace.present([Span(min(loop.start, unit.start), loop.end)])
    return out


def wordless_loops(trace: Trace, rejected: Sequence[Rejection]) -> list[Span]:
    """Return the long loops that stay, whatever their score, because they are numbers or signs alone."""
    out = []
    for each in rejected:
        start = each.kept[0].start
        if each.reason == "numbers" and len(each.span) >= LONG_LOOP * (each.span.start - start):
            out += trace.present([Span(start, each.span.end)])
    return out


def in_reach(text: str, trace: Trace, removed: Sequence[Repeat], found: Sequence[Repeat], least: float) -> list[Repeat]:
    """Leave what stands near a loop that went, or in one paragraph with what it repeats.

    Manuals say the same sentence of many things, a few paragraphs apart: that alone is no loop. In one paragraph a
    short sentence, of less than ``least`` units, goes only beside another one that is said again: between new ones it
    may be said of two things.
    """
    # What is kept may be another copy by now, behind the loop.
    loops = [
        Span(min(r.kept[0].start, r.cuts[0].span.start), r.cuts[-1].span.end)
        for r in removed
        if r.rule == "D203" and r.cuts[1:]
    ]
    edges = [span.start for span in blocks(text)]
    said = [span for repeat in found for cut in repeat.cuts for span in (*cut.copy, *cut.kept)]
    starts, ends = sorted(span.start for span in said), sorted(span.end for span in said)
    out = []
    for repeat in found:
        start = repeat.cuts[0].copy[0].start
        place = trace.place(start)
        near = any(loop.start - LOOP_REACH <= place <= loop.end + LOOP_REACH for loop in loops)
        together = bisect_right(edges, start) == bisect_right(edges, repeat.kept[0].start)
        if near or (together and (_size(text, repeat) >= least or _is_beside(text, repeat, starts, ends))):
            out.append(repeat)
    return out


def _size(text: str, repeat: Repeat) -> int:
    """Return how many units the first copy of a repeat has."""
    return sum(units(span.of(text)) for span in repeat.cuts[0].copy)


def _is_beside(text: str, repeat: Repeat, starts: Sequence[int], ends: Sequence[int]) -> bool:
    """Tell whether the first copy of a repeat stands right before or behind something that is said twice, too."""
    low, high = repeat.cuts[0].copy[0].start, repeat.cuts[0].copy[-1].end
    before, behind = bisect_right(ends, low), bisect_left(starts, high)
    gaps = [(ends[before - 1], low)] if before else []
    gaps += [(high, starts[behind])] if behind < len(starts) else []
    return any(not says(text[first:last]) for first, last in gaps)


def is_formula(text: str, said: str) -> bool:
    """Tell whether a sentence is said of many things: in many places, each time with as much, and other, between."""
    between = text.split(said)[1:-1] if said else []
    return (
        len(between) >= FORMULA - 1
        and len(set(between)) == len(between)
        and min(map(len, between)) > 0
        and sum(map(len, between)) >= len(said) * len(between)
    )
