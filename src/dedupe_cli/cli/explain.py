"""``dedupe explain``: one repeat in full."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dedupe_cli.cli import batch, configured, inputs, options, outputs, view
from dedupe_cli.cli.console import write_stdout
from dedupe_cli.cli.help import Command
from dedupe_cli.errors import DedupeError, SettingsError

if TYPE_CHECKING:
    from dedupe_cli import api
    from dedupe_cli.cli.console import Console

EXAMPLES = (
    ("dedupe explain D201", "what a rule means, and how to accept what it finds"),
    ("dedupe explain 5f0c9a1e notes.txt", "why this repeat of notes.txt goes, or stays"),
)
# Fewer digits than this would often mean several groups.
_SHORTEST = 4


@click.command("explain", cls=Command, examples=EXAMPLES)
@click.argument("group_id", metavar="RULE|ID")
@options.paths()
@options.settings
@configured.policy("ignoring", "files", "reading", "run", "display")
@configured.configuration
@inputs.naming
@options.reading
@options.sizing
@options.talking
@click.pass_context
def explain(ctx: click.Context, /, group_id: str, paths: tuple[str, ...], **given: Any) -> int:
    """Say what a rule means, or why one repeat goes or stays: its members, their differences, the scores.

    RULE is a code or a name, as dedupe rules lists them. ID is what diff and check print; the texts are looked
    through anew.
    """
    console: Console = ctx.obj
    if not paths and not given["files_from"]:
        return _explain_rule(group_id)
    if not _is_id(group_id):
        raise SettingsError(f"{group_id!r} is no id of a repeat", hint="dedupe diff prints the ids, such as 5f0c9a1e")
    project = configured.project(given)
    listed = inputs.find(console, paths, project, given)
    tasks = inputs.Tasks.of(project, given)
    found, failed = 0, bool(listed.failed)
    names = listed.paths
    with console.watch(len(names)) as progress:
        for outcome in batch.outcomes(names, tasks.task, given["jobs"], progress):
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


def _explain_rule(word: str) -> int:
    from dedupe_cli.gate.rules import find_rule, rules  # noqa: PLC0415  not for --help
    from dedupe_cli.render.page import page  # noqa: PLC0415
    from dedupe_cli.settings import nearest  # noqa: PLC0415

    rule = find_rule(word)
    if rule is None:
        if _is_id(word):
            raise SettingsError(f"where is the repeat {word}?", hint=f"dedupe explain {word} PATH")
        known = [*rules(), *(each.name for each in rules().values())]
        hint = nearest(word.upper() if word[:1].isupper() else word, known)
        raise SettingsError(f"no rule {word!r}", hint=hint if "mean" in hint else "dedupe rules lists them")
    write_stdout(page(rule).encode())
    return 0


def _is_id(word: str) -> bool:
    return len(word) >= _SHORTEST and set(word.lower()) <= set("0123456789abcdef")


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
