"""The options about a project: which files, which rules, what is ignored; and the configuration under them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from dedupe_cli.cli.console import Console
from dedupe_cli.cli.options import Number, Words, option
from dedupe_cli.errors import SettingsError
from dedupe_cli.keys import LISTS, convert, keys
from dedupe_cli.language import marked
from dedupe_cli.policy import PARTS, Policy
from dedupe_cli.settings import nearest

if TYPE_CHECKING:
    from dedupe_cli.read.project import Project

_METAVARS = {
    "globs": "GLOB",
    "rules": "RULES",
    "size": "SIZE",
    "path": "FILE",
    "paths": "PATH",
    "codecs": "NAMES",
    "reports": "FORM:FILE",
    "int": "N",
    "float": "PERCENT",
}
# What holds for a run and not for its files: commands get it back under its own name.
_OF_RUNS = frozenset({"run", "output", "layout", "display"})


def policy(*groups: str, everyday: bool = False) -> Callable[[Any], Any]:
    """Declare the options of the groups of :class:`~dedupe_cli.policy.Policy`."""

    def declare(command: Any) -> Any:
        for item in reversed(dataclasses.fields(Policy)):
            if item.metadata["group"] in groups and "flag" in item.metadata:
                command = _declared(item, everyday=everyday)(command)
        return command

    return declare


def _declared(item: dataclasses.Field[Any], *, everyday: bool) -> Callable[[Any], Any]:
    """Make the option of one field."""
    meta, kind = item.metadata, item.metadata["kind"]
    names = [*([meta["short"]] if "short" in meta else []), meta["flag"], item.name]
    common = {"everyday": everyday, "help": meta["help"]}
    if kind == "bool":  # the flag says the other of the two
        words = marked(
            {
                "--no-ignore": "Read no .gitignore and .dedupeignore.",
                "--no-markers": "Show what markers hide.",
                "--no-cache": "Compute everything anew, and keep nothing for the next run.",
            }
        )
        common["help"] = words.get(meta["flag"], meta["help"])
        return option(*names, flag_value=not item.default, default=None, **common)
    if kind in LISTS:
        return option(*names, multiple=True, metavar=_METAVARS[kind], **common)
    if kind == "choice":
        if "Default" not in meta["help"]:
            common["help"] = f"{meta['help']} Default: {item.default}."
        return option(*names, type=Words(meta["choices"]), **common)
    number = Number(meta["low"], meta["high"], whole=kind == "int", check=False) if kind in {"int", "float"} else None
    return option(*names, type=number, metavar=meta.get("metavar", _METAVARS[kind]), **common)


def parts(command: Any) -> Any:
    """Add the option about parts of Markdown, which have a key each in the configuration."""
    words = ", ".join(part.replace("_", "-") for part in PARTS)
    return option(
        "--check-parts", "parts", metavar="PARTS", multiple=True,
        help=f"Report also whole parts of Markdown files that stand twice: {words}, or all, with commas between.",
    )(command)  # fmt: skip


def _parts(given: dict[str, Any]) -> dict[str, str]:
    """Return the keys that ``--check-parts`` sets."""
    words = [word.strip() for each in given.pop("parts", ()) for word in each.split(",") if word.strip()]
    known = [part.replace("_", "-") for part in PARTS]
    for word in words:
        if word not in {*known, "all"}:
            raise SettingsError(f"--check-parts: unknown {word!r}", hint=nearest(word, [*known, "all"]))
    return {f"markdown.{part}": "check" for part in (known if "all" in words else words)}


def configuration(command: Any) -> Any:
    """Add the options about the configuration itself."""
    command = option("--isolated", is_flag=True, help="Read no configuration file and no DEDUPE_* variable.")(command)
    return option(
        "--config", metavar="FILE", type=click.Path(readable=False),
        help="Read this configuration instead of the nearest dedupe.toml or pyproject.toml.",
    )(command)  # fmt: skip


def project(given: dict[str, Any]) -> Project:
    """Take the settings and the policy out of the options of a command; what holds for the run is put back.

    There it has the name of its option: ``layout`` for ``display_layout``. What all that is shown is drawn with is for
    the console to know.
    """
    from dedupe_cli.read.project import Project  # noqa: PLC0415  not for --help

    flags: dict[str, Any] = {}
    names: dict[str, str] = {}
    declared = {item.name: item.metadata.get("flag") for item in dataclasses.fields(Policy)}
    back = [item.name for item in keys().values() if item.group in _OF_RUNS and item.name in given]
    for key, item in keys().items():
        value = given.pop(item.name, None)
        if value is None or value == ():
            continue
        flag = declared.get(item.name) or f"--{key}"
        flags[key] = value if item.engine else _checked(item.name, flag, value)
        names[key] = flag
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
    return made


def warn_of_slips(project: Project) -> None:
    """Say which variables of the environment are not heeded because of a slip in their names."""
    console = click.get_current_context().find_object(Console)
    if console is None:
        return
    for name, meant in project.slips():
        console.warn(f"{name} is not heeded; did you mean {meant}?")


def _checked(name: str, flag: str, value: Any) -> Any:
    """Return a value of the command line as the field holds it."""
    key = next(item for item in keys().values() if item.name == name)
    if key.kind in {"rules", "codecs"}:
        value = tuple(word.strip() for words in value for word in words.split(",") if word.strip())
    if key.kind == "size" and isinstance(value, str) and value.isdigit():
        value = int(value)
    try:
        return convert(key, list(value) if key.kind in LISTS else value)
    except SettingsError as error:
        raise SettingsError(error.message.replace(key.key, flag, 1), hint=error.hint) from None
