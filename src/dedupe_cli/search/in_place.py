"""Repetition in place: one look at a text, or at each part of a long one, for captions, overlaps and loops.

A cut can make a new loop (A B A B of loops), so ``rounds`` looks again at what is left until nothing more is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.model import Cut, Rejection, Repeat, Safety, Span
from dedupe_cli.search.captions import find_caption_removals
from dedupe_cli.search.drift import find_drift
from dedupe_cli.search.loops import find_loop_removals
from dedupe_cli.search.near_loops import find_near_removals, looping_tokens
from dedupe_cli.search.noisy_loops import find_worn_removals
from dedupe_cli.search.overlaps import find_overlap_removals
from dedupe_cli.search.parts import parts_of
from dedupe_cli.search.removal import Removal, token_span
from dedupe_cli.search.scene import Scene
from dedupe_cli.text.spans import touches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.text.fold import Fold

    Finder = Callable[[Scene], list[Removal]]
    Scenes = Iterable[tuple[int, Scene]]  # each with the offset at which its part of the text begins
    Flags = NDArray[np.bool_]

# Captions come first, because no least length applies in them, and what they repeat is no evidence of a loop; overlaps
# before loops, which would take them for two rounds and keep the joint; damaged rounds before whole ones, which are
# their witnesses.
FINDERS: Sequence[Finder] = (
    find_caption_removals,
    find_overlap_removals,
    find_worn_removals,
    find_loop_removals,
    find_drift,
)


class Found(NamedTuple):
    """What one look finds: what goes; if that is nothing, what is held back, and what could have gone and stays."""

    going: list[Repeat]
    held: list[Repeat]
    rejections: list[Rejection]


def scenes_of(whole: Fold) -> Scenes:
    """Prepare a text; of a long one, in parts, a scene is made when it comes to it, and not kept."""
    parts = parts_of(whole)
    if len(parts) == 1:
        return ((0, Scene.of(whole)),)
    return ((part.start, Scene.of(part.fold(whole))) for part in parts)


def search(scenes: Scenes, may_go: Callable[[Sequence[Repeat]], list[Repeat]], looping: Flags | None = None) -> Found:
    """Look once at a text for repetition in place.

    In each part the first finder decides that finds anything of which ``may_go`` leaves something. The cuts do not
    overlap, and every kept stretch stays. What is near a loop is written into ``looping`` (see :func:`looping_places`).
    """
    going: list[Repeat] = []
    held: list[Repeat] = []
    rejections: list[Rejection] = []
    for start, scene in scenes:
        scene.stays.clear()
        if looping is not None:
            _mark(looping, start, scene)
        for finder in FINDERS if len(scene.tokens) else ():
            removals = finder(scene)
            held += [_repeat(item, start) for item in removals if item.held]
            free = _fit(scene.fold.text, [item for item in removals if not item.held])
            found = may_go([_repeat(item, start) for item in free]) if free else []
            going += found
            if found:
                break
        rejections += _rejections(scene, start)
    return Found(going, [], []) if going else Found([], held, rejections)


def find_near(scenes: Scenes, looping: Flags, protects: Callable[[int, int], bool]) -> list[Repeat]:
    """Look once for the sentences said again near loops; ``looping`` is the evidence, one flag a character of the text.

    The evidence comes from the text as it was before the loops went (see :func:`looping_places`). ``protects`` tells
    of offsets of the text whether they may not be touched; it is asked only of what else would go.
    """
    out: list[Repeat] = []
    for start, scene in scenes:
        here = looping[start + scene.tokens.start.astype(np.int64)]
        if here.any():
            found = find_near_removals(scene, here, partial(_from, protects, start))
            out += [_repeat(item, start) for item in _fit(scene.fold.text, found)]
    return out


def _from(protects: Callable[[int, int], bool], start: int, low: int, high: int) -> bool:
    return protects(start + low, start + high)


def looping_places(size: int, scenes: Scenes) -> Flags:
    """Tell of every character of a text of so many whether a token begins there in the neighbourhood of a loop."""
    marks = np.zeros(size, dtype=bool)
    for start, scene in scenes:
        _mark(marks, start, scene)
    return marks


def _mark(marks: Flags, start: int, scene: Scene) -> None:
    if len(scene.tokens):
        marks[start + scene.tokens.start[looping_tokens(scene.tokens)].astype(np.int64)] = True


def _fit(text: str, removals: Iterable[Removal]) -> list[Removal]:
    """Put removals in order, without those that overlap one before, and those whose kept text goes itself.

    The last two do not take the same white space.
    """
    items = sorted(removals, key=lambda r: r.span)
    if len(items) > 1 and items[-1].span.start < items[-2].span.end and not text[items[-1].span.end :].strip():
        items[-2:] = _apart(text, *items[-2:])
    out: list[Removal] = []
    gone: list[Span] = []
    for item in items:
        if item.span and (not gone or item.span.start >= gone[-1].end) and _stays(item, gone):
            out.append(item)
            gone.append(item.span)
    return [item for item in out if _stays(item, gone)]


def _stays(item: Removal, gone: Sequence[Span]) -> bool:
    """Tell whether nothing of what a removal keeps is gone."""
    return not any(touches(kept, gone) for kept in item.rounds[0].kept)


def _apart(text: str, one: Removal, last: Removal) -> tuple[Removal, Removal]:
    """Take the white space between two removals, the last of which ends the text, away from the second one."""
    if one.span.end > last.rounds[0].copy.start:
        return one, last
    start = len(text[: one.span.start].rstrip())
    head = one.rounds[0]._replace(span=Span(start, one.rounds[0].span.end))
    tail = last.rounds[0]._replace(span=Span(one.span.end, last.rounds[0].span.end))
    return one._replace(rounds=(head, *one.rounds[1:])), last._replace(rounds=(tail, *last.rounds[1:]))


def _rejections(scene: Scene, start: int) -> Iterator[Rejection]:
    """Return what stays, in text order: of one stretch what came nearest."""
    best: dict[Span, tuple[float, Rejection]] = {}
    for stay in scene.stays:
        span, kept = (token_span(scene.gaps, *one).moved(start) for one in (stay.copy, stay.kept))
        if span not in best or best[span][0] < stay.score:
            score = stay.score if stay.score > -inf else None
            best[span] = stay.score, Rejection(span, (kept,), stay.reason, score)
    return (best[span][1] for span in sorted(best))


def _repeat(item: Removal, start: int) -> Repeat:
    """Make a repeat of a removal in a part of a text that begins at an offset."""
    cuts = tuple(
        Cut(x.span.moved(start), (x.copy.moved(start),), tuple(k.moved(start) for k in x.kept), x.similarity,
            held=item.held)
        for x in item.rounds
    )  # fmt: skip
    exact = item.whole and all(cut.similarity == 100.0 for cut in cuts)
    safety = Safety.UNSAFE if item.held else Safety.EXACT if exact else Safety.SIMILAR
    return Repeat(item.rule, cuts[0].kept, cuts, safety)
