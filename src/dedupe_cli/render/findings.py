"""From findings to cards: where each stands, what stays, and how every copy differs from it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.language import _, said
from dedupe_cli.model import Decision
from dedupe_cli.render.escape import Glyphs, plain, shown
from dedupe_cli.render.phrases import count, shortened
from dedupe_cli.render.pieces import GOES, HELD, STAYS, Card, Line, Mark, Piece, Role
from dedupe_cli.render.words import changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedupe_cli.finding import Finding, Place

# Copies that are shown one by one, rows of a text, and the longest text (characters) that is compared by word.
_SHOWN, _ROWS, _COMPARED = 8, 3, 40_000
# From so many on, copies in one file that are the same are told in one row.
_TOGETHER = 3
# Longest heading (characters) that is named whole.
_NAMED = 40
# What words of a copy are that does not go.
_ROLES = {Role.GOES: Role.TEXT, Role.LOST: Role.HELD}
_SIGNS = {Decision.REMOVE: GOES, Decision.HOLD: HELD}


def finding_cards(findings: Sequence[Finding], glyphs: Glyphs) -> list[Card]:
    """Return a card for each finding."""
    return [_card(finding, glyphs) for finding in findings]


def _card(finding: Finding, glyphs: Glyphs) -> Card:
    place = finding.place
    kept = finding.members[finding.kept]
    field = f"{place.part.field}: " if place.part and place.part.field else ""
    title = f"{plain(place.address, glyphs)}  {plain(field + said(finding.message), glyphs)}"
    if len(finding.members) == 1:
        lines = [_line(place, place, _text(place), glyphs)]
    else:
        lines = [_line(kept, place, _text(kept), glyphs)]
        rows = list(_rows(finding))
        lines += [
            _together(row, place, glyphs) if row[1:] else _copy(kept, row[0], place, glyphs) for row in rows[:_SHOWN]
        ]
        rest = sum(map(len, rows[_SHOWN:]))
        if rest > 0:
            lines.append(Line(before=(Piece(count(rest, "more copy", "more copies"), Role.DIM),)))
    return Card(title, f"{finding.rule} {finding.id}", tuple(lines), counted=False)


def _rows(finding: Finding) -> Iterator[Sequence[Place]]:
    """Yield the copies row by row: one, or many in one file that say what is kept."""
    kept = _text(finding.members[finding.kept])
    same: dict[tuple[str, Decision], list[Place]] = {}
    for copy in finding.copies:
        if copy.part is None and _text(copy) == kept:
            same.setdefault((copy.path, copy.decision), []).append(copy)
    many = {id(copy): places for places in same.values() if len(places) >= _TOGETHER for copy in places}
    for copy in finding.copies:
        places = many.get(id(copy), [copy])
        if places[0] is copy:
            yield places


def _together(places: Sequence[Place], first: Place, glyphs: Glyphs) -> Line:
    """Name the lines of copies in one file that are the same."""
    where = " ".join(shortened([str(place.row) for place in places], glyphs.ellipsis))
    words = Piece(f"{count(len(places), 'exact copy', 'exact copies')}  {where}", Role.DIM)
    return Line(_SIGNS.get(places[0].decision, STAYS), before=(*_elsewhere(places[0], first, glyphs), words))


def _text(place: Place) -> str:
    return " ".join(place.text.split())


def _line(member: Place, first: Place, text: str, glyphs: Glyphs) -> Line:
    sign = _SIGNS.get(member.decision, STAYS)
    role = Role.GOES if sign == GOES else Role.TEXT
    before, after = _elsewhere(member, first, glyphs), _part(member, glyphs)
    return Line(sign, str(member.row), before, text, after, limit=_ROWS, role=role)


def _part(member: Place, glyphs: Glyphs) -> tuple[Piece, ...]:
    """Name the cue or segment of a member, which its line does not tell; of a paragraph the heading above it."""
    part = member.part
    if part is None or part.kind == "record":
        return ()
    if member.in_lines:
        return (Piece(f"  {said(part.label)}", Role.DIM),)
    name = part.name if len(part.name) <= _NAMED else part.name[: _NAMED - 1] + glyphs.ellipsis
    return (Piece(_("  under {name}", name=plain(name, glyphs)), Role.DIM),) if name else ()


def _elsewhere(member: Place, first: Place, glyphs: Glyphs) -> tuple[Piece, ...]:
    """Name the file of a member that does not stand where the finding is reported."""
    if member.path == first.path:
        return ()
    return (Piece(f"{plain(member.path, glyphs)}  ", Role.NAME),)


def _copy(kept: Place, copy: Place, first: Place, glyphs: Glyphs) -> Line:
    """Show a copy as a word diff against the kept text, whole where that cannot be read."""
    text = _text(copy)
    if text == _text(kept):
        same = Piece(_("the same"), Role.DIM)
        before = (*_elsewhere(copy, first, glyphs), same, *_part(copy, glyphs))
        return Line(_SIGNS.get(copy.decision, STAYS), str(copy.row), before)
    marks: frozenset[Mark] = frozenset()
    pieces = shown(text, Role.GOES, glyphs)
    if len(text) <= _COMPARED:
        diff = changes(_text(kept), text, glyphs)
        if not diff.pieces:
            return _line(copy, first, text, glyphs)
        pieces, marks = list(diff.pieces), diff.marks
    if copy.decision is not Decision.REMOVE:
        pieces = [replace(piece, role=_ROLES.get(piece.role, piece.role)) for piece in pieces]
    sign = _SIGNS.get(copy.decision, STAYS)
    return Line(sign, str(copy.row), (*_elsewhere(copy, first, glyphs), *pieces, *_part(copy, glyphs)), marks=marks)
