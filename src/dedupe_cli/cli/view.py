"""The diff on standard output and the summary on standard error, for every command that has them."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol, TextIO

from dedupe_cli.cli import outputs
from dedupe_cli.cli.console import inert
from dedupe_cli.errors import DedupeError, WriteError
from dedupe_cli.text.rewrite import rewrite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedupe_cli import api
    from dedupe_cli.cli.console import Console
    from dedupe_cli.model import Plan, Source


class Request(Protocol):
    """What a view needs to know of a call."""

    console: Console
    output: str | None
    layout: str
    width: int | None
    context: int
    max_shown: int
    ambiguous_wide: bool


def is_patch(request: Request) -> bool:
    """Tell whether the changes are to be a patch: asked for, or neither asked for cards nor on a terminal."""
    if request.layout != "auto":
        return request.layout == "unified"
    to_file = request.output is not None and request.output != outputs.STDOUT
    return to_file or sys.stdout is None or not sys.stdout.isatty()


def patch(result: api.Result) -> bytes:
    """Return the unified diff of one result, in the bytes of its file."""
    from dedupe_cli.render.unified import unified  # noqa: PLC0415  only this view needs it

    file, edits = result.lowered
    if result.source.container is not None and result.source.container.name == "docx":
        raise DedupeError(
            f"{file.path}: a patch of a Word document cannot be applied",
            hint="dedupe diff --layout inline shows the cuts; dedupe clean -o FILE writes the result",
        )
    return unified(file, replace(result.plan, edits=edits), rewrite(file.text, edits))


def for_eyes(request: Request, data: bytes) -> bytes:
    """Make a patch harmless when it goes to a terminal: it is then looked at, not applied."""
    to_stdout = request.output is None or request.output == outputs.STDOUT
    if not to_stdout or sys.stdout is None or not sys.stdout.isatty():
        return data
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    return "\n".join(inert(line.removesuffix("\r")) for line in lines).encode()


def cards(request: Request, pairs: Sequence[tuple[Source, Plan]]) -> None:
    """Print the group cards, to standard output or to the file of ``-o``."""
    if request.output is None or request.output == outputs.STDOUT:
        to_stdout(partial(_show, request, pairs))
        return
    stream = io.StringIO()
    _show(request, pairs, stream=stream)
    outputs.put(request.output, stream.getvalue().encode("utf-8", "backslashreplace"))


def to_stdout(show: Callable[..., None]) -> None:
    """Let a view print to standard output; raises :class:`BrokenPipeError` when nobody reads."""
    if sys.stdout is None:
        raise WriteError("standard output is closed", hint="write to a file with -o FILE")
    try:
        show(stream=sys.stdout)
        sys.stdout.flush()
    except SystemExit as leave:  # rich leaves the program when the pipe is closed
        raise BrokenPipeError from leave


def _show(request: Request, pairs: Sequence[tuple[Source, Plan]], *, stream: TextIO) -> None:
    from dedupe_cli.render.terminal import show  # noqa: PLC0415  it loads rich

    show(
        pairs,
        stream=stream,
        width=request.width,
        color=request.console.color,  # type: ignore[arg-type]
        context=request.context,
        max_shown=request.max_shown,
        ambiguous_wide=request.ambiguous_wide,
        layout="side" if request.layout == "side" else "inline",
    )


def summarize(console: Console, pairs: Sequence[tuple[Source, Plan]], *, done: bool = False, raw: bool = False) -> None:
    """Say what was found: warnings, one line of counts, what to run next."""
    if console.quiet or not pairs:
        return
    from dedupe_cli.render.summary import hints, summary, warnings  # noqa: PLC0415  not needed for --help

    for text in warnings(pairs, raw=raw):
        console.warn(text)
    console.say(summary(pairs, done=done))
    for text in hints(pairs, done=done):
        console.say(f"hint: {text}")
