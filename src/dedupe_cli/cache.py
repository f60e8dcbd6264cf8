"""What was computed before: one SQLite file, safe to delete, never trusted when broken.

Nothing in it is a decision of its own. A value is found by a hash of everything that it depends on: the content, the
settings, the program. Whoever reads a value checks it as if it came from a stranger. Whatever goes wrong with the file
(damaged, locked, a full disk, no permission) only means that it is not used.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import os
import sqlite3
import stat
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache as once
from importlib.util import find_spec
from typing import Any, TypeVar

from dedupe_cli.errors import WriteError, system_reason

Value = TypeVar("Value")

NAME = "cache.sqlite3"
# Entries that were not used for so many days go when the cache is pruned; the oldest go while it is larger than this.
MAX_DAYS, MAX_SIZE = 30, 512 << 20
# Libraries of whose results some are kept; the first file of each tells its version.
_LIBRARIES = ("markdown_it", "rapidfuzz")
# What a folder of ours holds besides.
_BESIDE = (f"{NAME}-wal", f"{NAME}-shm", f"{NAME}-journal", ".gitignore")
# Seconds that another process is waited for.
_PATIENCE = 2.0
_DAY = 86400
_MADE = (
    "CREATE TABLE entries "
    "(key BLOB PRIMARY KEY, kind TEXT NOT NULL, day INTEGER NOT NULL, value BLOB NOT NULL) WITHOUT ROWID"
)
_TABLE = _MADE.replace("TABLE", "TABLE IF NOT EXISTS", 1)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a cache holds: entries of each kind, bytes on the disk."""

    path: str
    entries: dict[str, int]
    size: int


@dataclass
class Cache:
    """The cache in one folder; ``folder`` is made when something is stored.

    ``trouble`` says why it is not used, empty while it is.
    """

    folder: str
    trouble: str = ""
    _open: sqlite3.Connection | None = field(default=None, repr=False)

    @property
    def path(self) -> str:
        """The file."""
        return os.path.join(self.folder, NAME)

    def get(self, key: bytes) -> bytes | None:
        """Return what was stored under a key, ``None`` when nothing was or the file cannot be read."""
        there = self._open is not None or os.path.exists(self.path)
        rows = self._do("SELECT value, day FROM entries WHERE key = ?", key) if there else []
        if not rows or not isinstance(rows[0][0], bytes):
            return None
        value, day = bytes(rows[0][0]), rows[0][1]
        if day != _today():
            self._do("UPDATE entries SET day = ? WHERE key = ?", _today(), key)
        return value

    def put(self, key: bytes, kind: str, value: bytes) -> None:
        """Store a value."""
        self._do("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?)", key, kind, _today(), value)

    def close(self) -> None:
        """Let go of the file."""
        if self._open is not None:
            with contextlib.suppress(sqlite3.Error):
                self._open.close()
            self._open = None

    def _do(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement; what goes wrong is remembered, and the cache left alone from then on."""
        if self.trouble:
            return []
        try:
            if self._open is None:
                self._open = _connected(self.folder)
            return self._open.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            self.trouble = f"{self.path}: {error}"
        except OSError as error:
            self.trouble = f"{self.path}: {system_reason(error)}"
        self.close()
        return []


def _connected(folder: str) -> sqlite3.Connection:
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = os.path.join(folder, NAME)
    for name, mode, text in ((".gitignore", 0o666, b"*\n"), (NAME, 0o600, b"")):
        with contextlib.suppress(FileExistsError):  # made only where nothing stands, not even a link
            descriptor = os.open(os.path.join(folder, name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode)
            os.write(descriptor, text)
            os.close(descriptor)
    if link := linked(folder):
        raise OSError(f"{link} is a link or no file")
    base = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        # A database is ours, and harmless to ask, when it has our table and nothing else: no view, no trigger.
        if base.execute("SELECT sql FROM sqlite_master").fetchall() not in ([], [(_MADE,)]):
            raise sqlite3.DatabaseError("not a cache of dedupe")
        # What is lost with the power is computed again; readers do not wait for writers.
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = OFF")
        base.execute(_TABLE)
    except sqlite3.Error:
        base.close()
        raise
    return base


def linked(folder: str) -> str:
    """Return a file of a cache that is a link, symbolic or hard, or a pipe, which SQLite would wait for; or nothing."""
    paths = [os.path.join(folder, name) for name in (NAME, *_BESIDE)]
    return next((each for each in paths if os.path.lexists(each) and _is_link(os.lstat(each))), "")


def _is_link(info: os.stat_result) -> bool:
    return not stat.S_ISREG(info.st_mode) or info.st_nlink > 1


def strange(folder: str) -> str:
    """Return something in a folder that no cache has, by which it is not one; nothing where it is one or is not yet."""
    if not os.path.lexists(folder):
        return ""
    try:
        return next((name for name in sorted(os.listdir(folder)) if name not in {NAME, *_BESIDE}), "")
    except OSError as error:
        raise WriteError(f"{folder}: {system_reason(error)}", hint="name another folder") from error


def _today() -> int:
    return int(time.time() // _DAY)


def key(kind: str, *parts: object) -> bytes:
    """Return the key of a value that depends on ``parts`` (JSON values) and on the program as it is installed."""
    body = json.dumps([kind, _program(), *parts], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(body.encode("ascii")).digest()


def kept(
    store: Cache | None,
    kind: str,
    parts: Sequence[object],
    make: Callable[[], Value],
    written: Callable[[Value], bytes],
    read: Callable[[bytes], Value | None],
) -> Value:
    """Return the value of a kind that depends on ``parts``: from the store, else made, and kept there as ``written``.

    ``read`` returns ``None`` for bytes that are damaged or do not fit. Without a store the value is made.
    """
    if store is None:
        return make()
    place = key(kind, *parts)
    data = store.get(place)
    value = None if data is None else read(data)
    if value is None:
        value = make()
        store.put(place, kind, written(value))
    return value


@once
def _program() -> str:
    """Return a hash of the program, of the libraries that its results depend on, and of the Python that runs it.

    Files count by what is in them: in CI the program is installed anew for each run, and its version is too coarse
    while it is being worked on.
    """
    home = os.path.dirname(os.path.abspath(__file__))
    seen = hashlib.sha256(sys.version.encode())
    for folder, folders, files in os.walk(home):
        folders.sort()
        for name in sorted(files):
            if not name.endswith(".pyc"):
                path = os.path.join(folder, name)
                seen.update(os.fsencode(os.path.relpath(path, home)) + b"\0" + _digest(path))
    for library in _LIBRARIES:
        found = find_spec(library)
        seen.update(_digest(found.origin) if found and found.origin else b"")
    return seen.hexdigest()


def _digest(path: str) -> bytes:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).digest()


@once
def opened(folder: str) -> Cache | None:
    """Return the one cache that this process has in a folder, let go at its end; ``None`` for the empty name."""
    if not folder:
        return None
    store = Cache(folder)
    atexit.register(store.close)
    return store


def default_folder() -> str:
    """Return the user's cache folder of this program."""
    from platformdirs import user_cache_dir  # noqa: PLC0415  only when it is asked for

    return user_cache_dir("dedupe-cli", appauthor=False)


def statistics(folder: str) -> Statistics:
    """Count what a cache holds. Raises :class:`WriteError` when it cannot be read."""
    path = os.path.join(folder, NAME)
    if not os.path.exists(path):
        return Statistics(path, {}, 0)
    with _managed(folder) as base:
        counts = dict(base.execute("SELECT kind, COUNT(*) FROM entries GROUP BY kind ORDER BY kind").fetchall())
    return Statistics(path, counts, _size(path))


def prune(folder: str, days: int = MAX_DAYS, size: int = MAX_SIZE) -> int:
    """Forget what was not used for ``days``, then the oldest until ``size`` bytes are left; return how many went."""
    path = os.path.join(folder, NAME)
    if not os.path.exists(path):
        return 0
    with _managed(folder) as base:
        gone = base.execute("DELETE FROM entries WHERE day < ?", (_today() - days,)).rowcount
        total = base.execute("SELECT COALESCE(SUM(LENGTH(value)), 0) FROM entries").fetchone()[0]
        for found, length in base.execute("SELECT key, LENGTH(value) FROM entries ORDER BY day, key").fetchall():
            if total <= size:
                break
            base.execute("DELETE FROM entries WHERE key = ?", (found,))
            total, gone = total - length, gone + 1
        base.execute("VACUUM")
    return gone


def clear(folder: str) -> bool:
    """Delete the file and what SQLite put beside it; tell whether it was there. Raises :class:`WriteError`."""
    path = os.path.join(folder, NAME)
    there = os.path.exists(path)
    for each in (path, f"{path}-wal", f"{path}-shm"):
        try:
            os.unlink(each)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise WriteError(f"{each}: {system_reason(error)}", hint="delete it by hand") from error
    return there


@contextlib.contextmanager
def _managed(folder: str) -> Iterator[sqlite3.Connection]:
    base = None
    try:
        base = _connected(folder)
        yield base
    except (sqlite3.Error, OSError) as error:
        path = os.path.join(folder, NAME)
        raise WriteError(f"{path}: {error}", hint="dedupe cache clear deletes it; nothing is lost") from error
    finally:
        if base is not None:
            base.close()


def _size(path: str) -> int:
    return sum(os.path.getsize(each) for each in (path, f"{path}-wal") if os.path.exists(each))
