"""The options about a project: which files, which rules, what is ignored; and the configuration under them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dedupe_cli.cli import options
from dedupe_cli.cli.console import Console
from dedupe_cli.cli.options import Declared, Words, declared, group, option
from dedupe_cli.errors import SettingsError
from dedupe_cli.keys import LISTS, Key, convert, keys
from dedupe_cli.policy import PARTS
from dedupe_cli.settings import nearest

if TYPE_CHECKING:
    from dedupe_cli.read.project import Project

# What holds for a run and not for its files: commands get it back under its own name.
_OF_RUNS = frozenset({"run", "output", "layout", "display"})


def policy(*groups: str, everyday: bool = False) -> Declared:
    """Return what declares the options of the groups of :class:`~dedupe_cli.policy.Policy`."""
    asked = (key for key in keys().values() if key.group in groups and key.flag)
    return group(*(declared(key, everyday=everyday) for key in asked))


_PARTS = [part.replace("_", "-") for part in PARTS]
_words = ", ".join(_PARTS)
# The option about parts of Markdown, which have a key each in the configuration; those about the configuration itself.
parts = option(
    "--check-parts", "parts", metavar="PARTS", multiple=True,
    help=f"Report also whole parts of Markdown files that stand twice: {_words}, or all, with commas between.",
)  # fmt: skip
# The layouts of cards, where there is no patch.
cards = option(
    "--layout", "display_layout", type=Words(("inline", "side")),
    help="Cards with what goes below what stays (inline), or beside it (side, from 112 columns on). Default: inline.",
)  # fmt: skip
configuration = group(
    option(
        "--config", metavar="FILE", type=click.Path(readable=False),
        help="Read this configuration instead of the nearest dedupe.toml or pyproject.toml.",
    ),
    option("--isolated", is_flag=True, help="Read no configuration file and no DEDUPE_* variable."),
)  # fmt: skip
# All about which files are read, and how, as most commands have it.
reading = group(configuration, options.naming, options.reading)


def _parts(given: dict[str, Any]) -> dict[str, str]:
    """Return the keys that ``--check-parts`` sets."""
    words = [word.strip() for each in given.pop("parts", ()) for word in each.split(",") if word.strip()]
    for word in words:
        if word not in {*_PARTS, "all"}:
            raise SettingsError(f"--check-parts: unknown {word!r}", hint=nearest(word, [*_PARTS, "all"]))
    return {f"markdown.{part}": "check" for part in (_PARTS if "all" in words else words)}


def project(given: dict[str, Any]) -> Project:
    """Take the settings and the policy out of the options of a command; what holds for the run is put back.

    There it has the name of its option: ``layout`` for ``display_layout``. What all that is shown is drawn with is for
    the console to know.
    """
    from dedupe_cli.read.project import Project  # noqa: PLC0415  not for --help

    flags: dict[str, Any] = {}
    names: dict[str, str] = {}
    back = [item.name for item in keys().values() if item.group in _OF_RUNS and item.name in given]
    for key, item in keys().items():
        value = given.pop(item.name, None)
        if value is None or value == ():
            continue
        flags[key] = value if item.engine else _checked(item, value)
        names[key] = item.flag or f"--{key}"
    checked = _parts(given)
    flags |= checked
    names |= dict.fromkeys(checked, "--check-parts")
    config, isolated = given.pop("config"), given.pop("isolated")
    if config and isolated:
        raise SettingsError("--config and --isolated contradict", hint="leave one of them out")
    made = Project(flags, config, isolated, names)
    warn_of_slips(made)
    if back:
        policy = made.at(".").policy
        given.update((name.partition("_")[2] or name, getattr(policy, name)) for name in back)
    console = click.get_current_context().find_object(Console)
    if console is not None:
        console.ascii_only = bool(given.pop("ascii", False))
        console.ambiguous_wide = bool(given.pop("ambiguous_wide", False))
        console.layout = "side" if given.get("layout") == "side" else "inline"
    return made


def warn_of_slips(project: Project) -> None:
    """Say which variables of the environment are not heeded because of a slip in their names."""
    console = click.get_current_context().find_object(Console)
    if console is None:
        return
    for name, meant in project.slips():
        console.warn(f"{name} is not heeded; did you mean {meant}?")


def _checked(key: Key, value: Any) -> Any:
    """Return a value of the command line as the field holds it."""
    if key.kind in {"rules", "codecs"}:
        value = tuple(word.strip() for words in value for word in words.split(",") if word.strip())
    if key.kind == "size" and isinstance(value, str) and value.isdigit():
        value = int(value)
    try:
        return convert(key, list(value) if key.kind in LISTS else value)
    except SettingsError as error:
        raise SettingsError(error.message.replace(key.key, key.flag, 1), hint=error.hint) from None
