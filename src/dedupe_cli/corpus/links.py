"""What a bucket of documents gives: the equal ones of it, or few pairs that are worth a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from dedupe_cli.corpus.ragged import by_rank, flat, head_of, heads, list_of, lists, owners
from dedupe_cli.search.hashes import mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

TWINS = list_of(row=pa.int64(), kept=pa.int64(), same=pa.bool_())
# Pairs of rows, the better one first; and those of one row, of which one is the likeliest.
PAIRS = list_of(kept=pa.int64(), copy=pa.int64())
RANKED = list_of(kept=pa.int64(), first=pa.bool_())
KEYS = pa.large_list(pa.uint64())


def equal(
    rows: pa.Array, more: pa.Array, raw: pa.Array, scores: pa.Array, short: pa.Array, *, literal: bool
) -> pa.Array:
    """Return the equal documents of some buckets, each but the best one with that one.

    ``more`` is the rest of the digest that made the bucket, ``raw`` a hash of the text, which counts with ``literal``.
    """
    owner = owners(rows)
    row, rest, text, score, few = flat(rows, more, raw, scores, short)
    said = np.where(literal & ~few, text, np.uint64(0))
    order = np.lexsort((row, -score, said, rest, owner))
    begins = heads(owner[order], rest[order], said[order])
    mine, kept = order[~begins], order[head_of(begins)][~begins]
    return lists(owner[mine], len(rows), TWINS, row[mine], row[kept], text[mine] == text[kept])


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
    (row,), places = flat(rows), np.arange(len(order))
    pairs = [_pairs(order, head, places[head != places], bucket)]
    if chain:  # the second one has its head before it
        pairs.append(_pairs(order, places - 1, np.flatnonzero(places - 1 > head), bucket))
    found = np.concatenate(pairs)
    found = found[np.argsort(found[:, 0], kind="stable")]
    return lists(found[:, 0], len(rows), PAIRS, row[found[:, 1]], row[found[:, 2]])


def ranked(kept: pa.Array, times: pa.Array) -> pa.Array:
    """Say of the links of some documents which is the likeliest: the one that most bands agree on, the lowest row."""
    owner = owners(kept)
    row, often = flat(kept, times)
    order = np.lexsort((row, -often.astype(np.int64), owner))
    return lists(owner, len(kept), RANKED, row[order], heads(owner[order]))


def _pairs(order: Any, other: Any, places: Any, bucket: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return rows of a bucket, a better place of it, and a worse one."""
    return np.stack([bucket[order[places]], order[other[places]], order[places]], axis=1)
