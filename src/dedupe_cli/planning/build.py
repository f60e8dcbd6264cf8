"""The plan: repeats of all rounds become groups and ordered edits of the original text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from dedupe_cli.model import Edit, Group, Repeat, Safety, Span
from dedupe_cli.planning.group import cluster, held_group, one_a_copy, removed_group
from dedupe_cli.text.fold import fold
from dedupe_cli.text.spans import outside, union

_DIGIT = re.compile(r"\d")

REASONS = {
    "D101": "exact copy",
    "D102": "the same but for form",
    "D201": "near copy",
    "D202": "stands in other text",
    "D203": "repeated in place",
    "D204": "stands split over blocks",
}


def relinked(rounds: Sequence[Repeat], later: Sequence[Repeat]) -> list[Repeat]:
    """Point earlier repeats to what a later round kept, where that round cut into their kept text.

    What an exact copy said is then said only as exactly as the later cut says it.
    """
    gone = [(cut.span, cut.kept, repeat.safety) for repeat in later for cut in repeat.cuts]
    gone.sort(key=lambda item: item[0])
    if not gone:
        return list(rounds)
    reach = reaches(gone)
    return [_relink(repeat, gone, reach) for repeat in rounds]


def _relink(repeat: Repeat, gone: Sequence[tuple[Span, tuple[Span, ...], Safety]], reach: Sequence[int]) -> Repeat:
    kept, safety = unkept(repeat.kept, gone, reach)
    cuts = []
    for cut in repeat.cuts:
        spans, least = unkept(cut.kept, gone, reach)
        safety = max(safety, least)
        cuts.append(cut if spans == cut.kept else replace(cut, kept=spans))
    if kept == repeat.kept and all(new is old for new, old in zip(cuts, repeat.cuts, strict=True)):
        return repeat
    return replace(repeat, kept=kept, cuts=tuple(cuts), safety=max(repeat.safety, safety))


def reaches(gone: Sequence[tuple[Span, tuple[Span, ...], Safety]]) -> list[int]:
    """Return for each of some cuts (by place) how far it and those before it reach: one may lie in another."""
    return list(accumulate((span.end for span, _, _ in gone), max))


def unkept(
    spans: tuple[Span, ...], gone: Sequence[tuple[Span, tuple[Span, ...], Safety]], reach: Sequence[int]
) -> tuple[tuple[Span, ...], Safety]:
    """Return kept spans with what replaces the parts that ``gone`` took (place, kept, safety; by place).

    ``reach`` is what :func:`reaches` says of ``gone``.
    """
    cuts: list[Span] = []
    # The pieces of a cut share what is kept for it: by identity, as there may be very many of either.
    found: dict[int, tuple[Span, ...]] = {}
    safety = Safety.EXACT
    for span in spans:
        at = bisect_right(reach, span.start)
        while at < len(gone) and gone[at][0].start < span.end:
            cut, kept, least = gone[at]
            if cut.overlaps(span):
                cuts.append(cut)
                found[id(kept)] = kept
                safety = max(safety, least)
            at += 1
    if not found:
        return spans, safety
    return union([*outside(spans, cuts), *(span for kept in found.values() for span in kept)]), safety


def build(text: str, removed: Sequence[Repeat], held: Sequence[Repeat]) -> tuple[list[Edit], list[Group]]:
    """Group repeats (original spans, in the order of the rounds) and turn their cuts into edits."""
    edits: list[Edit] = []
    groups: list[Group] = []
    removed = [_honest(text, _without_blanks(text, repeat)) for repeat in removed]
    taken = _Taken()
    # By identity: a cut is a deep value, and hashing it would cost more than all the rest.
    pieces = {id(cut): taken.add(cut.span) for repeat in removed for cut in repeat.cuts}
    for index, found in enumerate(cluster(removed)):
        groups.append(removed_group(text, found))
        for repeat, cut in ((r, c) for r in found.repeats for c in r.cuts):
            why = (repeat.rule, REASONS[repeat.rule], repeat.safety, index, cut.kept)
            edits.extend(Edit(span, "", *why) for span in pieces[id(cut)])
    groups.extend(held_group(text, found) for found in cluster(one_a_copy(held)))
    edits.sort(key=lambda edit: edit.span)
    return edits, _distinct(groups)


def _without_blanks(text: str, repeat: Repeat) -> Repeat:
    """Leave out of what is kept the white space that later cuts left of it: it says nothing."""

    def said(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple([span for span in spans if not span.of(text).isspace()]) if len(spans) > 1 else spans

    cuts = tuple([replace(cut, kept=kept) if (kept := said(cut.kept)) != cut.kept else cut for cut in repeat.cuts])
    return replace(repeat, kept=said(repeat.kept), cuts=cuts)


def _honest(text: str, repeat: Repeat) -> Repeat:
    """Call a repeat exact only when its kept text, as it was pieced together, still says the copy letter by letter."""
    if repeat.safety is Safety.EXACT and not all(says(text, cut.kept, cut.copy) for cut in repeat.cuts):
        return replace(repeat, safety=Safety.SIMILAR)
    return repeat


def says(text: str, kept: Sequence[Span], copy: Sequence[Span]) -> bool:
    """Tell whether kept text, or rounds of it, says a copy letter by letter; both may be in pieces."""
    if len(kept) == len(copy) == 1 and copy[0].of(text) in kept[0].of(text):
        return True
    said, gone = ("".join([span.of(text) for span in spans]) for spans in (kept, copy))
    if _are_same(said, gone):
        return True
    said, gone = fold(said).string, fold(gone).string
    return gone in said or gone in said * (len(gone) // max(len(said), 1) + 2)


def _are_same(one: str, other: str) -> bool:
    """Tell whether two texts are the same but for white space, which is folded away; not told of all: cheap.

    Between digits a point is folded by what stands around it, white space too.
    """
    return "".join(one.split()) == "".join(other.split()) and not _DIGIT.search(one)


def _distinct(groups: Sequence[Group]) -> list[Group]:
    """Tell equal fingerprints apart by a number, so that each group has an id of its own."""
    seen: dict[str, int] = {}
    out: list[Group] = []
    for group in groups:
        count = seen.get(group.fingerprint, 0)
        seen[group.fingerprint] = count + 1
        head, _, digest = group.fingerprint.partition(":")
        number = int(digest, 16) ^ (count << 224)
        out.append(replace(group, fingerprint=f"{head}:{number:064x}") if count else group)
    return out


class _Taken:
    """Spans that are deleted already; what a later round deletes around them is handed out in pieces."""

    def __init__(self) -> None:
        self._spans: list[Span] = []

    def add(self, span: Span) -> list[Span]:
        """Take ``span`` and return the parts of it that were not taken before."""
        low = bisect_left(self._spans, span.start, key=lambda s: s.end)
        high = bisect_left(self._spans, span.end, lo=low, key=lambda s: s.start)
        before = self._spans[low:high]
        self._spans[low:high] = union([span, *before])
        return outside([span], before)
