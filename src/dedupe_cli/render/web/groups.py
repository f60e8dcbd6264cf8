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
from dedupe_cli.render.phrases import lines, percent, ranges, shortened
from dedupe_cli.render.pieces import SIGNS, Card, Line, Piece
from dedupe_cli.render.words import long
from dedupe_cli.text.fold import is_han

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding
    from dedupe_cli.render.view import View

# Places of a group that can be chosen to stay, and characters of the label of one.
CHOICES, _LABEL = 30, 36


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a group: the key of the question, its note, and what was answered before, as in the file."""

    key: str
    note: str
    answer: str = ""
    member: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a group, or several that are the same: where, what becomes of it, what is particular to it.

    Without a ``sign`` it is a note on the group.
    """

    sign: str
    where: str
    alike: str
    pieces: tuple[Piece, ...]
    note: str
    lang: str

    @classmethod
    def of(cls, line: Line, unit: str, view: View, file: str = "") -> Place:
        """Return the place that a line of a card tells of; ``file`` is the one it is in where others could be meant."""
        pieces = (*line.before, *long(line.body, line.role, view.glyphs), *line.after)
        where = lines(unit, line.label.split()) if line.label else ""
        where = _("{file}, {where}", file=line.file or file, where=where) if where and (line.file or file) else where
        return cls(line.sign, where, line.alike, pieces, line.note, _lang("".join(piece.text for piece in pieces)))

    @property
    def word(self) -> str:
        """What the sign means."""
        return _(SIGNS[self.sign]) if self.sign else ""


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a group tells; ``safety`` is the word of its least sure copy, ``evidence`` a row each."""

    id: str
    rule: str
    rule_name: str
    safety: str
    held: bool
    similarity: str
    confidence: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group and its places, what stays first.

    ``saved`` counts characters that go, ``choices`` number the places of which one may stay.
    """

    head: Head
    title: str
    path: str
    saved: int
    places: tuple[Place, ...]
    asked: Asked | None = None
    choices: tuple[tuple[int, str], ...] = ()

    @property
    def status(self) -> str:
        """The word of the filter."""
        return "held back" if self.head.held else "goes"


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
    group, card = view.plan.groups[at], group_card(view, at)
    open_ = any(member.decision in {Decision.REMOVE, Decision.HOLD} for member in group.members)
    return GroupView(
        _head(given, group.id, card, group.safety.label, _alike(group), group.evidence, held=group.held),
        card.title,
        plain(view.source.path),
        saved,
        tuple(Place.of(line, view.unit, view) for line in card.lines),
        given.asked(view.source, group) if given.asked and open_ else None,
        tuple((n, _choice(view, member)) for n, member in enumerate(group.members[:CHOICES], 1)),
    )


def _alike(group: Group) -> str:
    found = [m.similarity for i, m in enumerate(group.members) if i != group.kept] or [100.0]
    # Of what is held back because a number differs the likeness is not always known.
    return "" if group.held and min(found) >= 100.0 else percent(min(found), max(found))


def _choice(view: View, member: Member) -> str:
    named = ranges(view.lines(span.start, span.end) for span in member.spans)
    text = " ".join(view.passage(member.spans)[: 4 * _LABEL].split())
    return f"{lines(view.unit, shortened(named, '…'))}: {plain(text[:_LABEL])}{'…' if len(text) > _LABEL else ''}"


def _between(given: Given, finding: Finding) -> GroupView:
    """Return what several texts share."""
    view = given.views[0]
    card = finding_card(finding, view.glyphs, whole=True)
    unit, file = "line" if finding.place.in_lines else "paragraph", plain(finding.place.path)
    low, high = finding.similarity
    safety = finding.applicability.value
    return GroupView(
        _head(given, finding.id, card, safety, percent(low, high), finding.evidence, held=_stays(finding)),
        card.title,
        plain(finding.members[finding.kept].path),
        _size(finding),
        tuple(Place.of(line, unit, view, file) for line in card.lines),
    )


def _stays(finding: Finding) -> bool:
    return not any(member.decision is Decision.REMOVE for member in finding.members)


def _size(finding: Finding) -> int:
    return sum(len(member.text) for member in finding.members if member.decision is Decision.REMOVE)


def _head(given: Given, name: str, card: Card, safety: str, alike: str, evidence: Evidence, *, held: bool) -> Head:
    rule = card.tag.partition(" ")[0]
    sure = f"{confidence(evidence[0][1]):.0f} %" if evidence else ""
    return Head(name, rule, given.names.get(rule, ""), safety, held, alike, sure, tuple(rows(evidence)))


def _lang(text: str) -> str:
    """Return the language for a browser to choose letters by: Chinese where Han characters are frequent."""
    some = text[:400]
    return "zh" if some and 4 * sum(is_han(ord(char)) for char in some) > len(some) else ""
