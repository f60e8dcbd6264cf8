"""Lists of Arrow as arrays of numpy, an element for each member: whose it is, where groups begin, and back to lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]


def flat(*lists: pa.Array) -> list[NDArray[Any]]:
    """Return the members of some lists, one list's behind the other's."""
    return [np.asarray(each.flatten()) for each in lists]


def owners(lists: pa.Array) -> Ints:
    """Return of each member which list it is in."""
    return np.repeat(np.arange(len(lists)), np.diff(np.asarray(lists.offsets)))


def heads(*keys: NDArray[Any]) -> Flags:
    """Tell of each place whether a group of equal keys begins there: one of them is not as at the place before."""
    out = np.zeros(len(keys[0]), dtype=bool)
    out[:1] = True
    for key in keys:
        out[1:] |= key[1:] != key[:-1]
    return out


def head_of(begins: Flags) -> Ints:
    """Return of each place that of the head of its group."""
    return np.maximum.accumulate(np.where(begins, np.arange(len(begins)), 0))


def by_rank(rows: pa.Array, scores: pa.Array) -> tuple[Ints, Ints, Ints]:
    """Order the members of some buckets, the best first.

    Returns their indexes in that order; for each place in it that of the best of its bucket; and of each member (in
    the order in which they came) its bucket.
    """
    bucket = owners(rows)
    row, score = flat(rows, scores)
    order = np.lexsort((row, -score, bucket))
    return order, head_of(heads(bucket[order])), bucket


def lists(owner: Ints, count: int, kind: pa.DataType, *columns: NDArray[Any]) -> pa.Array:
    """Make a list of records for each of ``count`` owners; ``owner`` rises, and tells whose each record is."""
    made = pa.StructArray.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, kind.value_type, strict=True)],
        fields=list(kind.value_type),
    )
    ends = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=count))])
    return pa.LargeListArray.from_arrays(pa.array(ends, pa.int64()), made)


def list_of(**fields: pa.DataType) -> pa.DataType:
    """Return the type of a list of records with those fields."""
    return pa.large_list(pa.struct(fields))
