"""Where the blocks of a text begin and end.

A block is what people see as a paragraph: a line, or several lines of hard-wrapped prose.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from dedupe_cli.document.split import blocks, is_wrapped
from dedupe_cli.model import Span

# How far around a place a border is looked for (characters): a line may have 100 MB.
_REACH = 600


class Borders:
    """The borders of the blocks of one text, each looked for when it is asked for."""

    def __init__(self, text: str, newline: str) -> None:
        self.text = text
        self._newline = "\r" if newline == "\r" else "\n"
        self._wrapped: dict[int, bool] = {}

    @cached_property
    def _blocks(self) -> Sequence[Span]:
        return blocks(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [block.start for block in self._blocks]

    def is_soft(self, at: int) -> bool:
        """Tell whether the newline at ``at`` (its last character) only wraps a line of prose."""
        i = bisect_right(self._starts, at) - 1
        if i < 0 or at >= self._blocks[i].end:
            return False
        if i not in self._wrapped:
            self._wrapped[i] = is_wrapped(self.text, self._blocks[i])
        return self._wrapped[i]

    def is_at(self, at: int) -> bool:
        """Tell whether a block ends at the character ``at``."""
        char = self.text[at]
        if char == "\r":
            return self._newline == "\r" or self.text[at + 1 : at + 2] == "\n"
        return char == "\n" and not self.is_soft(at)

    def between(self, start: int, end: int) -> bool:
        """Tell whether a stretch holds the border of two blocks."""
        at = self.text.find(self._newline, start, end)
        while at >= 0 and not self.is_at(at):
            at = self.text.find(self._newline, at + 1, end)
        return at >= 0

    def start(self, at: int) -> int:
        """Return where the block around ``at`` begins, a place of no border when that is far away."""
        low = max(0, at - _REACH)
        while at > low and not self.is_at(at - 1):
            at -= 1
        return at

    def end(self, at: int) -> int:
        """Return where the block around ``at`` ends, in the same way."""
        high = min(len(self.text), at + _REACH)
        while at < high and not self.is_at(at):
            at += 1
        return at

    def begins(self, at: int) -> bool:
        """Tell whether a block begins at ``at``."""
        return at == 0 or self.is_at(at - 1)

    def blocks(self, span: Span) -> list[Span]:
        """Return the blocks of a span, without the white space around them."""
        ends = [span.start + m.start() for m in re.finditer(self._newline, span.of(self.text))]
        ends = [at for at in ends if self.is_at(at)]
        starts = [span.start, *(at + 1 for at in ends)]
        parts = [Span(a, b).trimmed(self.text) for a, b in zip(starts, [*ends, span.end], strict=True)]
        return [*filter(None, parts)] or [span]
