"""What other settings would do: where the result changes as one setting does, and which agrees with a person.

Every result is a plan as `clean` would make it. A plan tells for which other values it is the same, as it notes what
was compared with a limit; between two ranges with the same result there is taken to be no other.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from dedupe_cli.model import Decision, Group, Member, Plan, Source, Span
from dedupe_cli.render.phrases import Totals
from dedupe_cli.review.decisions import Answer, Decisions, Kind
from dedupe_cli.text.spans import union

# A text is planned under so many values at most: all from 50 to 100.
MOST = 51
# A result that differs by less than this share of the most that goes is hardly another one.
_HARDLY = 0.05


class Tried(NamedTuple):
    """A range of values, ends included, under which the plan of one text is the same."""

    low: int
    high: int
    plan: Plan


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


def steps_of(plan: Callable[[int], Tried], low: int, high: int, now: int) -> list[Tried]:
    """Return the ranges of a setting from ``low`` to ``high`` under which one text has the same result, in order.

    ``plan(value)`` plans it under a value, and tells for which others the plan holds. Values between ranges are halved
    where results differ, those nearest to ``now`` first, and at most :data:`MOST` are tried; others are in no range.
    """
    found: list[Tried] = []
    many = 0
    for value in (now, low, high):
        if not any(each.low <= value <= each.high for each in found):
            many += 1
            insort(found, plan(value), key=attrgetter("low"))
    waiting: list[tuple[int, int, int, Tried, Tried]] = []

    def wait(one: Tried, other: Tried) -> None:
        if other.low - one.high > 1 and _told(one.plan) != _told(other.plan):
            away = max(one.high - now, now - other.low, 0)
            heappush(waiting, (away, one.high, other.low, one, other))

    for one, other in pairwise(found):
        wait(one, other)
    while waiting and many < MOST:
        _, _, _, one, other = heappop(waiting)
        middle = plan((one.high + other.low) // 2)
        many += 1
        insort(found, middle, key=attrgetter("low"))
        wait(one, middle)
        wait(middle, other)
    out: list[Tried] = []
    for each in found:
        if out and _told(out[-1].plan) == _told(each.plan):
            out[-1] = out[-1]._replace(high=each.high)
        else:
            out.append(each)
    return out


def steps(every: Sequence[tuple[Source, Sequence[Tried]]]) -> list[Step]:
    """Put the ranges of all texts together: within each of those returned no text has another result."""
    if not every:
        return []
    edges = sorted({edge for _, some in every for each in some for edge in (each.low, each.high + 1)})
    out: list[Step] = []
    for low, end in pairwise(edges):
        holding = [(source, [each.plan for each in some if each.low <= low <= each.high]) for source, some in every]
        if all(plans for _, plans in holding):
            out.append(Step(low, end - 1, tuple((source, plans[0]) for source, plans in holding)))
    return out


def _told(plan: Plan) -> tuple[object, ...]:
    """Return what is said of a result: its cuts, and in how many groups and places they are."""
    of = Totals.of([plan])
    return of.groups, of.places, [(edit.span, edit.replacement) for edit in plan.edits]


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
    """A group of which something goes under the value ``goes``, and nothing of that under the value ``stays``."""

    source: Source
    plan: Plan
    at: int
    goes: int
    stays: int


def changes(here: Step, there: Step) -> list[Change]:
    """Return the groups of which more goes in the one of two neighbouring results, the largest first."""
    goes, stays = (here.high, there.low) if here.high < there.low else (here.low, there.high)
    out: list[tuple[int, Change]] = []
    for (source, plan), (_, other) in zip(here.pairs, there.pairs, strict=True):
        if plan is other:
            continue
        kept = union(edit.span for edit in other.edits)
        size: dict[int, int] = {}
        for edit in plan.edits:
            if edit.group >= 0 and (left := len(edit.span) - _shared(edit.span, kept)):
                size[edit.group] = size.get(edit.group, 0) + left
        out += [(many, Change(source, plan, at, goes, stays)) for at, many in size.items()]
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
