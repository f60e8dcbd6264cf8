"""``dedupe explain``: one repeat in full."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dedupe_cli.cli import batch, options, outputs, view
from dedupe_cli.cli.help import Command
from dedupe_cli.errors import DedupeError, SettingsError

if TYPE_CHECKING:
    from dedupe_cli import api
    from dedupe_cli.cli.console import Console

EXAMPLES = (("dedupe explain 5f0c9a1e notes.txt", "why this repeat of notes.txt goes, or stays"),)
# Fewer digits than this would often mean several groups.
_SHORTEST = 4


@click.command("explain", cls=Command, examples=EXAMPLES)
@click.argument("group_id", metavar="ID")
@options.paths(required=True)
@options.settings
@options.reading
@options.sizing
@options.talking
@click.pass_context
def explain(ctx: click.Context, /, group_id: str, paths: tuple[str, ...], **given: Any) -> int:
    """Say why one repeat goes or stays: its members, their differences, the scores, the decision.

    ID is what diff and the summary print; the texts are looked through anew.
    """
    console: Console = ctx.obj
    if len(group_id) < _SHORTEST or not set(group_id.lower()) <= set("0123456789abcdef"):
        raise SettingsError(f"{group_id!r} is no id of a repeat", hint="dedupe diff prints the ids, such as 5f0c9a1e")
    how = options.decoding(given)
    task = batch.Task(how, options.make_settings(given), kind=given["type"], name=given["stdin_filename"])
    found, failed = 0, False
    names = outputs.unique(paths)
    with console.watch(len(names)) as progress:
        for outcome in batch.outcomes(names, task, given["jobs"], progress):
            if outcome.result is None:
                failed = True
                batch.report(console, outcome.error, outcome.trace)
                continue
            progress.clear()
            found += _print(console, outcome.result, group_id.lower(), given)
    if not found and not failed:
        where = f"{len(names)} files" if len(names) > 1 else outputs.shown(names[0])
        raise DedupeError(f"no repeat {group_id} in {where}", hint="give the same options as in the run that named it")
    return 2 if failed else 0


def _print(console: Console, result: api.Result, group_id: str, given: dict[str, Any]) -> int:
    """Print the groups of one text whose id begins as asked; return how many."""
    from dedupe_cli.render.terminal import show_group  # noqa: PLC0415  it loads rich

    groups = [g.id for g in result.plan.groups if g.id.startswith(group_id)]
    look: dict[str, Any] = {
        "color": console.color,
        "width": given["width"],
        "ambiguous_wide": given["ambiguous_wide"],
    }
    for each in groups:
        view.to_stdout(partial(show_group, result.source, result.plan, each, **look))
    return len(groups)
