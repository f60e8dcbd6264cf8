"""The repeats of a page and its Markdown: the cards of all views, with what a person filters by and decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe_cli.language import _
from dedupe_cli.model import Decision, Evidence, Group, Member, Source, confidence
from dedupe_cli.render.cards import group_card
from dedupe_cli.render.escape import plain
from dedupe_cli.render.evidence import rows
from dedupe_cli.render.findings import finding_card
from dedupe_cli.render.phrases import alikeness, count, lines, percent, ranges, shortened
from dedupe_cli.render.words import long
from dedupe_cli.text.fold import is_han

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding
    from dedupe_cli.render.escape import Glyphs
    from dedupe_cli.render.pieces import Card, Line, Piece
    from dedupe_cli.render.view import View

# Places of a group that can be chosen to stay.
_CHOICES = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a group: the key of the question, its note, and what was answered before, as in the file."""

    key: str
    note: str
    answer: str = ""
    member: int = 0


@dataclass(frozen=True, slots=True)
class GroupView:
    """The card of one group, with what a person filters by and decides.

    Lines of the card count in a ``unit``; ``file`` is named beside them where they may be in several. ``safety`` is the
    word of its least sure copy, ``saved`` counts characters that go, ``choices`` are the places of which one may stay.
    """

    card: Card
    unit: str
    glyphs: Glyphs
    id: str
    rule_name: str
    safety: str
    held: bool
    similarity: str
    evidence: Evidence
    path: str
    saved: int
    file: str = ""
    asked: Asked | None = None
    choices: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """The word of the filter."""
        return "held back" if self.held else "goes"

    @property
    def confidence(self) -> str:
        """How sure it is that it is an accident, in percent, where that was weighed."""
        return f"{confidence(self.evidence[0][1]):.0f} %" if self.evidence else ""

    @property
    def facts(self) -> list[str]:
        """What is told of it beside its title."""
        return [
            self.path,
            f"{self.card.rule} {self.rule_name}".strip(),
            *([_("{percent} alike", percent=self.similarity)] if self.similarity else []),
            *([_("{percent} sure", percent=self.confidence)] if self.confidence else []),
            *([count(self.saved, "character")] if self.saved else []),
        ]

    @property
    def reasons(self) -> list[str]:
        """The evidence, a row each."""
        return rows(self.evidence)

    def where(self, line: Line) -> str:
        """Return where a line of the card stands, empty for a note on all of it."""
        where, file = lines(self.unit, line.label.split()) if line.label else "", line.file or self.file
        return _("{file}, {where}", file=file, where=where) if where and file else where

    def pieces(self, line: Line) -> tuple[Piece, ...]:
        """Return what a line of the card says."""
        return (*line.before, *long(line.body, line.role, self.glyphs), *line.after)


@dataclass(frozen=True)
class Given:
    """What a report is made of: texts with their plans, the names of rules, findings between the texts.

    ``asked`` tells what is asked of a group; ``most`` groups are shown (0: all).
    """

    views: Sequence[View]
    names: dict[str, str]
    between: Sequence[Finding] = ()
    asked: Callable[[Source, Group], Asked] | None = None
    most: int = 500


def groups_of(given: Given) -> tuple[list[GroupView], int]:
    """Return the groups that are shown, what goes first and the most saved first; and how many are not shown."""
    order: list[tuple[bool, int, int, int]] = []
    saved = [_saved(view) for view in given.views]
    for file, view in enumerate(given.views):
        order += [(group.held, -saved[file][at], file, at) for at, group in enumerate(view.plan.groups)]
    last = len(given.views)
    order += [(_stays(finding), -_size(finding), last, at) for at, finding in enumerate(given.between)]
    order.sort()
    some = order[: given.most or None]
    out = [
        _between(given, given.between[at]) if file == last else _within(given, given.views[file], at, -less)
        for _held, less, file, at in some
    ]
    return out, len(order) - len(some)


def _saved(view: View) -> list[int]:
    """Characters that go, by group."""
    out = [0] * len(view.plan.groups)
    for edit in view.plan.edits:
        if edit.group >= 0:
            out[edit.group] += len(edit.span) - len(edit.replacement)
    return out


def _within(given: Given, view: View, at: int, saved: int) -> GroupView:
    """Return a group of one text."""
    group = view.plan.groups[at]
    open_ = any(member.decision in {Decision.REMOVE, Decision.HOLD} for member in group.members)
    return GroupView(
        group_card(view, at),
        view.unit,
        view.glyphs,
        group.id,
        given.names.get(group.rule, ""),
        group.safety.label,
        group.held,
        alikeness(*group.similarity, held=group.held),
        group.evidence,
        plain(view.source.path),
        saved,
        asked=given.asked(view.source, group) if given.asked and open_ else None,
        choices=tuple(_choice(view, member) for member in group.members[:_CHOICES]),
    )


def _choice(view: View, member: Member) -> str:
    named = ranges(view.lines(span.start, span.end) for span in member.spans)
    return lines(view.unit, shortened(named, "…"))


def _between(given: Given, finding: Finding) -> GroupView:
    """Return what several texts share."""
    glyphs, (low, high) = given.views[0].glyphs, finding.similarity
    return GroupView(
        finding_card(finding, glyphs, whole=True),
        "line" if finding.place.in_lines else "paragraph",
        glyphs,
        finding.id,
        given.names.get(finding.rule, ""),
        finding.applicability.value,
        _stays(finding),
        percent(low, high),
        finding.evidence,
        plain(finding.members[finding.kept].path),
        _size(finding),
        file=plain(finding.place.path),
    )


def _stays(finding: Finding) -> bool:
    return not any(member.decision is Decision.REMOVE for member in finding.members)


def _size(finding: Finding) -> int:
    return sum(len(member.text) for member in finding.members if member.decision is Decision.REMOVE)


def language(pieces: Sequence[Piece]) -> str:
    """Return the language for a browser to choose letters by: Chinese where Han characters are frequent."""
    some = "".join(piece.text for piece in pieces)[:400]
    return "zh" if some and 4 * sum(is_han(ord(char)) for char in some) > len(some) else ""
