"""Seeds: two places that share a window; each place is linked to a few others, never all to all.

A window that stands in many places says little about which of them belong together. So it is made wider there,
until few places share it: each place is linked to those that are like it for longest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dedupe_cli.search.kgrams import LONG, LONG_STEP, LONG_WEIGHT, WIDEST, WINDOW_WEIGHT, Windows, window_ends, windows
from dedupe_cli.search.unseen import stretches
from dedupe_cli.text.fold import LETTER_WEIGHT, Fold
from dedupe_cli.text.indexed import Indexed, different, index_kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[Any]  # int32, or int64 where that does not do

# Links of each place to the places just before it in its bucket; one more goes to the first of the bucket, which
# keeps any number of copies tied to the one that is likely to stay.
PREVIOUS = 3
# A window in more places than this is made wider.
POPULAR = 128
# Of a window that overlaps itself, as in a loop inside a word, and stands in more places than this, only those that
# do not overlap are looked at.
CROWDED = 1 << 14


class Seeds(NamedTuple):
    """Stretches of places that are linked at one distance: each of ``first <= i < last`` to ``i - shift``.

    ``ends``: where the window at ``last - 1`` ends. ``popularity`` tells how many places share the narrowest window,
    ``weight`` is the weight of that.
    ``unseen``: folded ranges that were left out, the insides of very long loops.
    """

    first: Ints
    last: Ints
    ends: Ints
    shift: Ints
    popularity: Indexed
    weight: int = WINDOW_WEIGHT
    unseen: tuple[tuple[int, int], ...] = ()


def link(fold: Fold, marks: NDArray[np.int32] | None = None) -> Seeds:
    """Link equal windows by sorting: n log n in the text, at most ``PREVIOUS + 1`` links a place.

    Places that are marked by one number (0: not marked) are not linked with one another.
    """
    least = LONG_WEIGHT if len(fold) >= LONG else WINDOW_WEIGHT
    grams = windows(fold, least)
    sizes = _sizes(grams)
    popularity = _popularity(grams, LONG_STEP if least > WINDOW_WEIGHT else 1)  # what lies between minimizers, too
    if marks is not None:
        grams = _mixed(fold, grams, marks)
        sizes = _sizes(grams)
    grams, sizes, unseen = _apart(fold, grams, sizes)
    found: list[tuple[Ints, Ints, Ints, Ints]] = []
    while len(grams.places):
        many = grams.places[sizes > POPULAR]
        wider = None
        if len(many) and grams.weight * 2 <= WIDEST:
            wider = windows(fold, grams.weight * 2, np.sort(many))
        moved = None if wider is None else wider.places
        found += _stretches(fold, grams, moved, narrowest=grams.weight == least)
        if wider is None:
            break
        grams, sizes = wider, _sizes(wider)
    if not found:
        return Seeds(_NONE, _NONE, _NONE, _NONE, popularity, least, unseen)
    first, last, ends, shift = (np.concatenate(column) for column in zip(*found, strict=True))
    if least > WINDOW_WEIGHT:
        _extend(fold, first, ends, shift)
    seeds = Seeds(first, last, ends, shift, popularity, least, unseen)
    return seeds if marks is None else _outside(seeds, marks)


def _popularity(grams: Windows, reach: int) -> Indexed:
    """Count the places of each window; it counts for so many places from where it begins on."""
    heads = np.flatnonzero(grams.opens)
    counts = np.diff(np.append(heads, len(grams.opens)))
    values = different(np.append(counts, 1))
    kind = index_kind(len(values))
    each = np.repeat(np.searchsorted(values, counts).astype(kind), counts)
    index = np.zeros(grams.count, dtype=kind)
    for step in range(reach - 1, -1, -1):
        index[np.minimum(grams.places + step, grams.count - 1)] = each
    return Indexed(values, index)


def _mixed(fold: Fold, grams: Windows, marks: NDArray[np.int32]) -> Windows:
    """Leave out the windows all of whose places are marked by one number."""
    heads = np.flatnonzero(grams.opens)
    if not len(heads):
        return grams
    mark = marks[grams.places]
    mark[marks[window_ends(fold, grams.places, grams.weight) - 1] != mark] = 0
    low, high = np.minimum.reduceat(mark, heads), np.maximum.reduceat(mark, heads)
    keep = np.repeat((low != high) | (low == 0), np.diff(np.append(heads, len(mark))))
    return Windows(grams.weight, grams.count, grams.places[keep], grams.opens[keep])


def _outside(seeds: Seeds, marks: NDArray[np.int32]) -> Seeds:
    """Leave out the stretches that lie, as their counterparts do, in places that are marked by one number."""
    edges = np.concatenate([[0], np.cumsum(marks[1:] != marks[:-1]), [0]])  # equal within a stretch of one mark
    last = seeds.ends - 1
    here, there = marks[seeds.first], marks[seeds.first - seeds.shift]
    same = (here > 0) & (here == there) & (edges[seeds.first] == edges[last])
    keep = ~(same & (edges[seeds.first - seeds.shift] == edges[last - seeds.shift]))
    return seeds._replace(
        first=seeds.first[keep], last=seeds.last[keep], ends=seeds.ends[keep], shift=seeds.shift[keep]
    )


def _extend(fold: Fold, first: Ints, ends: Ints, shift: Ints) -> None:
    """Take in what is equal before the first and behind the last minimizer of a stretch."""
    codes = fold.codes
    for _ in range(LONG_STEP - 1):
        before = np.maximum(first - 1, shift)
        first -= (codes[before] == codes[before - shift]) & (before < first)
        behind = np.minimum(ends, len(codes) - 1)
        ends += (codes[behind] == codes[behind - shift]) & (behind == ends)


_NONE = np.zeros(0, dtype=np.int64)


def _apart(
    fold: Fold, grams: Windows, sizes: NDArray[np.int32]
) -> tuple[Windows, NDArray[np.int32], tuple[tuple[int, int], ...]]:
    """Leave out windows that overlap the equal one before them and stand in very many places; tell where."""
    places = grams.places
    inside = np.zeros(len(places), dtype=bool)
    near = ~grams.opens[1:] & (np.diff(places) * LETTER_WEIGHT < grams.weight)
    at = np.flatnonzero(near & (sizes[1:] > CROWDED))
    inside[at + 1] = fold.sums.at(places[at + 1]) - fold.sums.at(places[at]) < grams.weight
    if not inside.any():
        return grams, sizes, ()
    keep, gone = ~inside, places[inside]
    grams = Windows(grams.weight, grams.count, places[keep], grams.opens[keep])
    return grams, sizes[keep], stretches(gone, gone + 1)


def _sizes(grams: Windows) -> NDArray[np.int32]:
    """Count the places that share each window."""
    first = np.flatnonzero(grams.opens)
    sizes = np.diff(np.append(first, len(grams.opens))).astype(np.int32)
    return np.repeat(sizes, sizes)


def _stretches(
    fold: Fold, grams: Windows, moved: Ints | None, *, narrowest: bool
) -> list[tuple[Ints, Ints, Ints, Ints]]:
    """Link the places of one width; those that have ``moved`` to a greater one to the first of their bucket alone."""
    size = len(grams.places)
    heads = np.flatnonzero(grams.opens)
    counts = np.diff(np.append(heads, size))
    rank = np.arange(size, dtype=np.int32)
    rank -= np.repeat(heads.astype(np.int32), counts)
    # Only places that stand more than once are here: numbered in text order, they are all that is worked on.
    ordered, number = _in_text_order(grams.places, len(fold))
    beside = np.diff(ordered) <= (LONG_STEP if len(fold) >= LONG else 1)
    stays = np.ones(size, dtype=bool)
    if moved is not None:
        gone = np.zeros(len(fold), dtype=bool)
        gone[moved] = True
        stays = ~gone[grams.places]
    out = []
    for step in range(1, PREVIOUS + 2):
        chosen = rank >= step
        if step <= PREVIOUS or not narrowest:
            chosen &= stays
        elif moved is not None:
            chosen |= (rank > 0) & ~stays
        at = np.flatnonzero(chosen)
        if not len(at):
            continue
        back = step if step <= PREVIOUS else rank[at]
        shift = np.zeros(size, dtype=ordered.dtype)  # none is linked to itself
        shift[number[at]] = grams.places[at] - grams.places[at - back]
        out.append(_compress(fold, ordered, beside, shift, grams.weight))
    return out


def _in_text_order(places: Ints, length: int) -> tuple[Ints, NDArray[np.int32]]:
    """Return some places of a text in its order, and the number that each has in it."""
    if len(places) * 8 < length:
        order = np.argsort(places).astype(np.int32)
        number = np.empty(len(places), dtype=np.int32)
        number[order] = np.arange(len(places), dtype=np.int32)
        return places[order], number
    there = np.zeros(length, dtype=bool)  # so many that it costs less to count them than to sort them
    there[places] = True
    number = np.cumsum(there, dtype=np.int32)[places]
    number -= 1
    return np.flatnonzero(there).astype(places.dtype), number


def _compress(
    fold: Fold, places: Ints, beside: NDArray[np.bool_], shift: Ints, weight: int
) -> tuple[Ints, Ints, Ints, Ints]:
    """Join neighbouring places that are linked at one distance; ``beside``: a place stands right before the next."""
    linked = shift > 0
    goes_on = beside & linked[:-1] & (shift[1:] == shift[:-1])  # from this place to the next one
    first = np.flatnonzero(linked & ~np.append(False, goes_on))
    last = np.flatnonzero(linked & ~np.append(goes_on, False))
    ends = window_ends(fold, places[last], weight).astype(places.dtype)
    return places[first], places[last] + 1, ends, shift[first]
