"""Repetition in place of a whole text, long or short: a long one is searched part by part.

Each part is searched for itself. What the parts must know of each other is little and is looked at behind: words that
stand in other parts, habits of the whole text, and whether the borders are still borders when the cuts are made. Where
one is not, the parts beside it are searched as one.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.model import Span
from dedupe_cli.search.gaps import is_habit
from dedupe_cli.search.in_place import find_near, search
from dedupe_cli.search.intended_loops import labelled
from dedupe_cli.search.near_loops import REACH, WINDOW, looping_tokens
from dedupe_cli.search.scale.cross_part_tokens import Elsewhere
from dedupe_cli.search.scale.parts import Blocks, Part, apart, borders_of, is_quiet, line_end, part_fold, parts_of
from dedupe_cli.search.scene import Around, Scene, alone, with_newlines
from dedupe_cli.search.symbols import FAR
from dedupe_cli.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dedupe_cli.model import Cut, Rejection, Repeat
    from dedupe_cli.search.in_place import Protects
    from dedupe_cli.text.fold import Fold

    Flags = NDArray[np.bool_]

# Letters on both sides of a border whose neighbourhood reaches over it, and those that must be seen to judge them.
_AFFECTED, _SEEN = REACH + 2 * WINDOW, 2 * REACH + 3 * WINDOW
# Characters of a border's neighbourhood, at first; and lines that are looked at for their labels.
_ASIDE, _LINES = 1 << 13, 24
# The scene of so many folded characters is kept while what is left is searched for distant repeats.
_SCENE = 1 << 22
# Characters on both sides of a border that hold no loop, where sentences near loops are looked for.
_FREE = 1 << 14


class Found(NamedTuple):
    """What is found in place in one text, and at which offsets it was parted.

    ``small``: its parts were searched as those of a text whose sentences begin with small letters by habit.
    ``looping`` tells of every character whether a token begins there in the neighbourhood of a loop; None where that
    was not asked. ``left``: what is left of a text that was not parted when all goes that was found to go, ``again``
    what is found in that, and ``scene`` its scene, unless the text is long. ``rejections``: what could have
    gone and stays.
    """

    repeats: list[Repeat]
    borders: list[int]
    looping: Flags | None = None
    small: bool = False
    left: Fold | None = None
    again: Sequence[Repeat] = ()
    scene: Scene | None = None
    rejections: Sequence[Rejection] = ()


class _Result(NamedTuple):
    """What was found in one part: repeats in its own offsets, what is left of it (None: all), tokens near loops."""

    repeats: list[Repeat]
    left: str | None
    density: float
    stops: tuple[tuple[int, int], tuple[int, int]]
    around: Around
    looping: NDArray[np.int64] | None
    rejections: list[Rejection]


def find_all(
    whole: Fold,
    tried: Sequence[int] = (),
    tell: Callable[[int, int], None] | None = None,
    *,
    evidence: bool = False,
) -> Found:
    """Find all repetition in place of a folded text; ``tried`` are offsets at which it may be parted.

    ``tell(done, total)`` is told how many of its parts are done.
    ``evidence``: tell of the neighbourhood of loops, too.
    """
    borders = borders_of(whole, tried)
    known: dict[Part, _Result] = {}
    small = False
    while borders:
        parts = parts_of(whole, borders)
        standing = Elsewhere(whole, parts)
        for index, part in enumerate(parts):
            if tell:
                tell(index, len(parts))
            if part not in known:
                known[part] = _searched(whole, part, standing.around(index, small=small), evidence=evidence)
            if index == 0 and not small and is_habit(*known[part].stops[0]) and is_habit(*_stops(whole, parts)):
                small = True  # else one part tells what the others will be like, most times
                known = {part: _searched(whole, part, standing.around(index, small=small), evidence=evidence)}
        results = [known[part] for part in parts]
        if not _is_like_the_whole(results, small=small) or not _agree(whole, parts, results, standing):
            break
        known.update(zip(parts, results, strict=True))
        bad = _crossed(whole, parts, results)
        if not bad:
            marks = _marks(whole, parts, results) if evidence else None
            return Found(_repeats(parts, results), borders, marks, small, rejections=_rejections(parts, results))
        borders = [border for border in borders if border not in bad]
    if tell:
        tell(0, 1)
    scene = Scene.of(whole)
    looping = np.zeros(len(whole.text), dtype=bool) if evidence else None
    if looping is not None:
        looping[_looping(whole, parts_of(whole, ())[0], scene)] = True
    if tell:
        tell(1, 2)
    found = search(scene)
    left = found.left.fold
    return Found(
        found.repeats, [], looping, left=left, again=found.again, scene=found.left if len(left) < _SCENE else None,
        rejections=found.rejections,
    )  # fmt: skip


def _stops(whole: Fold, parts: Sequence[Part]) -> tuple[int, int]:
    """Count the full stops of all parts, and those before a small letter."""
    found = [Scene.of(part_fold(whole, part), alone()).gaps.stops for part in parts]
    return sum(stops for stops, _ in found), sum(small for _, small in found)


def _searched(whole: Fold, part: Part, around: Around, *, evidence: bool = False) -> _Result:
    """Search one part."""
    scene = Scene.of(part_fold(whole, part), around)
    looping = _looping(whole, part, scene) if evidence else None
    repeats, last, _, rejections = search(scene)
    left = last.fold.text if any(not r.cuts[0].held for r in repeats) else None
    density = len(scene.fold.text) / max(len(scene.tokens), 1)
    return _Result(repeats, left, density, (scene.gaps.stops, last.gaps.stops), around, looping, rejections)


def _repeats(parts: Sequence[Part], results: Sequence[_Result]) -> list[Repeat]:
    return [shifted(x, part.start) for part, result in zip(parts, results, strict=True) for x in result.repeats]


def _rejections(parts: Sequence[Part], results: Sequence[_Result]) -> list[Rejection]:
    return [
        replace(item, span=_moved(item.span, part.start), kept=tuple(_moved(kept, part.start) for kept in item.kept))
        for part, result in zip(parts, results, strict=True)
        for item in result.rejections
    ]


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _is_like_the_whole(results: Sequence[_Result], *, small: bool) -> bool:
    """Tell whether what was taken for the habit of the whole text is that."""
    for step in (0, 1):
        if is_habit(*(sum(counts) for counts in zip(*(r.stops[step] for r in results), strict=True))) is not small:
            return False
    related = sum(r.around.related for r in results)
    return not any(r.around.doubtful and related == r.around.related for r in results)


def _agree(whole: Fold, parts: Sequence[Part], results: list[_Result], standing: Elsewhere) -> bool:
    """Search again where a word stood elsewhere in what has gone since; tell whether that came to an end."""
    fresh = {index for index, result in enumerate(results) if result.left is not None}
    for _ in range(len(parts)):
        again = [i for i, result in enumerate(results) if result.around.refused and fresh - {i}]
        if not again:
            return True
        for index in fresh:
            standing.shorten(index, results[index].left)
        fresh = set()
        for index in again:
            before = results[index]
            if standing.holds(index, before.around.refused):
                continue  # all that it was told is still so
            afresh = _searched(whole, parts[index], standing.around(index, small=before.around.small))
            results[index] = afresh._replace(looping=before.looping)
            if results[index].left != before.left:
                fresh.add(index)
    return False


def _crossed(whole: Fold, parts: Sequence[Part], results: Sequence[_Result]) -> set[int]:
    """Borders that a cut lies near, or that would be none in what is left."""
    bad = set()
    for index in range(1, len(parts)):
        one, two = results[index - 1], results[index]
        border = parts[index].start
        if one.left is None and two.left is None and not (one.repeats or two.repeats):
            continue
        size = parts[index - 1].end - parts[index - 1].start
        aside = apart(whole.text, border)
        near = any(c.span.end > size - aside for r in one.repeats for c in r.cuts)
        near |= any(c.span.start < aside for r in two.repeats for c in r.cuts)
        if near or not _still_quiet(whole, parts[index - 1 : index + 1], (one, two)):
            bad.add(border)
    return bad


def _still_quiet(whole: Fold, parts: Sequence[Part], results: tuple[_Result, _Result]) -> bool:
    """Tell whether the text around a border may be parted there when the cuts are made."""
    if results[0].left is None and results[1].left is None:
        return True
    texts = [
        whole.text[part.start : part.end] if result.left is None else result.left
        for part, result in zip(parts, results, strict=True)
    ]
    reach = int(1.5 * FAR * max(result.density for result in results)) + _ASIDE
    before, behind = texts[0][-reach:], texts[1][:reach]
    around = fold(before + behind)
    return is_quiet(around, len(before), Blocks(around.text, results[1].around.widths[0]))


def shifted(repeat: Repeat, by: int) -> Repeat:
    """Return a repeat of a part as one of the whole, ``by`` code points farther on."""

    def moved(spans: Sequence[Span]) -> tuple[Span, ...]:
        return tuple(_moved(span, by) for span in spans)

    def cut(x: Cut) -> Cut:
        return replace(x, span=_moved(x.span, by), copy=moved(x.copy), kept=moved(x.kept))

    return replace(repeat, kept=moved(repeat.kept), cuts=tuple(map(cut, repeat.cuts)))


def _looping(whole: Fold, part: Part, scene: Scene) -> NDArray[np.int64]:
    """Offsets in a part at which a token near a loop begins."""
    tokens = scene.tokens
    here = looping_tokens(tokens) if len(tokens) else np.zeros(0, dtype=bool)
    if here.any():
        start, end = _with_lines(whole.text, part)
        text = with_newlines(whole.text[start:end])
        here &= ~labelled(text, replace(tokens, start=tokens.start + tokens.start.dtype.type(part.start - start)))
    return tokens.start[here].astype(np.int64)


def _with_lines(text: str, part: Part) -> tuple[int, int]:
    """Range of a part with some lines that are not blank before and behind it."""
    start, seen = part.start, 0
    while start and seen < _LINES:
        before = text.rfind("\n", 0, start - 1) + 1
        seen += not text[before:start].isspace()
        start = before
    end, seen = part.end, 0
    while end < len(text) and seen < _LINES:
        stop = text.find("\n", end) + 1 or len(text)
        seen += not text[end:stop].isspace()
        end = stop
    return start, end


def _marks(whole: Fold, parts: Sequence[Part], results: Sequence[_Result]) -> Flags:
    """Put the evidence of all parts together; what is near a border is looked at across it."""
    marks = np.zeros(len(whole.text), dtype=bool)
    for part, result in zip(parts, results, strict=True):
        assert result.looping is not None
        marks[part.start + result.looping] = True
    for part in parts[1:]:
        aside = _ASIDE
        while not _mark_border(whole, part.start, aside, marks):
            aside *= 2
    return marks


def _mark_border(whole: Fold, border: int, aside: int, marks: Flags) -> bool:
    """Mark what is near a border; False when so many characters on either side do not show it."""
    start, end = max(border - aside, 0), min(border + aside, len(whole.text))
    here = Part(start, end, *whole.range(Span(start, end)))
    scene = Scene.of(part_fold(whole, here))
    letters = scene.tokens.letters
    middle = int(letters[int(scene.tokens.at((whole.index(border) - here.low,))[0])])
    if (middle < _SEEN and start > 0) or (int(letters[-1]) - middle < _SEEN and end < len(whole.text)):
        return False
    near = scene.tokens.start[np.abs(letters[:-1].astype(np.int64) - middle) <= _AFFECTED]
    looping = _looping(whole, here, scene)
    marks[start + int(near[0]) : start + int(near[-1]) + 1] = False
    marks[start + looping[(looping >= near[0]) & (looping <= near[-1])]] = True
    return True


def looping_places(whole: Fold, scene: Scene | None = None) -> Flags:
    """Tell of every character of a text whether a token begins there in the neighbourhood of a loop.

    ``scene`` is that of the whole text, if it is known.
    """
    borders = borders_of(whole)
    parts = parts_of(whole, borders)
    marks = np.zeros(len(whole.text), dtype=bool)
    for part in parts:
        here = Scene.of(part_fold(whole, part)) if scene is None or borders else scene
        marks[part.start + _looping(whole, part, here)] = True
    for border in borders:
        aside = _ASIDE
        while not _mark_border(whole, border, aside, marks):
            aside *= 2
    return marks


def find_near_all(
    whole: Fold,
    looping: Flags,
    protects: Protects,
    borders: Sequence[int],
    *,
    small: bool = False,
    scene: Scene | None = None,
) -> list[Repeat]:
    """Find the sentences said again near loops (see :func:`find_near`); parts that hold no loop are not looked at.

    ``scene`` is that of the whole text, if it is known.
    """
    free = [at for at in borders if not looping[max(at - _FREE, 0) : at + _FREE].any()]
    free = [at for at in free if line_end(whole.text, at)]
    if not free:
        return find_near(scene or Scene.of(whole), looping, protects)
    out: list[Repeat] = []
    blocks = Blocks(whole.text)
    for part in parts_of(whole, free):
        here = looping[part.start : part.end]
        if here.any():
            around = alone(small=small, widths=(blocks.width(part.start), blocks.width(part.end)))
            scene = Scene.of(part_fold(whole, part), around)
            found = find_near(scene, here, partial(_in_part, protects, part.start))
            out += [shifted(repeat, part.start) for repeat in found]
    return out


def _in_part(protects: Protects, start: int, low: int, high: int) -> bool:
    """Ask of a range of a part that begins at ``start`` whether it may not be touched."""
    return protects(start + low, start + high)
