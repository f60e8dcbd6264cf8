"""Every command line of `docs/shell.md`, run by bash: each block in a folder of its own, as the page describes it.

After `$ ` stands a line; below it what it prints, standard output first, and `[N]` for an exit code other than 0.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import command

PAGE = Path(__file__).parents[1] / "docs" / "shell.md"
BLOCKS = re.findall(r"^```console\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
FILES = {
    "notes.txt": command.TWICE.encode(),
    "report.txt": command.TWICE.encode(),
    "讲话.txt": command.ZH_TWICE.encode(),
    "my notes/monday.txt": command.TWICE.encode(),
    "once.txt": command.ONCE.encode(),
    "old.txt": command.ZH_TWICE.encode("gb18030"),
}
TOOLS = {"git", "patch", "xargs", "find"}


def steps(block: str) -> list[tuple[str, str]]:
    """Lines of a block, each with what it prints."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(line, out) for line, _, out in (part.partition("\n") for part in parts)]


def missing(block: str) -> list[str]:
    return sorted(tool for tool in TOOLS if re.search(rf"\b{tool}\b", block) and not shutil.which(tool))


@pytest.mark.parametrize("block", BLOCKS, ids=[steps(b)[0][0][:50] for b in BLOCKS])
def test_block(block: str, tmp_path: Path) -> None:
    if missing(block):
        pytest.skip(f"{missing(block)[0]} is not installed")
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    config = {"XDG_STATE_HOME": f"{tmp_path}.state", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    for line, expected in steps(block):
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=command.environment(**config),
            timeout=60,
            check=False,
        )
        code = f"[{done.returncode}]\n" if done.returncode else ""
        assert done.stdout.decode() + done.stderr.decode() + code == expected, line


def test_the_page_has_every_block_run() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.count("```") == 2 * len(BLOCKS)
    assert all(steps(block) for block in BLOCKS)
