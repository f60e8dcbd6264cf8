"""Where the values of a JSON text stand, and strings with the way back from their characters to their places."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]

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


_SPACE = re.compile(r"[ \t\n\r]*")
_UNIT = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)


def read_string(text: str, at: int) -> RawString:
    """Read the string whose opening quote is at ``at``."""
    value, end = scanstring(text, at + 1, False)  # noqa: FBT003  the signature of the standard library
    units = _UNIT.finditer(text, at + 1, end - 1) if "\\" in text[at:end] else ()
    return RawString.made(value, Span(at, end), at + 1, ((u.start(), u.end()) for u in units))


def members(text: str, at: int) -> Iterator[tuple[str, Span]]:
    """Yield the keys of the object at ``at`` and the places of their values."""
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = scanstring(text, at + 1, False)  # noqa: FBT003
        at = _skip(text, _skip(text, at) + 1)
        end = value_end(text, at)
        yield key, Span(at, end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def items(text: str, at: int) -> Iterator[Span]:
    """Yield the places of the values of the array at ``at``."""
    at = _skip(text, at + 1)
    while text[at] != "]":
        end = value_end(text, at)
        yield Span(at, end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def value_end(text: str, at: int) -> int:
    """Return where the value at ``at`` ends; raises ``ValueError`` or ``RecursionError`` when it is none."""
    if text[at] == '"':
        end: int = scanstring(text, at + 1, False)[1]  # noqa: FBT003
        return end
    return _DECODER.raw_decode(text, at)[1]


def member(text: str, at: int, key: str) -> Span | None:
    """Return the place of a value of the object at ``at``; the last one counts when a key stands twice."""
    found = None
    if text[at : at + 1] == "{":
        for name, span in members(text, at):
            found = span if name == key else found
    return found


def first(text: str) -> int:
    """Return the offset of the first value."""
    return _skip(text, 0)


def without(spans: list[Span], gone: set[int]) -> Iterator[tuple[int, Span]]:
    """Yield what has to go for some items of an array to go, each with its index: itself and one comma."""
    if gone and len(gone) == len(spans):
        yield 0, Span(spans[0].start, spans[-1].end)
        return
    tail = len(spans)
    while tail - 1 in gone:
        tail -= 1
    for index in sorted(gone):
        if index >= tail and index:
            yield index, Span(spans[index - 1].end, spans[index].end)
        elif index + 1 < len(spans):
            yield index, Span(spans[index].start, spans[index + 1].start)
        else:
            yield index, spans[index]


def _skip(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]
