"""N-way groups: all copies of one kept passage together, never pairs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from dedupe_cli.model import Cut, Decision, Evidence, Group, Member, Reason, Repeat, Safety, Span
from dedupe_cli.text.letters import bare, says
from dedupe_cli.text.spans import outside, union

# Two kept passages are one when they share this much of the shorter one.
SHARED = 0.5
# So many pieces of evidence are told, behind their sum.
_STRONGEST = 5
# Signs and white space between two cuts of one copy.
_NEAR = 200
# The rule that a held-back group is reported under, by the first of its reasons in this order.
HELD_RULES: dict[Reason, str] = {
    Reason.NUMBER: "D401",
    Reason.DATE: "D402",
    Reason.UNIT: "D401",
    Reason.NEGATION: "D403",
    Reason.NAME: "D404",
    Reason.WORD: "D404",
    Reason.CLAUSE: "D405",
    Reason.ENTRY: "D406",
}


class Cluster(NamedTuple):
    """Repeats that share a kept passage; ``kept`` is the union of what they refer to."""

    kept: tuple[Span, ...]
    repeats: tuple[Repeat, ...]


def cluster(repeats: Sequence[Repeat]) -> list[Cluster]:
    """Join repeats whose kept passages overlap by half of the shorter one, runs by half of the longer one; by place."""
    ordered = sorted(repeats, key=lambda r: (r.kept[0].start, -r.kept[-1].end, r.cuts[0].span.start))
    out: list[tuple[tuple[Span, ...], list[Repeat]]] = []
    for repeat in ordered:
        if out and _shares(out[-1][0], repeat.kept):
            kept, members = out[-1]
            members.append(repeat)
            out[-1] = union([*kept, *repeat.kept]), members
        else:
            out.append((union(repeat.kept), [repeat]))
    return [Cluster(kept, tuple(members)) for kept, members in out]


def _shares(kept: Sequence[Span], other: Sequence[Span]) -> bool:
    sizes = sum(map(len, kept)), sum(map(len, other))
    common = sizes[1] - sum(map(len, outside(other, kept)))
    # A copy of one block of a run is no copy of the run.
    return common >= SHARED * (min(sizes) if len(kept) == len(other) == 1 else max(sizes))


def removed_group(text: str, found: Cluster) -> Group:
    """Build the group of copies that go."""
    cuts = sorted(((r, c) for r in found.repeats for c in r.cuts), key=lambda item: item[1].span.start)
    members = [Member(found.kept, Decision.KEEP, found.kept)]
    for member in (_member(cut, Decision.REMOVE) for _, cut in cuts):
        if members[1:] and _goes_on(text, members[-1], member):
            members[-1] = _together([members[-1], member])
        else:
            members.append(member)
    kept = members[0]
    members.sort(key=lambda m: m.start)
    least = min(cuts, key=lambda item: (item[1].similarity, item[0].rule))
    return Group(
        rule=least[0].rule,
        members=tuple(members),
        kept=members.index(kept),
        fingerprint=fingerprint(text, found.kept),
        safety=max(r.safety for r in found.repeats),
        evidence=weakest(r.evidence for r in found.repeats),
    )


def weakest(evidence: Iterable[Evidence]) -> Evidence:
    """Return the evidence with the lowest score, of what was weighed: the strongest of it, as it is told."""
    found = min((each for each in evidence if each), key=lambda each: each[0][1], default=())
    return tuple((name, round(value, 3)) for name, value in found[: _STRONGEST + 1])


def _goes_on(text: str, copy: Member, behind: Member) -> bool:
    """Tell whether a copy is the rest of the one before it: right behind it, as what stays of it goes on there."""
    first, last = copy.against, behind.against
    if copy.start >= behind.start or first[0].start >= last[0].start or first[-1].end >= last[-1].end:
        return False
    between = (copy.spans[-1].end, behind.spans[0].start), (first[-1].end, max(first[-1].end, last[0].start))
    return all(low <= high <= low + _NEAR and not says(text[low:high]) for low, high in between)


def joined(text: str, groups: Sequence[Group]) -> Group:
    """Return groups that are pieces of one passage, in text order, as one: member by member what they cover."""
    kept = _together([group.members[group.kept] for group in groups])
    rows = [[member for n, member in enumerate(group.members) if n != group.kept] for group in groups]
    return _as_one(text, groups, kept, [kept, *(_together(column) for column in zip(*rows, strict=True))])


def with_part(text: str, whole: Group, part: Group, where: Sequence[int]) -> Group:
    """Return a group with what some of its members have besides; ``where`` tells whose each member of the part is."""
    pieces = [[member] for member in whole.members]
    for member, at in zip(part.members, where, strict=True):
        pieces[at].append(member)
    members = [_together(some) if len(some) > 1 else some[0] for some in pieces]
    return _as_one(text, (whole, part), members[whole.kept], members)


def _as_one(text: str, groups: Sequence[Group], kept: Member, members: Iterable[Member]) -> Group:
    """Make one group of several, of the members that were made of theirs."""
    ordered = sorted(members, key=lambda m: m.start)
    least = min(group.similarity[0] for group in groups)
    return Group(
        rule=max(group.rule for group in groups if group.similarity[0] == least),
        members=tuple(ordered),
        kept=ordered.index(kept),
        fingerprint=fingerprint(text, kept.spans),
        safety=max(group.safety for group in groups),
        evidence=weakest(group.evidence for group in groups),
    )


def _together(pieces: Sequence[Member]) -> Member:
    """Return the places of the pieces of a passage as one member; its similarity is that of all its characters."""
    sizes = [max(sum(map(len, piece.spans)), 1) for piece in pieces]
    return Member(
        spans=tuple(sorted(span for piece in pieces for span in piece.spans)),
        decision=pieces[0].decision,
        against=tuple(sorted(span for piece in pieces for span in piece.against)),
        similarity=sum(p.similarity * size for p, size in zip(pieces, sizes, strict=True)) / sum(sizes),
        differences=tuple(difference for piece in pieces for difference in piece.differences),
    )


def held_group(text: str, found: Cluster) -> Group:
    """Build the group of a passage and the versions of it that are held back."""
    cuts = sorted((c for r in found.repeats for c in r.cuts), key=lambda cut: cut.span.start)
    members = [Member(found.kept, Decision.KEEP, found.kept), *(_member(cut, Decision.HOLD) for cut in cuts)]
    kept = members[0]
    members.sort(key=lambda m: m.start)
    reasons = tuple(r for r in HELD_RULES if any(r in cut.held for cut in cuts))
    return Group(
        rule=HELD_RULES[reasons[0]] if reasons else found.repeats[0].rule,
        members=tuple(members),
        kept=members.index(kept),
        fingerprint=fingerprint(text, found.kept, *(r.value for r in reasons), "held"),
        safety=Safety.UNSAFE,
        reasons=reasons,
        evidence=weakest(r.evidence for r in found.repeats),
    )


def _member(cut: Cut, decision: Decision) -> Member:
    return Member(cut.copy, decision, cut.kept, cut.similarity, cut.differences)


def fingerprint(text: str, spans: Iterable[Span], *more: str) -> str:
    """Hash the letters and digits of spans: no positions, no punctuation, no case."""
    body = bare("".join(span.of(text) for span in spans))
    digest = hashlib.sha256("\0".join([body, *more]).encode("utf-8", "surrogatepass"))
    return "v1:" + digest.hexdigest()


def one_a_copy(held: Sequence[Repeat]) -> list[Repeat]:
    """Keep one pair for each held copy: the one whose kept passage comes first; overlapping copies are one."""
    out: list[Repeat] = []
    for repeat in sorted(held, key=lambda r: (r.cuts[0].span.start, r.kept[0].start, -len(r.cuts[0].span))):
        if out and out[-1].cuts[0].span.overlaps(repeat.cuts[0].span):
            first = out[-1].cuts[0]
            reasons = tuple(dict.fromkeys((*first.held, *repeat.cuts[0].held)))
            if repeat.kept == out[-1].kept:
                out[-1] = replace(out[-1], cuts=(replace(first, held=reasons),))
            continue
        out.append(repeat)
    return out
