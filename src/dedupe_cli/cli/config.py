"""``dedupe config``: what holds in a folder and where it came from, a first file, the schema."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TextIO

import click

from dedupe_cli.apply.write import write_file
from dedupe_cli.cli import configured, options, view
from dedupe_cli.cli.console import Console, write_stdout
from dedupe_cli.cli.help import Command
from dedupe_cli.errors import DedupeError, SettingsError

if TYPE_CHECKING:
    from dedupe_cli.read.config import Value

ACTIONS = ("show", "list", "init", "path", "schema")
EXAMPLES = (
    ("dedupe config show docs", "every key that holds in docs, and where it came from"),
    ("dedupe config show docs/a.md", "what holds for one file, [[overrides]] heeded"),
    ("dedupe config list", "every key, and what it means"),
    ("dedupe config init", "write dedupe.toml with all keys, commented out"),
    ("dedupe config path", "the file that holds here"),
    ("dedupe config schema > dedupe.schema.json", "for editors"),
)


@click.command("config", cls=Command, examples=EXAMPLES)
@click.argument("action", type=options.Words(ACTIONS), metavar="|".join(ACTIONS))
@click.argument("folder", required=False, default=".", metavar="[PATH]", type=click.Path(readable=False))
@configured.configuration
@options.talking
@click.pass_context
def config(ctx: click.Context, /, action: str, folder: str, config: str | None, isolated: bool) -> int:  # noqa: FBT001
    """Say what holds in a folder (by default this one) or for a file, and why; or make a first configuration file."""
    console: Console = ctx.obj
    if action == "schema":
        from dedupe_cli.render.configuration import schema  # noqa: PLC0415  not for --help
        from dedupe_cli.render.reports.structured import dump  # noqa: PLC0415

        write_stdout((dump(schema(), indent=2) + "\n").encode())
        return 0
    if action == "list":
        view.to_stdout(console, _print_list)
        return 0
    is_folder = os.path.isdir(folder)
    if not os.path.lexists(folder):
        raise SettingsError(f"{folder}: no such file or folder", hint="name one, or leave it out")
    if action == "init" and not is_folder:
        raise SettingsError(f"{folder}: no folder", hint="name the folder that dedupe.toml is to stand in")
    if action == "init":
        return _init(console, folder)
    from dedupe_cli.read.project import Project  # noqa: PLC0415

    project = Project({}, config, isolated)
    configured.warn_of_slips(project)
    effective = project.at(folder) if is_folder else project.of(folder)
    if action == "path":
        if not effective.path:
            console.say("no configuration file: the defaults hold")
        else:
            write_stdout(f"{effective.path}\n".encode("utf-8", "surrogateescape"))
        return 0
    from dedupe_cli.render.configuration import shown  # noqa: PLC0415

    overrides = [(row.files, row.where, _plain(row.values)) for row in effective.overrides] if is_folder else []
    write_stdout(shown(_plain(effective.values), overrides).encode("utf-8", "surrogateescape"))
    return 0


def _print_list(*, stream: TextIO) -> None:
    """Print every key with its meaning: a line each, on a terminal in two columns."""
    from dedupe_cli.render.configuration import listed  # noqa: PLC0415  not for --help

    rows = listed()
    if not stream.isatty():
        wide = max(len(name) for name, _ in rows)
        stream.write("".join(f"{name:{wide}}  {text}\n" for name, text in rows))
        return
    formatter = click.HelpFormatter(max_width=100)
    formatter.write_dl(rows)
    stream.write(formatter.getvalue())


def _plain(values: dict[str, Value]) -> dict[str, tuple[Any, str]]:
    return {key: (each.value, each.origin) for key, each in values.items()}


def _init(console: Console, folder: str) -> int:
    """Write a first file, never over one that is there."""
    from dedupe_cli.read.config import NAMES  # noqa: PLC0415
    from dedupe_cli.render.configuration import first_file  # noqa: PLC0415

    for name in NAMES[:2]:
        path = os.path.normpath(os.path.join(folder, name))
        if os.path.lexists(path):
            raise DedupeError(f"{path} is there already", hint="edit it, or remove it first")
    path = os.path.normpath(os.path.join(folder, NAMES[1]))
    write_file(path, first_file().encode())
    console.say(f"wrote {path}")
    return 0
