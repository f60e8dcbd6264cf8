"""What was decided for one text so far: what goes, what is held back, what still stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dedupe_cli.collapse.judge import Judged
    from dedupe_cli.text.alignment import Alignment


@dataclass(frozen=True, slots=True)
class Removal:
    """A folded range that goes; ``block`` is its block, ``whole`` when nothing of it stays."""

    start: int
    end: int
    block: int
    whole: bool
    pieces: tuple[Alignment, ...]
    judged: tuple[Judged, ...] = ()
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A pair that stays although it is alike, and the differences that are the reason."""

    pair: Alignment
    judged: tuple[Judged, ...]


@dataclass(eq=False)
class Decisions:
    """What was decided for one text, while it is being decided.

    ``brief``: folded ranges that a number holds back and of which nothing else was judged.
    """

    alive: NDArray[np.bool_]
    pinned: NDArray[np.bool_]
    removals: list[Removal] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    by_block: dict[int, list[Removal]] = field(default_factory=dict)
    brief: list[tuple[int, int]] = field(default_factory=list)

    def remove(self, removal: Removal) -> None:
        """Record a removal: its text is dead, the text that it relies on is pinned."""
        self.removals.append(removal)
        self.by_block.setdefault(removal.block, []).append(removal)
        self.alive[removal.start : removal.end] = False
        for piece in removal.pieces:
            self.pinned[piece.a0 : piece.a1] = True
        if removal.whole:
            self.gone.add(removal.block)

    def stands(self, piece: Alignment) -> bool:
        """Tell whether the kept side of a piece is wholly in the text that stays."""
        return bool(self.alive[piece.a0 : piece.a1].all())

    def free(self, start: int, end: int) -> bool:
        """Tell whether a range is live and nothing that went relies on it."""
        return bool(self.alive[start:end].all()) and not bool(self.pinned[start:end].any())
