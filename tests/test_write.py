"""Writing: a file is the old one or the new one, nothing is left behind, a newer version is never lost."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from typing import TYPE_CHECKING

import pytest

from dedupe_cli.apply import write
from dedupe_cli.apply.write import write_file
from dedupe_cli.errors import StaleSourceError, WriteError

if TYPE_CHECKING:
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
