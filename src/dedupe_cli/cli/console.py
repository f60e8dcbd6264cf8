"""Talk with people: everything on standard error, in one manner, and nothing of it in the way of the data."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

from dedupe_cli.errors import DedupeError, WriteError, system_reason
from dedupe_cli.language import _, counted, said

if TYPE_CHECKING:
    from types import TracebackType

    from dedupe_cli.render.terminal import Look
    from dedupe_cli.render.terminal_style import Color

# Seconds of work before a bar appears, and before a line is worth writing where no bar can be.
_BAR_AFTER, _LINE_AFTER = 0.5, 30.0
# Not empty when what was printed on a terminal did not end its row: what is said next begins a new one.
_open_row: list[bool] = []


def _wrapped(text: str) -> str:
    """Break a long row between words; a hint stays in one piece, so that its command can be pasted."""
    width = shutil.get_terminal_size().columns
    cells = len(text) if text.isascii() else 2 * len(text)
    if cells <= width or text.startswith(_("hint: {what}", what="")):
        return text
    if text.isascii():
        import textwrap  # noqa: PLC0415  only for long rows

        return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
    from dedupe_cli.render.terminal_style import wrapped  # noqa: PLC0415  it loads rich

    return wrapped(text, width).rstrip("\n")


def inert(text: str) -> str:
    r"""Make text of others (file names) harmless in a message: ``a\\x1b[2J`` instead of a cleared screen."""
    if text.isprintable():
        return text
    from dedupe_cli.render.pieces import inert as escaped  # noqa: PLC0415  most messages have nothing to escape

    return escaped(text, lambda char: ascii(char)[1:-1]).replace("\n", "\\n")


@dataclass
class Console:
    """What was asked for about messages, and how much was written so far."""

    quiet: bool = False
    verbose: bool = False
    progress: bool = True
    pager: bool = True
    ascii_only: bool = False
    ambiguous_wide: bool = False
    width: int | None = None
    color: Color = "auto"
    layout: Literal["inline", "side"] = "inline"
    written: int = 0
    to_write: int = 0
    _warned: set[str] = field(default_factory=set)

    @property
    def look(self) -> Look:
        """How views are to look."""
        return {
            "width": self.width, "color": self.color, "layout": self.layout,
            "ambiguous_wide": self.ambiguous_wide, "ascii_only": self.ascii_only,
        }  # fmt: skip

    def line(self, text: str) -> None:
        """Print one line, whatever ``--quiet`` says."""
        if sys.stderr is None:
            return
        text = inert(said(text))
        if sys.stderr.isatty():
            text = ("\n" if _open_row else "") + _wrapped(text)
            _open_row.clear()
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def say(self, text: str) -> None:
        """Print one line of news."""
        if not self.quiet:
            self.line(text)

    def block(self, text: str) -> None:
        """Print several lines, a traceback for instance."""
        for line in text.splitlines():
            self.line(line)

    def warn(self, text: str) -> None:
        """Print a warning, once."""
        if not self.quiet and text not in self._warned:
            self._warned.add(text)
            self.line(_("warning: {what}", what=said(text)))

    def error(self, error: DedupeError) -> None:
        """Print an error and how to go on."""
        self.line(_("error: {what}", what=said(error.message)))
        if error.hint:
            self.line(_("hint: {what}", what=said(error.hint)))

    def interrupted(self) -> None:
        """Print the one line after a signal."""
        if self.to_write:
            words = "interrupted; {n} of {files} written"
            self.line(_(words, n=self.written, files=counted(self.to_write, "file")))
        else:
            self.line(_("interrupted; nothing written"))

    def watch(self) -> Progress:
        """Return the observer of a run."""
        return Progress(self)


def write_stdout(data: bytes) -> None:
    """Write bytes to standard output and make sure that they arrived. Raises :class:`WriteError`."""
    if sys.stdout is None:
        raise WriteError("standard output is closed", hint="write to a file with -o FILE")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        if data and sys.stdout.isatty():
            _open_row[:] = [] if data.endswith(b"\n") else [True]
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = system_reason(error)
        raise WriteError(f"standard output: {reason}", hint="the output is incomplete; write it elsewhere") from error


def let_go_of_stdout() -> None:
    """Point standard output at the null device, so that the interpreter's last flush meets no closed pipe."""
    null = os.open(os.devnull, os.O_WRONLY)
    for stream, descriptor in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            os.dup2(null, descriptor)
    os.close(null)


class Progress:
    """One bar on standard error while work takes longer than half a second; gone when it is done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self._bar: Any = None
        self._task: Any = None
        self._stage = ""
        # A bar is drawn with escape sequences, and "never" means none of them.
        wanted = console.progress and not console.quiet and console.color != "never"
        self._shown = wanted and _can_draw()
        self._lines = console.verbose and not self._shown

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take note of ``done`` of ``total`` pieces of a stage."""
        elapsed = time.monotonic() - self._began
        if self._shown and elapsed >= _BAR_AFTER:
            self._draw(stage, done, total)
        elif self._lines and elapsed >= _LINE_AFTER and stage != self._stage:
            self._stage = stage
            words = "{stage}: {done} of {total} after {n} s"
            self._console.say(_(words, stage=_(stage), done=done, total=total, n=f"{elapsed:.0f}"))

    def clear(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = self._task = None

    def _draw(self, stage: str, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = _bar(narrow=self._console.ascii_only)
            self._bar.start()
        if self._task is None or stage != self._stage:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(_(stage), total=total, completed=done)
            self._stage = stage
            self._bar.refresh()
        self._bar.update(self._task, completed=done, total=total)


def _can_draw(environment: Any = os.environ) -> bool:
    """Tell whether standard error is a terminal that a bar may be drawn on."""
    if environment.get("TERM") == "dumb" or environment.get("CI"):
        return False
    return sys.stderr is not None and sys.stderr.isatty()


def _bar(*, narrow: bool) -> Any:
    """Build the bar; narrow terminals, and those that draw with ASCII alone, get the percentage."""
    from rich.console import Console as Terminal  # noqa: PLC0415  rich is loaded only when a bar is drawn
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    terminal = Terminal(stderr=True)
    columns: Sequence[Any] = [TextColumn("{task.description}"), TextColumn("{task.percentage:.0f} %")]
    if terminal.width >= 60 and not narrow:
        columns = [
            columns[0],
            BarColumn(bar_width=20),
            columns[1],
            MofNCompleteColumn(),
            _speed_column(),
            TimeRemainingColumn(compact=True, elapsed_when_finished=False),
        ]
    return Bar(*columns, console=terminal, transient=True)


def _speed_column() -> Any:
    from rich.progress import ProgressColumn, Task  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    class Speed(ProgressColumn):
        """Pieces a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.0f}/s" if task.speed else "")

    return Speed()
