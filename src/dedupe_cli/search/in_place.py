"""Repetition in place, to a fixpoint: captions, loops, chunk overlaps and sentences near a loop.

A cut can make a new loop (A B A B of loops). So the text is worked on until nothing more is found, and
every removal is carried back to the offsets of the original text. What the kept text of an earlier removal
loses later is answered for by the text that the later one keeps.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.model import Cut, Rejection, Repeat, Safety, Span
from dedupe_cli.search.captions import find_caption_removals
from dedupe_cli.search.drift import find_drift
from dedupe_cli.search.loops import find_loop_removals
from dedupe_cli.search.near_loops import find_near_removals
from dedupe_cli.search.noisy_loops import find_worn_removals
from dedupe_cli.search.overlaps import find_overlap_removals
from dedupe_cli.search.removal import token_span
from dedupe_cli.search.scene import Scene
from dedupe_cli.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from dedupe_cli.model import Reason
    from dedupe_cli.search.removal import Removal, Round
    from dedupe_cli.search.scene import Around
    from dedupe_cli.text.fold import Fold

    Finder = Callable[[Scene], list[Removal]]
    Protects = Callable[[int, int], bool]  # tells of a range of offsets whether it may not be touched

# Captions come first, because no least length applies in them; overlaps before loops, which would take them for two
# rounds and keep the joint; damaged rounds before whole ones, which are their witnesses.
FINDERS: Sequence[Finder] = (
    find_caption_removals,
    find_overlap_removals,
    find_worn_removals,
    find_loop_removals,
    find_drift,
)


class _Done(NamedTuple):
    """A round that went, in spans of the original text."""

    rule: str
    removal: int
    spans: list[Span]
    copy: list[Span]
    kept: list[Span]
    similarity: float
    held: tuple[Reason, ...]
    whole: bool


@dataclass
class _Work:
    """A text on the way: what is left of it, and where each of its characters stood in the original."""

    text: str
    where: NDArray[np.int64] | None = None  # no array while the text is whole
    done: list[_Done] = field(default_factory=list)
    removals: int = 0
    scene: Scene | None = None  # of the text as it stands
    around: Around | None = None  # of what it is a part

    def original(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Original offsets of some places of the present text."""
        return places if self.where is None else self.where[places]

    def apply(self, removals: Sequence[Removal], held: list[Removal]) -> bool:
        """Take removals out of the text, remember them in original offsets, tell whether anything went.

        Those that are held back are added to ``held``.
        """
        pieces, alive, at = [], np.ones(len(self.text), dtype=bool), 0
        held += [r for r in removals if r.held]
        for item in _fit(self.text, [r for r in removals if not r.held]):
            if item.span.start < at or not item.span:
                continue
            pieces.append(self.text[at : item.span.start])
            at = item.span.end
            alive[item.span.start : at] = False
            self.done += [self._record(item, x) for x in item.rounds]
            self.removals += 1
        if not at:
            return False
        pieces.append(self.text[at:])
        self.text, self.scene = "".join(pieces), None
        self.where = np.flatnonzero(alive) if self.where is None else self.where[alive]
        return True

    def hold(self, removals: Iterable[Removal]) -> None:
        """Remember what is held back."""
        for item in removals:
            self.done += [self._record(item, x) for x in item.rounds]
            self.removals += 1

    def _record(self, item: Removal, part: Round) -> _Done:
        kept = [s for k in part.kept for s in self.back(k)]
        return _Done(
            item.rule,
            self.removals,
            self.back(part.span),
            self.back(part.copy),
            kept,
            part.similarity,
            item.held,
            item.whole,
        )

    def back(self, span: Span) -> list[Span]:
        """Find the original spans that a stretch of the present text is made of."""
        if not span:
            return []
        if self.where is None:
            return [span]
        first, last = int(self.where[span.start]), int(self.where[span.end - 1])
        if last - first == span.end - span.start - 1:
            return [Span(first, last + 1)]
        return _stretches(self.where[span.start : span.end])


def _fit(text: str, removals: Iterable[Removal]) -> list[Removal]:
    """Put removals in order; one that ends the text and its neighbour do not take the same white space."""
    items = sorted(removals, key=lambda r: r.span)
    if len(items) < 2 or items[-1].span.start >= items[-2].span.end or text[items[-1].span.end :].strip():
        return items
    one, last = items[-2], items[-1]
    if one.span.end > last.rounds[0].copy.start:
        return items
    start = len(text[: one.span.start].rstrip())
    head = one.rounds[0]._replace(span=Span(start, one.rounds[0].span.end))
    tail = last.rounds[0]._replace(span=Span(one.span.end, last.rounds[0].span.end))
    items[-2] = one._replace(rounds=(head, *one.rounds[1:]))
    items[-1] = last._replace(rounds=(tail, *last.rounds[1:]))
    return items


def _stretches(places: NDArray[np.int64]) -> list[Span]:
    """Maximal ranges of consecutive numbers."""
    breaks = np.flatnonzero(np.diff(places) != 1)
    heads = np.concatenate([[0], breaks + 1])
    tails = np.concatenate([breaks, [len(places) - 1]])
    return [Span(int(places[a]), int(places[b]) + 1) for a, b in zip(heads, tails, strict=True)]


class Searched(NamedTuple):
    """What was found in place in a text, and the text that is left when all of it goes that may go.

    ``again`` is what a search of that text finds, in its own offsets: what is held back. ``rejections``: what could
    have been a repeat in place and stays, in offsets of the whole text.
    """

    repeats: list[Repeat]
    left: Scene
    again: list[Repeat]
    rejections: list[Rejection]


def search(scene: Scene) -> Searched:
    """Find all repetition in place of a text.

    The cuts do not overlap, and every kept stretch stays. Applied, they leave a text in which nothing more is found.
    """
    work, whole = _begin(scene), scene.fold
    _exhaust(work, FINDERS[:1])  # what captions repeat is no evidence of a loop
    held = _exhaust(work, FINDERS)
    work.hold(held)
    left = work.scene
    assert left is not None  # of the last round, which found nothing
    rejections = _rejections(work, left)
    if not work.done:
        return Searched([], left, [], rejections)
    last = _Work(left.fold.text, removals=1)  # the last round is a search of what is left
    last.hold(held)
    again = _repeats(left.fold, last.done) if held else []
    return Searched(_repeats(whole, work.done), left, again, rejections)


def find_near(scene: Scene, looping: NDArray[np.bool_], protects: Protects) -> list[Repeat]:
    """Find the sentences said again near loops; ``looping`` is the evidence, one flag a character of the text.

    The evidence comes from the text as it was before the loops went (see :func:`looping_places`). ``protects`` tells
    of offsets of the text whether they may not be touched; it is asked only of what else would go.
    """
    work = _begin(scene)

    def protected(low: int, high: int) -> bool:
        first, last = work.original(np.array([low, high - 1])).tolist()
        return protects(first, last + 1)

    def finder(scene: Scene) -> list[Removal]:
        return find_near_removals(scene, looping[work.original(scene.tokens.start)], protected)

    work.hold(_exhaust(work, (finder,)))
    return _repeats(scene.fold, work.done) if work.done else []


def _begin(scene: Scene) -> _Work:
    return _Work(scene.fold.text, scene=scene.afresh(), around=scene.around)


def _exhaust(work: _Work, finders: Sequence[Finder]) -> list[Removal]:
    """Apply the finders until nothing more goes; return what they hold back of the text that is left."""
    while True:
        scene = work.scene = (work.scene or Scene.of(fold(work.text), work.around)).afresh()
        if not len(scene.tokens):
            return []
        held: list[Removal] = []
        if not any(work.apply(finder(scene), held) for finder in finders):
            return held


def _rejections(work: _Work, scene: Scene) -> list[Rejection]:
    """Return what stays of the text that is left, in offsets of the original: of one stretch what came nearest."""
    out: dict[Span, Rejection] = {}
    best: dict[Span, float] = {}
    for stay in scene.stays:
        span, kept = (_hull(work.back(token_span(scene.gaps, *one))) for one in (stay.copy, stay.kept))
        if span not in best or best[span] < stay.score:
            best[span] = stay.score
            out[span] = Rejection(span, (kept,), stay.reason, stay.score if stay.score > -inf else None)
    return sorted(out.values(), key=lambda item: item.span)


def _hull(spans: Sequence[Span]) -> Span:
    return Span(spans[0].start, spans[-1].end)


def _repeats(whole: Fold, done: list[_Done]) -> list[Repeat]:
    """Make repeats of all that went, one for each removal; kept stretches are those that stay in the end."""
    said = _settle(whole, done)
    out: list[Repeat] = []
    for _, rounds in groupby(done, key=lambda item: item.removal):
        items = list(rounds)
        cuts = tuple(cut for item in items for cut in _cuts(whole, said, item))
        exact = items[0].whole and all(c.similarity == 100.0 for c in cuts)
        safety = Safety.UNSAFE if items[0].held else Safety.EXACT if exact else Safety.SIMILAR
        out.append(Repeat(items[0].rule, cuts[0].kept, cuts, safety))
    return _without_blanks(out)


def _without_blanks(repeats: list[Repeat]) -> list[Repeat]:
    """Give what a round lost around an earlier cut, when it is white space alone, to the cut beside it."""
    blanks = [cut.span for repeat in repeats for cut in repeat.cuts if not cut.copy]
    if not blanks:
        return repeats
    starts, ends = {s.end: s.start for s in blanks}, {s.start: s.end for s in blanks}

    def widened(cut: Cut) -> Cut:
        start = starts.pop(cut.span.start, cut.span.start)
        ends.pop(start, None)
        end = ends.pop(cut.span.end, cut.span.end)
        starts.pop(end, None)
        return replace(cut, span=Span(start, end))

    out = []
    for repeat in repeats:
        cuts = tuple(widened(cut) for cut in repeat.cuts if cut.copy)
        if cuts:
            out.append(replace(repeat, cuts=cuts))
    return out


def _cuts(whole: Fold, said: tuple[NDArray[np.int64], NDArray[np.int64]], item: _Done) -> list[Cut]:
    """One cut for each stretch of a round (earlier cuts may lie between), with the text that stays for it."""
    final, moved = said
    low, high = whole.range(Span(item.copy[0].start, item.copy[-1].end))
    if len(item.spans) == 1 and (item.held or moved[high] == moved[low]):
        return [Cut(item.spans[0], tuple(item.copy), tuple(item.kept), item.similarity, held=item.held)]
    every = _spans(whole, final[_folded(whole, item.copy)])
    out = []
    for span in item.spans:
        inside = [Span(max(c.start, span.start), min(c.end, span.end)) for c in item.copy if c.overlaps(span)]
        places = _folded(whole, inside)
        kept = _spans(whole, final[places]) if len(places) else every
        out.append(Cut(span, tuple(inside), kept, item.similarity, held=item.held))
    return out


def _settle(whole: Fold, done: list[_Done]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Follow what each removed character was a copy of until a character that stays.

    Returns the folded position that says each folded character in the end, and the running count of those
    for which that is not the one that the removal named.
    """
    says = np.arange(len(whole), dtype=np.int64)
    going = [item for item in done if not item.held]
    ends = whole.places([p for x in going for s in (x.copy[:1] + x.kept[:1]) for p in (s.start, s.end)]).tolist()
    at = 0
    for item in going:
        if len(item.copy) == len(item.kept) == 1:  # most rounds: one stretch, as long as what stays
            low, high, first, last = ends[at : at + 4]
            at += 4
            if high - low == last - first:
                says[low:high] = np.arange(first, last)
                continue
            if high - low > last - first > 0 and item.similarity == 100.0:  # the same round again and again
                says[low:high] = np.tile(np.arange(first, last), -(-(high - low) // (last - first)))[: high - low]
                continue
        else:
            at += 2 * (bool(item.copy) + bool(item.kept))
        copy, kept = _folded(whole, item.copy), _folded(whole, item.kept)
        if len(copy) > len(kept) and item.similarity == 100.0:
            says[copy] = np.resize(kept, len(copy))  # a long loop: the same round again and again
        elif len(copy) and len(kept):
            says[copy] = kept[np.linspace(0, len(kept) - 1, len(copy)).astype(np.int64)]
    final = says[says]
    while not np.array_equal(final, says[final]):
        final = final[final]
    return final, np.concatenate([[0], np.cumsum(final != says)])


def _folded(whole: Fold, spans: list[Span]) -> NDArray[np.int64]:
    ranges = [whole.range(s) for s in spans]
    return np.concatenate([np.arange(a, b) for a, b in ranges]) if ranges else np.zeros(0, dtype=np.int64)


def _spans(whole: Fold, places: NDArray[np.int64]) -> tuple[Span, ...]:
    return tuple(whole.span(s.start, s.end) for s in _stretches(places))
