"""What other settings would do: where the result changes as one setting does, and which agrees with a person.

Every result is a plan as `clean` would make it. Between two values with the same result there is taken to be no other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from typing import NamedTuple

from dedupe_cli.model import Decision, Group, Member, Plan, Source, Span
from dedupe_cli.render.phrases import Totals
from dedupe_cli.review.decisions import Answer, Decisions, Kind
from dedupe_cli.text.spans import union

# Plans of all texts are made under so many values at most.
MOST = 32
# A result that differs by less than this share of the most that goes is hardly another one.
_HARDLY = 0.05


@dataclass(frozen=True)
class Step:
    """A range of values, ends included, under which the result is the same; values between two steps were not tried."""

    low: int
    high: int
    pairs: tuple[tuple[Source, Plan], ...]

    @cached_property
    def totals(self) -> Totals:
        """What goes."""
        return Totals.of([plan for _, plan in self.pairs])


def steps(plan_all: Callable[[int], Sequence[tuple[Source, Plan]]], low: int, high: int, now: int) -> list[Step]:
    """Return the ranges of a setting from ``low`` to ``high`` with one result each, in order.

    ``plan_all(value)`` plans all texts under a value. Values are halved where results differ, the nearest to ``now``
    first, and at most :data:`MOST` are tried; the others are in no step.
    """
    found: dict[int, tuple[tuple[Source, Plan], ...]] = {}
    for value in sorted({low, now, high}):
        found[value] = tuple(plan_all(value))
    waiting = [(0, low, now), (0, now, high)]
    while waiting and len(found) < MOST:
        _, one, other = heappop(waiting)
        if other - one < 2 or _told(found[one]) == _told(found[other]):
            continue
        middle = (one + other) // 2
        found[middle] = tuple(plan_all(middle))
        for pair in ((one, middle), (middle, other)):
            heappush(waiting, (min(abs(now - at) for at in pair), *pair))
    out: list[Step] = []
    for value in sorted(found):
        if out and _told(out[-1].pairs) == _told(found[value]):
            out[-1] = Step(out[-1].low, value, out[-1].pairs)
        else:
            out.append(Step(value, value, found[value]))
    return out


def _told(pairs: Sequence[tuple[Source, Plan]]) -> list[tuple[object, ...]]:
    """Return what is said of a result: its cuts, and in how many groups and places they are."""
    out: list[tuple[object, ...]] = []
    for _, plan in pairs:
        of = Totals.of([plan])
        out.append((of.groups, of.places, [(edit.span, edit.replacement) for edit in plan.edits]))
    return out


class Plateau(NamedTuple):
    """Values, ends included, under which about as much goes; ``same``: the very same."""

    low: int
    high: int
    same: bool


def widest(found: Sequence[Step]) -> Plateau | None:
    """Return the widest range of values in which hardly anything changes; ``None`` where nothing ever does."""
    if len(found) < 2:
        return None
    most = max(step.totals.gone for step in found)
    best = Plateau(found[0].low, found[0].high, same=True)
    for first, step in enumerate(found):
        least = highest = step.totals.gone
        for other in found[first:]:
            least, highest = min(least, other.totals.gone), max(highest, other.totals.gone)
            if highest - least > _HARDLY * most:
                break
            if other.high - step.low > best.high - best.low:
                best = Plateau(step.low, other.high, same=other is step)
    return best


class Change(NamedTuple):
    """A group of which something goes under a lower value, and nothing of that under a higher one."""

    source: Source
    plan: Plan
    at: int
    goes: int
    stays: int


def changes(lower: Step, higher: Step) -> list[Change]:
    """Return the groups by which two neighbouring results differ, the largest first."""
    out: list[tuple[int, Change]] = []
    for (source, plan), (_, other) in zip(lower.pairs, higher.pairs, strict=True):
        kept = union(edit.span for edit in other.edits)
        size: dict[int, int] = {}
        for edit in plan.edits:
            if edit.group >= 0 and (left := len(edit.span) - _shared(edit.span, kept)):
                size[edit.group] = size.get(edit.group, 0) + left
        out += [(many, Change(source, plan, at, lower.high, higher.low)) for at, many in size.items()]
    return [change for _, change in sorted(out, key=lambda pair: -pair[0])]


def _shared(span: Span, others: Sequence[Span]) -> int:
    return sum(max(min(span.end, each.end) - max(span.start, each.start), 0) for each in others if each.overlaps(span))


class Wish(NamedTuple):
    """What a person decided about a group: which of its members were to go."""

    source: int
    group: Group
    answer: Answer
    gone: tuple[Member, ...]


def wishes(pairs: Sequence[tuple[Source, Plan]], decisions: Decisions) -> list[Wish]:
    """Return what was decided about the groups of some plans."""
    out = []
    for at, (source, plan) in enumerate(pairs):
        for group in plan.groups:
            answer = decisions.of(source, group)
            if answer is None:
                continue
            stays = group.members[answer.member if answer.kind is Kind.KEEP_ONE else group.kept]
            gone = [m for m in group.members if m is not stays]
            if answer.kind is not Kind.KEEP_ONE:
                gone = [m for m in gone if m.decision is Decision.REMOVE]
            out.append(Wish(at, group, answer, () if answer.kind is Kind.KEEP_ALL else tuple(gone)))
    return out


def disagreements(step: Step, wanted: Sequence[Wish]) -> list[Wish]:
    """Return the decisions that a result does not follow.

    It follows one when of as many places of the group more than half goes as the person wanted to go: which of several
    places stays is for ``--keep`` to say.
    """
    cut = [union(edit.span for edit in plan.edits) for _, plan in step.pairs]
    return [wish for wish in wanted if _gone(wish.group, cut[wish.source]) != len(wish.gone)]


def _gone(group: Group, cut: Sequence[Span]) -> int:
    """Count the members of which more than half goes."""
    return sum(
        2 * sum(_shared(span, cut) for span in member.spans) > sum(map(len, member.spans)) for member in group.members
    )
