"""A string as it stands in a file, with escapes, and the way back from its characters to their places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from dedupe_cli.model import Span


@dataclass(frozen=True, slots=True)
class RawString:
    """One string: its value, its place with quotes, and where stretches without escapes begin, in both."""

    value: str
    span: Span
    here: tuple[int, ...]
    there: tuple[int, ...]

    @classmethod
    def made(cls, value: str, span: Span, begin: int, units: Iterable[tuple[int, int]]) -> RawString:
        """Make one that begins at ``begin`` in the file; each of ``units`` there stands for one character."""
        here, there, shift = [0], [begin], -begin
        for start, end in units:
            here += [start + shift, start + shift + 1]
            there += [start, end]
            shift -= end - start - 1
        return cls(value, span, tuple(here), tuple(there))

    def place(self, offset: int) -> int:
        """Return the place in the file of an offset in the value."""
        at = bisect_right(self.here, offset) - 1
        return self.there[at] + offset - self.here[at]

    def raw(self, span: Span) -> Span:
        """Return the place in the file of a part of the value."""
        return Span(self.place(span.start), self.place(span.end))
