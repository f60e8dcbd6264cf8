"""Which documents are worth a comparison: those that share a band, each linked to a few others of its bucket only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What a bucket gives: pairs of rows, the better one first.
PAIRS = pa.large_list(pa.struct([("kept", pa.int64()), ("copy", pa.int64())]))
KEYS = pa.large_list(pa.struct([("key", pa.uint64()), ("next", pa.uint64())]))


def with_next(bands: pa.Array) -> pa.Array:
    """Return the keys of the bands of some documents, each with that of the band behind it."""
    width = bands.type.list_size
    keys = np.asarray(bands.flatten()).reshape(-1, width)
    made = pa.StructArray.from_arrays(
        [pa.array(keys.ravel()), pa.array(np.roll(keys, -1, axis=1).ravel())], names=["key", "next"]
    )
    offsets = pa.array(np.arange(0, keys.size + 1, width), pa.int64())
    return pa.LargeListArray.from_arrays(offsets, made)


def linked(rows: pa.Array, scores: pa.Array, nexts: pa.Array) -> pa.Array:
    """Link the documents of some buckets: the pairs of each.

    Each one is linked to the best of its bucket, and, of those that agree in the band behind, too, to the best and to
    the one before it: the work grows with the bucket, whatever its size, and near copies in a bucket of many that have
    only a part in common still meet.
    """
    offsets = np.asarray(rows.offsets)
    bucket = np.repeat(np.arange(len(rows)), np.diff(offsets))
    row, score, behind = np.asarray(rows.flatten()), np.asarray(scores.flatten()), np.asarray(nexts.flatten())
    order = np.lexsort((row, -score, bucket))
    head = _first_of_each(bucket[order])
    pairs = [_pairs(order, order[head], bucket)]
    order = np.lexsort((row, -score, behind, bucket))
    inner = _first_of_each(bucket[order], behind[order])
    pairs += [_pairs(order, order[inner], bucket)]
    before = np.arange(len(order)) - 1
    pairs += [_pairs(order, order[np.where(before < inner, inner, before)], bucket)]
    found = np.concatenate(pairs)
    found = found[np.lexsort((found[:, 2], found[:, 1], found[:, 0]))]
    new = np.ones(len(found), dtype=bool)
    new[1:] = (found[1:] != found[:-1]).any(axis=1)
    found = found[new]
    counts = np.bincount(found[:, 0], minlength=len(rows))
    ends = np.concatenate([[0], np.cumsum(counts)])
    made = pa.StructArray.from_arrays([pa.array(row[found[:, 1]]), pa.array(row[found[:, 2]])], names=["kept", "copy"])
    return pa.LargeListArray.from_arrays(pa.array(ends, pa.int64()), made)


def _pairs(order: NDArray[np.int64], other: NDArray[np.int64], bucket: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return rows of a bucket, a better place and a worse one, without those of a place and itself."""
    apart = np.flatnonzero(order != other)
    return np.stack([bucket[order[apart]], other[apart], order[apart]], axis=1)


def _first_of_each(*keys: NDArray[Any]) -> NDArray[np.int64]:
    """Return for each place of sorted keys where its run of equal ones begins."""
    new = np.ones(len(keys[0]), dtype=bool)
    new[1:] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    return np.maximum.accumulate(np.where(new, np.arange(len(new)), 0))
