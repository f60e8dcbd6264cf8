"""What the page and its Markdown say: the repeats with what a person filters by and decides, files, numbers, notes.

Made of plans alone. Texts of others are pieces already, so that nothing of them can be more than text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe_cli.language import _, ngettext, said
from dedupe_cli.model import Decision, Evidence, Group, Member, Source, told_confidence
from dedupe_cli.render.cards import finding_card, group_card
from dedupe_cli.render.explain import rows
from dedupe_cli.render.phrases import (
    RULE_WORDS,
    Totals,
    alikeness,
    count,
    held_reasons,
    lines,
    number,
    percent,
    ranges,
    share,
    shortened,
)
from dedupe_cli.render.pieces import plain
from dedupe_cli.render.web.position_map import Map, map_of
from dedupe_cli.render.words import long
from dedupe_cli.text.fold import is_han

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding
    from dedupe_cli.model import Plan
    from dedupe_cli.render.pieces import Card, Glyphs, Line, Piece
    from dedupe_cli.render.tuning import Limits
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
        return f"{told_confidence(self.evidence[0][1], 0):.0f} %" if self.evidence else ""

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

    def rule_name(self, rule: str) -> str:
        """Return what a rule is called: as beside a card on the terminal, else by its name."""
        return _(RULE_WORDS.get(rule) or self.names.get(rule, ""))


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
        given.rule_name(group.rule),
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
        given.rule_name(finding.rule),
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


# Files that have a map of their own.
MAPS = 40


@dataclass(frozen=True, slots=True)
class FileView:
    """One file: how much of it is said again, and where."""

    path: str
    length: int
    lines: int
    unit: str
    removed: int
    groups: int
    held: int
    map: Map | None

    @property
    def share(self) -> str:
        """Share that goes, in percent."""
        return share(self.removed, self.length)


@dataclass(frozen=True, slots=True)
class PageModel:
    """All that a report shows; ``groups`` are those that are shown, ``hidden`` counts the others."""

    title: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    files: tuple[FileView, ...]
    quiet: int
    groups: tuple[GroupView, ...]
    hidden: int
    notes: tuple[str, ...]
    matrix: tuple[tuple[str, tuple[int, ...]], ...]
    settings: tuple[tuple[str, str], ...]
    skipped: tuple[str, ...]
    failed: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    version: str
    date: str = ""
    base: dict[str, dict[str, object]] = field(default_factory=dict)
    rules: tuple[tuple[str, str], ...] = ()
    limits: Limits | None = None


def files_of(views: Sequence[View], shown_ids: set[str], between: Sequence[Finding] = ()) -> tuple[list[FileView], int]:
    """Return the files in which something is found, the most repeated first; and how many have nothing.

    What a file repeats of others (``between``) counts as what it repeats of itself does.
    """
    shared = Counter((path, _stays(one)) for one in between for path in {member.path for member in one.members})
    told = [view for view in views if view.plan.edits or view.plan.groups]
    told.sort(key=lambda view: (-view.plan.removed, view.source.path))
    out = [
        FileView(
            path=plain(view.source.path),
            length=len(view.text),
            lines=view.highest,
            unit=view.unit,
            removed=view.plan.removed,
            groups=sum(not group.held for group in view.plan.groups) + shared[view.source.path, False],
            held=len(view.plan.held_back) + shared[view.source.path, True],
            map=map_of(view, shown_ids, arcs=at == 0) if at < MAPS else None,
        )
        for at, view in enumerate(told)
    ]
    return out, len(views) - len(told)


def lead_of(pairs: Sequence[tuple[Source, Plan]]) -> str:
    """Return what was found, in a sentence or two."""
    if not pairs:
        return _("No text was read.")
    of = Totals.of([plan for _, plan in pairs])
    if of.places:
        where = count(of.places, "place")
        if of.texts > 1:
            some, files = number(of.changed), count(of.texts, "file")
            where = _("{cuts} in {some} of {files}", cuts=where, some=some, files=files)
        much = {"n": number(of.gone), "size": count(of.size, "character"), "share": share(of.gone, of.size)}
        one, more = "{places} goes: {n} of {size} ({share}).", "{places} go: {n} of {size} ({share})."
        told = ngettext(one, more, of.places, places=where, **much)
    elif of.changed:
        told = _("Cleaners would change {files}.", files=count(of.changed, "file"))
    else:
        told = _("Nothing goes.")
    back = len(of.held)
    return told + (ngettext(" {n} repeat is held back.", " {n} repeats are held back.", back) if back else "")


def facts_of(pairs: Sequence[tuple[Source, Plan]]) -> list[tuple[str, str]]:
    """Return the numbers at the top, each with its words."""
    of = Totals.of([plan for _, plan in pairs])
    rows_gone = sum(e.span.of(s.text).count("\n") - e.replacement.count("\n") for s, p in pairs for e in p.edits)
    size, back = count(of.size, "character"), len(of.held)
    facts = [
        (share(of.gone, of.size), _("of the text is said again")),
        (
            number(of.gone),
            _("of {size} go, {lines}", size=size, lines=count(rows_gone, "line"))
            if rows_gone > 0 else _("of {size} go", size=size),
        ),
        (number(of.places), ngettext("place goes", "places go", of.places)),
        (
            number(back),
            ngettext("repeat held back: {why}", "repeats held back: {why}", back, why=held_reasons(of.held))
            if back else _("repeats held back"),
        ),
    ]  # fmt: skip
    if of.texts > 1:
        facts.append((number(of.changed), _("of {files} would change", files=count(of.texts, "file"))))
    return facts


def matrix_of(between: Sequence[Finding], most: int = 20) -> list[tuple[str, tuple[int, ...]]]:
    """Return how many passages each two files share: a row a file, with a number for each of the same files."""
    shared: Counter[tuple[str, str]] = Counter()
    for finding in between:
        files = {member.path for member in finding.members}
        shared.update((one, other) for one in files for other in files if one != other)
    total: Counter[str] = Counter()
    for (one, _other), many in shared.items():
        total[one] += many
    chosen = sorted(sorted(total, key=lambda file: (-total[file], file))[:most])
    return [(plain(one), tuple(shared[one, other] for other in chosen)) for one in chosen]


def notes_of(views: Sequence[View]) -> list[str]:
    """Return what was noted and not changed, a row for each message and file."""
    out = []
    for view in views:
        found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for note in view.plan.notes:
            found.setdefault((note.rule, note.message), []).append(view.lines(note.span.start, note.span.end))
        name = plain(view.source.path)
        out += [
            _(
                "{file}, {where}: {what} ({rule})",
                file=name,
                where=lines(view.unit, shortened(ranges(places), "…")),
                what=plain(said(message)),
                rule=rule,
            )
            for (rule, message), places in found.items()
        ]
    return out
