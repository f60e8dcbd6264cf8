"""What a cleaner is: a kind of dirt, and how it is found. Its page and examples are those of its rule."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from dedupe_cli.settings import CLEANERS

if TYPE_CHECKING:
    from dedupe_cli.model import Span


class Effect(Enum):
    """What the edits of a cleaner may do to letters and digits; the proof of a result holds them to it."""

    FORM = "leaves them"
    DECODED = "puts in those that the text stands for"
    DROPPED = "takes some away"


@dataclass(frozen=True, slots=True)
class Fix:
    """A stretch that is not empty, what stands there instead, and why (the title of the cleaner when empty)."""

    span: Span
    new: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cleaner:
    """One kind of dirt.

    ``name`` is what ``--fix`` takes, ``title`` the reason of its edits. ``propose`` returns fixes, of which the first
    counts where two overlap, ``report`` what cannot be mended. Stretches of ``spares`` stay.
    """

    name: str
    title: str
    effect: Effect
    propose: Callable[[str], Iterable[Fix]]
    spares: tuple[Callable[[str], Ranges], ...] = ()
    report: Callable[[str], Iterable[Fix]] | None = None

    @property
    def code(self) -> str:
        """The code of its rule."""
        return CLEANERS[self.name]

    def fixes(self, text: str) -> Iterator[Fix]:
        """Yield what is to be mended, in order and apart."""
        found = sorted(self.propose(text), key=lambda fix: fix.span)
        spared = [of(text) for of in self.spares] if found else []
        at = 0
        for fix in found:
            if fix.span.start >= at and not any(ranges.hold(fix.span) for ranges in spared):
                yield fix
                at = fix.span.end


class Ranges:
    """Stretches of a text, in order and apart."""

    def __init__(self, ranges: list[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]

    def hold(self, span: Span) -> bool:
        """Tell whether one of the stretches shares a character with a span."""
        at = bisect_right(self._ends, span.start)
        return at < len(self._starts) and self._starts[at] < span.end
