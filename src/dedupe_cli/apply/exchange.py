"""Temporary files beside the file that they will replace, and the removal of those that a killed run left.

Whoever makes one holds a lock on it. A lock ends with its process, however that ended; so a file of such a
name that can be locked belongs to nobody, and the next run in that folder removes it.

For the moment in which the new file is exchanged with the old one, the name tells the version of both. What has that
name when a run was killed is one of them, and goes; or somebody else wrote it in that moment, and it is saved.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import signal
import stat
import sys
import time
from collections.abc import Callable
from functools import cache

try:
    import fcntl
except ImportError:  # neither locks on this system nor word of who has a file open: nothing is removed then
    fcntl = None  # type: ignore[assignment]

_NAME = re.compile(r"\.dedupe-\d+-[0-9a-f]{8}(?:-([0-9a-f]{16})-([0-9a-f]{16}))?\.tmp")
# Folders that this process has looked through.
_swept: set[str] = set()


def create(folder: str, mode: int) -> tuple[str, int]:
    """Make a new, empty, locked file in a folder; return its path and descriptor. Raises :class:`OSError`."""
    while True:
        path = os.path.join(folder, f".dedupe-{os.getpid()}-{os.urandom(4).hex()}.tmp")
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), mode)
        except FileExistsError:
            continue
        # In the moment before it is locked another run may take it for a stray, and even have removed it.
        if lock(descriptor) and os.path.lexists(path):
            return path, descriptor
        os.close(descriptor)


def lock(descriptor: int) -> bool:
    """Lock a file without waiting; ``False`` when somebody else holds it. Where no locks are, it is free."""
    if fcntl is not None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a network file system without locks
            return True
    return True


def version(info: os.stat_result) -> str:
    """Return what tells a version of a file from all others: which file it is, its size, when it was written."""
    import hashlib  # noqa: PLC0415  3 ms; not for --help

    told = (info.st_dev, info.st_ino, stat.S_IFMT(info.st_mode), info.st_size, info.st_mtime_ns)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def between(path: str, old: str, new: str) -> str:
    """Return the name that a temporary file has while two versions are exchanged."""
    return f"{path.removesuffix('.tmp')}-{old}-{new}.tmp"


def save(path: str) -> str:
    """Give what is nobody's to remove a name that can be seen; return it."""
    folder = os.path.dirname(path)
    while True:
        free = os.path.join(folder, f"dedupe-saved-{os.urandom(4).hex()}")
        if not os.path.lexists(free):
            os.rename(path, free)
            return free


def sweep(folder: str) -> None:
    """Remove what killed runs left in a folder, once per process; what cannot be looked at stays."""
    if folder in _swept or fcntl is None:
        return
    _swept.add(folder)
    with contextlib.suppress(OSError), os.scandir(folder or os.curdir) as entries:
        for entry in entries:
            found = _NAME.fullmatch(entry.name)
            if found and entry.is_file(follow_symlinks=False):
                _remove_if_dead(entry.path, {each for each in found.groups() if each})


def _remove_if_dead(path: str, versions: set[str]) -> None:
    """Remove what a killed run left; ``versions`` are those that may go, where others are saved."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            # Not by lock(): where there are no locks, nothing is known and the file stays.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if versions and version(os.fstat(descriptor)) not in versions:
                save(path)
            else:
                os.unlink(path)
        finally:
            os.close(descriptor)


# Seconds in which another program saves a file.
_PATIENCE, _STEP = 1.0, 0.005
_HERE = -100  # of Linux: names are relative to the working directory
# What says that the system or the file system has no such call, or that a sandbox does not let it through.
_LACKING = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}
# Flags of the two calls: the target must not be there, both names are exchanged.
_FLAGS = {"linux": (1, 2), "darwin": (4, 2)}


def is_being_written(descriptor: int) -> bool:
    """Tell whether another program has a file open to write, and does not close it soon; ``False`` where nobody knows.

    ``descriptor`` is open for reading only. Linux tells: it gives no lease on such a file.
    """
    if fcntl is None or not hasattr(fcntl, "F_SETLEASE"):
        return False
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            # Whoever opens it in this moment is told of by a signal: by one that ends no program.
            fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except BlockingIOError:
            if time.monotonic() > end:
                return True
            time.sleep(_STEP)
            continue
        except OSError:  # the file of another user, or a file system without leases
            return False
        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False


def exchange(one: str, other: str) -> bool:
    """Exchange what two names lead to; ``False`` where that cannot be done. Raises :class:`OSError`."""
    return _rename(one, other, 1)


def move_to_free(one: str, other: str) -> bool:
    """Move a file to a name that must not be taken; ``False`` where that cannot be held.

    Raises :class:`FileExistsError` when it is taken, :class:`OSError`.
    """
    return _rename(one, other, 0)


def _rename(one: str, other: str, kind: int) -> bool:
    call = _call()
    if call is None:
        return False
    number = call(os.fsencode(one), os.fsencode(other), _FLAGS[sys.platform][kind])
    if number in _LACKING:
        return False
    if number:
        raise OSError(number, os.strerror(number), one, None, other)
    return True


@cache
def _call() -> Callable[[bytes, bytes, int], int] | None:
    """Return the call of this system: it takes two names and a flag, and returns the number of an error or 0."""
    if sys.platform not in _FLAGS:
        return None
    import ctypes  # noqa: PLC0415  only when a file is written

    library = ctypes.CDLL(None, use_errno=True)
    found = getattr(library, "renameat2" if sys.platform == "linux" else "renamex_np", None)
    if found is None:
        return None

    def call(one: bytes, other: bytes, flag: int) -> int:
        names = (_HERE, one, _HERE, other) if sys.platform == "linux" else (one, other)
        return ctypes.get_errno() if found(*names, ctypes.c_uint(flag)) else 0

    return call
