"""Rows of comma- and tab-separated values with the places of their fields (RFC 4180, and what programs really write).

A quote opens a field only at its beginning; two in it are one; what stands behind the closing one belongs to the
field, as the standard library reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dedupe_cli.model import Span
from dedupe_cli.read.formats.raw_string import RawString

_PAIR = re.compile(r'""')
# What stands between two quotes, up to behind the closing one.
_QUOTED = r'[^"]*+(?:""[^"]*+)*+"(?!")'
_INNER, _INNER_BYTES = re.compile(_QUOTED), re.compile(_QUOTED.encode())


@dataclass(slots=True)
class RowEnd:
    """Tells, line by line, whether a row is complete: a newline inside of quotes does not end it."""

    delimiter: bytes
    quoted: bool = False

    def feed(self, line: bytes) -> bool:
        """Look at the next line of a row; return whether it ends the row."""
        at = 0
        while True:
            if not self.quoted:
                if line[at : at + 1] == b'"':
                    self.quoted = True
                    at += 1
                else:
                    at = line.find(self.delimiter, at) + 1
                    if not at:
                        return True
            else:
                at = self._closing(line, at)
                if at < 0:
                    return False
                self.quoted = False
                at = line.find(self.delimiter, at) + 1
                if not at:
                    return True

    @staticmethod
    def _closing(line: bytes, at: int) -> int:
        """Return where the quoted field goes on behind its closing quote, or -1."""
        found = _INNER_BYTES.match(line, at)
        return found.end() if found else -1


def row_fields(text: str, delimiter: str) -> Iterator[RawString]:
    """Yield the fields of one row, which may end with a newline."""
    end = len(text)
    while end and text[end - 1] in "\r\n":
        end -= 1
    at = 0
    while True:
        if text.startswith('"', at) and at < end:
            close = _closed(text, at + 1, end)
            stop = text.find(delimiter, close, end)
            stop = end if stop < 0 else stop
            inner = text[at + 1 : close - 1] if close <= stop and text[close - 1] == '"' else text[at + 1 : close]
            pairs = [m.span() for m in _PAIR.finditer(text, at + 1, at + 1 + len(inner))]
            rest = text[close:stop]
            value = inner.replace('""', '"')
            made = RawString.made(value, Span(at, stop), at + 1, pairs)
            yield (
                made if not rest else RawString(value + rest, made.span, (*made.here, len(value)), (*made.there, close))
            )
        else:
            stop = text.find(delimiter, at, end)
            stop = end if stop < 0 else stop
            yield RawString.made(text[at:stop], Span(at, stop), at, ())
        if stop >= end:
            return
        at = stop + len(delimiter)


def _closed(text: str, at: int, end: int) -> int:
    """Return the offset behind the closing quote of a field."""
    found = _INNER.match(text, at, end)
    return found.end() if found else end
