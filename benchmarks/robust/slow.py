"""Texts of one megabyte that are hard to read: each is made, cleaned in a process of its own, and timed.

    python benchmarks/robust/slow.py [--size 1000000] [--limit 120] [--command clean] [--growth] [NAME ...]

Printed are the seconds of processor time and the memory at its highest, of the process and what it starts. The program
is compiled before, as an installed one is. With ``--growth`` a quarter of each is measured, too: four times as much
text should take four times as long.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from hard import INPUTS

MEGA = 1_000_000


def measured(data: Path, command: list[str], limit: int) -> str:
    """Run a command on a file; say its seconds and megabytes. What is compiled is kept beside the file."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))

    with subprocess.Popen(
        [sys.executable, "-m", "dedupe_cli", *command, str(data)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=limited,  # noqa: PLW1509  no threads here
        env={**kept, "DEDUPE_NO_UNDO": "1", "PYTHONPYCACHEPREFIX": str(data.parent / "compiled")},
    ) as run:  # fmt: skip
        said = run.stderr.read() if run.stderr else b""
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
    line = said.decode("utf-8", "replace").split("\n")[0][:70]
    return f"{used.ru_utime + used.ru_stime:7.1f} s  {used.ru_maxrss / 1024:6.0f} MB  {run.returncode:4d}  {line}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=MEGA)
    parser.add_argument("--limit", type=int, default=120, help="seconds of processor time")
    parser.add_argument("--command", default="clean")
    parser.add_argument("--growth", action="store_true", help="a quarter of each, too")
    parser.add_argument("--behind", metavar="NAME", help="only what stands behind this one")
    parser.add_argument("names", nargs="*", metavar="NAME")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for end in sorted({end for end, _ in INPUTS.values()}):
            path = Path(folder) / f"a.{end}"
            path.write_bytes(b"a\n")
            measured(path, [given.command, "--isolated"], given.limit)
        names = [*INPUTS]
        for name in given.names or names[names.index(given.behind) + 1 if given.behind else 0 :]:
            end, make = INPUTS[name]
            path = Path(folder) / f"a.{end}"
            for size in [given.size // 4, given.size] if given.growth else [given.size]:
                path.write_bytes(make(size))
                print(f"{name:30}{size:9}{measured(path, [given.command, '--isolated'], given.limit)}", flush=True)
        if not given.names:
            path = Path(folder) / "sparse.txt"
            with path.open("wb") as file:
                file.truncate(5 << 30)
            print(f"{'a sparse file of 5 GB':39}{measured(path, [given.command, '--isolated'], given.limit)}")


if __name__ == "__main__":
    main()
