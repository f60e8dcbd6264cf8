"""Hashed windows of folded text (k-grams of variable length)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.text.fold import Fold

# The shortest window that weighs at least this much: five Han characters, eleven Latin letters, or a mixture.
WINDOW_WEIGHT = 55

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, eq=False)
class Windows:
    """One window a position, as far as the text reaches.

    ``hashes`` (uint64) and ``ends`` (int64, exclusive end of the window in folded characters) have one length,
    which is a little shorter than the fold: the last few characters begin no window.
    """

    hashes: NDArray[np.uint64]
    ends: NDArray[np.int64]


def mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scramble 64-bit values (the finaliser of SplitMix64, Steele et al. 2014)."""
    out = values.copy()
    out ^= out >> np.uint64(30)
    out *= _MIX_1
    out ^= out >> np.uint64(27)
    out *= _MIX_2
    out ^= out >> np.uint64(31)
    return out


def windows(fold: Fold, weight: int = WINDOW_WEIGHT) -> Windows:
    """Hash the shortest window of at least ``weight`` that begins at each folded position.

    The hash is a polynomial over the characters' scrambled codes (Karp and Rabin 1987), modulo 2**64, taken from
    prefix sums: ``(P[end] - P[start]) / base**start``; the base is odd and so has an inverse.
    """
    total = fold.cumulative
    ends = np.searchsorted(total, total[:-1] + weight, side="left")
    count = int(np.searchsorted(ends, len(fold), side="right"))
    ends = ends[:count]
    with np.errstate(over="ignore"):
        powers = np.full(len(fold), _BASE, dtype=np.uint64)
        if len(powers):
            powers[0] = 1
        np.cumprod(powers, out=powers)
        prefix = np.zeros(len(fold) + 1, dtype=np.uint64)
        np.cumsum(mix(fold.codes.astype(np.uint64) + _BASE) * powers, out=prefix[1:])
        inverse = np.full(count, pow(int(_BASE), -1, 1 << 64), dtype=np.uint64)
        if count:
            inverse[0] = 1
        np.cumprod(inverse, out=inverse)
        hashes = mix((prefix[ends] - prefix[:count]) * inverse)
    return Windows(hashes=hashes, ends=ends)
