"""The cache: found again, never trusted when broken, safe to delete."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
import zlib
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import command
from dedupe_cli import cache
from dedupe_cli.across.pair import compare, pair_json, read_pair
from dedupe_cli.errors import WriteError
from dedupe_cli.read.formats.markdown.blocks import read_blocks
from dedupe_cli.read.formats.markdown.masking import masked_blocks, read_masked
from dedupe_cli.settings import Settings

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


PAGE = """---
title: Bolts
---

# Bolts

The tinsmith keeps the bolts in the third drawer, sorted by length, and counts them on the last day of each month.

```sh
count --all bolts
```

| drawer | bolts |
|--------|-------|
| third  | 120   |

> 1. 螺栓放在第三个抽屉里，按长度排好，每月最后一天清点一次。 [清单](bolts.md)
"""


@given(st.lists(st.sampled_from([*PAGE.splitlines(), "", "<b>", "- item", "𒀀"]), max_size=12), st.data())
def test_the_prose_of_a_page_comes_back_and_is_of_no_other_page(lines: list[str], data: st.DataObject) -> None:
    text = "\n".join(lines)
    masked = masked_blocks(read_blocks(text))
    packed = zlib.compress(masked.encode())
    assert read_masked(packed, text) == masked
    assert read_masked(packed[:-5], text) is None
    assert read_masked(packed, text + "x") is None
    plain = [at for at, (a, b) in enumerate(zip(masked, text, strict=True)) if a == b]
    if plain:
        at = data.draw(st.sampled_from(plain))
        assert read_masked(zlib.compress(f"{masked[:at]}ß{masked[at + 1 :]}".encode()), text) is None


@pytest.mark.parametrize(
    ("kept", "copy"),
    [
        (
            "The stonemason cuts the steps in the yard.",
            "The stonemason cuts the steps in the yard, 18 of them, by hand.",
        ),
        ("石匠在院子里凿台阶，一天凿四级。", "石匠在院子里凿台阶，一天凿四级，从不让徒弟碰那块青石。"),
        ("He counts the 12 steps twice.", "He counts the 14 steps twice."),
        ("The yard is swept at noon.", "Nobody has seen the lamp since May."),
    ],
)
def test_a_compared_pair_comes_back(kept: str, copy: str) -> None:
    pair = compare(kept, copy, Settings())
    assert read_pair(pair_json(pair), len(kept), len(copy)) == pair
    assert read_pair(pair_json(pair)[:-1], len(kept), len(copy)) is None


def damaged(path: Path, change: str) -> list[str]:
    """Change every value of a cache; return the kinds that were there."""
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute(f"UPDATE entries SET value = CAST({change} AS BLOB)")
        return sorted({kind for (kind,) in base.execute("SELECT kind FROM entries")})


@pytest.mark.parametrize(
    "change", ["''", "'[]'", "'null'", "'[[1],[2],[3],[4],[5],[6]]'", "substr(value, 2)", "value || '0'", "zeroblob(9)"]
)
def test_no_damaged_value_of_any_kind_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    monkeypatch.chdir(tmp_path)
    for name, more in (("a.md", ""), ("b.md", "Nobody else counts them.\n")):
        (tmp_path / name).write_text(f"{PAGE}\n{command.ZH_PAGE}\n{more}")
    args = ["check", "--across", "--cache-dir", "c", "-f", "json", "a.md", "b.md"]
    first = command.here(args)
    assert first.returncode == 1
    assert damaged(tmp_path / "c" / cache.NAME, change) == ["mask", "plan", "table"]
    assert command.here(args).stdout == first.stdout
    assert command.here(args).stdout == first.stdout  # made anew and kept


def test_a_program_that_is_installed_anew_uses_what_was_kept(tmp_path: Path) -> None:
    """As in CI, where each run installs it; a program that has changed uses nothing of it."""
    home = Path(cache.__file__).parent
    (tmp_path / "a.txt").write_text(command.TWICE)
    left_out = shutil.ignore_patterns("__pycache__")

    def plans(folder: str, more: str = "") -> int:
        shutil.copytree(home, tmp_path / folder / "dedupe_cli", copy_function=shutil.copyfile, ignore=left_out)
        with (tmp_path / folder / "dedupe_cli" / "cache.py").open("a") as file:
            file.write(more)
        words = [sys.executable, "-m", "dedupe_cli", "check", "-q", "--cache-dir", "c", "a.txt"]
        env = command.environment(PYTHONPATH=str(tmp_path / folder))
        done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, check=False)
        assert done.returncode == 1
        return cache.statistics(str(tmp_path / "c")).entries["plan"]

    assert (plans("one"), plans("two"), plans("three", "# changed\n")) == (1, 1, 2)
