"""``dedupe diff``: what ``clean`` would do."""

from __future__ import annotations

from typing import Any

import click

from dedupe_cli.cli import inputs, options
from dedupe_cli.cli.clean import run_clean, shared
from dedupe_cli.cli.help import Command

EXAMPLES = (
    ("dedupe diff notes.txt", "group by group: what stays, what goes, how they differ"),
    ("dedupe diff", "all the texts below this folder"),
    ("dedupe diff docs | git apply -p0", "a patch, when it does not go to a terminal"),
    ("dedupe diff --layout inline notes.txt > cards.txt", "the cards, elsewhere than on a terminal"),
)


@click.command("diff", cls=Command, examples=EXAMPLES)
@options.paths()
@options.option("-o", "--output", metavar="FILE", everyday=True, help="Write to FILE instead of standard output.")
@shared
def diff(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> int:
    """Show what clean would do: cards on a terminal, a patch elsewhere. Exit 1 if there is anything.

    Without a PATH the texts below this folder are read; - is standard input.
    """
    return run_clean(ctx, tuple(inputs.named(paths, given)), {**given, "diff": True})
