"""Sketches of documents, a batch at a time: digests, shingles by script, one-permutation MinHash, bands.

All characters of a batch are one fold, and every array has one place a character. Each shingle falls by its hash into
one of ``VALUES`` bins, of which the least hash is kept (one permutation instead of many: Li, Owen and Zhang 2012);
empty bins borrow from others, chosen by a hash of the bin alone (optimal densification: Shrivastava 2017).

The bands of a sketch are chosen from the least similarity: it has ``VALUES`` numbers in ``bands`` of ``rows``, and
documents with the Jaccard similarity J of their shingles agree in one band at least with the probability
``1 - (1 - J ** rows) ** bands`` (Leskovec et al. 2020, 3.4).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dedupe_cli.read.formats.records import together
from dedupe_cli.search.hashes import BASE, mix
from dedupe_cli.text.fold import HAN_WEIGHT, LETTER_WEIGHT, Fold, fold
from dedupe_cli.text.letters import says

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Numbers of a sketch.
VALUES = 128
# Two documents of which one stretch differs, and that are just similar enough, meet with this probability at least.
RECALL = 0.99
# Changes that are spread out cost a shingle for each of its characters; more rows would see none of such pairs.
MOST_ROWS = 4
# A shingle is the shortest window that weighs this much: three Han characters, six letters, or a mixture.
SHINGLE = 30
_LEAST, _MOST = -(-SHINGLE // HAN_WEIGHT), -(-SHINGLE // LETTER_WEIGHT)


class Bands(NamedTuple):
    """A sketch of ``bands`` bands of ``rows`` numbers."""

    bands: int
    rows: int

    def meet(self, jaccard: float) -> float:
        """Return how likely two documents with this Jaccard similarity (0 to 1) agree in a band."""
        return float(1.0 - (1.0 - jaccard**self.rows) ** self.bands)


def bands_for(similarity: float) -> Bands:
    """Choose the bands for a least similarity in percent: as many rows as the recall leaves room for."""
    jaccard = in_one_place(similarity)
    for rows in range(MOST_ROWS, 1, -1):
        needed = math.log(1.0 - RECALL) / math.log1p(-(jaccard**rows)) if jaccard < 1 else 1.0
        if needed * rows <= VALUES:
            return Bands(VALUES // rows, rows)
    return Bands(VALUES, 1)


def in_one_place(similarity: float) -> float:
    """Return the Jaccard similarity of two documents of which one stretch differs (similarity in percent)."""
    share = similarity / 100.0
    return share / (2.0 - share)


def spread_out(similarity: float, length: int) -> float:
    """Return it for documents whose differences stand everywhere, with shingles of so many characters."""
    return in_one_place(100.0 * (similarity / 100.0) ** length)


def curve(bands: Bands) -> list[dict[str, float]]:
    """Return the chance to meet for similarities of 50 to 100 percent: differences in one place, or everywhere."""
    rows = []
    for similarity in range(50, 101, 5):
        row = {"similarity": float(similarity), "one_place": bands.meet(in_one_place(similarity))}
        for name, length in zip(("everywhere_han", "everywhere_letters"), (_LEAST, _MOST), strict=True):
            row[name] = bands.meet(spread_out(similarity, length))
        rows.append({key: round(value, 4) for key, value in row.items()})
    return rows


# A document whose shingles fill fewer bins has too little of a sketch (about 32 of them do): it goes only when another
# one is equal.
ENOUGH = 28
# Of one shingle in so many it is counted how many stand more than once.
SAMPLE = 8
# Characters that are sketched together.
PIECE = 1 << 19
# Places that are hashed together: their arrays stay in the cache of the processor.
_STRETCH = 1 << 15
_EMPTY, _LOW = np.uint32(0xFFFFFFFF), np.uint64(40)


@dataclass(frozen=True, slots=True)
class Sketches:
    """What is known of some documents, an element each.

    ``letters``: what is compared, the folded letters; ``said`` and ``more``: 128 bits of what it says (the letters; of
    a short one its text without case, width and white space); ``shingles``: how many different ones it has, about;
    ``short``: too few of them for a sketch; ``bands``: keys, one row a document (of a short one without meaning).
    """

    letters: list[str]
    said: NDArray[np.uint64]
    more: NDArray[np.uint64]
    shingles: NDArray[np.int64]
    short: NDArray[np.bool_]
    bands: NDArray[np.uint64]


def sketch(texts: Sequence[str], scopes: Sequence[str], bands: Bands) -> Sketches:
    """Sketch some documents; documents of different scopes have nothing in common."""
    parts = [_piece(some, mine, bands) for some, mine in pieces(texts, scopes)] or [_piece([], [], bands)]
    letters, *arrays = ([getattr(part, name) for part in parts] for name in Sketches.__slots__)
    return Sketches(list(chain.from_iterable(letters)), *map(np.concatenate, arrays))


def pieces(texts: Sequence[str], beside: Iterable[Any]) -> Iterator[Iterable[tuple[Any, ...]]]:
    """Yield texts that are folded together, and what stands beside them."""
    some = together(zip(texts, beside, strict=True), lambda both: len(both[0]), len(texts), PIECE)
    return (zip(*each, strict=True) for each in some)


def _piece(texts: Sequence[str], scopes: Sequence[str], bands: Bands) -> Sketches:
    folded = fold("\n".join(texts))
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)], dtype=np.int64)
    edges = folded.places(starts)
    signature, shingles = _shingled(folded, edges)
    short = (signature != _EMPTY).sum(axis=1) < ENOUGH
    signature[short] = 0  # nothing of it is used, and empty ones could not be filled
    whole, places, few = folded.string, edges.tolist(), short.tolist()
    letters = [whole[low:high] for low, high in pairwise(places)]
    digests = [
        _digest(_plain(text) if few[at] else letters[at], scopes[at], short=few[at]) for at, text in enumerate(texts)
    ]
    known = {scope: int.from_bytes(_digest(scope, "", short=False)[:8], "little") for scope in set(scopes)}
    halves = np.frombuffer(b"".join(digests), dtype="<u8").reshape(-1, 2)
    scoped = np.array([known[scope] for scope in scopes], dtype=np.uint64)
    keys = _keys(_filled(signature), bands, scoped)
    return Sketches(letters, halves[:, 0], halves[:, 1], shingles, short, keys)


def _shingled(folded: Fold, edges: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the least hash in each bin of each document (``_EMPTY`` where nothing fell), and how many shingles it has.

    Document ``i`` is what is folded from ``edges[i]`` up to ``edges[i + 1]``.
    """
    size, documents = len(folded), len(edges) - 1
    total = np.zeros(size + _MOST + 1, dtype=np.int32)
    np.cumsum(folded.weights(0, size), out=total[1 : size + 1])
    total[size + 1 :] = total[size]
    sizes = np.diff(edges)
    owner, end = np.repeat(np.arange(documents), sizes), np.repeat(edges[1:], sizes)
    least = np.full(documents * VALUES, _EMPTY, dtype=np.uint32)
    every = np.zeros(documents, dtype=np.int64)
    sample = []
    for low in range(0, size, _STRETCH):
        part = slice(low, min(low + _STRETCH, size))
        hashes, length = _hashes(folded, part, total)
        whole = np.flatnonzero(np.arange(part.start, part.stop) + length <= end[part])
        hashes, mine = mix(hashes[whole]), owner[part][whole]
        bins = ((hashes >> np.uint64(32)) * np.uint64(VALUES)) >> np.uint64(32)
        np.minimum.at(least, mine * VALUES + bins.astype(np.int64), hashes.astype(np.uint32))
        every += np.bincount(mine, minlength=documents)
        chosen = np.flatnonzero(hashes % np.uint64(SAMPLE) == 0)
        sample.append((mine[chosen].astype(np.uint64) << _LOW) | (hashes[chosen] >> np.uint64(24)))
    return least.reshape(documents, VALUES), _different(every, np.concatenate([*sample, np.zeros(0, np.uint64)]))


def _hashes(folded: Fold, part: slice, total: NDArray[np.int32]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hash the shingles that begin in a part of a text; return their lengths, too."""
    size = part.stop - part.start
    codes = np.zeros(size + _MOST, dtype=np.uint64)
    there = folded.codes[part.start : part.stop + _MOST]
    codes[: len(there)] = mix(there.astype(np.uint64) + BASE)
    length = np.full(size, _LEAST, dtype=np.int64)
    hashes = np.zeros(size, dtype=np.uint64)
    power, before = np.uint64(1), total[part]
    with np.errstate(over="ignore"):
        for step in range(_MOST):
            more = codes[step : step + size] * power
            if step >= _LEAST:
                longer = total[part.start + step : part.stop + step] - before < SHINGLE
                more *= longer
                length += longer
            hashes += more
            power *= BASE
        hashes += length.astype(np.uint64)
    return hashes, length


def _different(every: NDArray[np.int64], sample: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Estimate the different shingles of each document: all but those that repeat another one, told from a sample."""
    sample.sort()
    again = np.flatnonzero(sample[1:] == sample[:-1]) + 1
    repeats = np.bincount((sample[again] >> _LOW).astype(np.int64), minlength=len(every))
    different: NDArray[np.int64] = np.maximum(every - SAMPLE * repeats, 1)
    return different


def _filled(signature: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Fill the empty bins: each asks others in an order of its own, until one has a hash."""
    out = signature.copy()
    number = np.arange(VALUES, dtype=np.uint64)
    rows, bins = np.divmod(np.flatnonzero(signature.ravel() == _EMPTY), VALUES)
    attempt = 0
    while len(rows):
        attempt += 1
        asked = (mix(number + np.uint64(attempt << 16)) % np.uint64(VALUES)).astype(np.int64)
        lent = signature[rows, asked[bins]]
        out[rows, bins] = lent
        rows, bins = rows[lent == _EMPTY], bins[lent == _EMPTY]
    return out


def _keys(signature: NDArray[np.uint32], bands: Bands, scopes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return one key a band: a hash of its numbers, of which band it is, and of the scope."""
    used = signature[:, : bands.bands * bands.rows].reshape(-1, bands.bands, bands.rows).astype(np.uint64)
    keys = np.arange(1, bands.bands + 1, dtype=np.uint64) + mix(scopes)[:, None]
    with np.errstate(over="ignore"):
        for row in range(bands.rows):
            keys = mix(keys * BASE + used[:, :, row])
    return keys


def _plain(text: str) -> str:
    """Return a short text without what is form whatever it says: case, width, white space. Marks count.

    Of a text without letters nothing is left out.
    """
    said = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return said if says(said) else text


def _digest(said: str, scope: str, *, short: bool) -> bytes:
    salt = b"short" if short else b"long"
    key = scope.encode("utf-8", "surrogatepass")
    key = key if len(key) <= blake2b.MAX_KEY_SIZE else blake2b(key).digest()
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16, key=key, salt=salt).digest()
