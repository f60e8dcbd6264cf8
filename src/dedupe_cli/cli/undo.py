"""``dedupe undo``: what ``clean -w`` removed comes back."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import click

from dedupe_cli.apply import records
from dedupe_cli.apply import undo as store
from dedupe_cli.cli import options, outputs
from dedupe_cli.cli.console import count, inert
from dedupe_cli.cli.help import Command
from dedupe_cli.errors import DedupeError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.cli.console import Console

EXAMPLES = (
    ("dedupe undo notes.txt", "the file as it was before it was last cleaned"),
    ("dedupe undo", "all files of the last run"),
    ("dedupe undo --list", "what can be put back"),
)


@click.command("undo", cls=Command, examples=EXAMPLES)
@click.argument("paths", nargs=-1, metavar="[FILE]...", type=click.Path(readable=False))
@options.option("--list", "listing", is_flag=True, everyday=True, help="Print what can be put back, newest first.")
@options.option("--prune", is_flag=True, everyday=True, help="Forget what is older than 30 days or beyond 256 MiB.")
@options.option("--clear", is_flag=True, everyday=True, help="Forget everything.")
@options.talking
@click.pass_context
def undo(ctx: click.Context, /, paths: tuple[str, ...], *, listing: bool, prune: bool, clear: bool) -> int:
    """Put back what clean -w removed, byte for byte: into FILE, or into all files of the last run.

    A file that changed since is left as it is. What was removed is kept in the user's state folder.
    """
    modes = [name for name, on in (("--list", listing), ("--prune", prune), ("--clear", clear)) if on]
    if len(modes) > 1:
        raise SettingsError(f"{modes[0]} and {modes[1]} contradict", hint="leave one of them out")
    if paths and (prune or clear):
        raise SettingsError(f"{modes[0]} takes no FILE", hint="it looks at everything that was recorded")
    console: Console = ctx.obj
    if listing:
        return _list(outputs.unique(paths))
    if modes:
        gone, stay = records.prune(everything=clear)
        console.say(f"forgot {count(gone, 'record')}, {stay} left")
        return 0
    return _put_back(console, outputs.unique(paths))


def _list(paths: Sequence[str]) -> int:
    """Print a line for each record: when, how much, from which file."""
    for item in [r for path in paths for r in records.listed(path)] if paths else records.listed():
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(item.time))
        amount = f"{count(item.removed, 'character')} in {count(item.places, 'place')}"
        amount += f", {item.decided:,} by decision" if item.decided else ""
        click.echo(f"{when}  {amount}  {inert(item.path)}")
    return 0


def _put_back(console: Console, paths: Sequence[str]) -> int:
    """Restore one file after the other; one that cannot be stops no other."""
    failed = False
    asked: Sequence[str | None] = paths or [None]
    console.to_write = len(paths)
    for path in asked:
        try:
            items = store.latest(path)
        except DedupeError as error:
            failed = True
            console.error(error)
            continue
        console.to_write = max(console.to_write, len(items))
        for item in items:
            try:
                store.restore(item)
            except DedupeError as error:
                failed = True
                console.error(error)
                continue
            console.written += 1
            amount = f"{count(item.removed, 'character')} in {count(item.places, 'place')}"
            console.say(f"put back {amount}: {path or os.path.relpath(item.path)}")
    return 2 if failed else 0
