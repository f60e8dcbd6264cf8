"""Find the aligned passages of a text: fingerprint, seed, chain, align."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe_cli.match.align import CELL, Depth, align_chain
from dedupe_cli.match.chain import Chance, chains, runs, telling
from dedupe_cli.match.seeds import link

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dedupe_cli.text.alignment import Alignment
    from dedupe_cli.text.fold import Fold

# The lightest stretch that is looked at (ten Han characters, 22 letters); what is lighter says nothing alone.
LEAST_PASSAGE = 110


@dataclass(frozen=True, eq=False)
class Passages:
    """Aligned passages in text order of their copies.

    ``popularity`` (int32) holds for each folded position the number of places that share the window which begins
    there: the sign of a formula. ``unseen``: folded ranges that were not compared with all that is like them.
    """

    alignments: tuple[Alignment, ...]
    popularity: NDArray[np.int32]
    unseen: tuple[tuple[int, int], ...] = ()


def find(fold: Fold) -> Passages:
    """Find all aligned passages of one folded text, each as a copy (later) against a kept stretch (earlier).

    n log n in the text: every place is linked to a few others only. A copy is aligned with up to four earlier
    places.
    """
    seeds = link(fold)
    found: dict[tuple[int, int, int, int], Alignment] = {}
    reached: dict[int, int] = {}
    chance = Chance.of(fold, seeds.popularity, seeds.weight)
    depth = Depth(len(fold), chance.cells(CELL) if chance else None)
    joined, crowded = runs(fold, seeds, chance, LEAST_PASSAGE)
    for chain in telling(fold, chains(fold, joined), chance):
        if all(run.x1 <= reached.get(run.shift, 0) for run in chain):
            continue  # an earlier chain has grown over it
        if depth.is_full(chain[0].x0) and depth.is_full(chain[-1].x1):
            continue
        for piece in align_chain(fold, chain, depth):
            depth.add(piece.b0, piece.b1)
            shift = piece.b1 - piece.a1
            reached[shift] = max(reached.get(shift, 0), piece.b1)
            if fold.weight(piece.b0, piece.b1) >= LEAST_PASSAGE:
                key = (piece.b0, piece.b1, piece.a0, piece.a1)
                if key not in found or len(piece.blocks) < len(found[key].blocks):
                    found[key] = piece  # a word that stands twice can lead to the same ends on a detour
    ordered = tuple(found[key] for key in sorted(found))
    return Passages(ordered, seeds.popularity, (*seeds.unseen, *crowded))
