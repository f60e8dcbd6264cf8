"""Plans of texts that follow from each other, as one plan of the first text.

Cleaners change a text before its repeats are looked for, and may find more to do once those are gone. What is
found in a later text is told in the places of the first one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dedupe_cli.model import Edit, Group, Member, Note, Plan, Safety, Span
from dedupe_cli.planning.build import REASONS, reaches, says, unkept
from dedupe_cli.planning.rejections import placed
from dedupe_cli.text.compose import Shift, compose, is_cut
from dedupe_cli.text.letters import letters

# What a copy is called that is one only after the cleaners: the same letters, or other ones.
_FORM = {"D101": "D102"}
_NEAR = {"D101": "D201", "D102": "D201"}


def composed(text: str, first: Plan, second: Plan) -> Plan:
    """Return one plan of ``text`` with the effect of ``first`` and then of ``second``.

    ``second`` counts in the text that ``first`` makes; its groups come behind. Notes are those of ``first``.
    """
    shift, dirt, count = Shift(text, first.edits), _Dirt(text, first.edits), len(first.groups)
    edits = compose(text, first.edits, [_told(shift, edit, count) for edit in second.edits])
    changed = [dirt.changed(shift.origin(s) for m in group.members for s in m.spans) for group in second.groups]
    for edit in edits:
        if edit.group >= count:
            changed[edit.group - count] = max(changed[edit.group - count], dirt.changed((edit.span, *edit.kept)))
    edits = [_called(e, changed[e.group - count]) if e.group >= count else e for e in edits]
    gone = [(e.span, e.kept, e.safety) for e in edits if is_cut(e) and e.group >= count]
    if gone and count:
        reach = reaches(gone)
        edits = [_relinked(text, edit, gone, reach) if is_cut(edit) and edit.group < count else edit for edit in edits]
    moved = [_moved(shift, group, level) for group, level in zip(second.groups, changed, strict=True)]
    rejections = (*first.rejections, *placed(second.rejections, shift.origin))
    return replace(first, edits=tuple(edits), groups=(*first.groups, *moved), rejections=rejections)


def with_edits(plan: Plan) -> Plan:
    """Return a plan without what stays: the next look at the text finds that again."""
    used = sorted({edit.group for edit in plan.edits if edit.group >= 0})
    place = {group: index for index, group in enumerate(used)}
    edits = tuple(replace(edit, group=place.get(edit.group, -1)) for edit in plan.edits)
    groups = tuple(plan.groups[group] for group in used)
    return replace(plan, edits=edits, groups=groups, rejections=())


def later_notes(text: str, first: Sequence[Edit], notes: Iterable[Note]) -> list[Note]:
    """Return notes on what ``first`` makes of ``text`` with their places in it."""
    shift = Shift(text, first)
    return sorted((replace(note, span=shift.origin(note.span)) for note in notes), key=lambda note: note.span)


class _Dirt:
    """The places that cleaners, or the votes of copies, changed."""

    def __init__(self, text: str, edits: Sequence[Edit]) -> None:
        self._edits = [edit for edit in edits if not is_cut(edit)]
        self._ends = [edit.span.end for edit in self._edits]
        self._text = text

    def changed(self, spans: Iterable[Span]) -> int:
        """Return what was changed in some places: 0 nothing, 1 form only, 2 letters or digits."""
        most = 0
        for span in spans:
            at = bisect_left(self._ends, span.start)
            while at < len(self._edits) and self._edits[at].span.start < span.end:
                edit = self._edits[at]
                if letters(edit.span.of(self._text)) != letters(edit.replacement):
                    return 2
                most = 1
                at += 1
        return most


def _named(rule: str, safety: Safety, level: int) -> tuple[str, Safety]:
    """Return rule and safety as they are in the first text, from what the cleaners changed."""
    if level == 2:
        return _NEAR.get(rule, rule), max(safety, Safety.SIMILAR)
    return (_FORM.get(rule, rule) if level else rule), safety


def _moved(shift: Shift, group: Group, level: int) -> Group:
    rule, safety = _named(group.rule, group.safety, level)
    return replace(group, rule=rule, safety=safety, members=tuple(_member(shift, m) for m in group.members))


def _member(shift: Shift, member: Member) -> Member:
    return replace(
        member,
        spans=_places(shift, member.spans),
        against=_places(shift, member.against),
        differences=tuple(replace(d, kept=shift.origin(d.kept), copy=shift.origin(d.copy)) for d in member.differences),
    )


def _places(shift: Shift, spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(part for span in spans for part in shift.origins(span))


def _told(shift: Shift, edit: Edit, count: int) -> Edit:
    """Return an edit of the later text with what it names in the first one; its own place is left as it is."""
    group = edit.group + count if edit.group >= 0 else edit.group
    return replace(edit, kept=_places(shift, edit.kept), group=group)


def _called(edit: Edit, level: int) -> Edit:
    rule, safety = _named(edit.rule, edit.safety, level)
    return replace(edit, rule=rule, safety=safety, reason=edit.reason if rule == edit.rule else REASONS[rule])


def _relinked(
    text: str, edit: Edit, gone: Sequence[tuple[Span, tuple[Span, ...], Safety]], reach: Sequence[int]
) -> Edit:
    """Point a cut to what a later one kept where that went through what it named."""
    kept, least = unkept(edit.kept, gone, reach)
    if kept == edit.kept:
        return edit
    safety = max(edit.safety, least)
    if safety is Safety.EXACT and not says(text, kept, (edit.span,)):
        safety = Safety.SIMILAR  # pieced together: the order may be another one
    return replace(edit, kept=kept, safety=safety)
