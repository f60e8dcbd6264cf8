"""Where a result goes: standard output, a file, a tree of files, back to its place; and what is refused.

Names of files are what the system has, which need not be text: the functions of ``os`` take them as they are.
"""

from __future__ import annotations

import os
import shlex
import stat
import sys
from collections.abc import Iterable, Sequence

from dedupe_cli.apply.write import write_file
from dedupe_cli.cli.console import write_stdout
from dedupe_cli.errors import WriteError, system_reason
from dedupe_cli.language import marked
from dedupe_cli.read.bounds import leads_out

STDIN = STDOUT = "-"
# What to do where decisions and other texts are asked for at once: a person was asked about each text alone.
FIRST_ALONE = marked("first dedupe clean -w --decisions FILE; then --across or --reference, in a call of its own")
# Names of inputs that are longer than this together are not repeated in a hint.
_SHORT = 60


def is_stdout(output: str | None) -> bool:
    """Tell whether what is written goes to standard output: no name is given, or ``-``."""
    return output is None or output == STDOUT


def on_terminal(output: str | None) -> bool:
    """Tell whether what is written goes to standard output, and that is a terminal."""
    return is_stdout(output) and sys.stdout is not None and sys.stdout.isatty()


def is_folder(output: str | None) -> bool:
    """Tell whether ``-o`` names a folder: an existing one, or a name that ends with a slash."""
    return bool(output) and output != STDOUT and (str(output).endswith(("/", os.sep)) or os.path.isdir(str(output)))


def is_descriptor(path: str) -> bool:
    """Tell whether a name leads to an open descriptor, not to a place: ``-``, ``/dev/stdin``, ``/dev/fd/3``."""
    folder, name = os.path.split(os.path.abspath(path))
    if path == STDIN or (folder == "/dev" and name in {"stdin", "stdout", "stderr"}):
        return True
    return os.path.realpath(folder).startswith(("/proc/", "/dev/fd"))


def is_replaceable(path: str) -> bool:
    """Tell whether a file may be moved to that place: not where a pipe, a socket or a device is."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return True  # reading it says what is wrong
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)


def unique(paths: Sequence[str]) -> list[str]:
    """Return the inputs in the order of their names, each file once: the order of arguments means nothing."""
    seen: dict[str, str] = {}
    for path in sorted(paths, key=os.fsencode):
        seen.setdefault(path if path == STDIN else os.path.realpath(path), path)
    return list(seen.values())


def mirrored(folder: str, path: str) -> str:
    """Return the place of an input in the tree under ``folder``: its path from here, or from the root."""
    if path == STDIN:
        raise WriteError("standard input has no name to give it in a folder", hint="use -o FILE")
    whole = os.path.abspath(path)
    inside = os.path.relpath(whole)
    if inside.startswith(os.pardir):
        inside = os.path.splitdrive(whole)[1].lstrip(os.sep)
    return os.path.join(folder, inside)


# How to go on where a text would be written over itself.
IN_PLACE = "dedupe clean -w FILE changes a file in its place"


def check_apart(outputs: Sequence[str], inputs: Sequence[str], hint: str = IN_PLACE) -> None:
    """Refuse an output, or a standard output, that is one of the inputs, links and redirections seen through."""
    known = {key: path for path in inputs if (key := _identity(path, 0))}
    stdout = _identity(STDOUT, 1)
    if stdout is not None and stdout in known:
        name = shown(known[stdout])
        raise WriteError(
            f"{name} is both input and output" if stdout[2]
            else f"{name} is both input and output; the shell has emptied it already",
            hint=hint,
        )  # fmt: skip
    for output in outputs:
        if output != STDOUT and (key := _identity(output, 1)) in known:
            raise WriteError(f"{output} is both input ({shown(known[key])}) and output", hint=hint)


def shown(path: str) -> str:
    """Return the name of an input for a message."""
    return "standard input" if path == STDIN else path


def again(named: Sequence[str]) -> str:
    """Return what was named on a command line for another one about the same texts."""
    text = shlex.join(named)
    return text if text and STDIN not in named and len(text) <= _SHORT else "PATH..."


def _identity(path: str, descriptor: int) -> tuple[int, int, int] | None:
    """Device, inode and size of a regular file; ``None`` for what is none or is not there."""
    try:
        if path == STDIN and (sys.stdin if descriptor == 0 else sys.stdout) is None:
            return None
        info = os.fstat(descriptor) if path == STDIN else os.stat(path)
    except (OSError, ValueError):
        return None
    return (info.st_dev, info.st_ino, info.st_size) if stat.S_ISREG(info.st_mode) else None


def put(path: str | None, data: bytes | Iterable[bytes]) -> None:
    """Write bytes to a file, or to standard output when there is no name or the name is ``-``."""
    if path is None or is_stdout(path):
        for part in [data] if isinstance(data, bytes) else data:
            write_stdout(part)
    else:
        write_file(path, data)


def refuse_terminal(path: str | None, what: str) -> None:
    """Raise :class:`WriteError` when what is no text would go to a terminal."""
    if on_terminal(path):
        raise WriteError(f"{what} is not shown on a terminal", hint="-o FILE writes it, --to text prints its text")


def put_in_tree(folder: str, path: str, data: bytes | Iterable[bytes]) -> None:
    """Write bytes to the mirrored place of an input, making folders on the way, but following no link there."""
    target, root = mirrored(folder, path), os.path.realpath(folder)
    whole = os.path.normpath(os.path.join(root, os.path.relpath(target, folder)))
    if why := leads_out(whole, root):
        raise WriteError(f"{target} {why}", hint="remove it, or name another folder with -o DIR/")
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
    except OSError as error:
        reason = system_reason(error)
        raise WriteError(f"{target}: {reason}", hint="name another folder with -o DIR/") from error
    write_file(target, data)
