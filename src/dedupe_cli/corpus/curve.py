"""How likely two documents meet: bands of a MinHash sketch, chosen from the least similarity.

A sketch has ``VALUES`` numbers in ``bands`` of ``rows``; documents with the Jaccard similarity J of their shingles
agree in one band at least with the probability ``1 - (1 - J ** rows) ** bands`` (Leskovec et al. 2020, 3.4).
"""

from __future__ import annotations

import math
from typing import NamedTuple

# Numbers of a sketch.
VALUES = 128
# Two documents of which one stretch differs, and that are just similar enough, meet with this probability at least.
RECALL = 0.99
# Changes that are spread out cost a shingle for each of its characters; more rows would see none of such pairs.
MOST_ROWS = 4
# Characters of a shingle, of Han and of letters (see ``sketch.SHINGLE``).
LENGTHS = (3, 6)


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
        for name, length in zip(("everywhere_han", "everywhere_letters"), LENGTHS, strict=True):
            row[name] = bands.meet(spread_out(similarity, length))
        rows.append({key: round(value, 4) for key, value in row.items()})
    return rows
