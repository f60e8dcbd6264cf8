"""The diff on standard output, in a pager when it is longer than the screen, and the summary on standard error.

The pager is as git has one: only on a terminal, never in a pipe or in CI. Neither click's pager nor rich's does it: the
first takes the colours out, both show what is short in a pager, too.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, TextIO

from dedupe_cli.cli import inputs, outputs
from dedupe_cli.cli.between import Between
from dedupe_cli.cli.console import Console, inert
from dedupe_cli.errors import DedupeError, SettingsError, WriteError
from dedupe_cli.text.rewrite import rewrite

if TYPE_CHECKING:
    from dedupe_cli import api
    from dedupe_cli.model import Plan, Source

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

    # The charset tells `less` that what comes is UTF-8, also where the locale does not say so.
    charset = {"LESSCHARSET": "utf-8"} if Screen().encoding.lower().replace("-", "") == "utf8" else {}
    environment = {**_TOLD, **charset, **os.environ}
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


@dataclass(kw_only=True)
class Request:
    """What a call of ``clean`` or ``diff`` asks for, whatever its files are, and what has been done so far.

    ``named`` is what was named on the command line, ``again`` the options that ``clean`` and ``explain`` need to come
    to the same result.
    """

    console: Console
    paths: list[str]
    named: Sequence[str]
    tasks: inputs.Tasks
    jobs: int
    layout: str
    context: int
    max_shown: int
    show_held: bool
    output: str | None = None
    write: bool = False
    check: bool = False
    diff: bool = False
    dry_run: bool = False
    backup: str | None = None
    no_undo: bool = False
    again: tuple[str, str] = ("", "")
    failed: bool = False
    changed: bool = False
    pairs: list[tuple[Source, Plan]] = field(default_factory=list)
    patches: list[bytes] = field(default_factory=list)

    @cached_property
    def between(self) -> Between | None:
        """What is compared with what; ``None`` when each text, or record, is looked at for itself."""
        return Between.of(self.tasks.project.at("."))

    @property
    def modes(self) -> list[str]:
        """The options that say what is done with the result, without their dashes."""
        return [name for name in ("write", "check", "diff") if getattr(self, name)]

    @property
    def done(self) -> bool:
        """True when the result goes somewhere; else only what would be is told."""
        return not (self.check or self.diff or self.dry_run)

    def check_modes(self) -> None:
        """Refuse options that contradict each other."""
        modes = self.modes
        if len(modes) > 1 and self.write:
            raise SettingsError(f"--write and --{modes[1]} contradict", hint="leave one of them out")
        if self.dry_run and modes and not self.write:
            raise SettingsError(
                f"--dry-run and --{modes[0]} contradict", hint=f"--{modes[0]} alone writes nothing, too"
            )
        if self.output and (self.write or (self.check and not self.diff)):
            raise SettingsError(f"--output and --{modes[0]} contradict", hint="leave one of them out")
        if self.write and any(map(outputs.is_descriptor, self.paths)):
            raise SettingsError("--write cannot change standard input", hint="name a file, or leave --write out")
        if self.backup is not None and not self.write:
            raise SettingsError("--backup needs --write", hint="without -w no file is changed")
        if self.backup is not None and (not self.backup or "/" in self.backup):
            raise SettingsError(f"--backup: {self.backup!r} is no suffix", hint="write --backup=.bak")

    def check_places(self, *others: str) -> None:
        """Refuse what would have no place to go, or the place of an input; ``others`` are written, too."""
        folder = outputs.is_folder(self.output)
        if len(self.paths) > 1 and not (self.modes or self.dry_run or folder):
            raise SettingsError(
                f"{len(self.paths)} inputs but nowhere to put the result",
                hint="add --write, --diff, --check or -o DIR/",
            )
        if self.diff and self.output and self.output.endswith(("/", os.sep)):
            raise SettingsError(f"{self.output} is a folder, and changes are one text", hint="-o FILE")
        places = list(others)
        if self.output and folder and not self.diff:
            places += [outputs.mirrored(self.output, path) for path in self.paths]
        elif self.output:
            places.append(self.output)
        if len(set(places)) < len(places):
            raise SettingsError("--plan-out and --output are the same file", hint="give them names of their own")
        outputs.check_apart(places, self.paths)

    def show_changes(self) -> None:
        """Print the changes that were asked for: the patches, or cards of the pairs."""
        if self.diff and is_patch(self):
            put_patch(self, b"".join(self.patches))
        elif self.diff:
            cards(self, self.pairs)

    @property
    def exit_code(self) -> int:
        """2 when something failed, 1 when something would change and the call asks whether."""
        return 2 if self.failed else int(self.changed and (self.check or self.diff))


def is_patch(request: Request) -> bool:
    """Tell whether the changes are to be a patch: asked for, or neither asked for cards nor on a terminal."""
    if request.layout != "auto":
        return request.layout == "unified"
    return not outputs.on_terminal(request.output)


def patch(result: api.Result) -> bytes:
    """Return the unified diff of one result, in the bytes of its file."""
    from dedupe_cli.render.unified import unified  # noqa: PLC0415  only this view needs it

    file, edits = result.lowered
    if result.source.format == "docx":
        raise DedupeError(
            f"{file.path}: a patch of a Word document cannot be applied",
            hint="dedupe diff --layout inline shows the cuts; dedupe clean -o FILE writes the result",
        )
    return unified(file, replace(result.plan, edits=edits), rewrite(file.text, edits))


def put_patch(request: Request, data: bytes) -> None:
    """Bring a patch where it belongs; on a terminal, where it is looked at and not applied, in a harmless form."""
    if not outputs.on_terminal(request.output):
        outputs.put(request.output, data)
        return
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    text = "\n".join(inert(line.removesuffix("\r")) for line in lines)
    text_to_stdout(request.console, text)


def text_to_stdout(console: Console, text: str) -> None:
    """Print a text in the same way as :func:`to_stdout` does a view."""
    to_stdout(console, lambda *, stream: stream.write(text))


def cards(request: Request, pairs: Sequence[tuple[Source, Plan]]) -> None:
    """Print the group cards, to standard output or to the file of ``-o``."""
    show_in(request.output, request.console, partial(_show, request, pairs))


def show_in(output: str | None, console: Console, show: Callable[..., None]) -> None:
    """Let a view print to a file or, without one, to standard output."""
    if outputs.is_stdout(output):
        to_stdout(console, show)
        return
    stream = io.StringIO()
    show(stream=stream)
    outputs.put(output, stream.getvalue().encode("utf-8", "backslashreplace"))


def to_stdout(console: Console, show: Callable[..., None]) -> None:
    """Let a view print to standard output, on a terminal into a pager."""
    if sys.stdout is None:
        raise WriteError("standard output is closed", hint="write to a file with -o FILE")
    try:
        if console.pager and (command := pager()):
            show_paged(show, command)
            return
        show(stream=sys.stdout)
        sys.stdout.flush()
    except SystemExit as leave:  # rich leaves the program when the pipe is closed
        raise BrokenPipeError from leave


def _show(request: Request, pairs: Sequence[tuple[Source, Plan]], *, stream: TextIO) -> None:
    from dedupe_cli.gate.rank import FEW  # noqa: PLC0415  not for --help
    from dedupe_cli.render.terminal import show  # noqa: PLC0415  it loads rich

    show(
        pairs,
        stream=stream,
        context=request.context,
        max_shown=request.max_shown,
        show_held=request.show_held or sum(len(plan.held_back) for _, plan in pairs) <= FEW,
        **request.console.look,
    )


def summarize(request: Request, pairs: Sequence[tuple[Source, Plan]], named: str = "") -> None:
    """Say what was found: warnings, one line of counts, what to run next (on ``named``, where one file will not do)."""
    console, done = request.console, request.done
    if console.quiet or not pairs:
        return
    from dedupe_cli.render.phrases import hints, summary, warnings  # noqa: PLC0415  not needed for --help

    for text in warnings(pairs, raw=request.diff and is_patch(request)):
        console.warn(text)
    console.say(summary(pairs, done=done))
    for text in hints(pairs, done=done, named=named, options=request.again):
        console.say(f"hint: {text}")
    accepting = "" if any(plan.edits for _, plan in pairs) else request.tasks.accepting
    if accepting:
        console.say(f"hint: {accepting} accepts what was there when it was written; --no-baseline leaves it aside")
