"""What git says has changed: lines by file, new files, names of all kinds, what is missing."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from dedupe_cli.errors import ReadError
from dedupe_cli.read.git import Changes, changes_since, meets

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *args: str) -> str:
    setup = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *setup, *args], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q")
    for name in ("a.txt", "b c.txt", "说明.txt", 'q"t\t.txt'):
        (tmp_path / name).write_text("".join(f"line {n}\n" for n in range(1, 11)))
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    git(tmp_path, "branch", "other")
    return tmp_path


def edit(path: Path, line: int, text: str | None) -> None:
    lines = path.read_text().splitlines(keepends=True)
    lines[line - 1 : line] = [] if text is None else [text + "\n"]
    path.write_text("".join(lines))


def touched(found: Changes, path: Path) -> list[int]:
    return [line for line in range(1, 13) if found.touches(str(path), line, line)]


def test_nothing_changed(repo: Path) -> None:
    found = changes_since("other")
    assert not any(touched(found, path) for path in repo.glob("*.txt"))


@pytest.mark.parametrize("name", ["a.txt", "b c.txt", "说明.txt", 'q"t\t.txt'])
def test_a_changed_line_is_found_in_a_file_of_any_name(repo: Path, name: str) -> None:
    edit(repo / name, 4, "++ b/other\n@@ -1 +1 @@")
    found = changes_since("other")
    assert [line for line in range(1, 12) if found.touches(str(repo / name), line, line)] == [4, 5]
    assert not found.touches(str(repo / "none.txt"), 4, 4)
    assert found.touches(str(repo / name), 1, 9)


def test_committed_staged_and_unstaged_changes_count(repo: Path) -> None:
    edit(repo / "a.txt", 2, "committed")
    git(repo, "commit", "-qam", "second")
    edit(repo / "a.txt", 5, "staged")
    git(repo, "add", "-A")
    edit(repo / "a.txt", 8, "unstaged")
    found = changes_since("other")
    assert [line for line in range(1, 11) if found.touches(str(repo / "a.txt"), line, line)] == [2, 5, 8]


def test_what_others_changed_meanwhile_does_not_count(repo: Path) -> None:
    git(repo, "checkout", "-q", "other")
    edit(repo / "a.txt", 2, "theirs")
    git(repo, "commit", "-qam", "theirs")
    git(repo, "checkout", "-q", "main")
    edit(repo / "a.txt", 8, "ours")
    found = changes_since("other")
    assert [line for line in range(1, 11) if found.touches(str(repo / "a.txt"), line, line)] == [8]


def test_new_files_are_changed_as_a_whole(repo: Path) -> None:
    (repo / "new.txt").write_text("one\ntwo\n")
    (repo / "staged.txt").write_text("one\ntwo\n")
    git(repo, "add", "staged.txt")
    found = changes_since("other")
    assert found.touches(str(repo / "new.txt"), 2, 2)
    assert found.touches(str(repo / "staged.txt"), 2, 2)
    assert found.before(str(repo / "new.txt")) == b""


def test_where_lines_only_went_the_line_before_counts(repo: Path) -> None:
    edit(repo / "a.txt", 5, None)
    found = changes_since("other")
    assert [line for line in range(1, 10) if found.touches(str(repo / "a.txt"), line, line)] == [4]


def test_texts_as_they_were(repo: Path) -> None:
    old = (repo / "b c.txt").read_bytes()
    edit(repo / "b c.txt", 1, "other")
    assert changes_since("other").before(str(repo / "b c.txt")) == old


@pytest.mark.parametrize("ref", ["nowhere", "--all", ""])
def test_a_missing_revision_says_how_to_fetch_it(repo: Path, ref: str) -> None:
    with pytest.raises(ReadError, match="no such commit") as caught:
        changes_since(ref)
    assert "fetch-depth" in caught.value.hint


def test_a_folder_of_the_repository_sees_all_of_it(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repo / "inside").mkdir()
    (repo / "beside.txt").write_text("new\n")
    edit(repo / "a.txt", 4, "other")
    monkeypatch.chdir(repo / "inside")
    found = changes_since("other")
    assert found.touches("../a.txt", 4, 4)
    assert found.touches("../beside.txt", 1, 1)


def test_no_repository_and_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ReadError, match="not a git repository"):
        changes_since("main")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReadError, match="git is not installed"):
        changes_since("main")


def test_ranges_touch_at_their_ends_only() -> None:
    found = [(a, b) for a in range(1, 12) for b in range(a, 12) if meets([(3, 5), (9, 10)], a, b)]
    assert found == [(a, b) for a in range(1, 12) for b in range(a, 12) if {3, 4, 9} & set(range(a, b + 1))]


def test_ends_of_lines_alone_are_no_change(repo: Path) -> None:
    lines = (repo / "a.txt").read_bytes().replace(b"\n", b"\r\n")
    (repo / "a.txt").write_bytes(lines)
    assert touched(changes_since("other"), repo / "a.txt") == []
    (repo / "a.txt").write_bytes(lines.replace(b"line 3", b"other"))
    assert touched(changes_since("other"), repo / "a.txt") == [3]


def test_a_file_that_is_no_text_changes_as_a_whole(repo: Path) -> None:
    (repo / "b.bin").write_bytes(b"\0\1\n")
    git(repo, "add", "b.bin")
    git(repo, "commit", "-qm", "binary")
    assert touched(changes_since("HEAD"), repo / "b.bin") == []
    (repo / "b.bin").write_bytes(b"\0\2\n")
    assert touched(changes_since("HEAD"), repo / "b.bin") == [*range(1, 13)]


def test_what_is_ignored_or_of_another_repository_is_not_new(repo: Path) -> None:
    (repo / ".gitignore").write_text("built/\n*.log\n")
    for name in ("built/a.txt", "b.log", "forced.log", "inner/.git", "inner/c.txt", "plain/d.txt"):
        (repo / name).parent.mkdir(exist_ok=True)
        (repo / name).write_text("new\n")
    git(repo, "add", "-f", "forced.log")
    found = changes_since("other")
    new = {name for name in ("built/a.txt", "b.log", "inner/c.txt", "../beside", "-") if touched(found, repo / name)}
    assert new == set()
    assert touched(found, repo / "forced.log")
    assert touched(found, repo / "plain" / "d.txt")
