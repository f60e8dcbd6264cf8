"""A plan that follows a person's decisions: another place stays, what is held back goes, the text is another one.

What the person decides is proved as if it were our own; what is not proved is called unsafe, as in plans that come
from anywhere: it is the person's answer. A text that repeats says no more than before when nothing of it goes, so
whatever contradicts a decision stays.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from dedupe_cli.decide.space import cut_span
from dedupe_cli.decide.state import Removal
from dedupe_cli.document.view import View
from dedupe_cli.gate.baseline import Baseline
from dedupe_cli.gate.findings import Places, findings_of
from dedupe_cli.gate.ignore import narrow
from dedupe_cli.model import Decision, Edit, Group, Member, Plan, Safety, Source, Span
from dedupe_cli.planning.build import reaches, unkept
from dedupe_cli.proving import unproved
from dedupe_cli.review.decisions import Answer, Decisions, Kind
from dedupe_cli.text.alignment import Alignment, align
from dedupe_cli.text.fold import fold
from dedupe_cli.text.spans import outside, touches, union

# The reason of an edit that a person decided on.
REASON = "decided by a person"
# What never goes, whoever says so.
_FIXED = frozenset({Decision.PROTECTED, Decision.REFERENCE})
# Letters of two texts that are compared at most, as their product; of more the similarity is not told.
_MOST = 1 << 28
# Marks that go with the words behind or before them.
_OPENING, _CLOSING = frozenset({"Ps", "Pi"}), frozenset({"Pe", "Pf", "Po"})


def unwanted(source: Source, decisions: Decisions) -> Callable[[Group], bool]:
    """Return the function that tells of a group whether a person said that all of its places stay."""

    def is_unwanted(group: Group) -> bool:
        answer = decisions.of(source, group)
        return answer is not None and answer.kind is Kind.KEEP_ALL

    return is_unwanted


def accepting(before: Baseline, source: Source, plan: Plan, group: Group) -> Baseline:
    """Return a baseline that accepts one group of a text besides, with all that is told in one finding with it."""
    found = findings_of(source, plan, Places(source))
    mine = [finding for finding in found if any(piece.fingerprint == group.fingerprint for piece in finding.every)]
    return Baseline(before.entries | Baseline.of(mine).entries, before.path)


def decided(source: Source, plan: Plan, decisions: Decisions) -> Plan:
    """Return a plan as a person decided; that all places of a group stay, who makes the plan has heeded."""
    if plan.protected:
        return plan
    asked = [(group.fingerprint, answer) for group in plan.groups if (answer := decisions.of(source, group))]
    work: _Work | None = None
    for name, answer in asked:
        if answer.kind in {Kind.ACCEPT, Kind.KEEP_ALL}:
            continue
        work = work or _Work(source, str(plan.settings.get("unit", "auto")))
        index = next((at for at, group in enumerate(plan.groups) if group.fingerprint == name), None)
        if index is not None:  # else an earlier answer has taken its place
            plan = work.follow(plan, index, answer)
    if work is not None and source.container is not None:
        plan = source.container.settle(source, plan)
    return plan


def rewritten(text: str, member: Member) -> Span:
    """Return what another text takes the place of: a member with the marks that belong to it, without white space."""
    start, end = member.start, member.end
    while start > 0 and unicodedata.category(text[start - 1]) in _OPENING:
        start -= 1
    while end < len(text) and unicodedata.category(text[end]) in _CLOSING:
        end += 1
    return Span(start, end).trimmed(text)


class _Choice(NamedTuple):
    """What stays of a group, and what goes because of it: members, and the spans to delete."""

    stays: Member
    goes: tuple[Member, ...]
    spans: tuple[Span, ...]


class _Work:
    """One text, folded once, under the decisions of a person."""

    def __init__(self, source: Source, unit: str) -> None:
        self._source = source
        self._fold = fold(source.prose)
        self._view = View(self._fold, "line" if unit == "line" else "auto")

    def follow(self, plan: Plan, index: int, answer: Answer) -> Plan:
        """Return the plan after one answer to the question of one group."""
        group = plan.groups[index]
        stays = group.members[answer.member if answer.kind is Kind.KEEP_ONE else group.kept]
        goes = [m for m in group.members if m is not stays and m.decision not in _FIXED]
        spans = stays.spans
        if answer.kind is Kind.EDIT:  # what is suggested goes, and no more
            if len(spans) > 1:  # between its pieces stands what nobody was asked about
                return plan
            goes = [m for m in goes if m.decision is Decision.REMOVE]
            spans = (rewritten(self._source.text, stays),)
        plan = self._without(plan, index, spans)
        index = next(at for at, each in enumerate(plan.groups) if each.fingerprint == group.fingerprint)
        new = [m for m in goes if m.decision is not Decision.REMOVE]
        choice = _Choice(stays, tuple(goes), self._cuts(plan, new))
        return self._proved(plan, index, choice, answer)

    def _without(self, plan: Plan, index: int, stays: Sequence[Span]) -> Plan:
        """Leave out what would cut into the text that is to stay: cuts of this group there, other groups as a whole."""
        spans = union(stays)
        cutting = {edit.group for edit in plan.edits if edit.group != index and touches(edit.span, spans)}
        dropped = [edit.span for edit in plan.edits if edit.group == index and touches(edit.span, spans)]
        edges = {edge for span in dropped for edge in (span.start, span.end)}

        def is_wanted(edit: Edit) -> bool:  # the white space of a cut that is not made stays, too
            if edit.group != index or edit.span in dropped:
                return edit.group != index
            return bool(edit.span.of(self._source.text).strip()) or edges.isdisjoint((edit.span.start, edit.span.end))

        plan = replace(plan, edits=tuple(filter(is_wanted, plan.edits)))
        wanted = [id(group) for at, group in enumerate(plan.groups) if at not in cutting]
        return narrow(plan, lambda group: id(group) in wanted)

    def _cuts(self, plan: Plan, members: Sequence[Member]) -> tuple[Span, ...]:
        """Return what is deleted for members that did not go so far, with the white space beside it."""
        view, parts = self._view, []
        for member in members:
            for span in member.spans:
                low, high = self._fold.places([span.start, span.end]).tolist()
                for block in view.blocks_in(low, high):
                    first, last = view.edges(block)
                    start, end = max(first, low), min(last, high)
                    parts.append(Removal(start, end, block, (start, end) == (first, last), ()))
        taken = [edit.span for edit in plan.edits]
        gone = {part.block for part in parts if part.whole}
        gone |= {at for at, span in enumerate(view.spans) if any(cut.covers(span) for cut in taken)} if taken else set()
        last_left = next((at for at in range(len(view) - 1, -1, -1) if at not in gone), -1)
        out: list[Span] = []
        for part in parts:
            out += outside([cut_span(view, part, last_left, gone)], [*taken, *out])
        return tuple(out)

    def _proved(self, plan: Plan, index: int, choice: _Choice, answer: Answer) -> Plan:
        """Put a choice into a plan; what is not proved of it is unsafe, other groups that relied on it stay."""
        group, kept = plan.groups[index], choice.stays.spans
        made = [Edit(span, "", group.rule, REASON, Safety.SIMILAR, index, kept) for span in choice.spans]
        if answer.kind is Kind.EDIT:
            span = rewritten(self._source.text, choice.stays)
            made.append(Edit(span, answer.text, group.rule, REASON, Safety.UNSAFE, index))
        gone = sorted((edit.span, kept, Safety.SIMILAR) for edit in made if edit.kept)
        other = group.members[group.kept] is not choice.stays
        edits = [
            replace(edit, kept=kept) if other and edit.group == index else _relinked(edit, gone) for edit in plan.edits
        ]
        changed = {new.span for new, old in zip(edits, plan.edits, strict=True) if new.kept != old.kept}
        changed |= {e.span for e in edits for new in made if new.replacement and touches(new.span, union(e.kept))}
        new = replace(plan, edits=tuple(sorted([*edits, *made], key=lambda edit: edit.span)))
        left = {edit.span for edit in unproved(self._source, new)} & {*changed, *(edit.span for edit in made)}
        lost = {edit.group for edit in new.edits if edit.span in left} - {index}
        marked = tuple(replace(e, safety=_safety(e, e.span in left, e.span in changed)) for e in new.edits)
        groups = list(new.groups)
        groups[index] = self._regrouped(group, choice, [e.safety for e in marked if e.group == index])
        new = replace(new, edits=marked, groups=tuple(groups))
        return narrow(new, lambda each: not any(each is groups[at] for at in lost)) if lost else new

    def _regrouped(self, group: Group, choice: _Choice, safeties: Sequence[Safety]) -> Group:
        """Return the group as it is after the choice."""
        members = tuple(self._member(member, choice) for member in group.members)
        safety = max(safeties, default=group.safety)
        kept = next(at for at, member in enumerate(group.members) if member is choice.stays)
        return replace(group, members=members, kept=kept, safety=safety)

    def _member(self, member: Member, choice: _Choice) -> Member:
        stays = choice.stays
        if member is stays:
            return replace(member, decision=Decision.KEEP, against=member.spans, similarity=100.0, differences=())
        if all(member is not other for other in choice.goes):
            return member
        if member.decision is Decision.REMOVE and member.against and touches(member.against[0], stays.spans):
            return member
        alike = self._similarity(stays, member)
        return replace(member, decision=Decision.REMOVE, against=stays.spans, similarity=alike, differences=())

    def _similarity(self, stays: Member, member: Member) -> float:
        """Percent of equal folded characters of two members."""
        places = self._fold.places([stays.start, stays.end, member.start, member.end]).tolist()
        a0, a1, b0, b1 = places
        if (a1 - a0) * (b1 - b0) > _MOST or a0 == a1 or b0 == b1:
            return member.similarity
        return Alignment(a0, a1, b0, b1, align(self._fold, a0, a1, b0, b1)).similarity()


def _relinked(edit: Edit, gone: Sequence[tuple[Span, tuple[Span, ...], Safety]]) -> Edit:
    """Point an edit to what stays where what it named goes now."""
    if not gone:
        return edit
    kept, _ = unkept(edit.kept, gone, reaches(gone))
    return edit if kept == edit.kept else replace(edit, kept=kept)


def _safety(edit: Edit, left: bool, changed: bool) -> Safety:  # noqa: FBT001  one line above
    """Return how sure an edit is after a decision: one that is not proved is the person's."""
    if left:
        return Safety.UNSAFE
    return max(edit.safety, Safety.SIMILAR) if changed else edit.safety
