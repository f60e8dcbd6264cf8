"""A sequence of hashed symbols: hashes of its ranges, and what of it stands more than once.

What a text says once needs one sort: windows of four symbols. All that looks for repeats in place looks only where
one of them stands again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[Any]  # int32, or int64 for long sequences
    Values = NDArray[np.uint64]

# Symbols of the narrowest window that is looked for everywhere.
NARROW = 4
# What stands again farther on than so many symbols is no repetition in place.
FAR = 1 << 15
_BASE = np.uint64(0xD6E8FEB86659FD93)
# Powers are kept for so many symbols and for their multiples.
_STEP = 1 << 12
# Bits of a hash by which most windows that are equal to none of some others are told.
_MARKED = 20
_SHIFT, _REST = np.uint64(12), _STEP - 1


def mix(values: Values) -> Values:
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
    """Hashes of any range of a sequence in constant time: differences of a running polynomial modulo 2**64.

    A collision is possible in principle; whoever cuts compares the characters themselves.
    """

    def __init__(self, values: Values) -> None:
        n = len(values)
        blocks = n // _STEP + 2
        base, inverse = int(_BASE), pow(int(_BASE), -1, 1 << 64)
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
        out *= self._down[low & _REST]
        out *= self._far[low >> 12]
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


@dataclass(frozen=True, eq=False)
class Symbols:
    """A sequence of hashes; what is asked for often is made once."""

    values: Values
    # Another sequence that is the same but where ``differs``; symbols that are equal there differ alike.
    like: Symbols | None = None
    differs: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def hashes(self) -> Hashes:
        """Hashes of its ranges."""
        return Hashes(self.values)

    @cached_property
    def narrow(self) -> tuple[Ints, Ints]:
        """Places of windows of ``NARROW`` symbols that stand shortly before, and the nearest place of each."""
        if self.like is None or self.differs is None:
            return near(*links(self.hashes.all(NARROW)))
        later, earlier = self.like.narrow
        count = max(len(self) - NARROW + 1, 0)
        other = np.zeros(count, dtype=bool)
        for step in range(NARROW if count else 0):
            other |= self.differs[step : step + count]
        places = np.flatnonzero(other).astype(later.dtype)
        after, before = links(self.hashes.of(places, places + NARROW))
        after, before = near(places[after], places[before])
        same = ~other[later]
        later = np.concatenate([later[same], after])
        order = np.argsort(later)
        return later[order], np.concatenate([earlier[same], before])[order]


def wider(hashes: Hashes, later: Ints, earlier: Ints, narrow: int, width: int) -> tuple[Ints, Ints]:
    """Links of windows of ``width`` symbols, made from those of ``narrow`` ones that are no longer than ``FAR``.

    ``width`` is at most twice ``narrow``. What is equal to the nearest window of the narrower ones has none that is
    nearer. Only the others are looked for by a sort, among windows that may be equal to one of them; inside a loop
    there are none.
    """
    fits = int(np.searchsorted(later, len(hashes) - width, side="right"))
    later, earlier = later[:fits], earlier[:fits]
    # A window is equal to another one when its first and its last narrow one are, at one distance.
    step = width - narrow
    same = np.zeros(fits, dtype=bool)
    if fits > step:
        same[:-step] = (later[step:] - later[:-step] == step) & (earlier[step:] - earlier[:-step] == step)
    at = np.flatnonzero(~same)
    here, there = later[at], earlier[at]
    same[at] = hashes.of(here, here + width) == hashes.of(there, there + width)
    if same.all():
        return later, earlier
    return _afresh(hashes, later, earlier, same, width)


def _afresh(hashes: Hashes, later: Ints, earlier: Ints, same: NDArray[np.bool_], width: int) -> tuple[Ints, Ints]:
    """Return the links that are the ``same`` for wider windows, and those of the others that have one farther on."""
    size = int(later[-1]) + 1
    places = linked(size, later, earlier)
    keys = hashes.of(places, places + width)
    wanted = np.zeros(size, dtype=bool)
    wanted[later[~same]] = True
    sought = keys[wanted[places]]
    if len(sought) * 4 < len(places):
        marks = np.zeros(1 << _MARKED, dtype=bool)
        marks[sought >> np.uint64(64 - _MARKED)] = True
        some = marks[keys >> np.uint64(64 - _MARKED)]
        places, keys = places[some], keys[some]
    after, before = links(keys)
    after, before = near(places[after], places[before])
    mine = wanted[after]
    back: Ints = np.full(size, -1, dtype=later.dtype)
    back[later[same]] = earlier[same]
    back[after[mine]] = before[mine]
    later = np.flatnonzero(back >= 0).astype(later.dtype)
    return later, back[later]


def near(later: Ints, earlier: Ints) -> tuple[Ints, Ints]:
    """Return the links that are no longer than ``FAR``."""
    keep = later - earlier <= FAR
    return later[keep], earlier[keep]


def linked(size: int, later: Ints, earlier: Ints) -> Ints:
    """Return all places that are linked to another one, ascending."""
    marks = np.zeros(size, dtype=bool)
    marks[later] = marks[earlier] = True
    return np.flatnonzero(marks).astype(later.dtype)
