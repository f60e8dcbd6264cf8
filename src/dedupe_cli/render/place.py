"""``dedupe explain --at``: what one place repeats, what goes, what stays, and what decided that."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from dedupe_cli.document.split import blocks
from dedupe_cli.errors import SettingsError
from dedupe_cli.language import _, marked, said
from dedupe_cli.model import Decision, Group, Member, Plan, Rejection, Source, Span, why_protected
from dedupe_cli.render.conflicts import told_conflicts
from dedupe_cli.render.explain import PARTIAL, decided, differing, to_go, weighed, why
from dedupe_cli.render.phrases import lines, percent, ranges, reasons, tag
from dedupe_cli.render.pieces import Glyphs, plain
from dedupe_cli.render.terminal_style import Measure
from dedupe_cli.render.view import View
from dedupe_cli.text.fold import fold

# What is said of a place, of one other line and of several.
_SAME_GOES, _AGAIN_GOES, _LIKE_STAYS, _SAME_STAYS, _BEFORE_STAYS, _SAYS_IT, _SAYS_SOME, _LIKE_BUT = marked(
    (
        ("stays: {where} says the same and goes", "stays: {where} say the same and go"),
        ("stays: {where} says it again at once and goes", "stays: {where} say it again at once and go"),
        ("stays: {where} is like it and stays, too", "stays: {where} are like it and stay, too"),
        ("goes: {where} says the same and stays", "goes: {where} say the same and stay"),
        ("goes: {where} says it before and stays", "goes: {where} say it before and stay"),
        ("stays: {where} says it, too", "stays: {where} say it, too"),
        ("stays: {where} says some of it, too", "stays: {where} say some of it, too"),
        ("stays: {where} is like it, but {why}", "stays: {where} are like it, but {why}"),
    )
)
# Cells of the row that shows the place, of its text at least, and rejections that are told.
_WIDTH, _LEAST, _MOST = 80, 40, 5


class At(NamedTuple):
    """A place as it was asked for: a line (or paragraph) of a file, and a column, 0 for all of the line."""

    path: str
    line: int
    column: int = 0

    def __str__(self) -> str:
        name = _("standard input") if self.path == "-" else self.path
        return f"{name}:{self.line}" + (f":{self.column}" if self.column else "")


def explained(source: Source, plan: Plan, at: At, length: Callable[[str], int], glyphs: Glyphs | None = None) -> str:
    """Return what is to be said of a place; ``length`` counts as ``--min-length`` does."""
    place = _Place(View(source, plan, glyphs or Glyphs()), at, length)
    told = [place.told(group, number) for number, group in enumerate(plan.groups)]
    parts = [part for part in told if part]
    others = [e for e in plan.rejections if place.touches((e.span, *e.kept)) and not place.is_told(e)]
    others.sort(key=lambda each: (each.score is None, -(each.score or 0.0), each.span))
    parts += [place.stays(each) for each in _largest(others)[:_MOST]]
    return "\n".join([place.head(), *(parts or place.nothing())]) + "\n"


def _largest(rejections: Sequence[Rejection]) -> list[Rejection]:
    """Leave out what is but a part of one before it, and of what that repeats: it would go with that, or later."""
    out: list[Rejection] = []
    for each in rejections:
        if not any(told.span.covers(each.span) and all(map(_hull(told).covers, each.kept)) for told in out):
            out.append(each)
    return out


def _hull(rejection: Rejection) -> Span:
    """Return the stretch from the first to the last place that a rejection repeats."""
    return Span(min(span.start for span in rejection.kept), max(span.end for span in rejection.kept))


class _Place:
    """One place of a text, and what is there."""

    def __init__(self, view: View, at: At, length: Callable[[str], int]) -> None:
        self.view, self.at, self.length = view, at, length
        self._told: list[Span] = []
        highest = view.highest if view.text else 0
        if not 1 <= at.line <= highest:
            has = f"its last {view.unit} is {highest}" if highest else "it is empty"
            raise SettingsError(f"{plain(str(at))}: no such {view.unit}", hint=has)
        self.line = self._row(at.line) if view.unit == "line" else ""
        if self.line and at.column > len(self.line) + 1:
            raise SettingsError(f"{plain(str(at))}: no such column", hint=f"the line has {len(self.line)} characters")

    def head(self) -> str:
        """Return the place with the beginning of what stands there."""
        whole = self.line.strip() if self.view.unit == "line" else self._paragraph()
        place, words, cells = plain(str(self.at)), plain(whole[:_WIDTH], self.view.glyphs), Measure().cells
        room, more = max(_WIDTH - cells(f"{place}  "), _LEAST), self.view.glyphs.ellipsis
        if len(whole) <= _WIDTH and cells(words) <= room:
            return f"{place}  {words}".rstrip()
        while cells(words + more) > room:
            words = words[:-1]
        return f"{place}  {words}{more}"

    def _paragraph(self) -> str:
        """Return the text of the paragraph that was asked for, of a file that has no lines."""
        start = 0
        for row in self.view.text.splitlines(keepends=True):
            if row.strip() and self.view.line(start) == self.at.line:
                return row.strip()
            start += len(row)
        return ""

    @cached_property
    def _rows(self) -> range:
        """The lines that are asked about: of one of signs alone those of its block, or of what the signs stand at."""
        table, first = self.view.table, self.at.line
        if self.view.unit != "line" or fold(self.line).string:
            return range(first, first + 1)
        spans = (range(table.line(block.start), table.line(block.end) + 1) for block in blocks(table.text))
        rows = next((each for each in spans if first in each), range(first, first + 1))
        if not self.line.strip() or self._say(rows):
            return rows
        blank = [0, *(n for n in range(1, table.count + 1) if not self._row(n).strip()), table.count + 1]
        at = bisect(blank, first)
        return range(blank[at - 1] + 1, blank[at])

    def _row(self, number: int) -> str:
        """Return one line of the file."""
        return self.view.table.span(number).of(self.view.table.text)

    def _say(self, rows: Iterable[int]) -> bool:
        """Tell whether some lines say anything: a letter or a digit."""
        return any(fold(self._row(number)).string for number in rows)

    def touches(self, spans: Iterable[Span]) -> bool:
        """Tell whether one of some spans reaches into the place."""
        return any(self._is_in(span) for span in spans)

    def _is_in(self, span: Span) -> bool:
        if not self.at.column:
            first, last = self.view.lines(span.start, span.end)
            return first < self._rows.stop and self._rows.start <= last
        low, high = self.view.corners(span)
        return low <= (self.at.line, self.at.column) < high

    def told(self, group: Group, number: int) -> str:
        """Return what a group says of the place, nothing when it does not reach there."""
        mine = [member for member in group.members if self.touches(member.spans)]
        cuts = (Span(*self.view.trim(edit.span.start, edit.span.end)) for edit in self.view.edits.get(number, ()))
        if not mine and self.touches(cut for cut in cuts if cut):  # a rule or a mark goes with the words beside it
            mine = list(group.copies[:1])
        if not mine:
            return ""
        kept = group.members[group.kept]
        gone = group.copies
        held = [member for member in group.members if member is not kept and member not in gone]
        loop = group.rule == "D203"
        out = []
        for member in mine:
            if member is kept:
                if gone:
                    out.append(self._who(gone, _AGAIN_GOES if loop else _SAME_GOES))
                if held:
                    out.append(self._who(held, _LIKE_STAYS))
            elif member.decision is Decision.REMOVE:
                out.append(self._who([kept], _BEFORE_STAYS if loop else _SAME_STAYS))
            else:
                out.append(self._held(group, kept, member))
        differing_here = [m for m in (held if kept in mine else mine) if m in held][:_MOST] if differing(group) else []
        for member in differing_here:
            out += _indented(told_conflicts(self.view, group, member, str(self.at.line)))
        low, high = group.similarity
        if low < 100:
            out.append(_("  {tag}: {percent} alike", tag=tag(group), percent=percent(low, high)))
        else:
            out.append(f"  {tag(group)}" if differing(group) else _("  {tag}: the same words", tag=tag(group)))
        return "\n".join([*dict.fromkeys(out), *self._decided(group, held)])

    def _decided(self, group: Group, held: Sequence[Member]) -> list[str]:
        """Return what decided on a group, and what would change that."""
        if group.copies:
            return _indented(decided(self.view.plan, group))
        spans = [span for member in held for span in member.spans]
        rejected = [each for each in self.view.plan.rejections if any(each.span.overlaps(span) for span in spans)]
        self._told += spans
        first = next((each for each in rejected if each.reason != "content"), None)
        own = decided(self.view.plan, group)
        return _indented(self._because(first) if first and (group.evidence or not differing(group)) else own)

    def _held(self, group: Group, kept: Member, member: Member) -> str:
        """Return what a member that is held back repeats, and what keeps it."""
        found = differing(group)
        if member.decision is Decision.PROTECTED:
            keeps = said(why_protected(self.view.source, self.view.plan)) or _("it is protected")
        elif found:
            keeps = reasons(found)
        else:
            return self._who([kept], _SAYS_IT)
        return self._who([kept], _LIKE_BUT, why=keeps)

    def is_told(self, rejection: Rejection) -> bool:
        """Tell whether a group has told of a rejection."""
        return any(rejection.span.overlaps(span) for span in self._told)

    def stays(self, rejection: Rejection) -> str:
        """Return why a candidate stays, and what would let it go."""
        other = rejection.kept if self.touches((rejection.span,)) else (rejection.span,)
        sentence = self._named(other, _SAYS_SOME if rejection.reason in PARTIAL else _SAYS_IT)
        return "\n".join([sentence, *_indented(self._because(rejection))])

    def _because(self, rejection: Rejection) -> list[str]:
        length = self.length(rejection.span.of(self.view.text))
        change = to_go(rejection.reason, rejection.score, length)
        return [why(rejection.reason), *weighed(self.view.plan, rejection.evidence), change]

    def nothing(self) -> list[str]:
        """Return that nothing repeats here, or which lines are equal and too short to be looked at."""
        name = plain(_("standard input") if self.at.path == "-" else self.at.path)
        if self.view.unit == "line" and not self._say(self._rows):
            return [_("nothing is said here")]
        mine = fold(self.line).string
        others = range(1, self.view.table.count + 1) if mine and self.view.unit == "line" else ()
        same = [n for n in others if n != self.at.line and fold(self._row(n)).string == mine]
        if not same:
            return [_("nothing else in {name} says this", name=name)]
        where = _sentence("line", [(n, n) for n in same], _SAYS_IT)
        short = why("short"), to_go("short", None, self.length(self.line))
        return [where, *_indented(short)]

    def _who(self, members: Sequence[Member], forms: tuple[str, str], **values: str) -> str:
        return self._named([span for member in members for span in member.spans], forms, **values)

    def _named(self, spans: Iterable[Span], forms: tuple[str, str], **values: str) -> str:
        """Return a sentence about the lines of some spans."""
        return _sentence(
            self.view.unit, [self.view.lines(span.start, span.end) for span in sorted(spans)], forms, **values
        )


def _sentence(unit: str, places: Sequence[tuple[int, int]], forms: tuple[str, str], **values: str) -> str:
    names = ranges(places)
    return _(forms[len(names) > 1 or "-" in names[0]], where=lines(unit, names), **values)


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"  {line}" for line in lines]
