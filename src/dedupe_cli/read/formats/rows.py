"""Texts that are made of rows, a line each: rows go as a whole, or lose some of their text; cuts become edits."""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from typing import ClassVar, TypeVar

from dedupe_cli.model import Decision, Edit, Group, Part, Plan, Source, Span, Spot
from dedupe_cli.text.compose import is_cut
from dedupe_cli.text.spans import touches, union

# What stands between two paragraphs of a file that has no blank lines for that.
GAP = "\n\n"


def mark(*, level: int, item: bool) -> str:
    """Return what is written before a row, so that it is seen as a heading of a level (0 for none) or an item."""
    return f"{'#' * level} " if level else "- " if item else ""


def spots(char: Callable[[int], Span], part: Callable[[int], Part | None], span: Span) -> tuple[Spot, Spot]:
    """Return where a span begins and ends; ``char`` gives the place of one character, ``part`` what it lies in.

    The end belongs to the row of the last character.
    """
    last = max(span.start, span.end - 1)
    end = char(last)
    return Spot(char(span.start).start, part(span.start)), Spot(end.end if span else end.start, part(last))


@dataclass(frozen=True, slots=True)
class RowFile(ABC):
    """The container of a file whose text is made of rows: the file, and where the rows begin in the text.

    ``heads`` counts for each row the characters at its beginning that are no text, such as a name; ``gap`` newlines
    stand behind it.
    """

    file: Source
    starts: Sequence[int]
    heads: Sequence[int]
    why: ClassVar[str] = "it reaches over rows of the file"
    binary: ClassVar[bool] = False
    gap: ClassVar[int] = 1

    @abstractmethod
    def char(self, offset: int) -> Span:
        """Return the place in the file of one character of the text; nothing between two rows."""

    def part(self, offset: int) -> Part | None:  # noqa: ARG002  others need it
        """Return the part of the file that a character of the text lies in."""
        return None

    def spots(self, source: Source) -> Callable[[Span], tuple[Spot, Spot]]:  # noqa: ARG002  others need it
        """Return where a span of the text stands in the file."""
        return partial(spots, self.char, self.part)

    def row(self, offset: int) -> int:
        """Return the number of the row of an offset."""
        return bisect_right(self.starts, offset) - 1

    def line(self, text: str, at: int) -> Span:
        """Return a row without the newlines behind it."""
        return Span(self.starts[at], (self.starts[at + 1] if at + 1 < len(self.starts) else len(text)) - self.gap)

    def settle(self, source: Source, plan: Plan) -> Plan:
        """Fit a plan to rows: one that has no letter left goes, in others only text goes."""
        return self.fitted(source, plan)

    def fitted(self, source: Source, plan: Plan, *, each: bool = False, staying: Collection[int] = ()) -> Plan:
        """Return a plan with its edits fitted to rows, but for those ``staying``.

        Rows that one edit takes out are one edit, or, for ``each``, one each: a file may have as many rows as letters.
        """
        text, starts = source.text, self.starts
        found: dict[int, list[Edit]] = {}
        edits: list[Edit] = []
        for edit in plan.edits:
            begin = -1  # of rows that go as wholes
            for at in range(max(self.row(edit.span.start), 0), bisect_left(starts, edit.span.end)):
                line = self.line(text, at)
                low = min(max(edit.span.start, line.start), line.end)  # an edit may begin behind the end of a line
                part = Span(low, max(low, min(edit.span.end, line.end)))
                whole = bool(part) and part == line and not edit.replacement and at not in staying
                if begin >= 0 and (each or not whole):
                    edits.append(edit.at(Span(begin, line.start)))
                    begin = -1
                if whole:
                    begin = line.start if begin < 0 else begin
                    end = line.end + self.gap
                elif part and at not in staying and (not edit.replacement or part == edit.span):
                    found.setdefault(at, []).append(edit.at(part))
            if begin >= 0:
                edits.append(edit.at(Span(begin, end)))
        for at, own in found.items():
            edits += _settled(text, self.line(text, at), self.heads[at], own, self.gap)
        edits.sort(key=lambda edit: edit.span)
        return replace(plan, edits=tuple(edits), groups=protected(plan.groups, edits))

    def by_row(self, text: str, edits: Sequence[Edit]) -> tuple[dict[int, list[Edit]], dict[int, list[Edit]]]:
        """Return the edits of each row that stays, and of each that goes."""
        own: dict[int, list[Edit]] = {}
        gone: dict[int, list[Edit]] = {}
        for edit in edits:
            first = self.row(edit.span.start)
            some = own.setdefault(first, [])
            some.append(edit)
            if edit.span.end > self.line(text, first).end:
                gone[first] = own.pop(first)
                gone.update((at, [edit]) for at in range(first + 1, bisect_left(self.starts, edit.span.end)))
        return own, gone


def starts_of(lines: Iterable[str]) -> Sequence[int]:
    """Return where each line begins in the text that they make."""
    return array("q", accumulate(map(len, lines), initial=0))[:-1]


def _settled(text: str, line: Span, head: int, own: Sequence[Edit], gap: int) -> list[Edit]:
    place, rest, first = line.start, "", line.start + head
    for edit in own:
        rest += text[max(place, first) : max(edit.span.start, first)] + edit.replacement
        place = edit.span.end
    rest += text[max(place, first) : line.end]
    # What a cleaner leaves or puts in need not be a letter; where a copy goes, marks that are left of it say nothing.
    if not (any(c.isalnum() for c in rest) if any(map(is_cut, own)) else rest.strip()):
        edges = [line.start, *(e.span.start for e in own[1:]), line.end + gap]
        spans = map(Span, edges, edges[1:])
        return [
            (replace(e, replacement="") if e.replacement else e).at(span) for e, span in zip(own, spans, strict=True)
        ]
    return [e.at(Span(max(e.span.start, first), e.span.end)) for e in own if e.span.end > first]


Unit = TypeVar("Unit")


def fitting_units(found: Sequence[Unit], fits: Callable[[Sequence[Unit]], bool]) -> list[Unit]:
    """Return the units that a file can take, found by halving; in order, and all of them when ``fits`` says so.

    What did not fit is tried again until nothing more is taken: it may fit when another unit is gone, and whoever
    reads the file next would find that.
    """
    taken: set[int] = set()
    rest = list(range(len(found)))
    while rest:
        before = len(taken)
        todo = [rest]
        while todo:
            part = todo.pop()
            if fits([found[at] for at in sorted({*taken, *part})]):
                taken.update(part)
            elif len(part) > 1:
                half = len(part) // 2
                todo += [part[half:], part[:half]]
        if len(taken) in {before, len(found)}:
            break
        rest = [at for at in rest if at not in taken]
    return [found[at] for at in sorted(taken)]


def protected(groups: Sequence[Group], edits: Sequence[Edit]) -> tuple[Group, ...]:
    """Call those copies protected that no edit of their group takes out any more."""
    spans: dict[int, list[Span]] = {}
    for edit in edits:
        spans.setdefault(edit.group, []).append(edit.span)
    left = {index: union(cut) for index, cut in spans.items()}
    out = []
    for index, group in enumerate(groups):
        members = tuple(
            replace(m, decision=Decision.PROTECTED)
            if m.decision is Decision.REMOVE and not any(touches(s, left.get(index, ())) for s in m.spans)
            else m
            for m in group.members
        )
        out.append(group if members == group.members else replace(group, members=members))
    return tuple(out)


def joined(places: Iterable[tuple[Span, Edit]]) -> list[Edit]:
    """Return edits at some places, in order, with those that touch and take out what one cut does as one.

    A file may have as many rows as letters, so no edit is made for each of them.
    """
    runs: list[tuple[int, int, Edit]] = []
    for span, edit in places:
        if runs and runs[-1][1] == span.start and _is_of_one_cut(runs[-1][2], edit):
            runs[-1] = runs[-1][0], span.end, edit
        else:
            runs.append((span.start, span.end, edit))
    return [edit.at(Span(start, end)) for start, end, edit in runs]


def with_kept(edits: Sequence[Edit], kept: Callable[[Sequence[Span]], tuple[Span, ...]]) -> tuple[Edit, ...]:
    """Return edits of a file in order, with places of the file as what is kept for them; those of one cut share it."""
    shared = {id(edit.kept): edit.kept for edit in edits}
    places = {key: kept(spans) for key, spans in shared.items()}
    return tuple(sorted((replace(edit, kept=places[id(edit.kept)]) for edit in edits), key=lambda edit: edit.span))


def _is_of_one_cut(edit: Edit, other: Edit) -> bool:
    """Tell whether two edits take something out for the same reason; those of one cut share what is kept for it."""
    if edit.replacement or other.replacement or edit.kept is not other.kept:
        return False
    if edit is other:
        return True
    return (edit.rule, edit.reason, edit.safety, edit.group) == (other.rule, other.reason, other.safety, other.group)
