"""The editor of the person at the terminal: ``VISUAL``, else ``EDITOR``, else ``vi``."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from dedupe_cli.errors import DedupeError

# Editors that take a line behind a colon, and those of them that want to be told so; the others take +LINE.
_GOTO = frozenset({"code", "code-insiders", "codium", "cursor"})
_COLON = _GOTO | {"subl", "hx", "helix", "zed", "micro"}


def edit(text: str) -> str:
    """Return a text as the editor left it; raises :class:`DedupeError` when that cannot be run."""
    with tempfile.TemporaryDirectory(prefix="dedupe-") as folder:
        place = Path(folder) / "text.txt"
        place.write_bytes(f"{text}\n".encode("utf-8", "surrogatepass"))
        command = shlex.join(_command())
        _run([*_command(), str(place)])
        try:
            return place.read_bytes().decode("utf-8", "surrogatepass").removesuffix("\n")
        except (OSError, ValueError) as error:
            raise DedupeError(f"what {command} left cannot be read: {error}") from error


def open_at(path: str, line: int) -> None:
    """Open a file at a line; raises :class:`DedupeError` when the editor cannot be run."""
    command = _command()
    name = Path(command[0]).name if command else ""
    place = [f"{path}:{line}"] if name in _COLON else [f"+{line}", path]
    _run([*command, *(["--goto"] if name in _GOTO else []), *place])


def _command() -> list[str]:
    return shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, check=False)  # noqa: S603  their own editor
    except (OSError, ValueError) as error:
        raise DedupeError(f"{command[0]}: {error}", hint="EDITOR names the program to write with") from error
    if done.returncode:
        raise DedupeError(f"{command[0]} ended with {done.returncode}: the text stays as it was")
