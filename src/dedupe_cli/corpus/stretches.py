"""Stretches that documents share: windows of each, chosen by what they say so that copies agree on them, chained.

A window is as wide as in the search between files: ten Han characters, 22 letters. One in so many is looked at, told by
its hash alone (FracMinHash: Irber et al. 2022): what stands around it changes nothing, and a batch has no borders.
Windows in the same order are one stretch; those are chosen that cover most of a document.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from dedupe_cli.corpus.ragged import by_rank, flat, heads, list_of, lists, owners
from dedupe_cli.corpus.sketch import pieces
from dedupe_cli.search.hashes import Hashes, mix
from dedupe_cli.search.kgrams import room, window_ends
from dedupe_cli.text.fold import HAN, Fold, fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

# Weight of a window; of how many that begin with Han, and with anything else, one is looked at: a passage of 40 words
# has some twenty, one of 40 Han characters eight.
WINDOW, ONE_IN_HAN, ONE_IN = 110, 4, 10
# Places that are hashed together: their arrays stay in the cache of the processor.
_STRETCH = 1 << 15

WINDOWS = list_of(key=pa.uint64(), at=pa.int64(), end=pa.int64())
HEADED = list_of(**dict.fromkeys(("kept", "copy", "kept_at", "copy_at", "copy_end"), pa.int64()))


class _Windows(NamedTuple):
    """Windows as arrays of one length: the hash, where each begins, and where it ends (exclusive)."""

    key: NDArray[np.uint64]
    at: Ints
    end: Ints


def sampled(texts: pa.Array, scopes: pa.Array) -> pa.Array:
    """Return the windows of some texts that are looked at, each once: hash, and its place in the text.

    Texts of different ``scopes`` (hashes) have no window in common.
    """
    said = texts.to_pylist()
    made = [_sampled(some, np.array(salt)) for some, salt in pieces(said, mix(np.asarray(scopes)))]
    return pa.concat_arrays(made) if made else pa.array([], WINDOWS)


def headed(rows: pa.Array, scores: pa.Array, places: pa.Array, ends: pa.Array) -> pa.Array:
    """Tie each place of some equal windows to the one in the best document.

    So a window costs no more than it has places, in however many documents it stands.
    """
    order, head, bucket = by_rank(rows, scores)
    row, at, end = flat(rows, places, ends)
    chosen = np.flatnonzero(head != np.arange(len(order)))
    mine, best = order[chosen], order[head[chosen]]
    return lists(bucket[mine], len(rows), HEADED, row[best], row[mine], at[best], at[mine], end[mine])


def _sampled(texts: Sequence[str], salt: NDArray[np.uint64]) -> pa.Array:
    folded = fold("\n".join(texts))
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)], dtype=np.int64)
    edges = folded.places(starts)
    found = _chosen(folded)
    mine = np.searchsorted(edges, found.at, side="right") - 1
    inside = found.end <= edges[mine + 1]
    key, at, end, mine = found.key[inside] ^ salt[mine[inside]], found.at[inside], found.end[inside], mine[inside]
    order = np.lexsort((at, key, mine))
    order = order[heads(key[order], mine[order])]
    own, offsets = mine[order], folded.offsets.astype(np.int64)
    begin, behind = offsets[at[order]] - starts[own], offsets[end[order] - 1] + 1 - starts[own]
    return lists(own, len(texts), WINDOWS, key[order], begin, behind)


def _chosen(folded: Fold) -> _Windows:
    """Return the windows of a text that are looked at, by their folded places."""
    parts = [_Windows(np.zeros(0, dtype=np.uint64), *(np.zeros(0, dtype=np.int64) for _ in range(2)))]
    count = room(folded, WINDOW)
    for low in range(0, count, _STRETCH):
        at = np.arange(low, min(low + _STRETCH, count), dtype=np.int64)
        end = window_ends(folded, at, WINDOW)
        key = mix(Hashes(folded.codes[low : int(end[-1])]).of(at - low, end - low))
        rate = np.where(folded.classes[low : low + len(at)] == HAN, np.uint64(ONE_IN_HAN), np.uint64(ONE_IN))
        some = np.flatnonzero((key >> np.uint64(32)) % rate == 0)
        parts.append(_Windows(key[some], at[some], end[some]))
    return _Windows(*map(np.concatenate, zip(*parts, strict=True)))


# Windows belong to one stretch when their shift differs by so many characters at most, and so many lie between them.
SHIFT, GAP = 64, 400
# A stretch has so many windows at least, and is so many times as long as one: 25 Han characters, 70 letters.
LEAST, LONG = 2, 2.5
# Stretches of one pair with so many characters at most between them are compared as one.
NEAR = 1000


class Stretch(NamedTuple):
    """A stretch of a document (``start`` to ``end``) and the one of ``kept`` that is like it, in characters."""

    kept: int
    kept_start: int
    kept_end: int
    start: int
    end: int


STRETCHES = list_of(**dict.fromkeys(Stretch._fields, pa.int64()))


def stretches(kept: pa.Array, kept_at: pa.Array, copy_at: pa.Array, copy_end: pa.Array) -> pa.Array:
    """Chain the windows that some documents share with others; return of each document the stretches worth a look."""
    found: list[tuple[int, Stretch]] = []
    mine, heavy, made = _chained(owners(kept), *flat(kept, kept_at, copy_at, copy_end))
    for document, low, high in _ranges(mine):
        chosen = _covering(made[low:high].tolist(), heavy[low:high].tolist())
        found += [(document, stretch) for stretch in _joined(chosen)]
    columns = np.array([stretch for _, stretch in found], dtype=np.int64).reshape(-1, len(Stretch._fields))
    return lists(np.array([document for document, _ in found], dtype=np.int64), len(kept), STRETCHES, *columns.T)


def _chained(owner: Ints, other: Ints, there: Ints, here: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """Join windows on near diagonals; of each chain that is long enough: its document, windows, and stretch (a row)."""
    shift = there - here
    order = np.lexsort((shift, other, owner))
    apart = heads(owner[order], other[order])
    apart[1:] |= np.diff(shift[order]) > SHIFT
    diagonal = np.empty(len(order), dtype=np.int64)
    diagonal[order] = np.cumsum(apart)
    order = np.lexsort((here, diagonal))
    apart = heads(diagonal[order])
    apart[1:] |= np.diff(here[order]) > GAP
    begins = np.flatnonzero(apart)
    if not len(begins):
        return begins, begins, np.zeros((0, len(Stretch._fields)), dtype=np.int64)
    count = np.diff(np.append(begins, len(order)))
    size = end - here
    low, high = np.minimum.reduceat(here[order], begins), np.maximum.reduceat(end[order], begins)
    first, last = np.minimum.reduceat(there[order], begins), np.maximum.reduceat((there + size)[order], begins)
    long = high - low >= LONG * np.add.reduceat(size[order], begins) / count
    keep = np.flatnonzero(long & (count >= LEAST))
    mine = owner[order[begins[keep]]]
    made = np.stack([other[order[begins[keep]]], first[keep], last[keep], low[keep], high[keep]], axis=1)
    back = np.lexsort((made[:, 3], made[:, 0], mine))
    return mine[back], count[keep][back], made[back]


def _ranges(owner: Ints) -> Iterable[tuple[int, int, int]]:
    """Yield of each owner its number, and the range of what is its own; ``owner`` rises."""
    numbers, begins = np.unique(owner, return_index=True)
    return zip(numbers.tolist(), begins.tolist(), np.append(begins, len(owner))[1:].tolist(), strict=True)


def _covering(found: Sequence[Sequence[int]], heavy: Sequence[int]) -> list[Stretch]:
    """Choose stretches of one document: those of most windows first, until half of another one is covered."""
    chosen: list[Stretch] = []
    edges: list[tuple[int, int]] = []
    for _, stretch in sorted(zip(heavy, map(Stretch._make, found), strict=True), key=lambda each: (-each[0], each[1])):
        at = bisect_left(edges, (stretch.start, stretch.start))
        around = edges[max(at - 1, 0) :]
        covered = 0
        for low, high in around:
            if low >= stretch.end:
                break
            covered += max(min(high, stretch.end) - max(low, stretch.start), 0)
        if 2 * covered > stretch.end - stretch.start:
            continue
        chosen.append(stretch)
        edges.insert(at, (stretch.start, stretch.end))
    return sorted(chosen, key=lambda each: (each.start, each))


def _joined(chosen: Sequence[Stretch]) -> list[Stretch]:
    """Join stretches with the same document that follow one another on both sides, with little between them."""
    out: list[Stretch] = []
    for each in chosen:
        last = out[-1] if out else None
        if (
            last is not None
            and last.kept == each.kept
            and last.kept_start <= each.kept_start <= last.kept_end + NEAR
            and each.start <= last.end + NEAR
        ):
            out[-1] = Stretch(
                last.kept, last.kept_start, max(last.kept_end, each.kept_end), last.start, max(last.end, each.end)
            )
        else:
            out.append(each)
    return out
