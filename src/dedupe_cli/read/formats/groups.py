"""Which edits a file can take, what becomes of the groups of a plan then, and what several of its edits are as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from dedupe_cli.model import Decision, Edit, Group, Span
from dedupe_cli.text.spans import touches, union

Unit = TypeVar("Unit")


def fitting_units(found: Sequence[Unit], fits: Callable[[Sequence[Unit]], bool]) -> list[Unit]:
    """Return the units that a file can take, found by halving; in order, and all of them when ``fits`` says so.

    What did not fit is tried again until nothing more is taken: it may fit when another unit is gone, and whoever
    reads the file next would find that.
    """
    taken: set[int] = set()
    rest = list(range(len(found)))
    while rest:
        before = len(taken)
        todo = [rest]
        while todo:
            part = todo.pop()
            if fits([found[at] for at in sorted({*taken, *part})]):
                taken.update(part)
            elif len(part) > 1:
                half = len(part) // 2
                todo += [part[half:], part[:half]]
        if len(taken) in {before, len(found)}:
            break
        rest = [at for at in rest if at not in taken]
    return [found[at] for at in sorted(taken)]


def protected(groups: Sequence[Group], edits: Sequence[Edit]) -> tuple[Group, ...]:
    """Call those copies protected that no edit of their group takes out any more."""
    spans: dict[int, list[Span]] = {}
    for edit in edits:
        spans.setdefault(edit.group, []).append(edit.span)
    left = {index: union(cut) for index, cut in spans.items()}
    out = []
    for index, group in enumerate(groups):
        members = tuple(
            replace(m, decision=Decision.PROTECTED)
            if m.decision is Decision.REMOVE and not any(touches(s, left.get(index, ())) for s in m.spans)
            else m
            for m in group.members
        )
        out.append(group if members == group.members else replace(group, members=members))
    return tuple(out)


def joined(places: Iterable[tuple[Span, Edit]]) -> list[Edit]:
    """Return edits at some places, in order, with those that touch and take out what one cut does as one.

    A file may have as many rows as letters, so no edit is made for each of them.
    """
    runs: list[tuple[int, int, Edit]] = []
    for span, edit in places:
        if runs and runs[-1][1] == span.start and _is_of_one_cut(runs[-1][2], edit):
            runs[-1] = runs[-1][0], span.end, edit
        else:
            runs.append((span.start, span.end, edit))
    return [edit.at(Span(start, end)) for start, end, edit in runs]


def _is_of_one_cut(edit: Edit, other: Edit) -> bool:
    """Tell whether two edits take something out for the same reason; those of one cut share what is kept for it."""
    if edit.replacement or other.replacement or edit.kept is not other.kept:
        return False
    if edit is other:
        return True
    return (edit.rule, edit.reason, edit.safety, edit.group) == (other.rule, other.reason, other.safety, other.group)
