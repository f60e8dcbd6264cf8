"""Streams of records, packed or not: the rows of a table or objects of JSON, their fields, how values are written.

Tables are as RFC 4180 has them, and as programs really write them: a quote opens a field only at its beginning; two in
it are one; what stands behind the closing one belongs to the field, as the standard library reads it.
"""

from __future__ import annotations

import codecs
import gzip
import io
import json
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

from dedupe_cli.errors import ReadError, SettingsError, to_install
from dedupe_cli.model import Span
from dedupe_cli.read.formats.json_spans import RawString, first, items, member, read_string

if TYPE_CHECKING:
    Value = str | float | None
    Edits = list[tuple[Span, str]]

Item = TypeVar("Item")

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
                closing = _INNER_BYTES.match(line, at)
                if closing is None:
                    return False
                self.quoted = False
                at = line.find(self.delimiter, closing.end()) + 1
                if not at:
                    return True


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


def cells(text: str, delimiter: str) -> list[str]:
    """Return what the fields of one row say."""
    return [field.value for field in row_fields(text, delimiter)]


def _closed(text: str, at: int, end: int) -> int:
    """Return the offset behind the closing quote of a field."""
    found = _INNER.match(text, at, end)
    return found.end() if found else end


_STEP = re.compile(r"(?:^|\.)([^.\[\]]+)|\[(\*|\d+)\]")


def parse_field(path: str, *, flag: str = "--field") -> tuple[str | int, ...]:
    """Return the steps of a path: keys, places in a list from 0, ``*`` in the place of a number for all of them.

    Raises :class:`SettingsError` for what is no path.
    """
    steps: list[str | int] = []
    at = 0
    for match in _STEP.finditer(path):
        if match.start() != at:
            break
        at = match.end()
        steps.append(match[1] or (-1 if match[2] == "*" else int(match[2])))
    if at != len(path) or not steps:
        raise SettingsError(f"{flag}: {path!r} is no path", hint="such as text, messages[*].content or choices[0].text")
    return tuple(steps)


def find_strings(text: str, at: int, steps: tuple[str | int, ...], name: str = "") -> Iterator[tuple[str, RawString]]:
    """Yield the strings that a path leads to from the value at ``at``, which ``name`` leads to, each with its path."""
    if not steps:
        if text[at] == '"':
            yield name, read_string(text, at)
        return
    step, rest = steps[0], steps[1:]
    if isinstance(step, str):
        found = member(text, at, step)
        if found:
            yield from find_strings(text, found.start, rest, f"{name}.{step}" if name else step)
    elif text[at] == "[":
        for index, span in enumerate(items(text, at)):
            if step in {-1, index}:
                yield from find_strings(text, span.start, rest, f"{name}[{index}]")


# Bytes of a record that is still looked at: the engine takes some hundred times as much memory.
LARGEST = 1 << 23
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its number from 1, its bytes with the newline; ``whole`` is false for what is only handed on.

    ``fault`` says what is wrong with it. Further pieces of a record, and a byte order mark, have the number 0.
    """

    number: int
    data: bytes
    whole: bool = True
    fault: str = ""


def read_records(stream: IO[bytes], delimiter: str = "") -> Iterator[Record]:
    """Yield the records of a stream: rows of a table with that delimiter, else lines."""
    number = 0
    head = stream.read(len(codecs.BOM_UTF8))
    if head == codecs.BOM_UTF8:
        yield Record(0, head, whole=False)
        head = b""
    lines = _lines(head, stream)
    more = True
    while more:
        number += 1
        state = RowEnd(delimiter.encode()) if delimiter else None
        parts: list[bytes] = []
        size, handed, more = 0, False, False
        for line in lines:
            parts.append(line)
            size += len(line)
            more = line.endswith(b"\n")
            if state is not None:
                more = state.feed(line) and more
            if more:
                break
            if size > (_PIECE if handed else LARGEST):
                fault = "" if handed else f"larger than {LARGEST >> 20} MiB, handed on as it is"
                yield Record(0 if handed else number, b"".join(parts), whole=False, fault=fault)
                parts, size, handed = [], 0, True
        if parts:
            fault = "a quote is not closed before the end" if state is not None and state.quoted else ""
            yield Record(0 if handed else number, b"".join(parts), whole=not handed and not fault, fault=fault)


def fault_of(error: ValueError | RecursionError) -> str:
    """Say what is wrong with a record that is no UTF-8, or no JSON."""
    fault = f"not JSON ({error})"  # a number of thousands of digits
    if isinstance(error, UnicodeDecodeError):
        fault = f"not valid UTF-8 (byte {error.start})"
    elif isinstance(error, RecursionError):
        fault = "nested too deep"
    elif isinstance(error, json.JSONDecodeError):
        fault = f"not JSON ({error.msg.removesuffix(' at')}, column {error.colno})"
    return fault


def together(items: Iterable[Item], size_of: Callable[[Item], int], most: int, largest: int) -> Iterator[list[Item]]:
    """Yield items in lists of so many at most; a list ends when what is in it has reached the largest size."""
    some: list[Item] = []
    size = 0
    for item in items:
        some.append(item)
        size += size_of(item)
        if len(some) >= most or size >= largest:
            yield some
            some, size = [], 0
    if some:
        yield some


def _lines(head: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    """Yield lines, long ones in pieces that do not end between two quotes."""
    *whole, head = head.split(b"\n")
    for line in whole:
        yield line + b"\n"
    while line := head + stream.readline(_PIECE):
        head = b""
        while line.endswith(b'"') and (more := stream.read(1)):
            line += more
        yield line


def decompressed(stream: io.BufferedReader, name: str) -> tuple[IO[bytes], str]:
    """Return what a stream holds, and ``gzip``, ``zstd`` or nothing for how it is packed."""
    head = stream.peek(4)[:4]
    if head.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=stream, mode="rb")), "gzip"
    if head == b"\x28\xb5\x2f\xfd":
        reader = _zstandard(name).ZstdDecompressor().stream_reader(stream, read_across_frames=True)
        return cast("IO[bytes]", io.BufferedReader(reader)), "zstd"
    return stream, ""


def compressed(chunks: Iterable[bytes], packing: str, name: str) -> Iterator[bytes]:
    """Pack bytes as they come; ``packing`` is that of :func:`decompressed`."""
    if not packing:
        yield from chunks
        return
    packer = zlib.compressobj(wbits=31) if packing == "gzip" else _zstandard(name).ZstdCompressor().compressobj()
    for chunk in chunks:
        yield packer.compress(chunk)
    yield packer.flush()


def damaged() -> tuple[type[Exception], ...]:
    """Return the errors of a packed stream that is damaged or cut off."""
    kinds: list[type[Exception]] = [EOFError, gzip.BadGzipFile, zlib.error]
    if "zstandard" in sys.modules:
        kinds.append(sys.modules["zstandard"].ZstdError)
    return tuple(kinds)


def _zstandard(name: str) -> Any:
    try:
        import zstandard  # noqa: PLC0415  an extra
    except ImportError:
        raise ReadError(
            f"{name}: compressed by Zstandard", hint=f"{to_install('zst')}, or zstd -dc FILE | dedupe clean"
        ) from None
    return zstandard


def rewritten(text: str, edits: Iterable[tuple[Span, str]]) -> str:
    """Return a text with other words in the place of some spans, which are in order."""
    pieces, at = [], 0
    for span, new in edits:
        pieces += [text[at : span.start], new]
        at = span.end
    return "".join([*pieces, text[at:]])


def escaped(new: str, string: RawString, text: str, delimiter: str) -> str:
    """Write what is put into a string of a record (JSON without a delimiter) as that string is written."""
    if not delimiter:
        return json.dumps(new, ensure_ascii=False)[1:-1]
    return new.replace('"', '""') if text[string.span.start] == '"' else new


def in_object(text: str, values: Mapping[str, Value]) -> Edits:
    """Return the edits that give an object of JSON some members; those that it has get the new value."""
    edits, pairs = [], []
    for key, value in values.items():
        said = json.dumps(value, ensure_ascii=False)
        there = member(text, first(text), key)
        if there is None:
            pairs.append(f'"{key}": {said}')
        elif there.of(text) != said:
            edits.append((there, said))
    if pairs:
        end = text.rindex("}")
        joint = "" if text[:end].rstrip().endswith("{") else ", "
        edits.append((Span(end, end), joint + ", ".join(pairs)))
    return sorted(edits)


def in_row(text: str, values: Sequence[Value], places: Sequence[int], width: int, delimiter: str) -> Edits:
    """Return the edits that give a row of a table some values; one that is too short is filled up.

    ``places`` are the columns that they belong in, -1 for a new one; the table has names for ``width`` columns.
    """
    row = list(row_fields(text, delimiter))
    cells = [_cell(value, delimiter) for value in values]
    there = dict(zip(places, cells, strict=True))
    edits = [(row[at].span, cell) for at, cell in there.items() if 0 <= at < len(row)]
    edits = sorted((span, cell) for span, cell in edits if span.of(text) != cell)
    more = [there.get(at, "") for at in range(len(row), width)]
    more += [cell for at, cell in zip(places, cells, strict=True) if at < 0]
    end = len(text.rstrip("\r\n"))
    return [*edits, (Span(end, end), "".join(delimiter + cell for cell in more))] if more else edits


def _cell(value: Value, delimiter: str) -> str:
    text = "" if value is None else str(value)
    quoted = text.replace('"', '""')
    return f'"{quoted}"' if any(c in text for c in (delimiter, '"', "\n", "\r")) else text
