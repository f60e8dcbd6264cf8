"""Bytes to disk: a file is the old one or the new one, never half of either; a newer one stays.

Names of files are what the system has, which need not be text: the functions of ``os`` take them as they are.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import stat
from typing import TYPE_CHECKING

from dedupe_cli.errors import DedupeError, StaleSourceError, WriteError

if TYPE_CHECKING:
    from collections.abc import Iterator


def write_file(path: str, data: bytes, *, digest: str | None = None, backup: str = "") -> None:
    """Write ``data`` to ``path`` through a temporary file beside it.

    Symbolic links are followed; mode, owner and extended attributes of a file that was there are kept where
    the system allows it. ``digest`` is the SHA-256 (hexadecimal) of what the file must still hold; ``backup``
    a suffix under which the old file is kept. Pipes and devices are written to directly.

    Raises :class:`StaleSourceError` when the file is no longer the one that was read, :class:`WriteError`
    otherwise.
    """
    try:
        old = _existing(path)
        if old is not None and not stat.S_ISREG(old.st_mode):
            _write_direct(path, data, in_place=digest is not None)
            return
        target = os.path.realpath(path)
        if digest is not None:
            _check_unchanged(target, path, digest)
        if backup and old is not None:
            with _temporary(target) as spare:
                _copy(target, spare, old)
                os.replace(spare, target + backup)
        with _temporary(target) as fresh:
            _fill(fresh, data)
            if old is not None:
                _copy_attributes(target, fresh, old)
            if digest is not None:
                _check_unchanged(target, path, digest)
            os.replace(fresh, target)
        _sync_folder(target)
    except DedupeError:
        raise
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _write_error(path, error) from error


def _existing(path: str) -> os.stat_result | None:
    """Return what stands there, or ``None``; refuse what cannot be replaced without a loss."""
    try:
        info = os.stat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(info.st_mode):
        raise WriteError(f"{path} is a directory", hint="end it with / to write the files into it")
    if stat.S_ISREG(info.st_mode):
        if info.st_nlink > 1:
            raise WriteError(
                f"{path} has {info.st_nlink} hard links; a new file would part them",
                hint="write elsewhere with -o, or redirect: dedupe clean FILE > NEW && cat NEW > FILE",
            )
        if not os.access(path, os.W_OK):
            raise WriteError(f"{path}: permission denied", hint="it is write-protected: chmod u+w")
    return info


@contextlib.contextmanager
def _temporary(target: str) -> Iterator[str]:
    """Make a file beside the target; it is gone afterwards unless it was moved to its place."""
    path = os.path.join(os.path.dirname(target), f".dedupe-{os.getpid()}-{secrets.token_hex(4)}.tmp")
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        yield path
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def _fill(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _copy(source: str, target: str, info: os.stat_result) -> None:
    with open(source, "rb") as file:
        _fill(target, file.read())
    _copy_attributes(source, target, info)
    os.utime(target, ns=(info.st_atime_ns, info.st_mtime_ns))


def _copy_attributes(source: str, target: str, info: os.stat_result) -> None:
    """Give the new file owner, mode and extended attributes of the old one, where the system allows it."""
    new = os.stat(target)
    if (new.st_uid, new.st_gid) != (info.st_uid, info.st_gid):
        with contextlib.suppress(OSError):  # only root may give files away
            os.chown(target, info.st_uid, info.st_gid)
    os.chmod(target, stat.S_IMODE(info.st_mode))
    with contextlib.suppress(OSError, AttributeError):  # not every system and file system has them
        for name in os.listxattr(source):
            os.setxattr(target, name, os.getxattr(source, name))


def _check_unchanged(target: str, path: str, digest: str) -> None:
    try:
        with open(target, "rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == digest
    except FileNotFoundError:
        same = False
    if not same:
        raise StaleSourceError(
            f"{path} changed on disk while it was being cleaned; left as it was", hint="run again"
        )


def _write_direct(path: str, data: bytes, *, in_place: bool) -> None:
    """Write to a pipe or a device, which cannot be replaced, and hold nothing that could be changed."""
    if in_place:
        raise WriteError(
            f"{path} is no regular file", hint="it can be read, but not changed; write elsewhere with -o"
        )
    with open(path, "wb") as file:
        file.write(data)


def _sync_folder(target: str) -> None:
    with contextlib.suppress(OSError):  # some file systems do not let a folder be opened
        descriptor = os.open(os.path.dirname(target), os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write_error(path: str, error: OSError) -> WriteError:
    hints = {
        "FileNotFoundError": "make the folder first: mkdir -p",
        "PermissionError": "you may not write into that folder",
        "NotADirectoryError": "a part of the path is a file",
    }
    reason = (error.strerror or str(error)).lower()
    hint = hints.get(
        type(error).__name__, "nothing was changed there; free some space or write elsewhere with -o"
    )
    return WriteError(f"{path}: {reason}", hint=hint)
