"""A pager for what is longer than the screen, as git has one: only on a terminal, never in a pipe or in CI.

Neither click's pager nor rich's does it: the first takes the colours out, both show what is short in a pager, too.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping

# The variables that name a pager, the first that is set wins; the empty word and "cat" mean none.
_VARIABLES = ("DEDUPE_PAGER", "PAGER")
_USUAL = "less"
# What `less` and `lv` are told where the user has told them nothing: end when all fits on one screen, show colours,
# leave the text on the screen.
_TOLD = {"LESS": "FRX", "LV": "-c"}
# What makes a link of the words behind it, and ends one.
_LINK = re.compile("\x1b]8;[^\x1b]*\x1b\\\\")
# Characters from here on may be drawn two columns wide.
_WIDE = "\u1100"
# What a shell returns for a command that is not there or must not be run.
_NOT_RUN = frozenset({126, 127})


class Screen(io.StringIO):
    """What is to be shown on the terminal, held until it is known how long it is."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """That of the terminal."""
        return (sys.stdout and sys.stdout.encoding) or "utf-8"

    def isatty(self) -> bool:
        """Say yes: the terminal is behind it, for whoever asks about colour and width."""
        return True


def pager(environment: Mapping[str, str] = os.environ) -> str:
    """Return the command line of the pager, nothing where there is to be none."""
    if sys.stdout is None or not sys.stdout.isatty() or environment.get("TERM") == "dumb" or environment.get("CI"):
        return ""
    named = next((environment[name].strip() for name in _VARIABLES if name in environment), None)
    if named is None:
        return _USUAL if shutil.which(_USUAL) else ""
    return "" if named == "cat" else named


def show_paged(show: Callable[..., None], command: str) -> None:
    """Let a view print to the terminal: into the pager, if that can be run, when it is longer than the screen."""
    screen = Screen()
    show(stream=screen)
    text = screen.getvalue()
    plain = _LINK.sub("", text)  # not every pager lets links through
    if _fits(plain) or not _paged(plain.encode(screen.encoding, "backslashreplace"), command):
        sys.stdout.write(text)
        sys.stdout.flush()


def _fits(text: str) -> bool:
    """Tell whether a text surely fits on the screen, the lines that follow it not counted."""
    columns, lines = shutil.get_terminal_size()
    cells = (sum(1 + (char >= _WIDE) for char in line) for line in text.splitlines())
    return sum(max(1, -(-many // columns)) for many in cells) < lines


def _paged(data: bytes, command: str) -> bool:
    """Show data in a pager; tell whether it could be run.

    Whoever leaves it early has seen enough: that is no error. Meanwhile Ctrl-C is for the pager.
    """
    import subprocess  # noqa: PLC0415  only for what is long

    environment = {**_TOLD, **_charset(), **os.environ}
    # The user's own command line, for the shell to read: "less -S | tee x" is a pager.
    process = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env=environment)  # noqa: S602
    try:
        with _left_alone():
            process.communicate(data)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return process.returncode not in _NOT_RUN


def _charset() -> dict[str, str]:
    """Tell ``less`` that what comes is UTF-8, also where the locale does not say so."""
    return {"LESSCHARSET": "utf-8"} if Screen().encoding.lower().replace("-", "") == "utf8" else {}


@contextlib.contextmanager
def _left_alone() -> Iterator[None]:
    """Leave Ctrl-C, which a terminal sends to everybody, to the pager."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not in the main thread: whoever embeds us minds the signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
