"""The command ``dedupe``: finds the command, runs it, and turns whatever comes out into an exit code.

Codes: 0 done or nothing found, 1 ``check`` found an error, or ``--check``, ``--diff`` or ``diff`` would change
something, 2 anything abnormal, 129, 130 and 143 after a signal, 141 when nobody reads the output. Click's own
handling is not used: it knows only 0, 1 and 2.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from dedupe_cli import __version__
from dedupe_cli.cli import options
from dedupe_cli.cli.console import Console, let_go_of_stdout
from dedupe_cli.cli.help import (
    Command,
    Context,
    NoSuchCommand,
    Option,
    help_all,
    usage_message,
    write_options,
    write_rows,
)
from dedupe_cli.cli.signals import Stopped, check_stopped, stopping
from dedupe_cli.cli.start import SIGNAL_BASE
from dedupe_cli.errors import DedupeError, ReadError, WriteError, system_reason
from dedupe_cli.language import LANGUAGES, marked, speak, wanted

# Command -> its line in the help; its module, which is loaded when it is used, has the same name or is one of _HOMES.
COMMANDS = marked(
    {
        "clean": "Print the text that says everything once.",
        "check": "Report what repeats; for CI.",
        "diff": "Show what clean would do.",
        "review": "Decide yourself what goes, repeat by repeat.",
        "report": "Write a page that shows what repeats, to decide in.",
        "tune": "Show what other limits would do.",
        "explain": "Say what a rule means, or why one repeat or place goes or stays.",
        "corpus": "Take near-duplicates out of a data set.",
        "rules": "List the rules of check.",
        "baseline": "Accept the findings that are there today.",
        "config": "Say what holds in a folder, and why.",
        "undo": "Put back what clean -w removed.",
        "cache": "Show or empty the cache of check.",
        "completion": "Print the completion script of a shell.",
        "help": "Show the help of a command.",
    }
)
_HOMES = {
    "diff": "clean",
    **dict.fromkeys(("check", "baseline", "explain", "report", "review", "tune", "undo"), "commands"),
    **dict.fromkeys(("rules", "config", "cache", "completion"), "about"),
}
EXAMPLES = marked(
    (
        ("dedupe clean in.txt > out.txt", "the cleaned text on standard output"),
        ("dedupe diff in.txt", "what would go, and why"),
        ("dedupe clean -w *.txt", "change files in their place"),
        ("dedupe check docs", "what repeats in a folder of texts"),
        ("dedupe clean --help", "the options of a command"),
    )
)
_COMMANDS, _EXAMPLES = marked(("Commands", "Examples"))
ABNORMAL, CLOSED_PIPE = 2, 141


class Main(click.Group):
    """The group of commands; each is imported only when it is called."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the names in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command, or return ``None`` when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name == "help":
            return help_command
        home = import_module(f"dedupe_cli.cli.{_HOMES.get(cmd_name, cmd_name)}")
        command: click.Command = getattr(home, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the first word, or say what was probably meant."""
        if args[0] not in COMMANDS and not ctx.resilient_parsing:
            raise NoSuchCommand(args[0], args[1:], list(COMMANDS), ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands without loading them, then where to begin, then the options."""
        write_rows(formatter, _COMMANDS, list(COMMANDS.items()))
        write_rows(formatter, _EXAMPLES, EXAMPLES)
        write_options(self, ctx, formatter)


@click.group(
    cls=Main,
    invoke_without_command=True,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(
    __version__, "-V", "--version", cls=Option, everyday=True, message="dedupe %(version)s",
    help="Print the version and exit.",
)  # fmt: skip
@options.talking
@click.pass_context
def main(ctx: click.Context) -> int:
    """Take a text that repeats itself, give back the text that says everything once."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        return ABNORMAL
    return 0


main.params.append(help_all())


@click.command("help", cls=Command, examples=(("dedupe help check", "the same as dedupe check --help"),))
@click.argument("name", metavar="[COMMAND]", required=False, shell_complete=lambda *_: [*COMMANDS])
@options.talking
@click.pass_context
def help_command(ctx: click.Context, name: str | None) -> int:
    """Show the help of a command, or the list of all of them."""
    above = ctx.parent or ctx
    if name and name not in COMMANDS:
        raise NoSuchCommand(name, [], list(COMMANDS), ctx)
    found = main.get_command(above, name) if name else None
    told = Context(found, info_name=name, parent=above) if found else above
    click.echo(told.get_help(), color=ctx.color)
    return 0


def run(args: Sequence[str] | None = None) -> int:
    """Run a command line (by default that of this process) and return its exit code. Never raises."""
    console = Console()
    _print_what_can_be_printed()
    words = list(sys.argv[1:] if args is None else args)
    speak(wanted() if (asked := _asked(words)) is None else asked)
    try:
        with stopping():
            return _flushed(_dispatch(words, console))
    except Stopped as stop:
        return _last_word(console.interrupted, SIGNAL_BASE + stop.number)
    except KeyboardInterrupt:
        return _last_word(console.interrupted, SIGNAL_BASE + 2)
    except BrokenPipeError:
        let_go_of_stdout()
        return CLOSED_PIPE


def _print_what_can_be_printed() -> None:
    r"""Let standard output write what its encoding does not have as ``\u6e56``: texts come out as bytes."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")


def _asked(args: Sequence[str]) -> str | None:
    """Return the language that ``--lang`` names: what is wrong with the other options is said in it."""
    for at, arg in enumerate(args):
        if arg == "--":
            break
        name, _sign, value = arg.partition("=")
        value = value or (args[at + 1] if at + 1 < len(args) else "")
        if name == "--lang" and value in LANGUAGES:
            return value
    return None


def _dispatch(args: list[str], console: Console) -> int:
    try:
        if "_DEDUPE_COMPLETE" in os.environ:
            from click.shell_completion import shell_complete  # noqa: PLC0415  only for completion

            instruction = os.environ["_DEDUPE_COMPLETE"]
            return shell_complete(main, {}, "dedupe", "_DEDUPE_COMPLETE", instruction)
        with main.make_context("dedupe", args, obj=console) as context:
            return int(main.invoke(context) or 0)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except (BrokenPipeError, click.Abort):
        raise
    except Exception as error:  # noqa: BLE001  the one place where errors become messages
        check_stopped()
        console.error(_explained(error))
        if console.verbose and not isinstance(error, (DedupeError, click.ClickException)):
            import traceback  # noqa: PLC0415  only for internal errors

            console.block(traceback.format_exc())
        return ABNORMAL


def _explained(error: Exception) -> DedupeError:
    """Return an error as people should read it."""
    if isinstance(error, (OSError, ReadError, WriteError)) and _is_adrift():
        hint = "go to one that is there; if it was made anew: cd ."
        return ReadError("the folder that this runs in is no longer there", hint=hint)
    if isinstance(error, DedupeError):
        return error
    if isinstance(error, click.UsageError):
        message, hint = usage_message(error)
        return DedupeError(message, hint=hint)
    if isinstance(error, click.ClickException):
        return DedupeError(error.format_message(), hint="dedupe --help says more")
    if isinstance(error, OSError):
        where, what = error.filename or "standard output", system_reason(error)
        return DedupeError(f"{where}: {what}", hint="-v shows where")
    if isinstance(error, MemoryError):
        return DedupeError("not enough memory", hint="try fewer --jobs, or clean the text in parts")
    return DedupeError(f"internal error: {type(error).__name__}: {error}", hint="-v shows where")


def _is_adrift() -> bool:
    """Tell whether the working folder was removed: then every relative name is one of no file."""
    try:
        os.getcwd()  # noqa: PTH109  pathlib costs 10 ms
    except FileNotFoundError:
        return True
    return False


def _flushed(code: int) -> int:
    """Make sure that what was printed has arrived; a full disk must not look like success."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        Console().error(DedupeError(f"standard output: {system_reason(error)}"))
        let_go_of_stdout()
        return ABNORMAL
    return code


def _last_word(say: Any, code: int) -> int:
    try:
        say()
    except OSError:
        let_go_of_stdout()  # standard error is gone, too: the code is all that is left to say
    return code
