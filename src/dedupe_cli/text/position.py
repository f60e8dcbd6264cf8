r"""Code point offsets into lines, columns and bytes, for output only.

A line ends at ``\n``, ``\r\n`` or a lone ``\r`` (as in the Language Server Protocol). Lines and columns count
from 1, characters and bytes from 0. The table holds a number a line and one a chunk: small beside the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from dedupe_cli.model import Span

_NEWLINE = re.compile(r"\r\n?|\n")
# A look-up encodes at most one chunk: 4096 characters take about a microsecond each kilobyte.
_CHUNK = 4096
# These codecs write a byte order mark at the head of every string: name the byte order instead.
_ORDERED = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """One place of a file in every unit that a format asks for.

    ``line`` and ``column`` (code points) count from 1, ``char`` (code points of the decoded text) and ``byte``
    (of the file, byte order mark included) from 0, ``utf8_column`` (bytes of the line in UTF-8) from 1.
    """

    line: int
    column: int
    char: int
    byte: int
    utf8_column: int


@dataclass(frozen=True)
class LineTable:
    """Where the lines of one text begin.

    ``encoding`` and ``bom`` say how the text lies on the disk; they matter to :meth:`byte` alone.
    """

    text: str
    encoding: str = "utf-8"
    bom: bytes = field(default=b"")

    @cached_property
    def starts(self) -> list[int]:
        """Offset of the first character of every line; behind a last newline begins an empty line."""
        return [0, *map(re.Match.end, _NEWLINE.finditer(self.text))]

    @property
    def count(self) -> int:
        """Number of lines; what follows the last newline counts only when it is not empty."""
        return len(self.starts) - (1 if self.starts[-1] == len(self.text) else 0)

    def line(self, offset: int) -> int:
        """Line of an offset, from 1. The newline belongs to the line that it ends."""
        return bisect_right(self.starts, offset)

    def column(self, offset: int) -> int:
        """Column of an offset in code points, from 1."""
        return offset - self.starts[self.line(offset) - 1] + 1

    def span(self, line: int) -> Span:
        """Return the characters of a line without its newline."""
        start = self.starts[line - 1]
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)

    def byte(self, offset: int) -> int:
        """Offset in bytes of the file, byte order mark included."""
        if self._ascii:
            return len(self.bom) + offset
        chunk = offset // _CHUNK
        rest = self.text[chunk * _CHUNK : offset]
        return len(self.bom) + self._bytes[chunk] + _size(rest, self._codec)

    def point(self, offset: int) -> Point:
        """Everything about one offset."""
        line = self.line(offset)
        start = self.starts[line - 1]
        before = _size(self.text[start:offset], "utf-8")
        return Point(line, offset - start + 1, offset, self.byte(offset), before + 1)

    @cached_property
    def _codec(self) -> str:
        name = self.encoding.lower().replace("_", "-")
        return _ORDERED.get(name, name)

    @cached_property
    def _ascii(self) -> bool:
        wide = self._codec.startswith(("utf-16", "utf-32", "utf-7"))
        return not wide and self.text.isascii()

    @cached_property
    def _bytes(self) -> list[int]:
        chunks = (self.text[at : at + _CHUNK] for at in range(0, len(self.text), _CHUNK))
        return [0, *accumulate(_size(chunk, self._codec) for chunk in chunks)]


def _size(text: str, codec: str) -> int:
    """Bytes of a text; a lone surrogate stands for the byte that could not be decoded, else for itself."""
    try:
        return len(text.encode(codec, "surrogateescape"))
    except UnicodeEncodeError:
        return len(text.encode(codec, "surrogatepass" if codec.startswith("utf") else "backslashreplace"))
