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
    order, head, bucket = by_rank(rows, scores)
    row, places = np.asarray(rows.flatten()), np.arange(len(order))
    new = head == places
    pairs = [_pairs(order, head, places[~new], bucket)]
    if chain:  # the second one has its head before it
        pairs.append(_pairs(order, places - 1, np.flatnonzero(places - 1 > head), bucket))
    found = np.concatenate(pairs)
    found = found[np.argsort(found[:, 0], kind="stable")]
    return lists(found[:, 0], len(rows), PAIRS, row[found[:, 1]], row[found[:, 2]])


def by_rank(rows: pa.Array, scores: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Order the members of some buckets, the best first.

    Returns their indexes in that order; for each place in it that of the best of its bucket; and of each member (in
    the order in which they came) its bucket.
    """
    bucket = np.repeat(np.arange(len(rows)), np.diff(np.asarray(rows.offsets)))
    row, score = np.asarray(rows.flatten()), np.asarray(scores.flatten())
    order = np.lexsort((row, -score, bucket))
    new = np.ones(len(order), dtype=bool)
    new[1:] = bucket[order[1:]] != bucket[order[:-1]]
    return order, np.maximum.accumulate(np.where(new, np.arange(len(order)), 0)), bucket


def lists(owner: NDArray[np.int64], count: int, kind: pa.DataType, *columns: NDArray[Any]) -> pa.Array:
    """Make a list of records for each of ``count`` owners; ``owner`` rises, and tells whose each record is."""
    made = pa.StructArray.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, kind.value_type, strict=True)],
        fields=list(kind.value_type),
    )
    ends = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=count))])
    return pa.LargeListArray.from_arrays(pa.array(ends, pa.int64()), made)


def ranked(kept: pa.Array, times: pa.Array) -> pa.Array:
    """Say of the links of some documents which is the likeliest: the one that most bands agree on, the lowest row."""
    owner = np.repeat(np.arange(len(kept)), np.diff(np.asarray(kept.offsets)))
    row, often = np.asarray(kept.flatten()), np.asarray(times.flatten()).astype(np.int64)
    order = np.lexsort((row, -often, owner))
    first = np.ones(len(order), dtype=bool)
    first[1:] = owner[order[1:]] != owner[order[:-1]]
    return lists(owner, len(kept), RANKED, row[order], first)


def _pairs(order: Any, other: Any, places: Any, bucket: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return rows of a bucket, a better place of it, and a worse one."""
    return np.stack([bucket[order[places]], order[other[places]], order[places]], axis=1)
