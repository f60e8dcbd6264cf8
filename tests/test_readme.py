"""The README keeps its word: its Python blocks and its shell transcripts are run."""

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
README = (ROOT / "README.md").read_text(encoding="utf-8")
BASH = shutil.which("bash")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def transcript(block: str) -> list[tuple[str, str]]:
    """Commands and what they print on standard output."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)
    assert parts[0] == "", "a transcript begins with a command"
    return list(zip(parts[1::2], parts[2::2], strict=True))


def test_set_up_commands_are_each_one_line() -> None:
    assert "python -m pip install . && dedupe clean samples/gaoxinqu.txt\n" in blocks("sh")
    assert "python -m pip install '.[dev]' && pytest\n" in blocks("sh")


def test_python_examples() -> None:
    examples = blocks("python")
    assert len(examples) >= 3
    names: dict[str, object] = {}
    for number, block in enumerate(examples):
        test = doctest.DocTestParser().get_doctest(block, names, f"README example {number + 1}", None, 0)
        runner = doctest.DocTestRunner(verbose=False)
        runner.run(test, clear_globs=False)
        names.update(test.globs)
        assert runner.summarize(verbose=False).failed == 0
        assert runner.tries > 0


@pytest.mark.skipif(BASH is None, reason="no bash here")
@pytest.mark.parametrize("block", blocks("console"))
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


def test_files_it_names_exist() -> None:
    named = set(re.findall(r"`((?:[\w.-]+/)*[\w.-]+\.(?:md|txt|png))`", README))
    named |= set(re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README))
    missing = sorted(name for name in named if not (ROOT / name).exists())
    assert missing == []


def test_every_promise_is_held_by_a_test() -> None:
    """`docs/reliability.md` names tests as `file::name`, and `::name` for one of the file before."""
    named, file = 0, ""
    for found in re.finditer(r"`(test_\w+\.py)?::(test_\w+)`", (ROOT / "docs" / "reliability.md").read_text("utf-8")):
        file = found[1] or file
        assert f"def {found[2]}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), found[0]
        named += 1
    assert named > 30
