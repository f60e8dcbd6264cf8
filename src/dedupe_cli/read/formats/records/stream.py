"""Records of a stream, one after the other: lines of JSON, rows of a table; plain, or compressed by gzip or Zstandard.

Nothing is held but the record that is read. One that is larger than :data:`LARGEST` is handed on in pieces.
"""

from __future__ import annotations

import codecs
import gzip
import io
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from dedupe_cli.errors import ReadError, to_install
from dedupe_cli.read.formats.records.csv_rows import RowEnd

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
