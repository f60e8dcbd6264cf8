"""Which files of a tree are read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from dedupe_cli.errors import SettingsError, to_install
from dedupe_cli.read import discover as discover_module
from dedupe_cli.read.discover import Walk, discover, listed, shown, size
from dedupe_cli.read.project import Project

if TYPE_CHECKING:
    from pathlib import Path

TEXT = ("*.txt", "*.md")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with ignore files on two levels."""
    for name, content in {
        "a.txt": "a", "b.md": "b", "code.py": "x", "c.log.txt": "c", ".hidden.txt": "h",
        "docs/one.txt": "1", "docs/keep.log.txt": "k", "docs/draft.md": "d", "docs/deep/two.txt": "2",
        "build/out.txt": "o", "site/docs/x.txt": "x", ".gitignore": "*.log.txt\n/build/\n",
        "docs/.gitignore": "!keep.log.txt\n", "docs/.dedupeignore": "draft.*\n", ".git/info/exclude": "site/\n",
    }.items():  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (tmp_path / "docs" / "picture.txt").write_bytes(b"\x89PNG\0\0")
    (tmp_path / "docs" / "wide.txt").write_bytes("\ufeffwide".encode("utf-16"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(*paths: str, force: bool = False, **walk: Any) -> list[str]:
    kind = Walk(**{"include": TEXT, **walk})
    return list(discover(paths, lambda _: kind, force=force).paths)


@pytest.mark.usefixtures("tree")
def test_a_folder_is_walked_as_its_ignore_files_say() -> None:
    assert found(".") == ["a.txt", "b.md", "docs/deep/two.txt", "docs/keep.log.txt", "docs/one.txt", "docs/wide.txt"]


@pytest.mark.parametrize(
    ("walk", "more", "less"),
    [
        ({"gitignore": False}, {"build/out.txt", "c.log.txt", "site/docs/x.txt"}, set()),
        ({"dedupeignore": False}, {"docs/draft.md"}, set()),
        ({"hidden": True}, {".hidden.txt"}, set()),
        ({"exclude": ("docs/deep",)}, set(), {"docs/deep/two.txt"}),
        ({"exclude": ("docs/*", "!docs/one.txt")}, set(), {"docs/deep/two.txt", "docs/keep.log.txt", "docs/wide.txt"}),
        ({"include": ("*.py",)}, {"code.py"}, {"a.txt", "b.md"}),
    ],
)
@pytest.mark.usefixtures("tree")
def test_what_each_choice_adds_and_takes(walk: dict[str, Any], more: set[str], less: set[str]) -> None:
    before, after = set(found(".")), set(found(".", **walk))
    assert more <= after
    assert not less & after
    if "include" not in walk:
        assert (before | more) - less == after


@pytest.mark.usefixtures("tree")
def test_a_named_file_is_read_unless_forced() -> None:
    assert found("build/out.txt", "docs/draft.md", "code.py") == ["build/out.txt", "code.py", "docs/draft.md"]
    assert found("build/out.txt", "docs/draft.md", "a.txt", force=True) == ["a.txt"]
    assert found("build", "docs/deep", force=True) == ["docs/deep/two.txt"]


@pytest.mark.usefixtures("tree")
def test_each_file_is_read_once_whatever_it_is_called(tree: Path) -> None:
    assert found("./a.txt", "a.txt", str(tree / "a.txt"), "docs/../a.txt") == ["a.txt"]


@pytest.mark.usefixtures("tree")
def test_globs_are_expanded_and_excluded() -> None:
    assert found("docs/*.txt") == ["docs/keep.log.txt", "docs/one.txt", "docs/wide.txt"]
    assert found("**/*.md") == ["b.md"]
    assert found("no*thing") == ["no*thing"]


@pytest.mark.usefixtures("tree")
def test_a_file_with_a_bracket_in_its_name_is_no_glob(tree: Path) -> None:
    (tree / "a[1].txt").write_text("x")
    assert found("a[1].txt") == ["a[1].txt"]


@pytest.mark.usefixtures("tree")
def test_what_is_skipped_is_told(tree: Path) -> None:
    (tree / "big.txt").write_text("x" * 3000)
    result = discover(["."], lambda _: Walk(include=TEXT, largest=2048))
    assert {(each.path, each.reason) for each in result.skipped} == {
        ("big.txt", "larger than 2 KiB"),
        ("docs/picture.txt", "binary"),
    }
    assert found("docs/picture.txt") == ["docs/picture.txt"]


@pytest.mark.usefixtures("tree")
def test_links_are_followed_on_request_and_never_in_circles(tree: Path) -> None:
    (tree / "docs" / "up").symlink_to(tree, target_is_directory=True)
    (tree / "elsewhere").mkdir()
    (tree / "elsewhere" / "far.txt").write_text("f")
    (tree / "docs" / "link").symlink_to(tree / "elsewhere")
    assert "docs/link/far.txt" not in found("docs")
    assert "docs/link/far.txt" in found("docs", follow=True)
    (tree / "docs" / "alias.txt").symlink_to(tree / "elsewhere" / "far.txt")
    assert found("docs/link/far.txt") == found("docs/link/*.txt") == ["docs/link/far.txt"]
    for pattern in ("docs/**/*.txt", "docs/*.txt", "d*/link/*.txt"):
        assert not {"docs/link/far.txt", "docs/alias.txt"} & set(found(pattern))
        assert {"docs/link/far.txt", "docs/alias.txt"} & set(found(pattern, follow=True))


@pytest.mark.usefixtures("tree")
def test_a_name_that_leads_nowhere_is_left_to_the_reader() -> None:
    assert found("gone.txt") == ["gone.txt"]


def test_a_folder_that_may_not_be_listed_is_an_error(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    [error] = discover(["docs"], lambda _: Walk(include=TEXT)).errors
    assert error.message == "docs: permission denied"
    assert error.hint


def test_captions_and_word_are_read_in_folders_pages_and_data_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.vtt", "b.srt", "c.docx", "d.html", "e.json", "f.jsonl", "g.csv", "~$c.docx", "h.tpl"):
        (tmp_path / name).write_bytes(b"PK\3\4\0\0" if name.endswith(("docx", "tpl")) else b"x")
    assert discover(["."], Project(isolated=True).walk).paths == ("a.vtt", "b.srt", "c.docx")
    (tmp_path / "dedupe.toml").write_text('include = ["*.html"]\n[types]\n"*.tpl" = "docx"\n')
    assert discover(["."], Project().walk).paths == ("d.html", "h.tpl")
    monkeypatch.setattr(discover_module, "find_spec", lambda _: None)
    [skipped] = discover(["."], Project(isolated=True).walk).skipped
    assert (skipped.path, skipped.reason) == ("c.docx", f"Word ({to_install('docx')} lets it read them)")
    assert discover(["c.docx"], Project(isolated=True).walk).paths == ("c.docx",)


@pytest.mark.usefixtures("tree")
def test_a_pattern_that_is_none_is_told() -> None:
    with pytest.raises(SettingsError, match="pattern"):
        found(".", exclude=("!",))


def test_lists_of_names() -> None:
    assert listed(b"a.txt\nb c.txt\r\n\n") == ["a.txt", "b c.txt"]
    assert listed(b"a\nb\0c\0", nul=True) == ["a\nb", "c"]
    assert listed(b"\xff.txt")[0] == "\udcff.txt"


def test_names_for_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [shown(p) for p in ("./a", ".", "-", str(tmp_path / "x" / "y"), "/etc/hosts")] == [
        "a", ".", "-", "x/y", "/etc/hosts",
    ]  # fmt: skip
    assert [size(n) for n in (10 << 20, 1536, 12, 3 << 30)] == ["10 MiB", "1.5 KiB", "12 bytes", "3 GiB"]
