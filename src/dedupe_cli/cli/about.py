"""Commands about the program itself: its rules, what is configured, the cache of ``check``, completion by a shell."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TextIO

import click

from dedupe_cli.apply.write import write_file
from dedupe_cli.cli import configured, options, view
from dedupe_cli.cli.console import Console, inert, write_stdout
from dedupe_cli.cli.help import Command
from dedupe_cli.errors import DedupeError, SettingsError
from dedupe_cli.language import _

if TYPE_CHECKING:
    from dedupe_cli.finding import Rule
    from dedupe_cli.read.config import Value
    from dedupe_cli.read.project import Effective

_RULES_EXAMPLES = (
    ("dedupe rules --format json", "for other programs"),
    ("dedupe explain D401", "the page of one rule"),
)


@click.command("rules", cls=Command, examples=_RULES_EXAMPLES)
@options.option(
    "-f", "--format", "form", everyday=True, type=options.Words(["table", "json", "markdown"]), default="table",
    help="A table, JSON, or the pages of all rules in Markdown. Default: table.",
)  # fmt: skip
@options.talking
def rules(form: str) -> int:
    """List the rules: code, name, what it means, how much it matters."""
    from dedupe_cli.gate.rules import rules as every  # noqa: PLC0415  not for --help
    from dedupe_cli.render.page import help_url, pages  # noqa: PLC0415
    from dedupe_cli.render.reports.structured import dump  # noqa: PLC0415

    found = list(every().values())
    if form == "json":
        text = dump([_row(rule) | {"help_url": help_url(rule)} for rule in found], indent=2) + "\n"
    elif form == "markdown":
        text = pages(found)
    else:
        wide = max(len(rule.name) for rule in found)
        text = "".join(
            f"{rule.code}  {rule.name.ljust(wide)}  {_level(rule).ljust(5)}  {_(rule.title)}\n" for rule in found
        )
    write_stdout(text.encode())
    return 0


def _level(rule: Rule) -> str:
    return rule.severity.label if rule.enabled else "off"


def _row(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "title": rule.title,
        "severity": rule.severity.label,
        "default": rule.enabled,
        "what": rule.what,
        "why": rule.why,
    }


_CONFIG_ACTIONS = ("show", "list", "init", "path", "schema")
_CONFIG_EXAMPLES = (
    ("dedupe config show docs", "every key that holds in docs, and where it came from"),
    ("dedupe config show docs/a.md", "what holds for one file, [[overrides]] heeded"),
    ("dedupe config list", "every key, and what it means"),
    ("dedupe config init", "write dedupe.toml with all keys, commented out"),
    ("dedupe config path", "the file that holds here"),
    ("dedupe config schema > dedupe.schema.json", "for editors"),
)


@click.command("config", cls=Command, examples=_CONFIG_EXAMPLES)
@click.argument("action", type=options.Words(_CONFIG_ACTIONS), metavar="|".join(_CONFIG_ACTIONS))
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


_CACHE_EXAMPLES = (
    ("dedupe cache dir", "the folder"),
    ("dedupe cache stats", "what is in it"),
    ("dedupe cache prune", "forget what was not used for 30 days or is beyond 512 MiB"),
    ("dedupe cache clear", "forget everything; nothing is lost but time"),
)
_CACHE_ACTIONS = ("dir", "stats", "prune", "clear")


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


@click.command("cache", cls=Command, examples=_CACHE_EXAMPLES)
@click.argument("action", type=options.Words(_CACHE_ACTIONS), metavar="|".join(_CACHE_ACTIONS))
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


SHELLS = ("bash", "zsh", "fish")
_COMPLETION_EXAMPLES = (
    ('eval "$(dedupe completion bash)"', "in ~/.bashrc"),
    ('eval "$(dedupe completion zsh)"', "in ~/.zshrc"),
    ("dedupe completion fish | source", "in ~/.config/fish/config.fish"),
)


@click.command("completion", cls=Command, examples=_COMPLETION_EXAMPLES)
@click.argument("shell", type=options.Words(SHELLS), metavar="SHELL")
@options.talking
def completion(shell: str) -> int:
    """Print the script that makes SHELL (bash, zsh or fish) complete dedupe's command lines."""
    from click.shell_completion import ShellComplete, get_completion_class  # noqa: PLC0415  only needed here

    from dedupe_cli.cli.main import main  # noqa: PLC0415  the group loads its commands one by one

    kind = get_completion_class(shell)
    if kind is None:
        raise LookupError(shell)
    # The base class's source: that of bash would start a bash to ask for its version.
    click.echo(ShellComplete.source(kind(main, {}, "dedupe", "_DEDUPE_COMPLETE")))
    return 0
