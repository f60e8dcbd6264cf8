"""The card of a repeat: the text that stays once, under it what is particular to each place that goes.

A cut inside a paragraph is shown in brackets, with what stays around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe_cli.language import _, ngettext
from dedupe_cli.model import Decision, Group, Member
from dedupe_cli.render.conflicts import conflict_lines, protected_lines
from dedupe_cli.render.phrases import count, lines, number, percent, ranges, tag, times
from dedupe_cli.render.pieces import CUT, GOES, HELD, NEW, PART, Card, Line, Mark, Piece, Role, shown
from dedupe_cli.render.said import SINGLY, Places, Said, kept_lines
from dedupe_cli.render.view import Region, View, first_part, last_part
from dedupe_cli.render.words import FIRST, LAST, changes, ellipsis, ends, long
from dedupe_cli.text.diff import tokens

if TYPE_CHECKING:
    from dedupe_cli.model import Edit

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
    first = view.flat(region.start, region.end if len(members) == 1 else min(region.end, members[0].end))
    pieces = _brief(view, first) if len(tokens(first)) > _ROUND else shown(first, Role.GOES, glyph)
    rest = members[1:]
    if rest:
        between = view.text[members[0].end : rest[0].start + 1]
        space = " " if any(c.isspace() for c in between) else ""
        words = f"{glyph.ellipsis}{count(len(rest), 'more round')}{glyph.ellipsis}"
        pieces += [*shown(between[:-1].strip() + space, Role.GOES, glyph), Piece(words, Role.DIM, solid=True)]
    return _line(view, region, pieces, {CUT}, kept, alike=_alike(members))


def _line(
    view: View, region: Region, pieces: list[Piece], marks: set[Mark], kept: Member | None = None, *, alike: str = ""
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
    return [*([ellipsis(view.glyphs)] if cut else []), *shown(part if cut else part.lstrip(), Role.TEXT, view.glyphs)]


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


# A kept round is beside the others when no more than this lies between (characters; three tokens).
_BESIDE = 80


def repeat_card(view: View, index: int) -> Card:
    """Make the card of one group of which something goes."""
    group = view.plan.groups[index]
    return _Builder(view, group, tuple(view.regions(index))).card()


@dataclass(frozen=True, slots=True)
class _Builder:
    view: View
    group: Group
    regions: tuple[Region, ...]

    def card(self) -> Card:
        view, group = self.view, self.group
        loops, places = self._assign()
        stays = (self._kept_member if self._beside(region) else None for region, _ in loops)
        lines = [rounds_line(view, *loop, kept) for loop, kept in zip(loops, stays, strict=True)]
        inline = bool(loops) and self._beside(loops[0][0])
        kept = [] if inline else kept_lines(view, self._kept_member)
        held = [m for m in group.members if m.decision is Decision.HOLD]
        copies = self._copies(places, held if view.whole else ())
        conflicts = [line for m in held[:SINGLY] if not view.whole for line in conflict_lines(view, group, m)]
        left = protected_lines(view, group)
        return Card(self._title(inline=inline), tag(group), (*kept, *lines, *copies, *conflicts, *left))

    @property
    def _kept_member(self) -> Member:
        return self.group.members[self.group.kept]

    # What goes ----------------------------------------------------------------------------------------------

    def _assign(self) -> tuple[list[tuple[Region, list[Member]]], list[tuple[Member, list[Region]]]]:
        """Sort the copies into rounds of a loop on one line, and places of their own."""
        loops: list[tuple[Region, list[Member]]] = []
        places: list[tuple[Member, list[Region]]] = []
        at = 0
        inside: list[list[Member]] = [[] for _ in self.regions]
        for member in self.group.copies:
            while at < len(self.regions) - 1 and self.regions[at].end <= member.start:
                at += 1
            found = self._over(member, at)
            places.append((member, [self.regions[i] for i in found]))
            if len(found) == 1:
                inside[found[0]].append(member)
        looped: set[int] = set()
        for region, members in zip(self.regions, inside, strict=True):
            stutter = len(members) == 1 and self.group.rule == "D203" and self._beside(region)
            in_one = any(not self.view.borders.between(a.end, b.start) for a, b in pairwise(members))
            row = in_one or (self.group.rule == "D203" and not region.whole)
            if stutter or (len(members) > 1 and row):
                loops.append((region, members))
                looped.update(map(id, members))
        return loops, [p for p in places if id(p[0]) not in looped]

    def _over(self, member: Member, at: int) -> list[int]:
        found = []
        for i in range(at, len(self.regions)):
            region = self.regions[i]
            if region.start >= member.end:
                break
            if any(s.overlaps(region.span) for s in member.spans):
                found.append(i)
        return found

    def _beside(self, region: Region) -> bool:
        """Tell whether the kept round stands directly beside the rounds that go."""
        kept = self._kept_member
        start, end = (kept.end, region.start) if kept.start < region.start else (region.end, kept.start)
        if end - start > _BESIDE or self.view.borders.between(start, end):
            return False
        return len(tokens(self.view.text[start:end])) <= 3

    def _copies(self, places: Sequence[tuple[Member, list[Region]]], held: Sequence[Member]) -> list[Line]:
        """Return lines of the copies that say something of their own, and of those that are only counted."""
        view = self.view
        out = Places(view.passage(self._kept_member.spans, voted=True), view.glyphs, view.whole)
        for member, regions in places:
            whole = bool(regions) and all(region.whole for region in regions)
            one = Said.of(view, self.group, member, GOES)
            if whole or out.full:
                out.add(one)
            else:
                out.own += [part_line(view, region, member, one.against) for region in regions]
        for member in held:
            out.add(Said.of(view, self.group, member, HELD))
        return out.lines()

    # The title ----------------------------------------------------------------------------------------------

    def _title(self, *, inline: bool) -> str:
        group, view = self.group, self.view
        copies = len(group.copies)
        total = copies + 1
        go = ngettext("{n} goes", "{n} go", copies, n=number(copies))
        if inline:
            first = self._kept_member.start < group.copies[0].start
            stay = _("the first stays") if first else _("the last stays")
            return _("{times}, {go}: {stay}", times=_rounds(total), go=go, stay=stay)
        places = [view.lines(s.start, s.end) for s in self._kept_member.spans]
        names = ranges(places)
        where = lines(view.unit, names)
        many = len(names) > 1 or "-" in names[0]
        stay = _("{where} stay", where=where) if many else _("{where} stays", where=where)
        if group.rule == "D203":
            often = _rounds(total, places[-1][1] - places[0][0] + 1, view.unit)
        else:
            often = times(total) if self._kept_is_whole() else _("a passage {times}", times=times(total))
        return _("{times}, {go}: {stay}", times=often, go=go, stay=stay)

    def _kept_is_whole(self) -> bool:
        spans = [self.view.dressed(s) for s in self._kept_member.spans]
        return self.view.is_whole(*self.view.trim(spans[0].start, spans[-1].end)) or len(spans) > 1


def _rounds(total: int, size: int = 1, unit: str = "line") -> str:
    often = _("twice in a row") if total == 2 else count(total, "round")
    if size == 1:
        return often
    return _(
        "{rounds} of {size}", rounds=often, size=count(size, "line") if unit == "line" else count(size, "paragraph")
    )
