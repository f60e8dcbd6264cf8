"""A plan without what is not wanted: rules that are off, findings that a marker hides, repeats that are accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.model import Decision, Edit, Group, Member, Plan, Span

if TYPE_CHECKING:
    from dedupe_cli.gate.markers import Marker


def narrow(
    plan: Plan, keep: Callable[[Group], bool], keep_alone: Callable[[str, Span], bool] = lambda _code, _span: True
) -> Plan:
    """Return a plan with the groups that ``keep`` wants and their edits.

    ``keep_alone`` is asked with rule and span about notes and about edits without a group. Fewer cuts are always
    lawful: what a cut relies on stays all the more.
    """
    index: dict[int, int] = {}
    groups: list[Group] = []
    for number, group in enumerate(plan.groups):
        if keep(group):
            index[number] = len(groups)
            groups.append(group)
    wanted: list[Edit] = []
    dropped: list[Edit] = []
    for edit in plan.edits:
        stays = edit.group in index if edit.group >= 0 else keep_alone(edit.rule, edit.span)
        (wanted if stays else dropped).append(edit)
    notes = tuple(note for note in plan.notes if keep_alone(note.rule, note.span))
    if not dropped and len(groups) == len(plan.groups) and len(notes) == len(plan.notes):
        return plan
    edges = {edge for edit in dropped for edge in (edit.span.start, edit.span.end)}
    edits = tuple(replace(edit, group=index.get(edit.group, -1)) for edit in wanted if not _is_loose(plan, edit, edges))
    return replace(plan, edits=edits, groups=tuple(groups), notes=notes)


def _is_loose(plan: Plan, edit: Edit, edges: set[int]) -> bool:
    """Tell whether an edit is the white space of a cut on the other side of one that is not made."""
    if edit.group < 0 or not {edit.span.start, edit.span.end} & edges:
        return False
    return not any(span.overlaps(edit.span) for span in spans_of(plan.groups[edit.group]))


def staying(plan: Plan) -> Plan:
    """Return the plan of a file that is never edited: what would go is protected."""
    groups = tuple(replace(each, members=_held(each.members)) for each in plan.groups)
    return replace(plan, edits=(), groups=groups, protected=True)


def _held(members: Sequence[Member]) -> tuple[Member, ...]:
    return tuple(replace(m, decision=Decision.PROTECTED) if m.decision is Decision.REMOVE else m for m in members)


def unmarked(plan: Plan, markers: Iterable[Marker]) -> Plan:
    """Return a plan without what markers hide."""
    found = [marker for marker in markers if not marker.fault]
    if not found:
        return plan
    return narrow(
        plan,
        lambda group: not any(marker.hides(group.rule, spans_of(group)) for marker in found),
        lambda code, span: not any(marker.hides(code, (span,)) for marker in found),
    )


def spans_of(group: Group) -> list[Span]:
    """Return what the members of a group cover."""
    return [span for member in group.members for span in member.spans]
