"""Where the copies of a text stand: a strip for the text, and arcs from what stays to what goes."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe_cli.language import _, marked
from dedupe_cli.model import Decision
from dedupe_cli.render.phrases import lines

if TYPE_CHECKING:
    from dedupe_cli.render.view import View

# The map is so wide, whatever it is drawn on; a mark is seen from this width on.
WIDTH, _LEAST = 1000.0, 2.0
# Marks of a kind, and arcs, that are drawn; of more, those that touch are one.
_MARKS, _ARCS = 400, 250
_SAID = marked({"kept": "stays", "goes": "goes", "held": "held back"})
_KINDS = {Decision.KEEP: "kept", Decision.REMOVE: "goes", Decision.HOLD: "held"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch on the strip: where it begins, how wide it is, its group and the words for it."""

    x: float
    width: float
    kind: str
    anchor: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Arc:
    """A line from what stays to a copy of it, ``height`` high in the middle (0 to 1)."""

    x0: float
    x1: float
    height: float
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Map:
    """The marks of one text, arcs above them, and the lines that are named below."""

    marks: tuple[Mark, ...]
    arcs: tuple[Arc, ...]
    ticks: tuple[str, ...]


def map_of(view: View, shown: Collection[str], *, arcs: bool) -> Map:
    """Return the map of a text; groups that are ``shown`` on the page are linked."""
    length = max(len(view.text), 1)
    marks: list[Mark] = []
    drawn: list[Arc] = []
    for group in view.plan.groups:
        kept = group.members[group.kept]
        anchor = group.id if group.id in shown else ""
        for member in group.members:
            kind = _KINDS.get(member.decision, "held")
            for span in member.spans:
                x, width = WIDTH * span.start / length, WIDTH * len(span) / length
                where = lines(view.unit, [view.label(span.start)])
                words = _("{what}: {why}", what=where, why=_(_SAID[kind]))
                marks.append(Mark(round(x, 1), round(max(width, _LEAST), 1), kind, anchor, words))
            if arcs and member.decision is Decision.REMOVE:
                low, high = (WIDTH * (m.start + m.end) / 2 / length for m in (kept, member))
                drawn.append(Arc(round(low, 1), round(high, 1), _height(low, high), anchor))
    for edit in view.plan.edits:
        if edit.kept_in >= 0:  # what another text says
            x, width = WIDTH * edit.span.start / length, WIDTH * len(edit.span) / length
            words = _("{where}: stands in another file", where=lines(view.unit, [view.label(edit.span.start)]))
            marks.append(Mark(round(x, 1), round(max(width, _LEAST), 1), "goes", "", words))
    order = {"kept": 0, "held": 1, "goes": 2}
    marks.sort(key=lambda mark: (order[mark.kind], mark.x))
    if len(marks) > _MARKS:
        marks = _joined(marks)
    step = len(drawn) // _ARCS + 1
    places = (round((length - 1) * part / 4) for part in range(5))
    return Map(tuple(marks), tuple(drawn[::step]), tuple(view.label(place) for place in places))


def _height(low: float, high: float) -> float:
    """Return how high an arc is: far ones more, but not in proportion."""
    return round(min(1.0, 0.12 + math.sqrt(abs(high - low) / WIDTH) * 0.88), 3)


def _joined(marks: Sequence[Mark]) -> list[Mark]:
    """Join marks of a kind that touch on the map; they are too many to be pointed at."""
    out: list[Mark] = []
    for mark in marks:
        last = out[-1] if out else None
        if last and last.kind == mark.kind and mark.x <= last.x + last.width + 0.5:
            out[-1] = Mark(last.x, round(max(last.x + last.width, mark.x + mark.width) - last.x, 1), last.kind)
        else:
            out.append(Mark(mark.x, mark.width, mark.kind))
    return out
