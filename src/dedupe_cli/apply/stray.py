"""Temporary files beside the file that they will replace, and the removal of those that a killed run left.

Whoever makes one holds a lock on it. A lock ends with its process, however that ended; so a file of such a
name that can be locked belongs to nobody, and the next run in that folder removes it.

For the moment in which the new file is exchanged with the old one, the name tells the version of both. What has that
name when a run was killed is one of them, and goes; or somebody else wrote it in that moment, and it is saved.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat

try:
    import fcntl
except ImportError:  # no such locks on this system: then nothing is removed, because nothing could be known
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
