"""The store of what ``-w`` removed: files in the user's state folder, bounded by age and size.

A record is a file of its own, private to the user: a line of JSON (path, digests of the file before and
after, encoding), a line of places (offset in the old text, characters removed, characters put there), then
the removed text itself. The name holds the time, the run and a hash of the path.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import stat
import time
from dataclasses import dataclass
from typing import Any

from dedupe_cli.apply.write import sync_folder, write_file
from dedupe_cli.errors import ReadError, WriteError, system_reason

# Bounds of the store: seconds, bytes. Records of this run, and of others that may still be at work, stay.
MAX_AGE, MAX_SIZE, AT_WORK = 30 * 86400, 256 << 20, 600

VERSION = 1
_NAME = re.compile(r"([0-9a-f]{16})-([0-9a-f]{8})-([0-9a-f]{16})\.undo")
_RUN = secrets.token_hex(4)
# The first line of a record is read before it is believed; a path is much shorter than this (bytes).
_LONGEST_HEADER = 1 << 16
# A list, because it changes: whether this process has pruned.
_pruned: list[bool] = []


@dataclass(frozen=True, slots=True)
class Record:
    """One removal: ``file`` is the record's own path, ``path`` that of the text.

    ``before`` and ``after`` are SHA-256 digests of the whole file, ``removed`` counts characters, ``decided`` the
    edits that nothing proved and a person answers for.
    """

    file: str
    time: float
    run: str
    path: str
    before: str
    after: str
    encoding: str
    bom: bytes
    removed: int
    places: int
    decided: int = 0


def write(path: str, header: dict[str, object], places: list[tuple[int, int, int]], text: str) -> str:
    """Write the record of one file; return the path of the record. Raises :class:`WriteError`."""
    top = json.dumps({"version": VERSION, "path": path, **header})
    body = json.dumps(places, separators=(",", ":"))
    place = os.path.join(_private_folder(make=True), f"{time.time_ns():016x}-{_RUN}-{_key(path)}.undo")
    if not _pruned:
        _pruned.append(True)
        prune()
    write_file(place, f"{top}\n{body}\n".encode("ascii") + text.encode("utf-8", "surrogatepass"), private=True)
    sync_folder(place)
    return place


def listed(path: str | None = None) -> list[Record]:
    """Return the records, those of one file or all, newest first; damaged ones are left out."""
    try:
        folder = _private_folder()
    except FileNotFoundError:
        return []
    key = _key(os.path.realpath(path)) if path is not None else None
    names = [m for m in map(_NAME.fullmatch, _names(folder)) if m and key in (None, m[3])]
    found = [_read(os.path.join(folder, m[0]), m) for m in sorted(names, key=lambda m: m[0], reverse=True)]
    return [r for r in found if r is not None and key in (None, _key(r.path))]


def body(file: str) -> tuple[list[tuple[int, int, int]], str]:
    """Return places and removed text of a record; raises ``OSError``, ``ValueError`` or ``TypeError``."""
    with open(file, "rb") as opened:
        opened.readline(_LONGEST_HEADER)
        places, text = json.loads(opened.readline()), opened.read().decode("utf-8", "surrogatepass")
    return [(int(a), int(b), int(c)) for a, b, c in places], text


def forget(place: str) -> None:
    """Remove a record; it may be gone already."""
    with contextlib.suppress(OSError):
        os.unlink(place)


def prune(*, everything: bool = False) -> tuple[int, int]:
    """Remove records beyond the bounds, or all; return how many went and how many stay."""
    try:
        folder = _private_folder()
    except FileNotFoundError:
        return 0, 0
    sizes = {m[0]: _size(os.path.join(folder, m[0])) for m in map(_NAME.fullmatch, _names(folder)) if m}
    now, total, gone = time.time(), 0, 0
    for name in sorted(sizes, reverse=True):
        total += sizes[name]
        age = now - int(name[:16], 16) / 1e9
        spared = name[17:25] == _RUN or 0 <= age < AT_WORK
        if everything or (not spared and (age > MAX_AGE or total > MAX_SIZE)):
            forget(os.path.join(folder, name))
            total -= sizes[name]
            gone += 1
    return gone, len(sizes) - gone


def folder() -> str:
    """Return the folder of the records; it need not exist."""
    base = os.environ.get("XDG_STATE_HOME", "")
    if os.path.isabs(base):  # heeded on every system; a relative one is to be ignored, says its specification
        return os.path.join(base, "dedupe-cli", "undo")
    from platformdirs import user_state_path  # noqa: PLC0415  only when something is recorded or put back

    return os.path.join(user_state_path("dedupe-cli", appauthor=False), "undo")


def _private_folder(*, make: bool = False) -> str:
    """Return the folder after a look at who may write there.

    Raises :class:`WriteError` when it cannot be made or is not the user's alone, ``FileNotFoundError`` when
    it is not there.
    """
    path = folder()
    if make:
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with contextlib.suppress(FileExistsError):
                os.mkdir(path, 0o700)
        except OSError as error:
            raise WriteError(f"{path}: {system_reason(error)}") from error
    info = os.lstat(path)
    foreign = hasattr(os, "geteuid") and (info.st_uid != os.geteuid() or info.st_mode & 0o022)
    if not stat.S_ISDIR(info.st_mode) or foreign:
        raise WriteError(f"{path} is not a folder of yours alone", hint=f"look at it: ls -ld {path}")
    return path


def _names(path: str) -> list[str]:
    try:
        return os.listdir(path)
    except OSError as error:
        raise ReadError(f"{path}: {system_reason(error)}") from error


def _key(path: str) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _read(file: str, name: re.Match[str]) -> Record | None:
    """Read the first line of a record; ``None`` when it is gone or not what a run writes."""
    try:
        with open(file, "rb") as opened:
            top: dict[str, Any] = json.loads(opened.readline(_LONGEST_HEADER))
        if top["version"] != VERSION:
            return None
        texts = [top[key] for key in ("path", "before", "after", "encoding")]
        if not all(isinstance(text, str) for text in texts):
            return None
        bom, counts = bytes.fromhex(top["bom"]), [int(top["removed"]), int(top["places"]), int(top.get("decided", 0))]
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError, RecursionError):
        return None
    path, before, after, encoding = texts
    return Record(file, int(name[1], 16) / 1e9, name[2], path, before, after, encoding, bom, *counts)
