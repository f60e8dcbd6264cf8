"""A cut inside a paragraph: what stays around it, and what goes in brackets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dedupe_cli.render.escape import shown
from dedupe_cli.render.phrases import count, percent
from dedupe_cli.render.pieces import CUT, GOES, NEW, PART, Line, Mark, Piece, Role
from dedupe_cli.render.view import Region, View, first_part, last_part
from dedupe_cli.render.words import FIRST, LAST, changes, ellipsis, ends, long
from dedupe_cli.text.diff import tokens

if TYPE_CHECKING:
    from dedupe_cli.model import Edit, Member

# Tokens of what stays on either side of a cut, at most.
_CONTEXT = 60
# A round of a loop is shown whole up to this many tokens.
_ROUND = 40
# The round that stays is shown whole up to this many.
_KEPT_ROUND = 160
# Longest cut (characters) that is compared by word.
_COMPARED = 20_000


def part_line(view: View, region: Region, member: Member, kept: str) -> Line:
    """Show a part of a block that goes; its differences from the kept text stand inside of the brackets."""
    inside = [s for s in member.spans if s.overlaps(region.span)]
    text = view.flat(region.start, region.end)
    pieces: list[Piece] = []
    marks: set[Mark] = {CUT}
    if len(inside) == len(member.spans) == 1 and len(text) <= _COMPARED:
        diff = changes(kept, view.passage(inside), view.glyphs, first=FIRST, last=LAST, part=True, whole=view.whole)
        span = view.dressed(inside[0])
        outside = view.text[region.start : span.start] + view.text[span.end : region.end]
        if diff.pieces and diff.places and not diff.form and not outside.strip():
            pieces = list(diff.pieces)
            marks |= diff.marks
    return _line(view, region, pieces or _brief(view, text), marks, alike=_alike([member]))


def rounds_line(view: View, region: Region, members: Sequence[Member], kept: Member | None) -> Line:
    """Show rounds of a loop on one line: the first that goes, and how many more."""
    glyph = view.glyphs
    first = view.flat(region.start, min(region.end, members[0].end))
    pieces = _brief(view, first) if len(tokens(first)) > _ROUND else shown(first, Role.GOES, glyph)
    rest = members[1:]
    if rest:
        between = view.text[members[0].end : rest[0].start + 1]
        space = " " if any(c.isspace() for c in between) else ""
        words = f"{glyph.ellipsis}{count(len(rest), 'more round')}{glyph.ellipsis}"
        pieces += [*shown(between[:-1].strip() + space, Role.GOES, glyph), Piece(words, Role.DIM, solid=True)]
    return _line(view, region, pieces, {CUT}, kept, alike=_alike(members))


def _line(
    view: View,
    region: Region,
    pieces: list[Piece],
    marks: set[Mark],
    kept: Member | None = None,
    *,
    alike: str = "",
) -> Line:
    before, after = _around(view, region, kept)
    if before and not before[-1].text.endswith(" ") and _blank(view.text[region.edits[0].span.start : region.start]):
        before.append(Piece(" "))
    if after and not after[0].text.startswith(" ") and _blank(view.text[region.end : region.edits[-1].span.end]):
        after.insert(0, Piece(" "))
    cut = CUT.around(pieces)
    new = "".join(e.replacement for e in region.edits)
    if new.strip():
        cut += NEW.around(shown(new, Role.KEPT, view.glyphs))
        marks.add(NEW)
    whole = region.whole and not before and not after
    sign, words = GOES if whole else PART, (*before, *cut, *after)
    return Line(sign, view.label(region.start), words, marks=frozenset(marks), alike=alike)


def _brief(view: View, text: str) -> list[Piece]:
    """Show what goes: its ends, or all of it."""
    return long(text, Role.GOES, view.glyphs) if view.whole else ends(text, Role.GOES, view.glyphs)


def _alike(members: Sequence[Member]) -> str:
    found = [member.similarity for member in members]
    return percent(min(found), max(found))


def _blank(text: str) -> bool:
    """Tell whether a cut takes white space beside its words, inside of a line."""
    return bool(text) and not text.strip() and "\n" not in text and "\r" not in text


def _around(view: View, region: Region, kept: Member | None) -> tuple[list[Piece], list[Piece]]:
    """Return what stays before and behind a cut: some sentences, and the kept round of a loop."""
    start, end = view.borders.start(region.start), view.borders.end(region.end)
    low, high = region.start, region.end
    if kept and kept.end <= low:
        low = max(start, kept.start)
    elif kept and kept.start >= high:
        high = min(end, kept.end)
    before = _last(view, start, low)
    after = _first(view, high, end)
    round_before = _round(view, low, region.start, kept)
    round_after = _round(view, region.end, high, kept)
    return [*before, *round_before], [*round_after, *after]


def _round(view: View, start: int, end: int, kept: Member | None) -> list[Piece]:
    text = view.flat(start, end)
    if not kept:
        return []
    if len(tokens(text)) > _KEPT_ROUND:
        return ends(text, Role.TEXT, view.glyphs, first=_ROUND, last=_ROUND)
    return shown(text, Role.TEXT, view.glyphs)


def _last(view: View, start: int, end: int) -> list[Piece]:
    lead = view.staying(start, end)
    if not lead.strip():
        return []
    part = last_part(lead, parts=view.context) if view.context else last_part(lead, clause=True)
    items = tokens(part)
    part = part[items[-_CONTEXT].start :] if len(items) > _CONTEXT else part
    cut = len(part) < len(lead.lstrip()) or not view.borders.begins(start)
    return [
        *([ellipsis(view.glyphs)] if cut else []),
        *shown(part if cut else part.lstrip(), Role.TEXT, view.glyphs),
    ]


def _first(view: View, start: int, end: int) -> list[Piece]:
    rest = view.staying(start, end).rstrip()
    if not rest.strip():
        return []
    part = first_part(rest, parts=max(1, view.context))
    items = tokens(part)
    part = part[: items[_CONTEXT - 1].end] if len(items) > _CONTEXT else part
    return [*shown(part, Role.TEXT, view.glyphs), *([ellipsis(view.glyphs)] if len(part) < len(rest) else [])]


def edit_line(view: View, edit: Edit) -> Line:
    """Show an edit that needs no counterpart: what goes, and what is put in its place."""
    start, end = edit.span.start, edit.span.end
    if edit.kept_in >= 0:  # what stands in another text; of a cleaner's edit white space is the matter
        start, end = view.trim(start, end)
    region = Region(start, end, view.is_whole(start, end), (edit,))
    return _line(view, region, _brief(view, view.flat(start, end)), {CUT})
