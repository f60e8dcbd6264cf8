"""What was decided for one text so far: what goes, what is held back, what still stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.judge.verdicts import is_damaged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.decide.score import Weighed
    from dedupe_cli.judge.judge import Judged
    from dedupe_cli.model import Reason
    from dedupe_cli.text.alignment import Alignment


class Removal(NamedTuple):
    """A folded range that goes; ``block`` is its block, ``whole`` when nothing of it stays."""

    start: int
    end: int
    block: int
    whole: bool
    pieces: tuple[Alignment, ...]
    judged: tuple[Judged, ...] = ()
    broken: bool = False

    @property
    def is_damaged(self) -> bool:
        """Whether noise made enough of its differences to make a mark, or the end of a sentence, another one too."""
        return is_damaged(self.judged)


class Held(NamedTuple):
    """A pair that stays although it is alike, and the differences that are the reason."""

    pair: Alignment
    judged: tuple[Judged, ...]


class Passed(NamedTuple):
    """A candidate that stays, and why in one word; with its evidence where that was weighed."""

    parts: tuple[Removal, ...]
    reason: str
    weighed: Weighed | None = None


class Earlier(NamedTuple):
    """What is known of a text when it is decided: how many repeats went in place, before anything else was looked at.

    ``accidents``: which share of its repeats are accidents, as far as earlier rounds could tell.
    """

    in_place: int = 0
    accidents: float = 0.0


NOTHING = Earlier()
# What is a larger share of its text, or of more blocks, and with so much chance an accident, was doubled in one stroke
# with all that is in it.
LARGE, BLOCKS, SURE = 0.25, 12, 0.5
_FEW = 2


def outermost(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return those of some ranges that are in no other one: the blocks of a run are no repeats beside it."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(ranges, key=lambda at: (at[0], -at[1])):
        if not out or high > out[-1][1]:
            out.append((low, high))
    return out


class Others:
    """How likely the repeats of a text are accidents, each by its own evidence, in text order, none in another one.

    ``before`` went already: of these a few count, as many that were said at once say no more of the others.
    """

    def __init__(self, before: int, chances: Mapping[tuple[int, int], float]) -> None:
        self._ranges = list(chances)
        self._starts = [low for low, _ in self._ranges]
        self._chances = list(chances.values())
        self._before, self._sum = min(before, _FEW), sum(self._chances)

    def share(self, start: int, end: int) -> float:
        """Return which share of all but what is in a range are accidents, as if one more were meant."""
        at = bisect_right(self._starts, start) - 1
        mine = at >= 0 and end <= self._ranges[at][1]
        count = self._before + len(self._ranges) + 1 - mine
        return (self._before + max(self._sum - (self._chances[at] if mine else 0.0), 0.0)) / count

    def gone(self, dead: NDArray[np.bool_]) -> float:
        """Return which share is, by what went, as if one more were meant: nothing of what stayed speaks for itself."""
        went = sum(chance for (low, _), chance in zip(self._ranges, self._chances, strict=True) if dead[low])
        return (self._before + went) / (self._before + len(self._ranges) + 1)


@dataclass(eq=False)
class Decisions:
    """What was decided for one text, while it is being decided.

    ``dead`` and ``pinned`` tell of each folded place whether its text goes, or may not: both begin with nothing
    written into them, which takes no memory. ``runs`` numbers the candidate of each removal, of which ``weighed`` has
    the evidence; ``chances``: how likely each folded range that was weighed is an accident by its own evidence;
    ``tried``: the folded ranges of all runs; ``known``: which share of the repeats are accidents, by earlier rounds,
    ``others``: by this one. ``kept_back`` are candidates that a guard keeps, ``torn`` those of them that would leave
    half a sentence or mark; ``short`` say too little to go for themselves: those that were weighed say nothing in
    sentences. ``versions``: blocks that say something else than the block that they are like. ``brief``: folded ranges
    that a number holds back and of which nothing else was judged. ``passed`` are all candidates that stay, where that
    was asked for (``asks``).
    """

    dead: NDArray[np.bool_]
    pinned: NDArray[np.bool_]
    removals: list[Removal] = field(default_factory=list)
    runs: list[int] = field(default_factory=list)
    weighed: list[Weighed | None] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    by_block: dict[int, list[Removal]] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)
    brief: list[tuple[int, int]] = field(default_factory=list)
    short: list[tuple[tuple[Removal, ...], Weighed | None]] = field(default_factory=list)
    known: float = 0.0
    others: Others | None = None
    kept_back: list[tuple[Removal, Reason]] = field(default_factory=list)
    torn: list[Removal] = field(default_factory=list)
    chances: dict[tuple[int, int], float] = field(default_factory=dict)
    tried: list[tuple[int, int]] = field(default_factory=list)
    rejected: list[tuple[tuple[Removal, ...], Weighed | None]] = field(default_factory=list)
    asks: bool = False
    passed: list[Passed] = field(default_factory=list)

    def __post_init__(self) -> None:
        # The same memory, read as bytes: of a sentence or two numpy takes ten times as long.
        self._dead, self._pinned = self.dead.data, self.pinned.data

    @classmethod
    def of(cls, size: int, *, asks: bool = False) -> Decisions:
        """Begin with a text of so many folded characters, all of which stand."""
        return cls(np.zeros(size, dtype=bool), np.zeros(size, dtype=bool), asks=asks)

    def remove(self, parts: Sequence[Removal], weighed: Weighed | None = None) -> None:
        """Record what goes as one: its text is dead, the text that it relies on is pinned."""
        for removal in parts:
            self.removals.append(removal)
            self.runs.append(len(self.weighed))
            self.by_block.setdefault(removal.block, []).append(removal)
            self.dead[removal.start : removal.end] = True
            for piece in removal.pieces:
                self.pinned[piece.a0 : piece.a1] = True
            if removal.whole:
                self.gone.add(removal.block)
        self.weighed.append(weighed)

    def leave(self, parts: Sequence[Removal], reason: str, weighed: Weighed | None = None) -> None:
        """Record that a candidate stays, if anybody asks."""
        if self.asks and parts:
            self.passed.append(Passed(tuple(parts), reason, weighed))

    def accidents(self, start: int, end: int) -> float:
        """Return which share of the repeats of the text are accidents, as far as is known, but for those in a range."""
        return self.known if self.others is None else max(self.known, self.others.share(start, end))

    def stands(self, piece: Alignment) -> bool:
        """Tell whether the kept side of a piece is wholly in the text that stays."""
        return b"\1" not in self._dead[piece.a0 : piece.a1].tobytes()

    def free(self, start: int, end: int) -> bool:
        """Tell whether a range is live and nothing that went relies on it."""
        return b"\1" not in self._dead[start:end].tobytes() and b"\1" not in self._pinned[start:end].tobytes()
