"""Passages between texts become N-way groups, and edits of the later texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dedupe_cli.across.subject import FACTS, Subject, is_adapted
from dedupe_cli.model import Cut, Decision, Difference, Edit, Group, Kind, Member, Reason, Safety, Span
from dedupe_cli.planning.group import fingerprint
from dedupe_cli.text.letters import says
from dedupe_cli.text.spans import union

if TYPE_CHECKING:
    from dedupe_cli.across.table import Table
    from dedupe_cli.across.walk import Link, Passage

# Across texts, a repeat, copies that have come to say different things, and those that each name their own matter.
REPEAT, DRIFT, OWN = "D301", "D302", "D303"
# A word that stands so often for the same word of another text is its word for it.
RENAMED = 3
# Two kept stretches are one when they share so much of the shorter one.
SHARED = 0.5


@dataclass(frozen=True, slots=True)
class Copy:
    """A member of a group that is being put together: what it covers, and the kept stretches against it.

    ``whole`` tells that nearly all of its text stands in the other one; ``passages`` are those that it is made of.
    ``own`` tells that nothing differs but what each of the texts is about, or that both are notes of a version.
    """

    source: int
    other: int
    spans: tuple[Span, ...]
    kept: tuple[Span, ...]
    similarity: float
    safety: Safety
    differences: tuple[Difference, ...] = ()
    reasons: tuple[Reason, ...] = ()
    whole: bool = False
    passages: tuple[int, ...] = ()
    own: bool = False


def merged(tables: Sequence[Table], copies: Sequence[Copy]) -> Copy:
    """Make one member of several that two texts have in common."""
    first = copies[0]
    return Copy(
        first.source,
        first.other,
        _joined(tables[first.source], (span for copy in copies for span in copy.spans)),
        _joined(tables[first.other], (span for copy in copies for span in copy.kept)),
        min(copy.similarity for copy in copies),
        max(copy.safety for copy in copies),
        tuple(difference for copy in copies for difference in copy.differences),
        tuple(dict.fromkeys(reason for copy in copies for reason in copy.reasons)),
        whole=True,
        passages=tuple(number for copy in copies for number in copy.passages),
        own=all(copy.own for copy in copies),
    )


def moved(cut: Cut, kept: int, copy: int) -> tuple[tuple[Span, ...], tuple[Span, ...], tuple[Difference, ...]]:
    """Return copy spans, kept spans and differences of a cut between two paragraphs, as places of their texts."""
    return (
        tuple(span.moved(copy) for span in cut.copy),
        tuple(span.moved(kept) for span in cut.kept),
        tuple(Difference(d.kept.moved(kept), d.copy.moved(copy), d.kind, d.reason, d.score) for d in cut.differences),
    )


def repeats_of(tables: Sequence[Table], passage: Passage, number: int) -> Copy | None:
    """Return what of a passage goes, as one member; ``None`` when nothing does. ``number`` is that of the passage."""
    one, two = tables[passage.source], tables[passage.other]
    spans: list[Span] = []
    kept: list[Span] = []
    differences: list[Difference] = []
    similarity, safety = 100.0, Safety.EXACT
    for link in passage.links:
        if link.pair is None:
            spans.append(one.span(link.block))
            kept.append(two.span(link.kept))
            continue
        for cut in link.pair.cuts:
            copy, against, found = moved(cut, two.start[link.kept], one.start[link.block])
            spans += copy
            kept += against
            differences += found
            similarity, safety = min(similarity, cut.similarity), max(safety, link.pair.safety)
    if not spans:
        return None
    joined = _joined(one, spans), _joined(two, kept)
    return Copy(passage.source, passage.other, *joined, similarity, safety, tuple(differences), passages=(number,))


def drifts_of(tables: Sequence[Table], passage: Passage, subjects: Sequence[Subject]) -> list[Copy]:
    """Return the pairs of a passage that say different things, one member each."""
    one, two = tables[passage.source], tables[passage.other]
    about = subjects[passage.source], subjects[passage.other]
    out = []
    for link in passage.links:
        if link.pair is None:
            continue
        for cut in link.pair.held:
            copy, against, found = moved(cut, two.start[link.kept], one.start[link.block])
            found = tuple(d for d in found if d.kind is Kind.CONTENT)
            own = any(each.is_of_version for each in about) or is_adapted(about, found)
            made = Copy(passage.source, passage.other, copy, against, cut.similarity, Safety.UNSAFE, found, cut.held)
            out.append(replace(made, own=own))
    return out


def renamed(tables: Sequence[Table], copies: Sequence[Copy]) -> list[Copy]:
    """Return what two texts say differently: as their own, where one has the same word for the same again and again.

    Then one of them is in the words of another house, of another country: what differs is meant, but for numbers and
    the like.
    """
    found = Counter(
        (each.copy.of(tables[copy.source].text), each.kept.of(tables[copy.other].text))
        for copy in copies
        for each in copy.differences
    )
    if not any(
        number >= RENAMED and all(any(map(str.isalpha, word)) for word in both) for both, number in found.items()
    ):
        return list(copies)
    return [
        replace(copy, own=copy.own or all(each.reason not in FACTS for each in copy.differences)) for copy in copies
    ]


def on_record(copy: Copy) -> Copy:
    """Return what two notes of versions share as what is held back: each says it of its own version."""
    return replace(copy, safety=Safety.UNSAFE, passages=(), own=True)


def _joined(table: Table, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join spans between which there is nothing but white space and rules."""
    out: list[Span] = []
    for span in union(spans):
        if out and not says(table.text[out[-1].end : span.start]):
            out[-1] = Span(out[-1].start, span.end)
        else:
            out.append(span)
    return tuple(out)


def edits_of(tables: Sequence[Table], passage: Passage, gone: set[int], group: int, path: str) -> list[Edit]:
    """Return the edits of a passage that goes; ``gone`` are all blocks of the text that go as a whole.

    Neighbouring blocks are one edit. It takes the white space behind it, or before it at the end of the text.
    """
    one, two = tables[passage.source], tables[passage.other]
    reason, out = f"stands in {path}", []
    run: list[Link] = []
    for link in passage.links:
        if link.goes and run and link.block == run[-1].block + 1:
            run.append(link)
            continue
        if run:
            out.append(_block_edit(one, two, run, gone, (group, passage.other, reason)))
        run = [link] if link.goes else []
        if link.pair is not None and not link.goes:
            shift = one.start[link.block]
            for cut in link.pair.cuts:
                kept = tuple(span.moved(two.start[link.kept]) for span in cut.kept)
                out.append(
                    Edit(cut.span.moved(shift), "", REPEAT, reason, link.pair.safety, group, kept, passage.other)
                )
    if run:
        out.append(_block_edit(one, two, run, gone, (group, passage.other, reason)))
    return out


def _block_edit(one: Table, two: Table, run: Sequence[Link], gone: set[int], why: tuple[int, int, str]) -> Edit:
    group, other, reason = why
    first, last = run[0].block, run[-1].block
    following = last + 1
    while following in gone:
        following += 1
    stays_behind = following < len(one) or one.behind[len(one) - 1] < len(one.text)
    span = Span(one.start[first], one.behind[last]) if stays_behind else Span(one.before[first], one.end[last])
    if not stays_behind and last == len(one) - 1 and len(gone) == len(one) and not one.before[0]:
        span = Span(span.start, len(one.text))  # nothing is left of it
    kept: list[Span] = []
    safety = Safety.EXACT
    for link in run:
        if link.pair is None:
            kept.append(two.span(link.kept))
        else:
            kept += [span.moved(two.start[link.kept]) for cut in link.pair.cuts for span in cut.kept]
            safety = max(safety, link.pair.safety)
    return Edit(span, "", REPEAT, reason, safety, group, union(kept), other)


def clustered(copies: Sequence[Copy]) -> list[list[Copy]]:
    """Put copies whose kept stretches overlap by half of the shorter one together, in order of the kept text."""
    ordered = sorted(
        copies, key=lambda c: (c.whole, c.other, c.kept[0].start, -c.kept[-1].end, c.source, c.spans[0].start)
    )
    out: list[list[Copy]] = []
    reach: tuple[Span, ...] = ()
    for copy in ordered:
        first = out[-1][0] if out else copy
        if out and first.other == copy.other and first.whole == copy.whole and _shares(reach, copy.kept):
            out[-1].append(copy)
            reach = union([*reach, *copy.kept])
        else:
            out.append([copy])
            reach = copy.kept
    return out


def _shares(kept: Sequence[Span], other: Sequence[Span]) -> bool:
    common = sum(max(min(a.end, b.end) - max(a.start, b.start), 0) for a in kept for b in other)
    return common >= SHARED * min(sum(map(len, kept)), sum(map(len, other)))


def group_of(tables: Sequence[Table], copies: Sequence[Copy], rule: str) -> Group:
    """Make one group of copies of one kept stretch, in order of texts and places."""
    other = copies[0].other
    kept = union(span for copy in copies for span in copy.kept)
    decision = Decision.REMOVE if rule == REPEAT else Decision.HOLD
    members = [Member(kept, Decision.KEEP, kept, source=other)]
    members += [
        Member(copy.spans, decision, copy.kept, copy.similarity, copy.differences, copy.source) for copy in copies
    ]
    stays = members[0]
    members.sort(key=lambda member: (member.source, member.start))
    reasons = tuple(reason for reason in Reason if any(reason in copy.reasons for copy in copies))
    more = ("across",) if rule == REPEAT else (*(reason.value for reason in reasons), "drift")
    mark = fingerprint(tables[other].text, kept, *more)
    return Group(rule, tuple(members), members.index(stays), mark, max(copy.safety for copy in copies), reasons)
