"""``dedupe undo``: what ``clean -w`` removed comes back."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from dedupe_cli.apply import undo as store
from dedupe_cli.cli import outputs
from dedupe_cli.cli.console import Console, inert
from dedupe_cli.errors import DedupeError, ReadError, SettingsError
from dedupe_cli.language import _
from dedupe_cli.render.phrases import count, number

if TYPE_CHECKING:
    from dedupe_cli.apply.undo import Record


def run(
    ctx: click.Context, *, paths: tuple[str, ...], listing: bool, target: str | None, prune: bool, clear: bool
) -> int:
    """Put back, list or forget what was recorded."""
    modes = [name for name, on in (("--list", listing), ("--prune", prune), ("--clear", clear)) if on]
    if len(modes) > 1:
        raise SettingsError(f"{modes[0]} and {modes[1]} contradict", hint="leave one of them out")
    if paths and (prune or clear):
        raise SettingsError(f"{modes[0]} takes no FILE", hint="it looks at everything that was recorded")
    if target is not None and (modes or len(paths) != 1):
        wrong = f"--to and {modes[0]} contradict" if modes else "--to takes one RECORD"
        raise SettingsError(wrong, hint="dedupe undo RECORD --to FILE; dedupe undo --list names the records")
    console: Console = ctx.obj
    if listing:
        return _list(console, outputs.unique(paths))
    if modes:
        gone, stay = store.prune(everything=clear)
        console.say(f"forgot {count(gone, 'record')}, {stay} left")
        return 0
    return _put_back(console, outputs.unique(paths), target)


def _list(console: Console, paths: Sequence[str]) -> int:
    """Print a line for each record: when, how much, from which file; its name where the file is not there."""
    found = [record for path in paths for record in store.listed(path)] if paths else store.listed()
    if not found:
        console.say(_("nothing to undo"))
    for item in found:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(item.time))
        parts = [_amount(item)]
        parts += [_("{n} by decision", n=number(item.decided))] if item.decided else []
        amount = _(", ").join(parts)
        record = os.path.basename(item.file)
        gone = "" if os.path.lexists(item.path) else _("  (not there; record {name})", name=record)
        click.echo(f"{when}  {amount}  {inert(item.path)}{gone}")
    return 0


def _amount(item: Record) -> str:
    return _("{size} in {places}", size=count(item.removed, "character"), places=count(item.places, "place"))


def _put_back(console: Console, paths: Sequence[str], target: str | None) -> int:
    """Restore one file after the other; one that cannot be stops no other."""
    failed = False
    asked: Sequence[str | None] = paths or [None]
    console.to_write = len(paths)
    for path in asked:
        try:
            items = _items(path, target)
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
            console.say(_("put back {amount}: {file}", amount=_amount(item), file=_name(path, item, target)))
    return 2 if failed else 0


def _items(path: str | None, target: str | None) -> list[Record]:
    """Return the records to put back for one argument, which names a file or a record."""
    if path is None:
        return store.latest()
    record = store.named(path, target)
    if record is None and target is not None:
        hint = "dedupe undo --list names the records whose files are not there"
        raise ReadError(f"{path} is the name of no record", hint=hint)
    return store.latest(path) if record is None else [record]


def _name(path: str | None, item: Record, target: str | None) -> str:
    if target is not None:
        return target
    is_file = path is not None and os.path.basename(path) != os.path.basename(item.file)
    return path if is_file and path is not None else os.path.relpath(item.path)
