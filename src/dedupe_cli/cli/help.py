"""Help pages, and what was probably meant: the look of every command and the hint behind every slip."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, cast

import click

from dedupe_cli.errors import SettingsError
from dedupe_cli.language import _, marked, paragraphs, said, spoken

# Everything that can be said on one line of help; wider is harder to read.
_WIDTH = 100
# Widest column of names; a longer name stands on a row of its own.
_NAMES = 34
# An option of so many commands at most is said to be theirs.
_FEW = 3
_SUFFIX = re.compile(r"\.\w+")
_ALL = "dedupe.help_all"
# What the library for command lines says, as :func:`usage_message` repeats it.
OF_CLICK = (
    "Show this message and exit.",
    "option {name} requires an argument",
    "option {name} does not take a value",
    "got unexpected extra argument ({value})",
    "got unexpected extra arguments ({value})",
    "invalid value for {name}: {why}",
)
_EXAMPLES, _OPTIONS, _MORE = marked(("Examples", "Options", "More options"))


class Option(click.Option):
    """An option that knows whether it is one of the everyday ones, shown by plain ``--help``."""

    def __init__(self, *args: Any, everyday: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.everyday = everyday

    def get_help_extra(self, ctx: click.Context) -> click.types.OptionHelpExtra:  # noqa: ARG002  click's signature
        """Add nothing: bounds and defaults are said in words."""
        return {}


class Formatter(click.HelpFormatter):
    """Writes help in the language that is spoken; rows end where its readers expect them to."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the first line."""
        super().write_usage(prog, args, prefix or _("Usage: "))

    def write_heading(self, heading: str) -> None:
        """Write the title of a list."""
        self.write(f"{'':>{self.current_indent}}" + _("{title}:", title=heading) + "\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        if spoken() == "en":
            super().write_text(text)
            return
        words, width = paragraphs(text), max(self.width - self.current_indent, 11)
        for row in _rows(words, width):
            self.write(f"{'':>{self.current_indent}}{row}".rstrip() + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of two columns."""
        if spoken() == "en":
            super().write_dl(rows, col_max, col_spacing)
            return
        rows = list(rows)
        first = min(max(len(name) for name, _words in rows), col_max) + col_spacing
        for name, words in rows:
            head = f"{'':>{self.current_indent}}{name}"
            if len(name) > first - col_spacing:
                self.write(head + "\n")
                head = ""
            for row in _rows(words, max(self.width - first - 2, 10)):
                self.write(f"{head:<{first + self.current_indent}}{row}\n")
                head = ""


def _rows(text: str, width: int) -> list[str]:
    from dedupe_cli.render.terminal_style import wrapped  # noqa: PLC0415  it loads rich

    return wrapped(text, width).rstrip("\n").split("\n")


class Context(click.Context):
    """A context whose help is written by :class:`Formatter`."""

    formatter_class = Formatter


class Command(click.Command):
    """A command with examples and two help pages: the everyday options, and all of them."""

    context_class = Context

    def __init__(self, *args: Any, examples: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        kwargs.setdefault("context_settings", {"help_option_names": ["-h", "--help"], "max_content_width": _WIDTH})
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.params.append(help_all())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Give ``--backup`` its value: it may stand behind ``=`` and is never the next argument."""
        end = args.index("--") if "--" in args else len(args)
        head = ["--backup=.bak" if arg == "--backup" else arg for arg in args[:end]]
        for arg, following in pairwise(args[:end]):
            if arg == "--backup" and _SUFFIX.fullmatch(following) and not os.path.lexists(following):
                raise SettingsError(
                    f"--backup {following}: a suffix stands behind =", hint=f"write --backup={following}"
                )
        try:
            return super().parse_args(ctx, head + args[end:])
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write examples, then the options."""
        write_rows(formatter, _EXAMPLES, self.examples)
        write_options(self, ctx, formatter)


def write_options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write the everyday options and the way to the others, or all of them in two lists."""
    options = [p for p in command.get_params(ctx) if isinstance(p, click.Option)]
    everyday = [p for p in options if isinstance(p, Option) and p.everyday]
    rest = [p for p in options if p not in everyday]
    everything = ctx.meta.get(_ALL, False)
    short = [p for p in rest if {"--help", "--help-all"} & set(p.opts)]
    write_rows(formatter, _OPTIONS, _records(ctx, everyday if everything else [*everyday, *short]))
    write_rows(formatter, _MORE, _records(ctx, rest) if everything else [])


def _records(ctx: click.Context, params: Iterable[click.Parameter]) -> list[tuple[str, str]]:
    return [record for p in params if (record := p.get_help_record(ctx))]


def write_rows(formatter: click.HelpFormatter, title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Write a titled list of two columns; nothing when it is empty."""
    if rows:
        with formatter.section(_(title)):
            formatter.write_dl([(name, said(words)) for name, words in rows], col_max=_NAMES)


def help_all() -> Option:
    """Build the option that shows every option."""

    def show(ctx: click.Context, _param: click.Parameter, value: bool) -> None:  # noqa: FBT001  click calls it
        if value and not ctx.resilient_parsing:
            ctx.meta[_ALL] = True
            click.echo(ctx.get_help(), color=ctx.color)
            ctx.exit()

    return Option(
        ["--help-all"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show,
        help="Show every option and exit.",
    )


def usage_message(error: click.UsageError) -> tuple[str, str]:
    """Return what was wrong with a command line, and what was probably meant."""
    if isinstance(error, click.NoSuchOption):
        near = f"did you mean {error.possibilities[0]}?" if error.possibilities else _help_hint(error)
        return f"no such option {error.option_name}", _elsewhere(error) or near
    if isinstance(error, NoSuchCommand):
        return f"no such command {error.name!r}", error.hint
    if isinstance(error, click.MissingParameter):
        name = error.param.human_readable_name if error.param else "an argument"
        if isinstance(error.param, click.Option):
            return f"missing option {error.param.opts[0]}", _help_hint(error)
        if name.isupper():
            return f"missing argument {name.replace('|', ' or ')}", _help_hint(error)
        if "|" in name and error.ctx:
            return f"{error.ctx.command_path} does what?", f"say one of {name.replace('|', ', ')}"
        return f"missing argument {name}", _help_hint(error)
    text = error.format_message().strip().removesuffix(".")
    return text[:1].lower() + text[1:], _help_hint(error)


class NoSuchCommand(click.UsageError):
    """A first word that is no command; ``hint`` is what was probably meant."""

    def __init__(self, name: str, rest: Sequence[str], commands: Sequence[str], ctx: click.Context) -> None:
        super().__init__(f"no such command {name!r}", ctx)
        self.name = name
        self.hint = _command_hint(name, rest, commands)


def _command_hint(name: str, rest: Sequence[str], commands: Sequence[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415  needed only after a slip
    from shlex import join  # noqa: PLC0415

    if os.path.exists(name) or any(sign in name for sign in "./\\*"):  # noqa: PTH110  a word, perhaps a path
        return f"did you mean `dedupe clean {join([name, *rest])}`?"
    near = get_close_matches(name.lower(), commands, n=1)
    if near:
        return f"did you mean `dedupe {join([near[0], *rest])}`?"
    return f"commands are {', '.join(commands)}; dedupe --help says more"


def _elsewhere(error: click.NoSuchOption) -> str:
    """Return the hint for an option that stands in the wrong place: which commands have it."""
    if error.ctx is None:
        return ""
    top, name = error.ctx.find_root(), error.option_name
    group = cast("click.Group", top.command)
    if error.ctx is top:
        owners = [each for each in group.list_commands(top) if _has(group.get_command(top, each), name)]
        if error.possibilities and not owners:
            return ""
        command = owners[0] if len(owners) == 1 else "COMMAND"
        return f"options stand behind a command: {top.command_path} {command} {name}"
    if any(name in param.opts for param in group.params):
        return f"it stands alone: {top.command_path} {name}"
    owners = [each for each in group.list_commands(top) if _has(group.get_command(top, each), name)]
    named = " and ".join(f"{top.command_path} {each}" for each in owners)
    return f"it is an option of {named}" if 0 < len(owners) <= _FEW else ""


def _has(command: click.Command | None, name: str) -> bool:
    return command is not None and any(name in param.opts for param in command.params)


def _help_hint(error: click.UsageError) -> str:
    return f"{error.ctx.command_path if error.ctx else 'dedupe'} --help says more"
