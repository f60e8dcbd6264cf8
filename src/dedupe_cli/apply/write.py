"""Bytes to disk: a file is the old one or the new one, never half of either; a newer one stays.

The new file is exchanged with the old one, which is looked at then: what was written in the last moment is put back.

Names of files are what the system has, which need not be text: the functions of ``os`` take them as they are.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shlex
import stat
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.apply.exchange import (
    between,
    create,
    exchange,
    is_being_written,
    lock,
    move_to_free,
    save,
    sweep,
    version,
)
from dedupe_cli.errors import DedupeError, StaleSourceError, WriteError, system_reason

if TYPE_CHECKING:
    import io


def open_plain(path: str, *, follow: bool = True) -> io.BufferedReader:
    """Open a file to read, if it is one: a pipe or a device, which might never end, is refused before it is waited for.

    Without ``follow`` a symbolic link is refused, too. Raises ``OSError``.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags if follow else flags | getattr(os, "O_NOFOLLOW", 0))
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise OSError(errno.EINVAL, "no regular file", path)


def write_file(
    path: str, data: bytes | Iterable[bytes], *, digest: str | None = None, backup: str = "", private: bool = False
) -> None:
    """Write ``data``, at once or as it comes, to ``path`` through a temporary file beside it.

    Symbolic links are followed; mode, owner and extended attributes of a file that was there are kept where
    the system allows it. ``digest`` is the SHA-256 (hexadecimal) of what the file must still hold; without it, it
    must be the one that was there when writing began. ``backup`` is a suffix under which the old file is kept;
    ``private`` makes a new file that its owner alone may read.
    Pipes and devices are written to directly.

    Raises :class:`StaleSourceError` when the file is no longer the one that was read, :class:`WriteError`
    otherwise.
    """
    try:
        old = _existing(path)
        if old is not None and not stat.S_ISREG(old.st_mode):
            _write_direct(path, data, in_place=digest is not None)
            return
        target = os.path.realpath(path)
        with _unchanged(target, path, digest) as check:
            if backup and old is not None:
                with _temporary(target, private=True) as spare:
                    _copy(target, spare, old)
                    os.replace(spare.path, target + backup)
            with _temporary(target, private=private or old is not None) as fresh:
                _fill(fresh, data)
                if old is not None:
                    _copy_attributes(target, fresh.path, old)
                check()
                if old is None:
                    _put(fresh.path, target, path)
                else:
                    _take_over(fresh, target, path, _Old(version(old), digest, check))
    except (DedupeError, BrokenPipeError):
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
            raise WriteError(f"{path}: permission denied", hint=f"it is write-protected: chmod u+w {shlex.quote(path)}")
    return info


class _Temporary(NamedTuple):
    path: str
    descriptor: int


@contextlib.contextmanager
def _temporary(target: str, *, private: bool) -> Iterator[_Temporary]:
    """Make a private file beside the target; it is gone afterwards unless it was moved to its place."""
    folder = os.path.dirname(target)
    sweep(folder)
    path, descriptor = create(folder, 0o600 if private else 0o666)
    try:
        yield _Temporary(path, descriptor)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        os.close(descriptor)


def _fill(file: _Temporary, data: bytes | Iterable[bytes]) -> None:
    for part in [data] if isinstance(data, bytes) else data:
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(file.descriptor, rest) :]
    os.fsync(file.descriptor)


def _copy(source: str, target: _Temporary, info: os.stat_result) -> None:
    with open(source, "rb") as file:
        _fill(target, file.read())
    _copy_attributes(source, target.path, info)
    os.utime(target.path, ns=(info.st_atime_ns, info.st_mtime_ns))


def _copy_attributes(source: str, target: str, info: os.stat_result) -> None:
    """Give the new file owner, mode and extended attributes of the old one, where the system allows it."""
    os.chmod(target, _mode_after_giving(target, info))
    with contextlib.suppress(OSError, AttributeError):  # not every system and file system has them
        for name in os.listxattr(source):
            with contextlib.suppress(OSError):  # some are for the system alone to set
                os.setxattr(target, name, os.getxattr(source, name))


def _mode_after_giving(target: str, info: os.stat_result) -> int:
    """Give the file to the old owner and group; return the mode that lets nobody in who was not before."""
    mode, new = stat.S_IMODE(info.st_mode), os.stat(target)
    if (new.st_uid, new.st_gid) == (info.st_uid, info.st_gid):
        return mode
    try:
        os.chown(target, info.st_uid, info.st_gid)
    except OSError:  # only root may give files away
        mode &= ~(stat.S_ISUID | stat.S_ISGID)
        try:
            os.chown(target, -1, info.st_gid)
        except OSError:  # another group than before may then do no more than all others
            mode &= ~stat.S_IRWXG | (mode & stat.S_IRWXO) << 3
    return mode


def _put(fresh: str, target: str, path: str) -> None:
    """Give a new file its name, which nobody may have taken since."""
    try:
        if not move_to_free(fresh, target):
            os.replace(fresh, target)
    except FileExistsError:
        raise _stale(path) from None


class _Old(NamedTuple):
    """The file that is to go: its version, the digest of what it must hold if that is known, the check that it does."""

    version: str
    digest: str | None
    check: Callable[[], None]

    def is_it(self, path: str) -> bool:
        """Tell whether this is what stands at a path, and nobody is about to change it."""
        try:
            descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        except PermissionError:  # it may be written, but not read
            return self.digest is None and version(os.lstat(path)) == self.version
        except OSError:  # a link, a socket, or nothing: no file that was
            return False
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode) or is_being_written(descriptor):
                return False
            if self.digest is None:
                return version(os.fstat(descriptor)) == self.version
            return _digest(descriptor) == self.digest
        finally:
            os.close(descriptor)


def _take_over(fresh: _Temporary, target: str, path: str, old: _Old) -> None:
    """Put a new file in the place of the old one, and look at what was there: no version that came since is lost.

    Where nothing can be exchanged, the last look comes before the replacement.
    """
    new = version(os.fstat(fresh.descriptor))
    other = between(fresh.path, old.version, new)
    try:
        os.replace(fresh.path, other)
        if not exchange(other, target):
            if old.digest is None and not old.is_it(target):
                raise _stale(path)
            old.check()
            os.replace(other, target)
    except FileNotFoundError:
        raise _stale(path) from None
    finally:  # also after a signal
        saved = _settle(other, target, new, old)
    if saved is not None:
        raise _stale(path, saved)


def _settle(other: str, target: str, new: str, old: _Old) -> str | None:
    """Remove what was taken out, or not put in; put anything else back.

    Returns ``None`` when nothing came since, and where a version was saved that could not stay (or nothing).
    """
    if not os.path.lexists(other):
        return None
    if version(os.lstat(other)) == new or old.is_it(other):
        os.unlink(other)
        return None
    _back(other, target)
    if not os.path.lexists(other):
        return ""
    if version(os.lstat(other)) == new:
        os.unlink(other)
        return ""
    _back(other, target)  # somebody wrote to the new file in between: that is the newest
    return save(other)


def _back(other: str, target: str) -> None:
    """Exchange two files again; when somebody removed the second one, the first one has its name."""
    try:
        exchange(other, target)
    except FileNotFoundError:
        os.replace(other, target)


@contextlib.contextmanager
def _unchanged(target: str, path: str, digest: str | None) -> Iterator[Callable[[], None]]:
    """Hold the lock of a file that is to be replaced; yield the check that it is still what was read.

    Two runs at one file: the second is refused. Programs that know of no locks are noticed by the check, and by the
    look at what was taken out.
    """
    if digest is None:
        yield lambda: None
        return
    try:
        descriptor = os.open(target, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        raise _stale(path) from None
    try:
        if not lock(descriptor) or is_being_written(descriptor):
            raise StaleSourceError(f"{path} is in use by another program; left as it was", hint="run again")
        check = partial(_check, target, path, digest, descriptor)
        check()
        yield check
    finally:
        os.close(descriptor)


def _check(target: str, path: str, digest: str, descriptor: int) -> None:
    """Raise :class:`StaleSourceError` unless the file is the one that is open, and has the digest."""
    before = os.fstat(descriptor)
    same = _digest(descriptor) == digest
    try:
        after = os.stat(target)
    except FileNotFoundError:
        raise _stale(path) from None
    if not same or version(before) != version(after):
        raise _stale(path)


def _digest(descriptor: int) -> str:
    from hashlib import file_digest  # noqa: PLC0415  3 ms; not for --help

    os.lseek(descriptor, 0, os.SEEK_SET)
    with open(descriptor, "rb", closefd=False) as file:
        return file_digest(file, "sha256").hexdigest()


def _stale(path: str, saved: str = "") -> StaleSourceError:
    hint = f"run again; another version came in the same moment: {saved}" if saved else "run again"
    return StaleSourceError(f"{path} changed on disk while it was being cleaned; left as it was", hint=hint)


def _write_direct(path: str, data: bytes | Iterable[bytes], *, in_place: bool) -> None:
    """Write to a pipe or a device, which cannot be replaced, and hold nothing that could be changed."""
    if in_place:
        raise WriteError(f"{path} is no regular file", hint="it can be read, but not changed; write elsewhere with -o")
    with open(path, "wb") as file:
        file.writelines([data] if isinstance(data, bytes) else data)


def sync_folder(target: str) -> None:
    """Wait until the name of a file is on the disk.

    A text needs no such wait: after a power cut it is the old or the new one, whatever its name leads to.
    """
    with contextlib.suppress(OSError):  # some file systems do not let a folder be opened
        descriptor = os.open(os.path.dirname(target), os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write_error(path: str, error: OSError) -> WriteError:
    hints = {
        "FileNotFoundError": f"make the folder first: mkdir -p {shlex.quote(os.path.dirname(path) or '.')}",
        "PermissionError": "you may not write into that folder",
        "NotADirectoryError": "a part of the path is a file",
    }
    reason = system_reason(error)
    hint = hints.get(type(error).__name__, "nothing was changed there; free some space or write elsewhere with -o")
    return WriteError(f"{path}: {reason}", hint=hint)
