"""Cleaned texts are matched with each other; what is found is told in the places of the original texts."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import accumulate, compress
from typing import TYPE_CHECKING

from dedupe_cli.across.roles import EQUAL, Role
from dedupe_cli.across.run import match
from dedupe_cli.across.stored import kept_table
from dedupe_cli.model import AcrossPlan, Edit, Plan, Span
from dedupe_cli.planning.merge import trace_of
from dedupe_cli.text.rewrite import rewrite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedupe_cli.across.run import Compare
    from dedupe_cli.across.table import Table
    from dedupe_cli.cache import Cache
    from dedupe_cli.document.trace import Trace
    from dedupe_cli.model import Difference, Group, Member, Source
    from dedupe_cli.settings import Settings


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One input of the run: the source, what was planned for it alone, the paragraphs of the text that this makes."""

    source: Source
    plan: Plan
    table: Table
    role: Role = EQUAL

    @property
    def text(self) -> str:
        """The cleaned text."""
        return self.table.text


def cleaned(source: Source, plan: Plan, ignored: Sequence[Span] = (), store: Cache | None = None) -> Cleaned:
    """Return what is needed of one text; ``ignored`` spans of it take no part. The ``store`` knows earlier ones."""
    text, trace = rewrite(source.prose, plan.edits), trace_of(plan.edits, len(source.text))
    return Cleaned(source, plan, kept_table(text, trace.present(ignored), store))


@dataclass(frozen=True, slots=True)
class Across:
    """What was found between texts: the plan in places of the sources, and the edits of the cleaned texts."""

    plan: AcrossPlan
    edits: tuple[tuple[Edit, ...], ...]


def match_cleaned(given: Sequence[Cleaned], settings: Settings, least: float, many: Compare | None = None) -> Across:
    """Match texts with each other. The order of ``given`` is that of their paths: the first one stays."""
    traces = [trace_of(item.plan.edits, len(item.source.text)) for item in given]
    groups, edits = match(given, settings, least, many)
    plan = AcrossPlan(
        tuple(item.source.digest for item in given),
        tuple(_group(group, traces) for group in groups),
        tuple(tuple(_edit(edit, at, traces) for edit in mine) for at, mine in enumerate(edits)),
        settings.as_dict(),
    )
    return Across(plan, edits)


def only(found: Across, wanted: Callable[[Sequence[Group]], Sequence[bool]]) -> Across:
    """Return what was found without the groups that are not wanted: fewer cuts are always lawful."""
    keep = wanted(found.plan.groups)
    new = list(accumulate(keep, initial=0))

    def chosen(edits: Sequence[Edit]) -> tuple[Edit, ...]:
        return tuple(replace(edit, group=new[edit.group]) for edit in edits if keep[edit.group])

    groups = tuple(compress(found.plan.groups, keep))
    plan = replace(found.plan, groups=groups, edits=tuple(map(chosen, found.plan.edits)))
    return Across(plan, tuple(map(chosen, found.edits)))


def joined(plan: Plan, edits: Sequence[Edit]) -> Plan:
    """Return a text's own plan with the edits (of the source) that other texts are the reason for.

    What goes inside of such an edit goes with it. Groups are those of the text itself, so the edits speak for
    themselves.
    """
    ends = [edit.span.end for edit in edits]
    own = []
    for edit in plan.edits:
        at = bisect_left(ends, edit.span.end)
        if at == len(edits) or not edits[at].span.covers(edit.span):
            own.append(edit)
    more = [replace(edit, group=-1) for edit in edits]
    return replace(plan, edits=tuple(sorted([*own, *more], key=lambda edit: edit.span)))


def _group(group: Group, traces: Sequence[Trace]) -> Group:
    kept = traces[group.members[group.kept].source]
    return replace(group, members=tuple(_member(member, traces[member.source], kept) for member in group.members))


def _member(member: Member, own: Trace, kept: Trace) -> Member:
    return replace(
        member,
        spans=_all(member.spans, own),
        against=_all(member.against, kept),
        differences=tuple(_difference(difference, own, kept) for difference in member.differences),
    )


def _difference(difference: Difference, own: Trace, kept: Trace) -> Difference:
    return replace(difference, kept=kept.hull(difference.kept), copy=own.hull(difference.copy))


def _edit(edit: Edit, source: int, traces: Sequence[Trace]) -> Edit:
    return replace(edit, span=traces[source].hull(edit.span), kept=_all(edit.kept, traces[edit.kept_in]))


def _all(spans: Sequence[Span], trace: Trace) -> tuple[Span, ...]:
    return tuple(part for span in spans for part in trace.spans(span))
