"""One input: its bytes, read and opened as its format asks; and again, as edits leave it."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from dedupe_cli.errors import ReadError, StaleSourceError, system_reason
from dedupe_cli.read.decode import HEAD, Decoding
from dedupe_cli.read.formats.choose import open_source, refuse_beginning
from dedupe_cli.text.rewrite import rewrite

if TYPE_CHECKING:
    from dedupe_cli.cache import Cache
    from dedupe_cli.model import Edit, Source

STDIN = "-"


def load(
    path: str | os.PathLike[str],
    encoding: str | Decoding | None = None,
    *,
    kind: str | None = None,
    name: str | None = None,
    store: Cache | None = None,
) -> Source:
    """Read and decode one input (``-`` is standard input) and find the prose in it.

    ``kind`` is its format (``None``: by its name), ``name`` the name that standard input goes by, ``store`` where the
    prose of a text is kept that must be parsed for it. Raises
    :class:`ReadError` when it cannot be read or decoded, or is not what its name says, :class:`StaleSourceError`
    when it changed while it was being read.
    """
    place = os.fspath(path)
    look = partial(refuse_beginning, path=place, encoding=encoding, kind=kind, name=name)
    return open_source(read_bytes(place, look=look), place, encoding, kind=kind, name=name, store=store)


def read_bytes(
    path: str,
    most: int | None = None,
    look: Callable[[bytes], None] | None = None,
    *,
    opened: Callable[[os.stat_result], None] | None = None,
) -> bytes:
    """Return the bytes of a file, a pipe or standard input (``-``); more than ``most`` of them are refused.

    ``opened`` is shown what was opened before anything of it is read, ``look`` the first bytes before the others are;
    both may raise.
    """
    if path == STDIN:
        return _read_stdin(most, look)
    try:
        with open(path, "rb") as file:  # noqa: PTH123  a path may hold bytes that are no text
            if opened is not None:
                opened(os.fstat(file.fileno()))
            return _read_unchanged(file.fileno(), path, most, look)
    except OSError as error:
        raise _read_error(path, error) from error
    except ValueError as error:  # a NUL character in the name
        raise ReadError(f"{path!r}: {error}", hint="check the name") from error


def _read_stdin(most: int | None, look: Callable[[bytes], None] | None) -> bytes:
    if sys.stdin is None:
        raise ReadError("standard input is closed", hint="name a file, or pipe a text in")
    try:
        return _read_unchanged(0, "standard input", most, look)
    except OSError as error:
        raise _read_error("standard input", error) from error


def _read_unchanged(descriptor: int, name: str, most: int | None, look: Callable[[bytes], None] | None) -> bytes:
    before = os.fstat(descriptor)
    _check_kind(before, descriptor, name)
    regular = stat.S_ISREG(before.st_mode)
    _check_size(before.st_size if regular else 0, most, name)
    with io.BufferedReader(io.FileIO(descriptor, closefd=False), HEAD) as file:
        if look is not None:
            look(file.peek(HEAD))
        data = file.read() if most is None else file.read(most + 1)
    _check_size(len(data), most, name)
    after = os.fstat(descriptor)
    if regular and _version(before) != _version(after):
        raise StaleSourceError(f"{name} changed while it was being read", hint="run again when it is complete")
    return data


def _check_size(size: int, most: int | None, name: str) -> None:
    if most is not None and size > most:
        raise ReadError(f"{name}: larger than {most >> 20} MiB", hint="it is not what it should be")


def _version(info: os.stat_result) -> tuple[int, int]:
    return info.st_size, info.st_mtime_ns


def _check_kind(info: os.stat_result, descriptor: int, path: str) -> None:
    """Refuse what is no text or has no end: folders, disks, endless devices (but not terminals)."""
    if stat.S_ISDIR(info.st_mode):
        raise IsADirectoryError(21, "is a directory")
    endless = stat.S_ISCHR(info.st_mode) and not os.isatty(descriptor) and not _is_null(info)
    if stat.S_ISBLK(info.st_mode) or endless:
        raise ReadError(f"{path}: a device, not a text", hint="name a file")


def _is_null(info: os.stat_result) -> bool:
    try:
        return os.stat(os.devnull).st_rdev == info.st_rdev  # noqa: PTH116  a device
    except OSError:
        return False


def _read_error(path: str, error: OSError) -> ReadError:
    hints = {
        "FileNotFoundError": "check the name; paths with spaces need quotes",
        "PermissionError": "you may not read it: ls -l shows the owner",
        "IsADirectoryError": "name its files: find DIR -name '*.txt' -print0 | xargs -0 dedupe clean --check",
    }
    reason = system_reason(error)
    if not path:
        return ReadError(
            "an input has no name", hint="is a variable of the shell empty? in quotes it is a name all the same"
        )
    return ReadError(f"{path}: {reason}", hint=hints.get(type(error).__name__, "check the path"))


def encode(source: Source, text: str) -> bytes:
    """Encode a text as the source was encoded."""
    errors = source.errors
    if errors == "strict" and source.encoding == "utf-8":
        errors = "surrogatepass"
    return source.bom + text.encode(source.encoding, errors)


def read_again(source: Source, data: bytes) -> Source:
    """Read the new bytes of a file in its encoding and as the format that it had."""
    how = Decoding(source.encoding, on_error="error" if source.errors == "strict" else "keep")
    return open_source(data, source.path, how, kind=source.format)


def edited(source: Source, edits: Sequence[Edit]) -> Source:
    """Return a source as edits of its text leave it."""
    if source.container is None:
        from hashlib import sha256  # noqa: PLC0415  not for --help

        text = rewrite(source.text, edits)
        digest = sha256(encode(source, text)).hexdigest()
        return replace(source, text=text, digest=digest)
    file, lowered = source.container.lower(source, edits)
    return read_again(source, encode(file, rewrite(file.text, lowered)))
