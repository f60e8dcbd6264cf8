"""Neighbouring lines that are alike, worked on while the text still comes in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe_cli.decide.equal_lines import likeness
from dedupe_cli.text.lines import rows

if TYPE_CHECKING:
    from dedupe_cli.settings import Settings


@dataclass
class Adjacent:
    """A stream of lines of which each is compared with the last one that stayed; the first of like ones stays.

    ``lines`` and ``gone`` count what was looked at and what went. No more than two lines are kept in memory.
    """

    settings: Settings
    counting: bool = False
    lines: int = 0
    gone: int = 0
    _rest: str = field(default="", repr=False)
    _stays: str = field(default="", repr=False)
    _count: int = 0

    def feed(self, text: str, *, end: bool = False) -> Iterator[tuple[int, str]]:
        """Take more text, or what there is at its end; yield ``(count, line)`` for the lines that stay.

        A line comes out as soon as it is complete, its count being 1; with ``counting`` when the first line that is
        unlike it has come in.
        """
        for line in self._complete(text, end=end):
            self.lines += 1
            if self._count and likeness(self._stays.rstrip(), line.rstrip(), self.settings) is not None:
                self.gone += 1
                self._count += 1
                continue
            if self.counting and self._count:
                yield self._count, self._stays
            self._stays, self._count = line, 1
            if not self.counting:
                yield 1, line
        if end and self.counting and self._count:
            yield self._count, self._stays

    def _complete(self, text: str, *, end: bool) -> Iterator[str]:
        """Yield the lines that are complete; at the end, the last one is. A newline may have a second half to come."""
        whole, at = self._rest + text, 0
        self._rest = ""
        for start, stop in rows(whole):
            if stop == len(whole) and not end and whole[-1] != "\n":
                break
            yield whole[start:stop]
            at = stop
        self._rest = whole[at:]
