"""Patterns that others wrote: what they mean, and that none of them explodes."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

import command
from dedupe_cli.errors import SettingsError
from dedupe_cli.read.discover import Walk, discover
from dedupe_cli.read.ignored import IgnoreFiles, Patterns
from dedupe_cli.text.expressions import expression, is_found

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = (
    "Copyright 2024 the mill", "使用 API 很好", "本页由张三翻译", "本页由张三 翻译\n第二行", "a\u3000b", "x", "123", "１２３",
    "foo [bar]", "école", "a\tb", "日" * 50, "aaa", "-", "\x08", "[", "]", "a]b", "x\ud800y",
)  # fmt: skip
PATTERNS = (
    r"^Copyright \d+", "API", "本页由.{1,20}翻译", r"本页由\w{1,20}翻译", r"a\sb", r"[\s\S]", r"[\d]{3}", r"\W", r"\S\s\S",
    r"[^\s]", r"[\S]", r"\u65e5{3}", r"\U000065e5{3}", "[一-鿿]{4}", "a{,5}$", r"foo \[bar[]]", "[^]a]", "[]]", r"\Aécole\Z",
    "(?i)COPY", "(?P<a>x)(?#why)", r"\D", r"[\D]", r"\bAPI", r"\bCopyright\b", r"[\b]", r"[a\]]b", r"[\[]", r"[^\w]",
    "(?:a|b)+?c|日{50}", "^第二", "翻译$", "",
)  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_expression_means_what_it_means_to_python(pattern: str) -> None:
    for text in TEXTS:
        assert is_found(pattern, text) == (re.search(pattern, text, re.MULTILINE) is not None), text


LACKING = {
    r"(a)\1": "backreferences", "(?P<a>x)(?P=a)": "backreferences", "(?<=a)b": "lookbehind", "(?<!a)b": "lookbehind",
    "a(?=b)": "lookahead", "a(?!b)": "lookahead", "(x)?(?(1)a|b)": "conditions", r"[\W_]": "brackets",
    r"\b本页": "ASCII only", r"\w+\b": "ASCII only", r"\b(?:本页|页)": "ASCII only", r"[é]\B": "ASCII only", r"\w{1,900}": "too large", "a{1001}": "repetition size",
    "(?>a)": "(?>", "(": "missing )", "\ud800": "half a character",
}  # fmt: skip


@pytest.mark.parametrize("pattern", LACKING)
def test_what_the_engine_lacks_is_told(pattern: str) -> None:
    with pytest.raises(SettingsError) as told:
        expression(pattern)
    assert LACKING[pattern] in f"{told.value.message} {told.value.hint}"
    assert told.value.hint


# Each of these takes longer than the world has in an engine that goes back.
EXPLODING = (
    "(a+)+$",
    "(a|a)*c",
    r"(a*)*\d",
    "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)!",
    "(x+x+)+y|(a+a+)+y",
    "(a?){60}a{60}!",
)


@pytest.mark.parametrize("pattern", EXPLODING)
def test_no_expression_explodes(pattern: str) -> None:
    assert not is_found(pattern, "a" * 50_000 + "b")


def test_an_expression_of_a_project_does_not_explode(tmp_path: Path) -> None:
    (tmp_path / "dedupe.toml").write_text("ignore-patterns = ['(a+)+$']\n")
    (tmp_path / "a.txt").write_text(f"{'a' * 5000}b\n\n{command.TWICE}{command.FIRST} aaa\n")
    done = command.dedupe("clean", "a.txt", cwd=tmp_path)
    assert done.stdout.decode() == f"{'a' * 5000}b\n\n{command.ONCE.rstrip()}\n{command.FIRST} aaa\n"


HARD = "a*a*a*a*a*a*a*a*a*a*a*a*b"


def test_no_pattern_for_names_explodes(tmp_path: Path) -> None:
    name = "a" * 250
    (tmp_path / ".gitignore").write_text(f"{HARD}\n**/**/**/**/**/x/**/*a*a*a*a*b/\n")
    (tmp_path / name).write_text("")
    assert not IgnoreFiles().ignored(str(tmp_path / name), folder=False, git=True, own=True)
    assert not Patterns(str(tmp_path), (HARD,)).match(str(tmp_path / name))
    assert Patterns(str(tmp_path), (HARD,)).match(str(tmp_path / f"{name}b"))


def test_a_name_that_is_no_text_fits_hard_patterns_too(tmp_path: Path) -> None:
    name = os.fsdecode(b"a\xff-b-c-d.txt")
    for line in ("*.txt", "a*-*-*-*.txt", os.fsdecode(b"a\xff*-*-*-*t"), os.fsdecode(b"a\xff*")):
        assert Patterns(str(tmp_path), (line,)).match(str(tmp_path / name)), line
    assert not Patterns(str(tmp_path), (os.fsdecode(b"a\xfe*-*-*-*t"),)).match(str(tmp_path / name))


@pytest.mark.parametrize(("lines", "yes", "no"), [
    (["*/*/*/c.md"], "a/b/d/c.md", "a/b/c.md"),
    (["/a/*x*y*z*/"], "a/1x2y3z4/t.txt", "b/a/1x2y3z4/t.txt"),
    (["*a*b*c*", "!xaybzc*"], "1a2b3c", "xaybzc1"),
    (["docs/**/*o*l*d*/**"], "docs/1/oold/2/t.md", "doc/1/oold/2/t.md"),
])  # fmt: skip
def test_hard_patterns_mean_what_they_mean_to_git(tmp_path: Path, lines: list[str], yes: str, no: str) -> None:
    found = Patterns(str(tmp_path), tuple(lines))
    assert found.match(str(tmp_path / yes))
    assert not found.match(str(tmp_path / no))


def test_a_line_that_is_no_pattern_is_told(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("a\n[z-a]\n")
    (tmp_path / "a.txt").write_text(command.TWICE)
    done = command.dedupe("check", ".", cwd=tmp_path)
    assert (done.returncode, b".gitignore" in done.stderr) == (2, True), done.stderr
    assert b"internal" not in done.stderr


def test_folders_of_any_depth_are_walked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / "/".join("abcdefghijkl")
    deep.mkdir(parents=True)
    (deep / "t.txt").write_text("")
    monkeypatch.chdir(tmp_path)
    assert discover(["/".join(["**"] * 30) + "/t.txt"], lambda _: Walk()).paths == ("a/b/c/d/e/f/g/h/i/j/k/l/t.txt",)


def test_an_ignore_file_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".gitignore")
    os.mkfifo(tmp_path / ".dedupeignore")
    assert not IgnoreFiles().ignored(str(tmp_path / "a.txt"), folder=False, git=True, own=True)
