"""From the text of a later round back to the original."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.model import Cut, Difference, Edit, Repeat, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Trace(NamedTuple):
    """Pieces of the current text: where each begins now, where it began in the original, and how long it is."""

    now: tuple[int, ...]
    origin: tuple[int, ...]
    length: tuple[int, ...]

    @classmethod
    def start(cls, length: int) -> Trace:
        """Return the trace of a text that is still whole."""
        return cls((0,), (0,), (length,))

    @classmethod
    def after(cls, edits: Sequence[Edit], length: int) -> Trace:
        """Return the trace of the text that ``edits`` (ascending) make of one of ``length`` characters.

        A replaced character stands for the one that it replaces; what was put in has no place in the original.
        """
        pieces: list[tuple[int, int, int]] = []
        at = now = 0
        for edit in edits:
            pieces.append((now, at, edit.span.start - at))
            now += edit.span.start - at
            pieces.append((now, edit.span.start, min(len(edit.span), len(edit.replacement))))
            now, at = now + len(edit.replacement), edit.span.end
        pieces.append((now, at, length - at))
        return cls.of(pieces)

    @classmethod
    def of(cls, pieces: Sequence[tuple[int, int, int]]) -> Trace:
        """Return the trace of pieces, without the empty ones: where each begins now and began, and how long it is."""
        now, origin, length = ([piece[at] for piece in pieces if piece[2]] for at in range(3))
        return cls(tuple(now), tuple(origin), tuple(length))

    def spans(self, span: Span) -> tuple[Span, ...]:
        """Return the original spans of a current span, in order; more than one where something was cut before."""
        index = max(bisect_right(self.now, span.start) - 1, 0)
        if index < len(self.now):
            shift = self.origin[index] - self.now[index]
            if self.now[index] <= span.start < span.end <= self.now[index] + self.length[index]:
                return (span.moved(shift),)  # mostly
        out: list[Span] = []
        while index < len(self.now) and self.now[index] < max(span.end, span.start + 1):
            low = max(span.start - self.now[index], 0)
            high = min(span.end - self.now[index], self.length[index])
            if high > low:
                out.append(Span(self.origin[index] + low, self.origin[index] + high))
            index += 1
        return tuple(out)

    def select(self, values: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return of one value a character of the original those of the current text."""
        parts = [values[at : at + size] for at, size in zip(self.origin, self.length, strict=True)]
        return parts[0] if len(parts) == 1 else np.concatenate([values[:0], *parts])

    def present(self, spans: Iterable[Span]) -> list[Span]:
        """Return where the parts of original spans that are still there stand now."""
        out = []
        for span in spans:
            index = max(bisect_right(self.origin, span.start) - 1, 0)
            while index < len(self.origin) and self.origin[index] < span.end:
                low = max(span.start - self.origin[index], 0)
                high = min(span.end - self.origin[index], self.length[index])
                if high > low:
                    out.append(Span(self.now[index] + low, self.now[index] + high))
                index += 1
        return out

    def place(self, offset: int) -> int:
        """Return the original offset of a current one."""
        index = max(bisect_right(self.now, offset) - 1, 0)
        return self.origin[index] + min(offset - self.now[index], self.length[index])

    def hull(self, span: Span) -> Span:
        """Return one original span from the first to the last character."""
        spans = self.spans(span)
        if len(spans) == 1:
            return spans[0]
        if not spans:
            at = self.place(span.start)
            return Span(at, at)
        return Span(spans[0].start, spans[-1].end)

    def without(self, cuts: Iterable[Span]) -> Trace:
        """Return the trace after deleting current spans (ascending, disjoint)."""
        pieces: list[Span] = []
        at = 0
        total = self.now[-1] + self.length[-1] if self.now else 0
        for cut in cuts:
            pieces.extend(self.spans(Span(at, cut.start)) if cut.start > at else ())
            at = cut.end
        pieces.extend(self.spans(Span(at, total)) if total > at else ())
        now = accumulate(map(len, pieces), initial=0)
        return Trace.of([(start, piece.start, len(piece)) for start, piece in zip(now, pieces, strict=False)])

    def original(self, repeat: Repeat) -> Repeat:
        """Return a repeat of the current text with all spans in the original."""
        return replace(
            repeat,
            kept=self._all(repeat.kept),
            cuts=tuple(self._cut(cut) for cut in repeat.cuts),
        )

    def _all(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        return tuple(part for span in spans for part in self.spans(span))

    def _cut(self, cut: Cut) -> Cut:
        span = self.hull(cut.span)
        whole = len(self.now) == 1 and self.origin == self.now  # nothing went yet, or the end alone
        return replace(
            cut,
            span=span,
            copy=self._all(cut.copy) or (span,),
            kept=self._all(cut.kept),
            differences=cut.differences if whole else tuple([self._difference(d) for d in cut.differences]),
        )

    def _difference(self, difference: Difference) -> Difference:
        kept, copy = self.hull(difference.kept), self.hull(difference.copy)
        if kept is difference.kept and copy is difference.copy:
            return difference
        return Difference(kept, copy, difference.kind, difference.reason, difference.score)
