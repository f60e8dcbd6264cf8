"""The READMEs and the guide keep their word: their Python blocks and their shell transcripts are run."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BASH = shutil.which("bash")
READMES = ("README.md", "README.zh-CN.md")
# Pages whose transcripts have tests of their own, or are about texts that are not here.
ELSEWHERE = {"shell.md", "rules.md", "ci.md", "corpus.md"}
PAGES = (
    *READMES,
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md") if path.name not in ELSEWHERE),
)


def blocks(language: str, page: str = "README.md") -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def transcript(block: str) -> list[tuple[str, str]]:
    """Commands and what they print on standard output."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    assert parts[0] == "", "a transcript begins with a command"
    return list(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("page", READMES)
def test_set_up_commands_are_each_one_line(page: str) -> None:
    assert "python -m pip install . && dedupe clean samples/gaoxinqu.txt\n" in blocks("sh", page)
    assert "python -m pip install '.[dev]' && pytest\n" in blocks("sh", page)


def test_the_readme_fits_three_screens() -> None:
    assert all(len((ROOT / page).read_text(encoding="utf-8").splitlines()) <= 130 for page in READMES)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks("python", page)])
def test_python_examples(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    examples = blocks("python", page)
    names: dict[str, object] = {}
    for number, block in enumerate(examples):
        test = doctest.DocTestParser().get_doctest(block, names, f"{page} example {number + 1}", None, 0)
        runner = doctest.DocTestRunner(verbose=False)
        runner.run(test, clear_globs=False)
        names.update(test.globs)
        assert runner.summarize(verbose=False).failed == 0
        assert runner.tries > 0


@pytest.mark.skipif(BASH is None, reason="no bash here")
@pytest.mark.parametrize(
    "block",
    [
        pytest.param(block, id=f"{page}-{number}")
        for page in PAGES
        for number, block in enumerate(blocks("console", page), 1)
    ],
)
def test_transcripts(block: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    bin_dir = tmp_path / "bin"
    bin_dir.mkdir()
    command = bin_dir / "dedupe"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m dedupe_cli "$@"\n')
    command.chmod(0o755)
    for line, expected in transcript(block):
        done = subprocess.run(
            [str(BASH), "-c", line],
            cwd=tmp_path,
            env={**os.environ, "PATH": f"{bin_dir}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"},
            capture_output=True,
            check=False,
        )
        assert done.stdout.decode() == expected, f"{line}\n{done.stderr.decode()}"
        assert b"error:" not in done.stderr, f"{line}\n{done.stderr.decode()}"


@pytest.mark.parametrize("page", READMES)
def test_files_it_names_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:[\w.-]+/)*[\w.-]+\.(?:md|txt|png))`", text)) - {"notes.txt"}
    named |= set(re.findall(r"\[[^\]]*\]\(([^):]+)\)", text))
    missing = sorted(name for name in named if not (ROOT / name).exists())
    assert missing == []


def test_every_page_is_in_the_site() -> None:
    """`mkdocs build --strict` (in `.ci/run`) holds the links; a page that nobody can go to is only told by it."""
    listed = set(re.findall(r"([\w/-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE))
    assert listed == {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}


def test_every_promise_is_held_by_a_test() -> None:
    """`docs/reliability.md` names tests as `file::name`, and `::name` for one of the file before."""
    named, file = 0, ""
    for found in re.finditer(r"`(test_\w+\.py)?::(test_\w+)`", (ROOT / "docs" / "reliability.md").read_text("utf-8")):
        file = found[1] or file
        assert f"def {found[2]}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), found[0]
        named += 1
    assert named > 30
