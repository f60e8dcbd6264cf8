"""The cache: found again, never trusted when broken, safe to delete."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from dedupe_cli import cache
from dedupe_cli.errors import WriteError

if TYPE_CHECKING:
    from pathlib import Path

KEY = cache.key("plan", "a", 1)


def found(folder: Path, key: bytes) -> bytes | None:
    with closing(cache.Cache(str(folder))) as store:
        return store.get(key)


def filled(folder: Path, **values: bytes) -> None:
    store = cache.Cache(str(folder))
    for name, value in values.items():
        store.put(cache.key("plan", name), "plan", value)
    assert not store.trouble
    store.close()


def test_what_was_stored_is_found_by_another_process(tmp_path: Path) -> None:
    filled(tmp_path, a=b"\0one")
    with closing(cache.Cache(str(tmp_path))) as store:
        assert store.get(cache.key("plan", "a")) == b"\0one"
        assert store.get(KEY) is None
        assert (store.hits, store.misses) == (1, 1)


def test_keys_tell_kinds_and_parts_apart() -> None:
    keys = [cache.key("plan", "a"), cache.key("pair", "a"), cache.key("plan", "a", None), cache.key("plan", ["a"])]
    assert len(set(keys)) == len(keys)


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    assert found(tmp_path / "none", KEY) is None
    assert not (tmp_path / "none").exists()


def test_the_folder_ignores_itself_and_is_private(tmp_path: Path) -> None:
    folder = tmp_path / ".dedupe_cache"
    filled(folder, a=b"")
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (folder / cache.NAME).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [b"", b"no database at all", b"SQLite format 3\0" + bytes(200)])
def test_a_damaged_file_is_not_used_and_not_in_the_way(tmp_path: Path, damage: bytes) -> None:
    filled(tmp_path, a=b"one")
    (tmp_path / cache.NAME).write_bytes(damage)
    for side in ("-wal", "-shm"):
        (tmp_path / (cache.NAME + side)).unlink(missing_ok=True)
    with closing(cache.Cache(str(tmp_path))) as store:
        assert store.get(cache.key("plan", "a")) is None
        store.put(KEY, "plan", b"two")
        assert store.get(KEY) == (None if damage else b"two")
        assert bool(store.trouble) == bool(damage)


def test_a_locked_file_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, a=b"one")
    monkeypatch.setattr(cache, "_PATIENCE", 0.05)
    other = sqlite3.connect(tmp_path / cache.NAME, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    store = cache.Cache(str(tmp_path))
    store.put(KEY, "plan", b"two")
    assert "locked" in store.trouble
    other.execute("ROLLBACK")
    other.close()
    assert found(tmp_path, cache.key("plan", "a")) == b"one"


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    store = cache.Cache(str(tmp_path / "file"))
    store.put(KEY, "plan", b"")
    assert store.trouble
    assert (tmp_path / "file").read_text() == "x"


def test_what_was_not_used_for_long_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(tmp_path, a=b"1" * 100, b=b"2" * 100)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 20 * 86400)
    assert found(tmp_path, cache.key("plan", "b")) is not None
    monkeypatch.setattr(time, "time", lambda: now + 40 * 86400)
    assert cache.prune(str(tmp_path)) == 1
    assert cache.statistics(str(tmp_path)).entries == {"plan": 1}
    assert cache.prune(str(tmp_path), size=50) == 1
    assert cache.statistics(str(tmp_path)).entries == {}


def test_statistics_and_clearing(tmp_path: Path) -> None:
    assert cache.statistics(str(tmp_path)).size == 0
    assert not cache.clear(str(tmp_path))
    filled(tmp_path, a=b"1", b=b"2")
    found = cache.statistics(str(tmp_path))
    assert found.entries == {"plan": 2}
    assert found.size > 0
    assert cache.clear(str(tmp_path))
    assert not (tmp_path / cache.NAME).exists()


def test_a_damaged_file_can_be_cleared(tmp_path: Path) -> None:
    (tmp_path / cache.NAME).write_bytes(b"no database at all")
    with pytest.raises(WriteError, match="not a database"):
        cache.statistics(str(tmp_path))
    assert cache.clear(str(tmp_path))
