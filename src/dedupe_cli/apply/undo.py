"""The store of what ``-w`` removed: files in the user's state folder, bounded by age and size.

A record is a file of its own, private to the user: a line of JSON (path, digests of the file before and
after, encoding), a line of places (offset in the old text, characters removed, characters put there), then
the removed text itself. The name holds a number that grows from record to record, whatever the clock does, the time,
the run and a hash of the path.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import shlex
import stat
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dedupe_cli.apply.write import open_plain, sync_folder, write_file
from dedupe_cli.errors import DedupeError, ReadError, StaleSourceError, WriteError, system_reason

if TYPE_CHECKING:
    from dedupe_cli.model import Edit, Source

# Bounds of the store: seconds, bytes. Records of this run, and of others that may still be at work, stay.
MAX_AGE, MAX_SIZE, AT_WORK = 30 * 86400, 256 << 20, 600

VERSION = 1
# Records of earlier versions have no number.
_NAME = re.compile(
    r"(?:(?P<number>0[0-9a-f]{15})-)?(?P<time>[0-9a-f]{16})-(?P<run>[0-9a-f]{8})-(?P<key>[0-9a-f]{16})\.undo"
)
_RUN = secrets.token_hex(4)
# The first line of a record is read before it is believed; a path is much shorter than this (bytes).
_LONGEST_HEADER = 1 << 16
# A list, because it changes: whether this process has pruned.
_pruned: list[bool] = []
# The last number that this process has seen in a folder.
_numbers: dict[str, int] = {}


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


def _store(path: str, header: dict[str, object], places: list[tuple[int, int, int]], text: str) -> str:
    """Write the record of one file; return the path of the record. Raises :class:`WriteError`."""
    top = json.dumps({"version": VERSION, "path": path, **header})
    body = json.dumps(places, separators=(",", ":"))
    folder = _private_folder(make=True)
    _numbers[folder] = 1 + (_numbers[folder] if folder in _numbers else max(map(_number, _found(folder)), default=0))
    name = f"{_numbers[folder]:016x}-{time.time_ns():016x}-{_RUN}-{_key(path)}.undo"
    place = os.path.join(folder, name)
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
    names = [m for m in _found(folder) if key in (None, m["key"])]
    found = [_read(os.path.join(folder, m[0]), m) for m in sorted(names, key=_order, reverse=True)]
    return [r for r in found if r is not None and key in (None, _key(r.path))]


def _by_name(name: str) -> Record | None:
    """Return the record of a path, or of a name in the store; ``None`` where the name is none of a record.

    Raises :class:`ReadError` for one that is not there or damaged.
    """
    match = _NAME.fullmatch(os.path.basename(name))
    if match is None:
        return None
    for place in (name, os.path.join(folder(), match[0])):
        if found := _read(place, match):
            return found
    raise ReadError(f"{name}: no such record", hint="dedupe undo --list shows what can be put back")


def body(file: str) -> tuple[list[tuple[int, int, int]], str]:
    """Return places and removed text of a record; raises ``OSError``, ``ValueError`` or ``TypeError``."""
    with open_plain(file, follow=False) as opened:
        opened.readline(_LONGEST_HEADER)
        places, text = json.loads(opened.readline()), opened.read().decode("utf-8", "surrogatepass")
    return [(int(a), int(b), int(c)) for a, b, c in places], text


def forget(place: str) -> None:
    """Remove a record; it may be gone already."""
    with contextlib.suppress(OSError):
        os.unlink(place)


def prune(*, everything: bool = False) -> tuple[int, int]:
    """Remove records beyond the bounds, or all; return how many went and how many stay.

    A record from the future, as the clock went back since, counts as one of now: else it would never be too old.
    """
    try:
        folder = _private_folder()
    except FileNotFoundError:
        return 0, 0
    found = sorted(_found(folder), key=_order, reverse=True)
    now, total, gone = time.time_ns(), 0, 0
    for match in found:
        place = os.path.join(folder, match[0])
        size = _size(place)
        total += size
        age = (now - int(match["time"], 16)) / 1e9
        spared = match["run"] == _RUN or age < AT_WORK
        if everything or (not spared and (age > MAX_AGE or total > MAX_SIZE)):
            forget(place)
            total -= size
            gone += 1
        elif age < 0:
            with contextlib.suppress(OSError):  # another run did the same
                os.rename(place, place.replace(match["time"], f"{now:016x}"))
    return gone, len(found) - gone


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


def _found(path: str) -> list[re.Match[str]]:
    """Return the names of the records in a folder."""
    return [match for match in map(_NAME.fullmatch, _names(path)) if match]


def _number(name: re.Match[str]) -> int:
    return int(name["number"] or "0", 16)


def _order(name: re.Match[str]) -> tuple[int, str]:
    return _number(name), name["time"] + name[0]


def _key(path: str) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _size(path: str) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0


def _read(file: str, name: re.Match[str]) -> Record | None:
    """Read the first line of a record; ``None`` when it is gone or not what a run writes."""
    try:
        with open_plain(file, follow=False) as opened:
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
    return Record(file, int(name["time"], 16) / 1e9, name["run"], path, before, after, encoding, bom, *counts)


def record(source: Source, edits: Sequence[Edit], data: bytes, *, decided: int = 0) -> str:
    """Record what a file is about to lose, with ``data`` its new content; return the path of the record.

    ``decided`` counts the edits that a person answers for.

    Raises :class:`WriteError` when it cannot be kept: then nothing should be removed.
    """
    places = [(e.span.start, len(e.span), len(e.replacement)) for e in edits]
    text = "".join(e.span.of(source.text) for e in edits)
    digests = source.digest, hashlib.sha256(data).hexdigest()
    return _write(source.path, digests, places, text, encoding=source.encoding, bom=source.bom.hex(), decided=decided)


def record_bytes(path: str, digests: tuple[str, str], places: list[tuple[int, int, int]], removed: bytes) -> str:
    """Record what a file is about to lose, counted in bytes; ``digests`` are those before and after.

    ``places`` are offsets in the old file, bytes removed and bytes put there. Raises :class:`WriteError`.
    """
    return _write(path, digests, places, removed.decode("latin-1"), encoding="latin-1", bom="", decided=0)


def _write(
    path: str, digests: tuple[str, str], places: list[tuple[int, int, int]], text: str, **more: str | int
) -> str:
    sizes = {"removed": len(text), "places": len(places)}
    header: dict[str, object] = {"before": digests[0], "after": digests[1], **sizes, **more}
    try:
        return _store(os.path.realpath(path), header, places, text)
    except DedupeError as error:
        raise WriteError(
            f"{path}: what would go cannot be recorded for undo: {error.message}",
            hint="--no-undo does without; XDG_STATE_HOME names another place for it",
        ) from error


def latest(path: str | None = None) -> list[Record]:
    """Return what one call of undo puts back: the last record of a file, or those of the last run.

    A record that a run left without replacing the file, or that was put back already, does not count and is
    removed. Raises :class:`ReadError` when there is none.
    """
    run = ""
    out = []
    for each in listed(path):
        if run and each.run != run:
            break
        if _digest(each.path) == each.before:
            forget(each.file)
            continue
        run = each.run
        out.append(each)
        if path is not None:
            break
    if not out:
        raise ReadError(
            "nothing to undo" if path is None else f"{path}: nothing to undo", hint=_under_another_name(path)
        )
    return out[::-1]


def named(name: str, to: str | None = None) -> Record | None:
    """Return the record that is named, for the file ``to`` if that is given; ``None`` when a file is named.

    Raises :class:`ReadError` for a record that is not there or damaged.
    """
    found = _by_name(name)
    return found if found is None or to is None else replace(found, path=os.path.realpath(to))


def _under_another_name(path: str | None) -> str:
    """Say how to go on where a file has no record: it may have had another name when it was cleaned."""
    digest = _digest(path) if path is not None else ""
    for each in listed() if digest else ():
        if each.after == digest and not os.path.lexists(each.path):
            record = os.path.basename(each.file)
            return f"if it was {each.path}: dedupe undo {record} --to {shlex.quote(path or '')}"
    return "dedupe undo --list shows what can be put back" if listed() else "dedupe clean -w records what it removes"


def restore(item: Record) -> None:
    """Put back what went from one file, byte for byte.

    Raises :class:`StaleSourceError` when the file is not as the run left it, :class:`ReadError` for a damaged
    record, :class:`WriteError`; the file is then as it was.
    """
    try:
        with open_plain(item.path) as file:
            data = file.read()
    except OSError as error:
        reason = system_reason(error)
        moved = f"if it has another name now: dedupe undo {os.path.basename(item.file)} --to FILE"
        hint = moved if isinstance(error, FileNotFoundError) else _still_there(item)
        raise ReadError(f"{item.path}: {reason}", hint=hint) from error
    if hashlib.sha256(data).hexdigest() != item.after:
        raise StaleSourceError(f"{item.path} changed since it was cleaned; left as it was", hint=_still_there(item))
    try:
        # Bytes that were no text passed through as lone surrogates; the digest proves that they are back.
        text = data[len(item.bom) :].decode(item.encoding, "surrogateescape")
        old = item.bom + _rebuilt(text, *body(item.file)).encode(item.encoding, "surrogateescape")
    except (OSError, ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
        raise _damaged(item) from error
    if hashlib.sha256(old).hexdigest() != item.before:
        raise _damaged(item)
    write_file(item.path, old, digest=item.after)
    forget(item.file)


def _digest(path: str) -> str:
    try:
        with open_plain(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _rebuilt(new: str, places: Sequence[tuple[int, int, int]], removed: str) -> str:
    """Put the removed pieces back to their places. Raises ``ValueError`` when they do not fit."""
    pieces = []
    old_at = new_at = taken = 0
    for start, length, added in places:
        stays = start - old_at
        if min(stays, length, added) < 0:
            raise ValueError("places out of order")
        pieces += [new[new_at : new_at + stays], removed[taken : taken + length]]
        old_at, new_at, taken = start + length, new_at + stays + added, taken + length
    if taken != len(removed) or new_at > len(new):
        raise ValueError("places do not fit")
    return "".join([*pieces, new[new_at:]])


def _damaged(item: Record) -> ReadError:
    return ReadError(f"{item.path}: its record is damaged; left as it was", hint=_still_there(item))


def _still_there(item: Record) -> str:
    return f"what was removed stands in {item.file}"
