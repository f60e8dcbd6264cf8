"""From a plan to cards: what goes, what is held back, then edits and notes that stand for themselves."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.render.conflicts import held_card
from dedupe_cli.render.copies import repeat_card
from dedupe_cli.render.cuts import edit_line
from dedupe_cli.render.escape import plain
from dedupe_cli.render.phrases import count, ranges, shortened
from dedupe_cli.render.pieces import Card, Line, Piece, Role

if TYPE_CHECKING:
    from dedupe_cli.model import Edit, Note
    from dedupe_cli.render.view import View

# Edits of one rule that are shown one by one.
_SINGLY = 12


def cards_of(view: View, context: int, most: int) -> tuple[list[Card], int]:
    """Return up to ``most`` cards of a plan and how many groups there are; notes do not count."""
    groups = view.plan.groups
    order = sorted(range(len(groups)), key=lambda i: groups[i].held)
    alone: dict[str, list[Edit]] = {}
    for edit in view.edits.get(-1, ()):
        alone.setdefault(edit.rule, []).append(edit)
    notes, rest = _notes(view)
    cards = []
    for index in order[:most]:
        card = held_card(view, groups[index]) if groups[index].held else repeat_card(view, index, context)
        extra = tuple(_broken(view, note) for note in notes.get(index, ()))
        cards.append(replace(card, lines=(*card.lines, *extra)))
    for rule, edits in list(alone.items())[: max(0, most - len(cards))]:
        cards.append(_edits(view, rule, edits, context))
    total = len(groups) + len(alone)
    return ([*cards, *_rest(view, rest)] if len(cards) == total else cards), total


def _notes(view: View) -> tuple[dict[int, list[Note]], list[Note]]:
    """Sort the notes: those beside a cut by its group, and the others."""
    starts = [e.span.start for e in view.plan.edits]
    beside: dict[int, list[Note]] = {}
    rest: list[Note] = []
    for note in view.plan.notes:
        i = bisect_left(starts, note.span.start)
        near = [
            e
            for e in view.plan.edits[max(0, i - 1) : i + 2]
            if e.group >= 0 and not view.crosses(*_between(note, e))
        ]
        if near:
            beside.setdefault(near[0].group, []).append(note)
        else:
            rest.append(note)
    return beside, rest


def _between(note: Note, edit: Edit) -> tuple[int, int]:
    if note.span.end <= edit.span.start:
        return note.span.end, edit.span.start
    return edit.span.end, note.span.start


def _broken(view: View, note: Note) -> Line:
    """Say under a cut what it leaves behind."""
    label = view.label(note.span.start)
    words = (
        f"what stays of line {label} is a broken sentence"
        if note.rule == "W101"
        else plain(note.message, view.glyphs)
    )
    return Line(before=(Piece(f"{words} ({note.rule})", Role.DIM),))


def _edits(view: View, rule: str, edits: list[Edit], context: int) -> Card:
    """Make a card for edits that need no counterpart."""
    lines = [edit_line(view, edit, context) for edit in edits[:_SINGLY]]
    if len(edits) > _SINGLY:
        lines.append(
            Line(before=(Piece(f"{count(len(edits) - _SINGLY, 'more edit')} of this kind", Role.DIM),))
        )
    reason = plain(edits[0].reason, view.glyphs)
    return Card(f"{count(len(edits), 'edit')}: {reason}", rule, tuple(lines))


def _rest(view: View, notes: list[Note]) -> list[Card]:
    """One card for each rule with notes that no cut explains."""
    by_rule: dict[str, dict[str, list[Note]]] = {}
    for note in notes:
        by_rule.setdefault(note.rule, {}).setdefault(note.message, []).append(note)
    cards = []
    for rule, messages in by_rule.items():
        lines = []
        for message, found in messages.items():
            places = ranges(view.lines(n.span.start, n.span.end) for n in found)
            where = " ".join(shortened(places, view.glyphs.ellipsis))
            lines.append(Line(before=(Piece(f"{plain(message, view.glyphs)}  {where}"),)))
        total = sum(map(len, messages.values()))
        cards.append(
            Card(f"{count(total, 'note')}, nothing changes there", rule, tuple(lines), counted=False)
        )
    return cards
