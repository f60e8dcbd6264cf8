"""Writing: a file is the old one or the new one, nothing is left behind, a newer version is never lost."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import random
import stat
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from dedupe_cli.apply import exchange, write
from dedupe_cli.apply.write import write_file
from dedupe_cli.errors import StaleSourceError, WriteError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OLD, NEW = b"old text\n", b"new\n"
DIGEST = hashlib.sha256(OLD).hexdigest()


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_bytes(OLD)
    return path


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_new_file_heeds_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(str(tmp_path / "new"), NEW)
    finally:
        os.umask(before)
    assert (tmp_path / "new").read_bytes() == NEW
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o755, 0o664])
def test_the_mode_stays(old: Path, mode: int) -> None:
    old.chmod(mode)
    write_file(str(old), NEW, digest=DIGEST)
    assert old.read_bytes() == NEW
    assert stat.S_IMODE(old.stat().st_mode) == mode
    assert names(old.parent) == ["a.txt"]


def test_extended_attributes_stay_where_there_are_any(old: Path) -> None:
    with contextlib.suppress(OSError):  # not every file system has them
        os.setxattr(old, "user.note", b"mine")
    before = os.listxattr(old)
    write_file(str(old), NEW)
    assert os.listxattr(old) == before


def test_a_link_is_followed(old: Path) -> None:
    link = old.parent / "link"
    link.symlink_to("a.txt")
    write_file(str(link), NEW, digest=DIGEST, backup=".bak")
    assert link.is_symlink()
    assert old.read_bytes() == NEW
    assert names(old.parent) == ["a.txt", "a.txt.bak", "link"]


def test_a_link_to_nowhere_makes_its_target(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("target")
    write_file(str(tmp_path / "link"), NEW)
    assert (tmp_path / "target").read_bytes() == NEW


def test_a_backup_is_the_old_file(old: Path) -> None:
    old.chmod(0o600)
    os.utime(old, ns=(10**18, 10**18))
    write_file(str(old), NEW, digest=DIGEST, backup="~")
    spare = old.parent / "a.txt~"
    assert spare.read_bytes() == OLD
    assert spare.stat().st_mtime_ns == 10**18
    assert stat.S_IMODE(spare.stat().st_mode) == 0o600


def test_a_newer_version_stays(old: Path) -> None:
    old.write_bytes(b"newer\n")
    with pytest.raises(StaleSourceError, match="changed on disk"):
        write_file(str(old), NEW, digest=DIGEST, backup=".bak")
    assert old.read_bytes() == b"newer\n"
    assert names(old.parent) == ["a.txt"]


def test_a_version_that_came_while_writing_stays(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill = write._fill

    def slow(file: write._Temporary, data: bytes) -> None:
        fill(file, data)
        old.write_bytes(b"newer\n")

    monkeypatch.setattr(write, "_fill", slow)
    with pytest.raises(StaleSourceError):
        write_file(str(old), NEW, digest=DIGEST)
    assert old.read_bytes() == b"newer\n"
    assert names(old.parent) == ["a.txt"]


def test_a_file_that_went_away(old: Path) -> None:
    old.unlink()
    with pytest.raises(StaleSourceError):
        write_file(str(old), NEW, digest=DIGEST)
    assert names(old.parent) == []


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    old: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, step, fails)
    with pytest.raises(WriteError if isinstance(error, OSError) else KeyboardInterrupt):
        write_file(str(old), NEW, digest=DIGEST)
    monkeypatch.undo()
    assert old.read_bytes() == OLD
    assert names(old.parent) == ["a.txt"]


def test_hard_links_are_refused(old: Path) -> None:
    (old.parent / "b.txt").hardlink_to(old)
    with pytest.raises(WriteError, match="2 hard links"):
        write_file(str(old), NEW, digest=DIGEST)
    assert old.read_bytes() == OLD


def test_a_protected_file_is_refused(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(WriteError, match="permission denied"):
        write_file(str(old), NEW, digest=DIGEST)
    assert old.read_bytes() == OLD


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="is a directory"):
        write_file(str(tmp_path), NEW)


def test_a_path_through_a_file(old: Path) -> None:
    with pytest.raises(WriteError, match="not a directory") as caught:
        write_file(str(old / "b"), NEW)
    assert caught.value.hint


# What another program writes in the last moment, behind the last check


def rewritten(path: Path) -> None:
    path.write_bytes(b"newer\n")


def saved_as_editors_do(path: Path) -> None:
    (path.parent / "new").write_bytes(b"newer\n")
    (path.parent / "new").replace(path)


def as_long_as_before(path: Path) -> None:
    path.write_bytes(b"new text\n")


EDITS = {"rewritten": rewritten, "saved": saved_as_editors_do, "as long": as_long_as_before}


@pytest.fixture
def exchanging(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text(name)
    if not exchange.exchange(str(tmp_path / "a"), str(tmp_path / "b")):
        pytest.skip("this file system exchanges no names")
    (tmp_path / "a").unlink()
    (tmp_path / "b").unlink()


def at_the_exchange(monkeypatch: pytest.MonkeyPatch, *acts: Callable[[], object]) -> None:
    """Do something right before each exchange."""
    left = list(acts)

    def late(one: str, other: str) -> bool:
        if left:
            left.pop(0)()
        return exchange.exchange(one, other)

    monkeypatch.setattr(write, "exchange", late)


@pytest.mark.usefixtures("exchanging")
@pytest.mark.parametrize("digest", [DIGEST, None])
@pytest.mark.parametrize("how", EDITS)
def test_an_edit_of_the_last_moment_stays(
    old: Path, monkeypatch: pytest.MonkeyPatch, how: str, digest: str | None
) -> None:
    at_the_exchange(monkeypatch, lambda: EDITS[how](old))
    with pytest.raises(StaleSourceError, match="changed on disk"):
        write_file(str(old), NEW, digest=digest)
    assert old.read_bytes() == (b"new text\n" if how == "as long" else b"newer\n")
    assert names(old.parent) == ["a.txt"]


@pytest.fixture
def told(old: Path) -> None:
    """Skip where the system does not tell who has a file open to write."""
    with old.open("ab"), old.open("rb") as file:
        if not exchange.is_being_written(file.fileno()):
            pytest.skip("this system does not tell who writes to a file")


@pytest.mark.usefixtures("exchanging", "told")
@pytest.mark.parametrize("digest", [DIGEST, None])
def test_who_has_opened_the_file_before_the_exchange_may_write_after_it(
    old: Path, monkeypatch: pytest.MonkeyPatch, digest: str | None
) -> None:
    """Many programs save so: they open the file, empty it, write; there is no telling of the versions."""
    writer = []

    def slowly() -> None:
        def save() -> None:
            with file:
                time.sleep(0.1)
                file.write(b"newer\n")
                file.truncate()

        file = old.open("r+b")
        writer.append(threading.Thread(target=save))
        writer[0].start()

    at_the_exchange(monkeypatch, slowly)
    with pytest.raises(StaleSourceError, match="changed on disk"):
        write_file(str(old), NEW, digest=digest)
    writer[0].join()
    assert old.read_bytes() == b"newer\n"
    assert names(old.parent) == ["a.txt"]


@pytest.mark.usefixtures("told")
def test_a_file_that_is_open_to_be_written_stays(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_PATIENCE", 0.01)
    with old.open("ab") as log:
        with pytest.raises(StaleSourceError, match="is in use by another program"):
            write_file(str(old), NEW, digest=DIGEST)
        log.write(b"more\n")
    assert old.read_bytes() == OLD + b"more\n"
    assert names(old.parent) == ["a.txt"]
    with old.open("rb"):  # who reads it loses nothing
        write_file(str(old), NEW, digest=hashlib.sha256(OLD + b"more\n").hexdigest())
    assert old.read_bytes() == NEW


@pytest.mark.usefixtures("exchanging")
@pytest.mark.parametrize("digest", [DIGEST, None])
def test_what_takes_the_place_of_the_file_stays(old: Path, monkeypatch: pytest.MonkeyPatch, digest: str | None) -> None:
    def linked() -> None:
        old.rename(old.parent / "b.txt")
        old.symlink_to("b.txt")

    at_the_exchange(monkeypatch, linked)
    with pytest.raises(StaleSourceError):
        write_file(str(old), NEW, digest=digest)
    assert old.is_symlink()
    assert old.read_bytes() == OLD
    assert names(old.parent) == ["a.txt", "b.txt"]


@pytest.mark.usefixtures("exchanging")
def test_a_file_that_goes_in_the_last_moment_does_not_come_back(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_the_exchange(monkeypatch, old.unlink)
    with pytest.raises(StaleSourceError):
        write_file(str(old), NEW, digest=DIGEST)
    assert names(old.parent) == []


@pytest.mark.usefixtures("exchanging")
def test_of_two_edits_in_the_last_moment_the_later_one_stays_and_the_other_is_saved(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_the_exchange(monkeypatch, lambda: rewritten(old), lambda: old.write_bytes(b"newest\n"))
    with pytest.raises(StaleSourceError) as caught:
        write_file(str(old), NEW, digest=DIGEST)
    first, saved = names(old.parent)
    assert first == "a.txt"
    assert old.read_bytes() == b"newest\n"
    assert (old.parent / saved).read_bytes() == b"newer\n"
    assert saved in caught.value.hint


@pytest.mark.usefixtures("exchanging")
def test_an_edit_comes_back_although_the_new_file_was_removed(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_the_exchange(monkeypatch, lambda: rewritten(old), old.unlink)
    with pytest.raises(StaleSourceError):
        write_file(str(old), NEW, digest=DIGEST)
    assert old.read_bytes() == b"newer\n"
    assert names(old.parent) == ["a.txt"]


@pytest.mark.usefixtures("exchanging")
@pytest.mark.parametrize("edited", [True, False])
def test_a_signal_behind_the_exchange_loses_nothing(old: Path, monkeypatch: pytest.MonkeyPatch, edited: bool) -> None:
    def interrupted(one: str, other: str) -> bool:
        monkeypatch.undo()
        if edited:
            rewritten(old)
        exchange.exchange(one, other)
        raise KeyboardInterrupt

    monkeypatch.setattr(write, "exchange", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_file(str(old), NEW, digest=DIGEST)
    assert old.read_bytes() == (b"newer\n" if edited else NEW)
    assert names(old.parent) == ["a.txt"]


@pytest.mark.parametrize("digest", [DIGEST, None])
def test_where_nothing_can_be_exchanged_the_last_look_comes_before(
    old: Path, monkeypatch: pytest.MonkeyPatch, digest: str | None
) -> None:
    monkeypatch.setattr(write, "exchange", lambda *_: False)
    monkeypatch.setattr(write, "move_to_free", lambda *_: False)
    write_file(str(old.parent / "b.txt"), OLD)
    write_file(str(old), NEW, digest=digest)
    assert old.read_bytes() == NEW
    attributes = write._copy_attributes

    def change(*args: str) -> None:
        attributes(*args)  # type: ignore[arg-type]
        rewritten(old)

    monkeypatch.setattr(write, "_copy_attributes", change)
    with pytest.raises(StaleSourceError):
        write_file(str(old), OLD, digest=hashlib.sha256(NEW).hexdigest() if digest else None)
    assert old.read_bytes() == b"newer\n"
    assert names(old.parent) == ["a.txt", "b.txt"]


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.EPERM])
def test_a_system_that_lacks_the_call(old: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(exchange, "_call", lambda: lambda *_: number)
    write_file(str(old), NEW, digest=DIGEST)
    write_file(str(old.parent / "b.txt"), NEW)
    assert [(old.parent / name).read_bytes() for name in names(old.parent)] == [NEW, NEW]


@pytest.mark.usefixtures("exchanging")
def test_a_new_file_takes_no_name_that_somebody_has_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill = write._fill

    def slow(file: write._Temporary, data: bytes) -> None:
        fill(file, data)
        (tmp_path / "a.txt").write_bytes(OLD)

    monkeypatch.setattr(write, "_fill", slow)
    with pytest.raises(StaleSourceError):
        write_file(str(tmp_path / "a.txt"), NEW)
    assert (tmp_path / "a.txt").read_bytes() == OLD
    assert names(tmp_path) == ["a.txt"]


KILLED = """
import os, signal, sys
from pathlib import Path
from dedupe_cli.apply import write
path, digest, edit, behind = sys.argv[1:]
change = write.exchange
def late(one, other):
    if edit:
        Path(path).write_text(edit)
    if behind:
        change(one, other)
    os.kill(os.getpid(), signal.SIGKILL)
write.exchange = late
write.write_file(path, b"new\\n", digest=digest)
"""


@pytest.mark.usefixtures("exchanging")
@pytest.mark.parametrize("behind", ["", "behind"])
@pytest.mark.parametrize("edit", ["", "newer\n"])
def test_killed_at_the_exchange(old: Path, edit: str, behind: str) -> None:
    """The next run removes what is left, unless somebody wrote it in that moment."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(old), DIGEST, edit, behind], check=False, timeout=60)
    assert done.returncode == -9
    assert old.read_bytes() == (NEW if behind else edit.encode() or OLD)
    exchange._swept.discard(str(old.parent))
    exchange.sweep(str(old.parent))
    first, *saved = names(old.parent)
    assert first == "a.txt"
    assert [(old.parent / name).read_bytes() for name in saved] == ([edit.encode()] if edit and behind else [])


EDITOR = """
import os, sys, time
path = sys.argv[1]
for line in sys.stdin:
    word, wait = line.split()
    with open(path + ".new", "w") as file:
        file.write(word)
    print(flush=True)
    end = time.perf_counter() + float(wait)
    while time.perf_counter() < end:
        pass
    os.replace(path + ".new", path)
    print(flush=True)
"""


@pytest.mark.usefixtures("exchanging")
def test_no_edit_is_lost_to_a_race(old: Path) -> None:
    """Another program saves the file somewhere around the exchange, a hundred times; its text is there afterwards."""
    began = time.perf_counter()
    write_file(str(old), OLD, digest=DIGEST)
    usual, chance, refused = time.perf_counter() - began, random.Random(7), 0
    command = [sys.executable, "-c", EDITOR, str(old)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as editor:
        assert editor.stdin
        assert editor.stdout
        for turn in range(100):
            old.write_bytes(OLD)
            editor.stdin.write(f"edit{turn} {chance.uniform(0, 2 * usual)}\n")
            editor.stdin.flush()
            editor.stdout.readline()
            try:
                write_file(str(old), NEW, digest=DIGEST)
            except StaleSourceError:
                refused += 1
            editor.stdout.readline()
            assert old.read_text() == f"edit{turn}"
        editor.stdin.close()
    assert refused
    assert names(old.parent) == ["a.txt"]
