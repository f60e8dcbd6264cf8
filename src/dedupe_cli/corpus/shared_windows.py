"""Windows that documents share: some of each document's, chosen by what they say, so that copies agree on them.

A window is as wide as in the search between files: ten Han characters, 22 letters. One in so many is looked at, told by
its hash alone (FracMinHash: Irber et al. 2022): what stands around it changes nothing, and a batch has no borders.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from dedupe_cli.corpus.ragged import by_rank, flat, heads, list_of, lists
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
