"""Which documents are worth a comparison: those that share a band, each linked to a few others of its bucket only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from dedupe_cli.search.hashes import mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What a bucket gives: pairs of rows, the better one first.
PAIRS = pa.large_list(pa.struct([("kept", pa.int64()), ("copy", pa.int64())]))
KEYS = pa.large_list(pa.uint64())
RANKED = pa.large_list(pa.struct([("kept", pa.int64()), ("first", pa.bool_())]))


def keys_of(bands: pa.Array, *, two: bool) -> pa.Array:
    """Return the keys under which some documents meet: those of their bands, or of each band and the one behind it."""
    width = bands.type.list_size
    keys = np.asarray(bands.flatten()).reshape(-1, width)
    if two:
        keys = mix(keys ^ np.roll(mix(keys), -1, axis=1))
    offsets = pa.array(np.arange(0, keys.size + 1, width), pa.int64())
    return pa.LargeListArray.from_arrays(offsets, pa.array(keys.ravel()))


def linked(rows: pa.Array, scores: pa.Array, *, chain: bool) -> pa.Array:
    """Link the documents of some buckets: the pairs of each.

    Each one is linked to the best of its bucket, with ``chain`` to the one before it, too: the work grows with the
    bucket, whatever its size.
    """
    offsets = np.asarray(rows.offsets)
    bucket = np.repeat(np.arange(len(rows)), np.diff(offsets))
    row, score = np.asarray(rows.flatten()), np.asarray(scores.flatten())
    order = np.lexsort((row, -score, bucket))
    places = np.arange(len(order))
    new = np.ones(len(order), dtype=bool)
    new[1:] = bucket[order[1:]] != bucket[order[:-1]]
    head = np.maximum.accumulate(np.where(new, places, 0))
    pairs = [_pairs(order, head, places[~new], bucket)]
    if chain:  # the second one has its head before it
        pairs.append(_pairs(order, places - 1, np.flatnonzero(places - 1 > head), bucket))
    found = np.concatenate(pairs)
    found = found[np.argsort(found[:, 0], kind="stable")]
    ends = np.concatenate([[0], np.cumsum(np.bincount(found[:, 0], minlength=len(rows)))])
    made = pa.StructArray.from_arrays([pa.array(row[found[:, 1]]), pa.array(row[found[:, 2]])], names=["kept", "copy"])
    return pa.LargeListArray.from_arrays(pa.array(ends, pa.int64()), made)


def ranked(kept: pa.Array, times: pa.Array) -> pa.Array:
    """Say of the links of some documents which is the likeliest: the one that most bands agree on, the lowest row."""
    owner = np.repeat(np.arange(len(kept)), np.diff(np.asarray(kept.offsets)))
    row, often = np.asarray(kept.flatten()), np.asarray(times.flatten()).astype(np.int64)
    order = np.lexsort((row, -often, owner))
    first = np.ones(len(order), dtype=bool)
    first[1:] = owner[order[1:]] != owner[order[:-1]]
    made = pa.StructArray.from_arrays([pa.array(row[order]), pa.array(first)], names=["kept", "first"])
    ends = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(kept)))])
    return pa.LargeListArray.from_arrays(pa.array(ends, pa.int64()), made)


def _pairs(order: Any, other: Any, places: Any, bucket: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return rows of a bucket, a better place of it, and a worse one."""
    return np.stack([bucket[order[places]], order[other[places]], order[places]], axis=1)
