"""What the page and its Markdown say of the texts: files with a map, numbers, what the files share, notes.

Made of plans alone. Texts of others are pieces already, so that nothing of them can be more than text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe_cli.language import _, ngettext, said
from dedupe_cli.render.escape import plain
from dedupe_cli.render.phrases import REASON_WORDS, Totals, count, lines, number, ranges, share, shortened
from dedupe_cli.render.web.position_map import Map, map_of

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding
    from dedupe_cli.model import Group, Plan, Source
    from dedupe_cli.render.tuning import Limits
    from dedupe_cli.render.view import View
    from dedupe_cli.render.web.groups import GroupView

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


def files_of(views: Sequence[View], shown_ids: set[str]) -> tuple[list[FileView], int]:
    """Return the files in which something is found, the most repeated first; and how many have nothing."""
    told = [view for view in views if view.plan.edits or view.plan.groups]
    told.sort(key=lambda view: (-view.plan.removed, view.source.path))
    out = [
        FileView(
            path=plain(view.source.path),
            length=len(view.text),
            lines=view.highest,
            unit=view.unit,
            removed=view.plan.removed,
            groups=sum(not group.held for group in view.plan.groups),
            held=len(view.plan.held_back),
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
            ngettext("repeat held back: {why}", "repeats held back: {why}", back, why=_reasons(of.held))
            if back else _("repeats held back"),
        ),
    ]  # fmt: skip
    if of.texts > 1:
        facts.append((number(of.changed), _("of {files} would change", files=count(of.texts, "file"))))
    return facts


def _reasons(groups: Sequence[Group]) -> str:
    """Return why groups are held back, the two most frequent reasons of many."""
    found = Counter(reason for group in groups for reason in group.reasons)
    if len(found) == 1:
        return _(REASON_WORDS[next(iter(found))])
    words = [_("{what} ({why})", what=_(REASON_WORDS[each]), why=number(many)) for each, many in found.most_common(2)]
    return _(", ").join([*words, *([_("others")] if len(found) > 2 else [])])


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
