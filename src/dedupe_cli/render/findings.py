"""From findings to cards: where each stands, what stays, and how every copy differs from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dedupe_cli.language import _, said
from dedupe_cli.model import Decision
from dedupe_cli.render.conflicts import text_conflicts
from dedupe_cli.render.escape import Glyphs, plain
from dedupe_cli.render.kept import ROWS
from dedupe_cli.render.pieces import GOES, HELD, STAYS, Card, Line, Piece, Role
from dedupe_cli.render.said import Places, Said

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding, Place

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
