"""Which copy stays: whole blocks that say the same are put together, and one of them is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.text.alignment import Alignment, align

if TYPE_CHECKING:
    from dedupe_cli.document.view import View
    from dedupe_cli.settings import Keep

# Two blocks are copies of each other as wholes when a passage covers this share of both.
WHOLE = 0.85
# ... and this much of it is equal, in percent.
ALIKE = 80.0
# A copy is complete when it has this share of the letters of the longest one.
COMPLETE = 0.97
# A later copy is better than the first only when it agrees so much more with the others, in percent.
MARGIN = 0.4
# An earlier copy from which it differs no more than this, in percent, is as good.
EQUAL = 99.95
# ... and when its likeness to so many others is known.
LINKS = 3
# Of two copies that differ the later one stays when the first one has so many slips more.
SAME, WORSE = 100.0, 2
# Copies that share no seed are aligned directly up to this length, in folded characters.
DIRECT = 6000


class Copies(NamedTuple):
    """Blocks that are copies of one another as wholes, ascending, and the one that stays."""

    blocks: tuple[int, ...]
    kept: int


def choose(
    view: View, by_copy: Mapping[int, Sequence[Alignment]], policy: Keep, damage: Callable[[Alignment], int]
) -> list[Copies]:
    """Group whole blocks and choose which stays; groups in which it is the first anyway are left out.

    ``best`` is the most complete, then the one that agrees most with the others (the medoid), then the first; of two
    that which is less damaged: ``damage`` tells by how many slips more the earlier one of a pair is.
    """
    links = _links(view, by_copy)
    out = []
    by_group: dict[int, dict[tuple[int, int], float]] = {}
    groups = _components(links)
    home = {block: blocks[0] for blocks in groups for block in blocks}
    for pair, similarity in links.items():
        by_group.setdefault(home[pair[0]], {})[pair] = similarity
    for blocks in groups:
        links = by_group[blocks[0]]
        kept = _kept(view, blocks, links, policy)
        if policy == "best" and len(blocks) == 2 and next(iter(links.values())) < SAME:
            both = between(view, by_copy, blocks[1], blocks[0])
            kept = blocks[1] if both is not None and damage(both) >= WORSE else kept
        if kept != blocks[0]:
            out.append(Copies(tuple(blocks), kept))
    return out


def between(view: View, by_copy: Mapping[int, Sequence[Alignment]], copy: int, kept: int) -> Alignment | None:
    """Return an alignment of two whole blocks, ``None`` when they are too long to be aligned without seeds."""
    low, high = view.edges(copy)
    first, last = view.edges(kept)
    whole = WHOLE * (high - low)
    for alignment in chain(by_copy.get(copy, ()), (each.turned() for each in by_copy.get(kept, ()))):
        if min(alignment.b1, high) - max(alignment.b0, low) >= whole:
            piece = alignment.clip(low, high)
            if first <= piece.a0 and piece.a1 <= last and piece.b1 - piece.b0 >= whole:
                return piece
    if max(high - low, last - first) > DIRECT:
        return None
    return Alignment(first, last, low, high, align(view.fold, first, last, low, high))


def _links(view: View, by_copy: Mapping[int, Sequence[Alignment]]) -> dict[tuple[int, int], float]:
    """Similarity of pairs of blocks (earlier, later) that are copies as wholes."""
    out: dict[tuple[int, int], float] = {}
    for block, alignments in by_copy.items():
        low, high = view.edges(block)
        whole = WHOLE * (high - low)
        for alignment in alignments:
            start, end = alignment.b0, alignment.b1
            if end - start < whole or min(end, high) - max(start, low) < whole:
                continue
            piece = alignment.clip(low, high)
            other = view.block_at((piece.a0 + piece.a1) // 2)
            first, last = view.edges(other)
            inside = min(piece.a1, last) - max(piece.a0, first)
            if other == block or inside < WHOLE * (last - first):
                continue
            similarity = piece.similarity()
            if similarity >= ALIKE:
                out[other, block] = max(out.get((other, block), 0.0), similarity)
    return out


def _components(links: Iterable[tuple[int, int]]) -> list[list[int]]:
    parent: dict[int, int] = {}

    def root(block: int) -> int:
        while parent.setdefault(block, block) != block:
            parent[block] = parent[parent[block]]
            block = parent[block]
        return block

    for first, second in links:
        low, high = sorted((root(first), root(second)))
        parent[high] = low
    groups: dict[int, list[int]] = {}
    for block in sorted(parent):
        groups.setdefault(root(block), []).append(block)
    return [blocks for _, blocks in sorted(groups.items())]


def _size(view: View, block: int) -> int:
    low, high = view.edges(block)
    return high - low


def _kept(view: View, blocks: Sequence[int], links: Mapping[tuple[int, int], float], policy: Keep) -> int:
    """Return which of some copies stays; of three or more that are to be merged all vote on the first complete one."""
    if policy in {"first", "last"}:
        return blocks[0 if policy == "first" else -1]
    longest = max(_size(view, block) for block in blocks)
    if policy == "longest":
        return next(block for block in blocks if _size(view, block) == longest)
    complete = [block for block in blocks if _size(view, block) >= COMPLETE * longest]
    return complete[0] if policy == "merged" and len(blocks) > 2 else _best(blocks, complete, links)


def _best(blocks: Sequence[int], complete: Sequence[int], links: Mapping[tuple[int, int], float]) -> int:
    """Return of some copies the ``complete`` one that agrees most with the others."""
    if len(blocks) < 3:
        return blocks[0]
    total: dict[int, tuple[float, int]] = {}
    for pair, similarity in links.items():
        for block in pair:
            before, count = total.get(block, (0.0, 0))
            total[block] = (before + similarity, count + 1)
    known = min(LINKS, len(blocks) - 1)  # one link alone says little about the others
    agreement = {b: round(total[b][0] / total[b][1], 1) for b in complete if total[b][1] >= known}
    if not agreement:
        return blocks[0]
    best = max(agreement.values())
    if agreement.get(blocks[0], 0.0) >= best - MARGIN:
        return blocks[0]
    chosen = next(block for block in complete if agreement.get(block) == best)
    return min((b for b in blocks if b < chosen and links.get((b, chosen), 0.0) >= EQUAL), default=chosen)
