"""The lines of a long text and which of them go on a paragraph, found part by part: in the memory of one part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from dedupe_cli.document.fences import Fence, fenced
from dedupe_cli.document.structure import SEEN, fences, joins
from dedupe_cli.model import Span
from dedupe_cli.text.lines import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dedupe_cli.text.lines import Mask

# Characters of a part, and how far behind those a place is looked for at which the text can be parted.
_PART, _FURTHER = 1 << 19, 1 << 17
_NEWLINE = "\n"


class Spans(Sequence[Span]):
    """Spans of a text as two arrays; each is made when it is asked for."""

    def __init__(self, starts: NDArray[Any], ends: NDArray[Any]) -> None:
        self.starts, self.ends = starts, ends
        self._first, self._last = starts.data, ends.data  # numpy is slow at single places

    def __len__(self) -> int:
        return len(self._first)

    @overload
    def __getitem__(self, at: int) -> Span: ...
    @overload
    def __getitem__(self, at: slice) -> list[Span]: ...
    def __getitem__(self, at: int | slice) -> Span | list[Span]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        return Span(self._first[at], self._last[at])

    def __iter__(self) -> Iterator[Span]:
        return map(Span, self.starts.tolist(), self.ends.tolist())


def edges_of(spans: Sequence[Span]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the starts and the ends of some spans."""
    if isinstance(spans, Spans):
        return spans.starts, spans.ends
    edges = np.array([(span.start, span.end) for span in spans], dtype=np.int64).reshape(-1, 2)
    return edges[:, 0], edges[:, 1]


@dataclass(frozen=True, eq=False)
class Rows:
    """The lines with something to see: where each begins and ends, and whether it goes on the paragraph before it."""

    start: NDArray[Any]
    end: NDArray[Any]
    joined: Mask

    @classmethod
    def of(cls, text: str) -> Rows:
        """Find the lines of a text. Time grows with it; of a long one each part is looked at with lines around it."""
        kind = np.int32 if len(text) < 1 << 31 else np.int64
        start: list[NDArray[Any]] = []
        end: list[NDArray[Any]] = []
        joined: list[Mask] = []
        marks: list[Fence] = []
        count = 0
        for low, first, last, high in _parts(text):
            table = lines(text[low:high])
            here = slice(*np.searchsorted(table.start, (first - low, last - low)).tolist())
            marks += [
                each._replace(at=each.at + count - here.start)
                for each in fences(table)
                if here.start <= each.at < here.stop
            ]
            start.append((table.start[here] + low).astype(kind))
            end.append((table.end[here] + low).astype(kind))
            joined.append(joins(table)[here])
            count += here.stop - here.start
        found = cls(np.concatenate(start), np.concatenate(end), np.concatenate(joined))
        for opened, closed in fenced(marks):
            if closed is not None:  # what is between them is one block, blank lines included
                found.joined[opened.at + 1 : closed.at + 1] = True
        return found


def _parts(text: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield the parts of a text, each as where what is around it begins, it itself, it ends, and what is around it."""
    low = first = 0
    while len(text) - first > 2 * _PART:
        found = _border(text, first + _PART)
        if found is None:
            break
        before, border, behind = found
        yield low, first, border, behind
        low, first = before, border
    yield low, first, len(text), len(text)


def _border(text: str, place: int) -> tuple[int, int, int] | None:
    """Return where a text can be parted behind a place, and what must be looked at before and behind that.

    What is before begins with a line that is not indented or follows a blank one: no item goes on from farther before.
    """
    border = text.find(_NEWLINE, place, place + _FURTHER) + 1
    before = behind = border
    if not border:
        return None
    for _ in range(SEEN):
        before = text.rfind(_NEWLINE, 0, max(before - 1, 0)) + 1
        behind = text.find(_NEWLINE, behind) + 1 or len(text)
    while before > 0 and text[before].isspace() and text[before - 2 : before - 1] != _NEWLINE:
        before = text.rfind(_NEWLINE, 0, before - 1) + 1
    return (before, border, behind) if place - _PART < before else None
