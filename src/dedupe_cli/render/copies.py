"""The card of a repeat: the text that stays once, under it what is particular to each place that goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe_cli.language import _, ngettext
from dedupe_cli.model import Decision, Group, Member
from dedupe_cli.render.conflicts import conflict_lines, protected_lines
from dedupe_cli.render.cuts import part_line, rounds_line
from dedupe_cli.render.kept import kept_lines
from dedupe_cli.render.phrases import count, lines, number, ranges, tag, times
from dedupe_cli.render.pieces import GOES, HELD, Card, Line
from dedupe_cli.render.said import SINGLY, Places, Said
from dedupe_cli.text.diff import tokens

if TYPE_CHECKING:
    from dedupe_cli.render.view import Region, View

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
        lines = [self._loop(region, members) for region, members in loops]
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
            row = self._one_line(members) or (self.group.rule == "D203" and not region.whole)
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

    def _one_line(self, members: Sequence[Member]) -> bool:
        return any(not self.view.borders.between(a.end, b.start) for a, b in pairwise(members))

    def _beside(self, region: Region) -> bool:
        """Tell whether the kept round stands directly beside the rounds that go."""
        kept = self._kept_member
        start, end = (kept.end, region.start) if kept.start < region.start else (region.end, kept.start)
        if end - start > _BESIDE or self.view.borders.between(start, end):
            return False
        return len(tokens(self.view.text[start:end])) <= 3

    def _loop(self, region: Region, members: Sequence[Member]) -> Line:
        kept = self._kept_member if self._beside(region) else None
        return rounds_line(self.view, region, members, kept)

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
