"""Hashes of any range of a sequence of whole numbers, and which of some keys stand earlier."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[Any]  # of any size
    Values = NDArray[np.uint64]

BASE = np.uint64(0x9E3779B97F4A7C15)
# Powers are kept for so many places and for their multiples.
_STEP = 1 << 12
_SHIFT, _REST = 12, _STEP - 1


def mix(values: Ints) -> Values:
    """Scatter 64-bit values (the finaliser of SplitMix64, Steele, Lea and Flood 2014)."""
    out = values.astype(np.uint64)
    out ^= out >> np.uint64(30)
    out *= np.uint64(0xBF58476D1CE4E5B9)
    out ^= out >> np.uint64(27)
    out *= np.uint64(0x94D049BB133111EB)
    out ^= out >> np.uint64(31)
    return out


@lru_cache(maxsize=8)
def _powers(base: int, count: int) -> Values:
    """Return the first ``count`` powers of a base modulo 2**64; of short sequences they are the same ones."""
    out = np.full(count, np.uint64(base & (2**64 - 1)), dtype=np.uint64)
    out[0] = 1
    out = np.cumprod(out, dtype=np.uint64)
    out.flags.writeable = False
    return out


class Hashes:
    """Hashes of any range of a sequence in constant time.

    A polynomial over the scrambled values (Karp and Rabin 1987), modulo 2**64, taken from prefix sums:
    ``(P[end] - P[start]) / base**start``; the base is odd and so has an inverse. A collision is possible in principle;
    whoever cuts compares the characters themselves.
    """

    def __init__(self, values: Ints) -> None:
        n = len(values)
        blocks = n // _STEP + 2
        base, inverse = int(BASE), pow(int(BASE), -1, 1 << 64)
        up, far = _powers(base, _STEP), _powers(pow(base, _STEP, 1 << 64), blocks)
        self._down, self._far = _powers(inverse, _STEP), _powers(pow(inverse, _STEP, 1 << 64), blocks)
        self._sums = np.zeros(n + 1, dtype=np.uint64)
        for block, at in enumerate(range(0, n, _STEP)):
            part = mix(values[at : at + _STEP] + np.uint64(1))
            part *= up[: len(part)]
            part *= far[block]
            self._sums[at + 1 : at + 1 + len(part)] = part
        np.cumsum(self._sums, out=self._sums)

    def __len__(self) -> int:
        return len(self._sums) - 1

    def of(self, low: Ints, high: Ints) -> Values:
        """Hash of every range ``low <= i < high``."""
        out: Values = self._sums[high]
        out -= self._sums[low]
        if len(self._sums) <= _STEP:  # nothing is far
            out *= self._down[low]
            return out
        out *= self._down[low & _REST]
        out *= self._far[low >> _SHIFT]
        return out

    def all(self, width: int) -> Values:
        """Hash of the range of ``width`` symbols that begins at each place where it fits."""
        count = max(len(self._sums) - width, 0)
        out = self._sums[width : width + count] - self._sums[:count]
        for block, at in enumerate(range(0, count, _STEP)):
            part = out[at : at + _STEP]
            part *= self._down[: len(part)]
            part *= self._far[block]
        return out


def links(keys: Values) -> tuple[Ints, Ints]:
    """Places whose key stands earlier, ascending, and the nearest earlier place of each.

    The place is written into the low bits of the key, so that one sort of plain numbers does it; where keys that
    differ fall together, these few are sorted again by their whole keys.
    """
    n = len(keys)
    kind = np.int32 if n < 1 << 31 else np.int64
    low = np.uint64((1 << max(n.bit_length(), 1)) - 1)
    packed = keys & ~low
    packed |= np.arange(n, dtype=np.uint64)
    packed.sort()
    same = (packed[1:] ^ packed[:-1]) <= low
    at = np.flatnonzero(same)
    if not len(at):
        return np.zeros(0, dtype=kind), np.zeros(0, dtype=kind)
    later, earlier = (packed[at + 1] & low).astype(kind), (packed[at] & low).astype(kind)
    wrong = keys[later] != keys[earlier]
    if wrong.any():
        group = np.cumsum(np.append(True, ~same), dtype=kind)
        mixed = np.zeros(int(group[-1]) + 1, dtype=bool)
        mixed[group[at[wrong]]] = True
        clean = ~mixed[group[at]]
        members = np.sort((packed[mixed[group]] & low).astype(kind))
        order = np.argsort(keys[members], kind="stable")
        again = keys[members[order[1:]]] == keys[members[order[:-1]]]
        later = np.concatenate([later[clean], members[order[1:][again]]])
        earlier = np.concatenate([earlier[clean], members[order[:-1][again]]])
    # In text order, which a second sort would cost as much as the first.
    back: Ints = np.full(n, -1, dtype=kind)
    back[later] = earlier
    later = np.flatnonzero(back >= 0).astype(kind)
    return later, back[later]


def previous(keys: Values) -> Ints:
    """Index of the nearest earlier equal key of every place, -1 where there is none."""
    later, earlier = links(keys)
    out = np.full(len(keys), -1, dtype=later.dtype)
    out[later] = earlier
    return out
