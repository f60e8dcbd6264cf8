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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MEGA = 1_000_000


def units(unit: str) -> Callable[[int], bytes]:
    """One piece again and again."""
    return lambda size: (unit * (size // len(unit.encode()))).encode()


def numbered(head: str, row: Callable[[int], str]) -> Callable[[int], bytes]:
    """Rows that differ in their number."""

    def made(size: int) -> bytes:
        out, length, number = [head], len(head), 0
        while length < size:
            out.append(row(number))
            length += len(out[-1])
            number += 1
        return "".join(out).encode()

    return made


def srt(number: int) -> str:
    return f"{number + 1}\n{_time(number, ',')} --> {_time(number + 1, ',')}\nx{number}\n\n"


def vtt(number: int) -> str:
    return f"{_time(number)} --> {_time(number + 1)}\na\n\n"


def _time(second: int, point: str = ".") -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}{point}000"


def nuls(size: int) -> bytes:
    return b"\0" * size


# Name -> end of the file's name, bytes.
INPUTS: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "fences": ("md", units("```\n")),
    "fences of tildes": ("md", units("~~~\n\n")),
    "tildes on every line": ("md", units("~~~\n")),
    "tildes in a text": ("txt", units("~~~\n")),
    "items": ("md", units("- a\n")),
    "items that differ": ("md", numbered("", lambda number: f"- a{number}\n")),
    "items apart": ("md", units("- a\n\n")),
    "items and paragraphs": ("md", units("- a\n\na\n\n")),
    "items within items": ("md", units("".join(f"{'  ' * depth}- a\n" for depth in range(300)))),
    "rows of a table": ("md", numbered("| a | b |\n|---|---|\n", lambda _: "| a | b |\n")),
    "headings": ("md", units("# a\n")),
    "headings that differ": ("md", numbered("", lambda number: f"# a{number}\n")),
    "paragraphs": ("md", units("a\n\n")),
    "paragraphs that differ": ("md", numbered("", lambda number: f"a{number}\n\n")),
    "paragraphs of a text": ("txt", units("a\n\n")),
    "quotations": ("md", units("> a\n")),
    "quotations within each other": ("md", units("> ")),
    "code between paragraphs": ("md", units("    a\n\nb\n\n")),
    "open blocks of HTML": ("md", units("<div>\n\n")),
    "emphasis on lines": ("md", units("*a\n")),
    "fences in items": ("md", units("- ```\n")),
    "fences in a text": ("txt", units("```\n")),
    "fences with a word": ("md", units("```a\n")),
    "ticks on lines": ("md", units("a ```\n")),
    "ticks in paragraphs": ("md", units("a ```\n\n")),
    "open addresses": ("md", units("<http://a ")),
    "open addresses in a row": ("md", units("<http://a")),
    "open addresses on lines": ("md", units("<http://a\n")),
    "open brackets": ("md", units("[a](")),
    "open tags": ("md", units("<a b=' ")),
    "ticks": ("md", lambda size: "".join("`" * (n % 1000 + 1) + "a" for n in range(size // 500)).encode()),
    "equals signs": ("md", units("a\n=\n")),
    "equals signs in a text": ("txt", units("a\n=\n")),
    "front matter": ("md", lambda size: b"---\n" + b"a: b\n" * (size // 5) + b"---\n\na\n"),
    "front matter of keys": ("md", numbered("---\n", lambda number: f"key{number}: b\n")),
    "front matter without end": ("md", lambda size: b"---\n" + b"a: b\n" * (size // 5)),
    "definitions": ("md", numbered("", lambda number: f"[a{number}]: b\n")),
    "cues of SubRip": ("srt", numbered("", srt)),
    "cues that are equal": ("srt", numbered("", lambda number: srt(number).replace(f"x{number}", "x"))),
    "cues of WebVTT": ("vtt", numbered("WEBVTT\n\n", vtt)),
    "open attributes": ("html", units("<a b='")),
    "open attributes, double": ("html", units('<a b="')),
    "open tags of HTML": ("html", units("<a ")),
    "open comments": ("html", units("<!-- a ")),
    "open declarations": ("html", units("<![CDATA[ ")),
    "paragraphs of HTML": ("html", units("<p>a")),
    "items of HTML": ("html", units("<li>a")),
    "cells of HTML": ("html", units("<tr><td>a")),
    "blocks within each other": ("html", units("<div>")),
    "records": ("jsonl", units('{"text": "a"}\n')),
    "NULs": ("txt", nuls),
    "NULs in Markdown": ("md", nuls),
}


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
    parser.add_argument("names", nargs="*", metavar="NAME")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for end in sorted({end for end, _ in INPUTS.values()}):
            path = Path(folder) / f"a.{end}"
            path.write_bytes(b"a\n")
            measured(path, [given.command, "--isolated"], given.limit)
        for name in given.names or INPUTS:
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
