"""Which groups of one text are told as one finding: pieces of one passage, and what some of its copies have besides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from dedupe_cli.decide.passages import Gaps, hull, passages, units
from dedupe_cli.model import Decision, Group, Member, Source, Span
from dedupe_cli.planning.group import joined, with_part

# Units that may lie between two pieces of one passage: a heading, a line that differs.
_BETWEEN = 30
# What stands beside all copies of a passage belongs to it up to so many units; what only some of them have besides, up
# to so many. Longer, it is a finding of its own. What stands inside of all of them belongs to it, however long it is.
_SHORT, _SCRAP, _ANY = 40, 12, 1 << 62
# So many passages before one are looked at, and behind it.
_NEAR = 4


class Passage(NamedTuple):
    """Groups that are told as one (``numbers`` in the plan), and the group that says where all of them stand."""

    numbers: tuple[int, ...]
    group: Group


def passages_of(
    source: Source, groups: Sequence[Group], ignored: Iterable[Span], without: Collection[str]
) -> list[Passage]:
    """Put groups together that are told as one; those of which nothing goes stay alone.

    ``ignored`` stretches and what is held back may lie between them. ``without`` are fingerprints that are told
    elsewhere.
    """
    held = [span for group in groups if group.held for member in group.members for span in member.spans]
    gaps = Gaps(source.prose, [*ignored, *held])
    told = []
    for numbers in _in_rows(groups, gaps):
        mine = [n for n in numbers if groups[n].fingerprint not in without]
        if mine:
            some = [groups[n] for n in mine]
            told.append(Passage(tuple(mine), joined(source.text, some) if len(some) > 1 else some[0]))
    return _with_parts(source, told, gaps)


def _in_rows(groups: Sequence[Group], gaps: Gaps) -> list[list[int]]:
    """Put the numbers of groups together that follow one another in all their places."""
    whole = [n for n, group in enumerate(groups) if _may_join(group)]
    if len(whole) < 2:
        return [[n] for n in range(len(groups))]
    some = [groups[n] for n in whole]
    rows = [[group.members[group.kept].spans, *(member.spans for member in group.copies)] for group in some]
    alone = set(range(len(groups))) - set(whole)
    return [*([whole[n] for n in found] for found in passages(rows, gaps, _BETWEEN)), *([n] for n in alone)]


def _may_join(group: Group) -> bool:
    """Tell whether a group may be a piece: all copies go, and they do not follow one another at once."""
    others = [member for n, member in enumerate(group.members) if n != group.kept]
    return group.rule != "D203" and all(member.decision is Decision.REMOVE for member in others)


def _with_parts(source: Source, told: Sequence[Passage], gaps: Gaps) -> list[Passage]:
    """Give to passages what stands beside them, or in them, in each of its places and is no finding of its own."""
    order = sorted(
        (n for n, each in enumerate(told) if _may_join(each.group)), key=lambda n: _kept(told[n].group).start
    )
    out = dict(enumerate(told))
    for at, n in enumerate(order):
        size = _size(source, out[n].group)
        for other in (*order[max(at - _NEAR, 0) : at][::-1], *order[at + 1 : at + 1 + _NEAR]):
            if other not in out or not _is_larger(source, out[other].group, out[n].group):
                continue
            where, side = _places(out[n].group, out[other].group, gaps)
            in_all = len(set(where)) == len(out[other].group.members)
            if where and size < (_SCRAP if not in_all else _SHORT if side else _ANY):
                part = out.pop(n)
                numbers = sorted({*out[other].numbers, *part.numbers})
                whole = with_part(source.text, out[other].group, part.group, where)
                out[other] = Passage(tuple(numbers), whole)
                break
    return [out[n] for n in sorted(out)]


def _is_larger(source: Source, one: Group, other: Group) -> bool:
    """Tell whether a group has more members than another one, or says more."""
    return len(one.members) > len(other.members) or _size(source, one) >= _size(source, other)


def _size(source: Source, group: Group) -> int:
    return sum(units(span.of(source.text)) for span in _kept(group).spans)


def _kept(group: Group) -> Member:
    return group.members[group.kept]


def _places(part: Group, whole: Group, gaps: Gaps) -> tuple[list[int], int]:
    """Return beside which member of a passage each member of a part stands, or in which; none where one stands apart.

    All of them stand before theirs (-1), or all behind (1), or all inside (0), which is told, too; the kept one at the
    kept one.
    """
    out: list[tuple[int, int]] = []
    for number, member in enumerate(part.members):
        others = [whole.kept] if number == part.kept else [n for n in range(len(whole.members)) if n != whole.kept]
        sides = ((n, _side(member, whole.members[n], gaps)) for n in others)
        found = next(((n, side) for n, side in sides if side is not None), None)
        if found is None or found[1] != (out[0][1] if out else found[1]):
            return [], 0
        out.append(found)
    return [n for n, _ in out], out[0][1]


def _side(member: Member, other: Member, gaps: Gaps) -> int | None:
    """Tell where a member stands: -1 before another one, 1 behind it, 0 inside or among its pieces; ``None``: apart."""
    mine, theirs = hull(member.spans), hull(other.spans)
    if mine.end <= theirs.start:
        return -1 if gaps.are_near(mine.end, theirs.start, _BETWEEN) else None
    if theirs.end <= mine.start:
        return 1 if gaps.are_near(theirs.end, mine.start, _BETWEEN) else None
    return 0
