"""``dedupe cache``: where what was computed is kept, how much it is, and how to be rid of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from dedupe_cli.cli import configured, options
from dedupe_cli.cli.console import Console, inert
from dedupe_cli.cli.help import Command
from dedupe_cli.errors import SettingsError

if TYPE_CHECKING:
    from dedupe_cli.read.project import Effective

EXAMPLES = (
    ("dedupe cache dir", "the folder"),
    ("dedupe cache stats", "what is in it"),
    ("dedupe cache prune", "forget what was not used for 30 days or is beyond 512 MiB"),
    ("dedupe cache clear", "forget everything; nothing is lost but time"),
)
ACTIONS = ("dir", "stats", "prune", "clear")


def cache_folder(effective: Effective) -> str:
    """Return the folder of the cache, empty for none. Raises :class:`SettingsError` for one that is not to be used."""
    from dedupe_cli.cache import default_folder, linked, strange  # noqa: PLC0415  it loads SQLite

    policy = effective.policy
    if not policy.cache:
        return ""
    if not policy.cache_dir:
        return default_folder()
    said = effective.values["cache-dir"]
    if link := linked(policy.cache_dir):
        error = SettingsError(
            f"{link} is a link, which is not followed, or no file", hint="remove it, or use --no-cache"
        )
        raise said.wrong("cache-dir", error)
    if said.root and (name := strange(policy.cache_dir)):
        message = f"{policy.cache_dir} is no folder of a cache: it holds {name}"
        raise said.wrong("cache-dir", SettingsError(message, hint="name a folder of its own, or give --cache-dir"))
    return os.path.abspath(policy.cache_dir)


@click.command("cache", cls=Command, examples=EXAMPLES)
@click.argument("action", metavar="dir|stats|prune|clear", type=options.Words(list(ACTIONS)))
@configured.policy("cache", everyday=True)
@configured.configuration
@options.talking
@click.pass_context
def cache(ctx: click.Context, /, action: str, **given: Any) -> int:
    """Show or empty the cache of check: one file that can be deleted at any time."""
    from dedupe_cli import cache as store  # noqa: PLC0415  it loads SQLite

    console: Console = ctx.obj
    folder = cache_folder(configured.project(given).at(".")) or store.default_folder()
    if action == "dir":
        click.echo(inert(folder))
    elif action == "stats":
        found = store.statistics(folder)
        for kind, number in found.entries.items():
            click.echo(f"{number:8d}  {kind}s")
        click.echo(f"{found.size:8d}  bytes in {inert(found.path)}")
    elif action == "prune":
        console.say(f"forgot {store.prune(folder)} of its entries")
    else:
        console.say("the cache is empty now" if store.clear(folder) else "the cache was empty")
    return 0
