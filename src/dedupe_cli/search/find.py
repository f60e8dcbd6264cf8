"""Find the aligned passages of a text: fingerprint, seed, chain, align."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.search.alignments import CELL, FULL, FULL_COMMON, align_chain
from dedupe_cli.search.apart import reaching_out
from dedupe_cli.search.chains import Run, chains, filter_chains, runs
from dedupe_cli.search.chance import Chance
from dedupe_cli.search.room import Cells, Room
from dedupe_cli.search.seeds import link

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.document.view import View
    from dedupe_cli.model import Span
    from dedupe_cli.text.alignment import Alignment
    from dedupe_cli.text.fold import Fold
    from dedupe_cli.text.indexed import Indexed

# The lightest stretch that is looked at (ten Han characters, 22 letters); what is lighter says nothing alone.
LEAST_PASSAGE = 110
# Progress is told after so many runs.
_TOLD = 500


class Passages(NamedTuple):
    """Aligned passages in text order of their copies.

    ``popularity`` tells of each folded position how many places share the window which begins there: the sign of a
    formula. ``unseen``: folded ranges that were not compared with all that is like them.
    """

    alignments: tuple[Alignment, ...]
    popularity: Indexed
    unseen: tuple[tuple[int, int], ...] = ()


def find(
    fold: Fold,
    counting: NDArray[np.int32] | None = None,
    ignored: Sequence[Span] = (),
    tell: Callable[[int, int], None] | None = None,
    view: View | None = None,
) -> Passages:
    """Find all aligned passages of one folded text, each as a copy (later) against a kept stretch (earlier).

    n log n in the text: every place is linked to a few others only. A copy is aligned with up to four earlier
    places. ``counting`` numbers, for each folded place, the loop in which nothing else says what stands there, 0 where
    there is none: nothing in it is compared with the rest of its loop.
    What is equal within ``ignored`` (disjoint spans in text order) alone is not looked at. ``tell(done, total)`` is
    told now and then how far this is; half of it is aligning the exact runs. ``view``: the text in blocks and
    sentences; what is chance and little of its block is left out by them, and rounds begin with one.
    """
    starts = view.starts if view else np.zeros(0, dtype=np.int64)
    joined, chance, popularity, unseen = _joined(fold, counting, starts, tell)
    found: dict[tuple[int, int, int, int], Alignment] = {}
    reached: dict[int, int] = {}
    done = 0
    found_chains = filter_chains(fold, chains(fold, joined), chance, starts)
    cells = Cells(len(fold), starts, CELL)
    depth = Room(cells, FULL, FULL_COMMON, chance.crowds(cells) if chance and found_chains else None)
    if view and chance and found_chains:
        scraps = chance.are_scraps(fold, found_chains, view.starts, view.ends).tolist()
        found_chains = [chain for chain, scrap in zip(found_chains, scraps, strict=True) if not scrap]
    for chain in reaching_out(fold, found_chains, ignored):
        if tell and done // _TOLD < (done := done + len(chain)) // _TOLD:
            tell(len(joined) + done, 2 * len(joined))
        if all(run.x1 <= reached.get(run.shift, 0) for run in chain):
            continue  # an earlier chain has grown over it
        if depth.is_full(chain[0].x0) and depth.is_full(chain[-1].x1):
            continue
        for piece in align_chain(fold, chain, depth, view):
            depth.take(piece.b0, piece.b1)
            shift = piece.b1 - piece.a1
            reached[shift] = max(reached.get(shift, 0), piece.b1)
            if fold.weight(piece.b0, piece.b1) >= LEAST_PASSAGE:
                key = (piece.b0, piece.b1, piece.a0, piece.a1)
                if key not in found or len(piece.blocks) < len(found[key].blocks):
                    found[key] = piece  # a word that stands twice can lead to the same ends on a detour
    ordered = tuple(found[key] for key in sorted(found))
    return Passages(ordered, popularity, unseen)


def _joined(
    fold: Fold,
    counting: NDArray[np.int32] | None,
    starts: NDArray[np.int64],
    tell: Callable[[int, int], None] | None,
) -> tuple[list[Run], Chance | None, Indexed, tuple[tuple[int, int], ...]]:
    """Return the exact runs with what they are weighed by; the seeds, which may be many, are let go of."""
    if tell:
        tell(0, 4)
    seeds = link(fold, marks=counting)
    if tell:
        tell(1, 4)
    chance = Chance.of(fold, seeds.popularity, seeds.weight)
    found, crowded = runs(fold, seeds, chance, starts, LEAST_PASSAGE)
    return found, chance, seeds.popularity, (*seeds.unseen, *crowded)
