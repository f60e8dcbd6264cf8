"""What ``-w`` removes is recorded before it goes, and put back on request.

A record is used only for a file that holds exactly what the run left there, and the result is proved by its
digest before it is written.
"""

from __future__ import annotations

import hashlib
import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.apply import records
from dedupe_cli.apply.write import open_plain, write_file
from dedupe_cli.errors import DedupeError, ReadError, StaleSourceError, WriteError, system_reason

if TYPE_CHECKING:
    from dedupe_cli.apply.records import Record
    from dedupe_cli.model import Edit, Source


def record(source: Source, edits: Sequence[Edit], data: bytes, *, decided: int = 0) -> str:
    """Record what a file is about to lose, with ``data`` its new content; return the path of the record.

    ``decided`` counts the edits that a person answers for.

    Raises :class:`WriteError` when it cannot be kept: then nothing should be removed.
    """
    places = [(e.span.start, len(e.span), len(e.replacement)) for e in edits]
    text = "".join(e.span.of(source.text) for e in edits)
    after = hashlib.sha256(data).hexdigest()
    digests, how = (source.digest, after), (source.encoding, source.bom)
    return _write(source.path, digests, how, places, text, decided=decided)


def record_bytes(path: str, digests: tuple[str, str], places: list[tuple[int, int, int]], removed: bytes) -> str:
    """Record what a file is about to lose, counted in bytes; ``digests`` are those before and after.

    ``places`` are offsets in the old file, bytes removed and bytes put there. Raises :class:`WriteError`.
    """
    return _write(path, digests, ("latin-1", b""), places, removed.decode("latin-1"))


def _write(
    path: str,
    digests: tuple[str, str],
    how: tuple[str, bytes],
    places: list[tuple[int, int, int]],
    text: str,
    *,
    decided: int = 0,
) -> str:
    header: dict[str, object] = {
        "before": digests[0],
        "after": digests[1],
        "encoding": how[0],
        "bom": how[1].hex(),
        "removed": len(text),
        "places": len(places),
        "decided": decided,
    }
    try:
        return records.write(os.path.realpath(path), header, places, text)
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
    for each in records.listed(path):
        if run and each.run != run:
            break
        if _digest(each.path) == each.before:
            records.forget(each.file)
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
    found = records.named(name)
    return found if found is None or to is None else replace(found, path=os.path.realpath(to))


def _under_another_name(path: str | None) -> str:
    """Say how to go on where a file has no record: it may have had another name when it was cleaned."""
    digest = _digest(path) if path is not None else ""
    for each in records.listed() if digest else ():
        if each.after == digest and not os.path.lexists(each.path):
            record = os.path.basename(each.file)
            return f"if it was {each.path}: dedupe undo {record} --to {shlex.quote(path or '')}"
    return "dedupe undo --list shows what can be put back"


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
        old = item.bom + _rebuilt(text, *records.body(item.file)).encode(item.encoding, "surrogateescape")
    except (OSError, ValueError, LookupError, TypeError, ArithmeticError, RecursionError) as error:
        raise _damaged(item) from error
    if hashlib.sha256(old).hexdigest() != item.before:
        raise _damaged(item)
    write_file(item.path, old, digest=item.after)
    records.forget(item.file)


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
