"""Runs the command as people do: in a process of its own, or, which is faster, in this one on descriptors of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from dedupe_cli.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Sequence

BIN = Path(sys.executable).parent
DEDUPE = BIN / "dedupe"

FIRST = "The reading room opens at nine on weekdays and closes at six in the evening."
SECOND = "Books are lent for three weeks, and a loan may be renewed twice at the front desk."
LAST = "Whoever finds a damaged page tells the staff, who keep paste and Japanese tissue."
TWO = f"{FIRST} {FIRST}"
ONCE = f"{FIRST}\n\n{SECOND}\n\n{LAST}\n"
TWICE = f"{FIRST}\n\n{SECOND}\n\n{FIRST}\n\n{LAST}\n"
ZH_FIRST = "阅览室工作日上午九点开门，傍晚六点闭馆，节假日的时间另行张贴在门口。"
ZH_SECOND = "图书借期为三周，到期前可以在前台办理两次续借手续，逾期按天计费。"
ZH_ONCE = f"{ZH_FIRST}\n\n{ZH_SECOND}\n"
ZH_PAGE = (
    "西湖位于杭州城西，三面环山，湖面不大，沿着湖岸走上一圈要三四个钟头，是城里人饭后散步的地方，也是外地人来了就要看的地方。\n\n"
    "清晨有人在断桥上打拳，傍晚有人在白堤上拍照，到了下雨的时候，卖伞的人就会从巷子里走出来，把伞一把一把地摆在石阶上面。\n"
)
ZH_TWICE = f"{ZH_FIRST}\n\n{ZH_FIRST}\n\n{ZH_SECOND}\n"


# What changes the output of a command.
_LEFT_OUT = {"COLUMNS", "NO_COLOR", "FORCE_COLOR", "CI", "TERM", "GITHUB_ACTIONS", "PAGER", "LESS"}


def environment(**extra: str) -> dict[str, str]:
    """The environment of a command: this one without what changes the output."""
    kept = {k: v for k, v in os.environ.items() if k not in _LEFT_OUT and not k.startswith("DEDUPE_")}
    return {**kept, "PATH": f"{BIN}{os.pathsep}{kept.get('PATH', '')}", "LC_ALL": "C.UTF-8", **extra}


def dedupe(*args: str, cwd: Path, stdin: bytes | None = None, **extra: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command and return what it printed."""
    return subprocess.run(
        [str(DEDUPE), *args],
        cwd=cwd,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        env=environment(**extra),
        timeout=60,
        check=False,
    )


def here(args: Sequence[str], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command in this process: descriptors 0 to 2 are files for as long as it runs."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        files = (given, out, err)
        saved, streams = [os.dup(n) for n in range(3)], (sys.stdin, sys.stdout, sys.stderr)
        try:
            for number, file in enumerate(files):
                os.dup2(file.fileno(), number)
            # No context managers: closing them would flush into descriptors that are others' by then.
            sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
            sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
            code = run(list(args))
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            sys.stdin, sys.stdout, sys.stderr = streams
            for number, copy in enumerate(saved):
                os.dup2(copy, number)
                os.close(copy)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(list(args), code, out.read(), err.read())
