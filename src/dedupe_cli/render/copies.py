"""The card of a repeat: the text that stays once, under it what is particular to each place that goes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe_cli.language import _, ngettext
from dedupe_cli.model import Decision, Span
from dedupe_cli.render.conflicts import conflict_lines, protected_lines
from dedupe_cli.render.cuts import part_line, rounds_line
from dedupe_cli.render.escape import shown
from dedupe_cli.render.phrases import count, lines, number, ranges, shortened, tag, times
from dedupe_cli.render.pieces import GOES, STAYS, Card, Line, Piece, Role
from dedupe_cli.render.view import last_part
from dedupe_cli.render.votes import vote_note, vote_pieces
from dedupe_cli.render.words import changes, ellipsis
from dedupe_cli.text.diff import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.model import Group, Member
    from dedupe_cli.render.view import Region, View

# Rows of a text that stays, and copies that are shown one by one.
ROWS, SINGLY = 6, 12
# Paragraphs of a kept block: more are shown by their first and last.
_PARAGRAPHS = 6
# Differences of form that are worth showing; more (another width throughout, say) are only named.
_FORM_PLACES = 3
# A kept round is beside the others when no more than this lies between (characters; three tokens).
_BESIDE = 80
# Longest copy (characters) that is compared by word.
_COMPARED = 40_000


def repeat_card(view: View, index: int, context: int) -> Card:
    """Make the card of one group of which something goes."""
    group = view.plan.groups[index]
    return _Builder(view, group, tuple(view.regions(index)), context).card()


@dataclass(frozen=True, slots=True)
class _Builder:
    view: View
    group: Group
    regions: tuple[Region, ...]
    context: int

    def card(self) -> Card:
        loops, places = self._assign()
        lines = [self._loop(region, members) for region, members in loops]
        inline = bool(loops) and self._beside(loops[0][0])
        kept = [] if inline else self._kept()
        singles, listed_ = self._copies(places)
        held = [m for m in self.group.members if m.decision is Decision.HOLD]
        conflicts = [line for m in held[:SINGLY] for line in conflict_lines(self.view, self.group, m)]
        left = protected_lines(self.view, self.group)
        return Card(self._title(inline=inline), tag(self.group), (*kept, *lines, *singles, *listed_, *conflicts, *left))

    # What stays ---------------------------------------------------------------------------------------------

    @property
    def _kept_member(self) -> Member:
        return self.group.members[self.group.kept]

    def _kept(self) -> list[Line]:
        """Show the kept text by paragraphs, the clause before it dim when it begins inside one."""
        view = self.view
        spans = [view.dressed(s) for s in self._kept_member.spans]
        blocks = [b for s in spans for b in self.view.paragraphs(s)]
        few = len(blocks) <= _PARAGRAPHS
        shown_blocks = blocks if few else [*blocks[:3], *blocks[-2:]]
        limit = ROWS if len(shown_blocks) <= 2 else 3
        lines = [self._kept_line(b, limit) for b in shown_blocks]
        lines += vote_note(view, self._kept_member.spans)
        if not few:
            hidden = f"{view.glyphs.ellipsis}{count(len(blocks) - 5, 'more paragraph')}{view.glyphs.ellipsis}"
            lines.insert(3, Line(STAYS, before=(Piece(hidden, Role.DIM),)))
        return lines

    def _kept_line(self, span: Span, limit: int) -> Line:
        view = self.view
        start, end = view.block_start(span.start), view.block_end(span.end)
        before: list[Piece] = []
        lead = view.staying(start, span.start)
        if lead.strip():
            clause = last_part(lead, clause=True)
            items = tokens(clause)
            clause = clause[items[-24].start :] if len(items) > 24 else clause
            cut = len(clause) < len(lead) or (start > 0 and not view.begins_at(start))
            before = [*([ellipsis(view.glyphs)] if cut else []), *shown(clause, Role.DIM, view.glyphs)]
        after = (ellipsis(view.glyphs),) if view.text[span.end : end].strip() else ()
        voted, marks = vote_pieces(view, span)
        if voted:
            return Line(STAYS, view.label(span.start), (*before, *voted), "", after, limit, marks=marks)
        return Line(STAYS, view.label(span.start), tuple(before), view.flat(span.start, span.end), after, limit)

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
        return any(not self.view.crosses(a.end, b.start) for a, b in pairwise(members))

    def _beside(self, region: Region) -> bool:
        """Tell whether the kept round stands directly beside the rounds that go."""
        kept = self._kept_member
        start, end = (kept.end, region.start) if kept.start < region.start else (region.end, kept.start)
        if end - start > _BESIDE or self.view.crosses(start, end):
            return False
        return len(tokens(self.view.text[start:end])) <= 3

    def _loop(self, region: Region, members: Sequence[Member]) -> Line:
        kept = self._kept_member if self._beside(region) else None
        return rounds_line(self.view, region, members, kept, self.context)

    def _copies(self, places: Sequence[tuple[Member, list[Region]]]) -> tuple[list[Line], list[Line]]:
        """Lines of the copies that say something of their own; lines of those that are only counted."""
        own: list[Line] = []
        exact: list[Member] = []
        part: list[Member] = []
        form: list[Member] = []
        more: list[Member] = []
        whole_kept = self.view.passage(self._kept_member.spans, voted=True)
        for member, regions in places:
            if len(own) >= SINGLY and not self._is_exact(member, regions, whole_kept):
                more.append(member)
            elif any(not r.whole for r in regions) or not regions:
                own += [part_line(self.view, r, member, self._against(member), self.context) for r in regions]
            elif self._is_exact(member, regions, whole_kept):
                exact.append(member)
            elif self._is_part(member):
                part.append(member)
            else:
                line = self._near(member)
                form.append(member) if line is None else own.append(line)
        counted = [
            *self._listed(exact, _("exact copy"), count(len(exact), "exact copy", "exact copies")),
            *self._listed(
                part, _("exact copy of a part"), count(len(part), "exact copy of a part", "exact copies of a part")
            ),
            *self._listed(
                form,
                _("copy with other punctuation, case or width"),
                count(
                    len(form),
                    "copy with other punctuation, case or width",
                    "copies with other punctuation, case or width",
                ),
            ),
            *self._listed(more, _("more copy"), count(len(more), "more copy", "more copies")),
        ]
        return own, counted

    def _against(self, member: Member) -> str:
        return self.view.passage(member.against or self._kept_member.spans, voted=True)

    def _is_exact(self, member: Member, regions: Sequence[Region], whole: str) -> bool:
        """Tell whether a whole block says, character for character, what stays (white space apart)."""
        if not regions or any(not r.whole for r in regions):
            return False
        first, against = member.spans[0], (member.against or self._kept_member.spans)[0]
        single = len(member.spans) == len(member.against) == 1
        single = single and not self.view.votes(against)
        if single and len(first) == len(against) and first.of(self.view.text) == against.of(self.view.text):
            return against == self._kept_member.spans[0] and len(self._kept_member.spans) == 1
        return self.view.passage(member.spans).split() == whole.split()

    def _is_part(self, member: Member) -> bool:
        """Tell whether a whole block says, character for character, a part of what stays (white space apart)."""
        return self.view.passage(member.spans).split() == self._against(member).split()

    def _near(self, member: Member) -> Line | None:
        """Show what is particular to a copy; ``None`` when that is only its form, in many places."""
        copy, kept = self.view.passage(member.spans), self._against(member)
        label = self.view.label(member.start)
        diff = changes(kept, copy, self.view.glyphs) if max(len(copy), len(kept)) <= _COMPARED else None
        if diff and diff.form and diff.places > _FORM_PLACES:
            return None
        if diff and diff.pieces and diff.places:
            return Line(GOES, label, before=diff.pieces, marks=diff.marks)
        return Line(GOES, label, body=copy, limit=ROWS if diff else 3, role=Role.GOES)

    def _listed(self, members: Sequence[Member], one: str, many: str) -> list[Line]:
        if not members:
            return []
        view = self.view
        if len(members) == 1:
            return [Line(GOES, view.label(members[0].start), before=(Piece(one),))]
        places = ranges(view.lines(m.start, m.end) for m in members)
        where = " ".join(shortened(places, view.glyphs.ellipsis))
        return [Line(GOES, before=(Piece(f"{many}  {where}"),))]

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
