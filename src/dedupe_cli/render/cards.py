"""Cards of a plan (what goes, what is held back, then edits and notes) and of findings that may span files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.language import _, ngettext, said
from dedupe_cli.model import LEFT_BROKEN, Decision, Edit, Note, Plan
from dedupe_cli.render.conflicts import held_card, text_conflicts
from dedupe_cli.render.copies import edit_line, repeat_card
from dedupe_cli.render.phrases import count, lines, ranges, shortened
from dedupe_cli.render.pieces import GOES, HELD, STAYS, Card, Glyphs, Line, Piece, Role, plain
from dedupe_cli.render.said import ROWS, Places, Said
from dedupe_cli.render.view import BROKEN, View
from dedupe_cli.text.letters import says

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding, Place

# Edits of one rule that are shown one by one.
_SINGLY = 12
# Places of one note that are shown with their words.
_NOTED = 3


def sizes(plan: Plan) -> tuple[int, int]:
    """Return how many cards of a plan tell what goes, and how many what is held back; notes do not count."""
    held = sum(group.held for group in plan.groups)
    return len(plan.groups) - held + len({(e.rule, e.kept_in) for e in plan.edits if e.group < 0}), held


def cards_of(view: View, going: int, held: int) -> list[Card]:
    """Return ``going`` cards of what goes, ``held`` of what is held back, and notes when all of these are told."""
    groups = view.plan.groups
    alone: dict[tuple[str, int], list[Edit]] = {}
    for edit in view.edits.get(-1, ()):
        alone.setdefault((edit.rule, edit.kept_in), []).append(edit)
    cards = [_going(view, index) for index in [i for i, group in enumerate(groups) if not group.held][:going]]
    cards += [_edits(view, rule, edits) for (rule, _), edits in list(alone.items())[: max(0, going - len(cards))]]
    cards += [held_card(view, group) for group in [group for group in groups if group.held][:held]]
    return [*cards, *_rest(view)] if len(cards) == sum(sizes(view.plan)) else cards


def group_card(view: View, index: int) -> Card:
    """Return the card of one group of a plan."""
    group = view.plan.groups[index]
    return held_card(view, group) if group.held else _going(view, index)


def _going(view: View, index: int) -> Card:
    card, notes = repeat_card(view, index), view.notes[0].get(index)
    return replace(card, lines=(*card.lines, _broken(view, notes))) if notes else card


def _broken(view: View, notes: list[Note]) -> Line:
    """Say under a cut what it leaves behind."""
    words = _("what stays of {where} is a broken sentence ({rule})", where=_where(view, notes), rule=BROKEN)
    return Line(note=words)


def _where(view: View, notes: list[Note]) -> str:
    places = ranges(view.lines(note.span.start, note.span.end) for note in notes)
    return lines(view.unit, shortened(places, view.glyphs.ellipsis))


def _edits(view: View, rule: str, edits: list[Edit]) -> Card:
    """Make a card for edits that need no counterpart."""
    rows = [edit_line(view, edit) for edit in edits[:_SINGLY]]
    if len(edits) > _SINGLY:
        words = _("{what} of this kind", what=count(len(edits) - _SINGLY, "more edit"))
        rows.append(Line(note=words))
    reason = plain(said(edits[0].reason), view.glyphs)
    return Card(_("{what}: {why}", what=count(len(edits), "edit"), why=reason), rule, tuple(rows))


def _noted(view: View, note: Note) -> Line:
    """Show the words that a note is about; of one about a sign, those around it."""
    words = view.flat(note.span.start, note.span.end).strip()
    if not says(words):
        low = max(view.borders.start(note.span.start), note.span.start - _AROUND)
        high = min(view.borders.end(note.span.end), note.span.end + _AROUND)
        words = view.flat(low, high).strip()
    return Line("", view.label(note.span.start), body=words, limit=1)


def _rest(view: View) -> list[Card]:
    """One card for the notes that no cut explains, a row for each message."""
    found: dict[tuple[str, str], list[Note]] = {}
    for note in view.notes[1]:
        found.setdefault((note.rule, note.message), []).append(note)
    rows: list[Line] = []
    for (rule, message), same in found.items():
        tag = Piece(f"  {rule}", Role.DIM)
        if rule == BROKEN and message != LEFT_BROKEN:  # as it was before, and often so in minutes and captions
            one, many = "{n} sentence breaks off in the text as it is", "{n} sentences break off in the text as it is"
            rows.append(Line(before=(Piece(ngettext(one, many, len(same))), tag)))
            continue
        rows.append(Line(before=(Piece(plain(said(message), view.glyphs)), tag)))
        rows += [_noted(view, note) for note in same[:_NOTED]]
        if len(same) > _NOTED:
            rows.append(Line(note=_("also at {where}", where=_where(view, same[_NOTED:]))))
    return [Card(_("noted, not changed"), "", tuple(rows), counted=False)] if rows else []


# Characters on either side of a sign that a note is about.
_AROUND = 12
# Longest heading (characters) that is named whole.
_NAMED = 40
_SIGNS = {Decision.REMOVE: GOES, Decision.HOLD: HELD}


def finding_card(finding: Finding, glyphs: Glyphs, *, whole: bool = False) -> Card:
    """Return the card of a finding; ``whole``: its texts are shown with all that they say."""
    place = finding.place
    field = f"{place.part.field}: " if place.part and place.part.field else ""
    title = f"{plain(place.address, glyphs)}  {plain(field + said(finding.message), glyphs)}"
    return Card(title, f"{finding.rule} {finding.id}", tuple(_lines(finding, glyphs, whole=whole)), counted=False)


def _lines(finding: Finding, glyphs: Glyphs, *, whole: bool) -> Iterator[Line]:
    kept, first = finding.members[finding.kept], finding.place
    text, sign = _text(kept), _SIGNS.get(kept.decision, STAYS)
    apart = [copy for copy in finding.copies if not whole and _is_conflict(kept, copy, first)]
    if not apart or len(apart) < len(finding.copies):
        role = Role.GOES if sign == GOES else Role.TEXT
        file, after = _elsewhere(kept, first, glyphs), _part(kept, glyphs)
        yield Line(sign, str(kept.row), (), text, after, limit=0 if whole else ROWS, role=role, file=file)
    places = Places(text, glyphs, whole)
    for copy in finding.copies:
        if copy in apart:
            continue
        around = _elsewhere(copy, first, glyphs), _part(copy, glyphs)
        sign, where, mine = _SIGNS.get(copy.decision, STAYS), (copy.row, copy.row), _text(copy)
        places.add(Said(sign, where, mine, mine if mine in text else text, copy.similarity, *around))
    yield from places.lines()
    for copy in apart:
        yield from text_conflicts(text, _text(copy), (str(kept.row), str(copy.row)))


def _is_conflict(kept: Place, copy: Place, first: Place) -> bool:
    """Tell whether two places of one text differ in what holds one of them back: one is shown under the other."""
    return copy.decision is Decision.HOLD and copy.path == kept.path == first.path and _text(copy) != _text(kept)


def _text(place: Place) -> str:
    return " ".join(place.text.split())


def _part(member: Place, glyphs: Glyphs) -> tuple[Piece, ...]:
    """Name the cue or segment of a member, which its line does not tell; of a paragraph the heading above it."""
    part = member.part
    if part is None or part.kind == "record":
        return ()
    if member.in_lines:
        return (Piece(f"  {said(part.label)}", Role.DIM),)
    name = part.name if len(part.name) <= _NAMED else part.name[: _NAMED - 1] + glyphs.ellipsis
    return (Piece(_("  under {name}", name=plain(name, glyphs)), Role.DIM),) if name else ()


def _elsewhere(member: Place, first: Place, glyphs: Glyphs) -> str:
    """Name the file of a member that does not stand where the finding is reported."""
    return "" if member.path == first.path else plain(member.path, glyphs)
