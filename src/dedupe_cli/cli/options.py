"""The options that several commands share, made from the table of settings where they change the result."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from dedupe_cli.cli.console import Console
from dedupe_cli.cli.help import Option
from dedupe_cli.errors import SettingsError
from dedupe_cli.keys import LISTS, Key, keys
from dedupe_cli.language import LANGUAGES, marked
from dedupe_cli.policy import TYPES
from dedupe_cli.read.decode import Decoding, codec_name, decode
from dedupe_cli.read.load import read_bytes
from dedupe_cli.settings import PRESETS, nearest

# What adds options, or one, to a command.
Declared = Callable[[Any], Any]
# What a value is called in the help, by its kind.
_METAVARS = {
    "globs": "GLOB", "rules": "RULES", "size": "SIZE", "path": "FILE", "paths": "PATH", "codecs": "NAMES",
    "reports": "FORM:FILE", "int": "N", "float": "PERCENT", "words": "WORDS", "phrases": "FILE",
}  # fmt: skip
# What flags say that turn something off.
_OFF = marked(
    {
        "--no-ignore": "Read no .gitignore and .dedupeignore.",
        "--no-markers": "Show what markers hide.",
        "--no-cache": "Compute everything anew, and keep nothing for the next run.",
    }
)


class Words(click.Choice[str]):
    """One of a few words; a slip is answered with the nearest."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word, or raise :class:`SettingsError`."""
        if value not in self.choices:
            name = param.opts[-1] if param and param.param_type_name == "option" else (param and param.metavar)
            if ctx and name and "|" in name:  # what a command does
                raise SettingsError(f"{ctx.command_path}: unknown {value!r}", hint=nearest(value, self.choices))
            raise SettingsError(f"{name}: unknown {value!r}", hint=nearest(value, self.choices))
        return super().convert(value, param, ctx)


class Number(click.ParamType[float]):
    """A number; whether it is in its bounds is for the settings to say, unless ``check`` is asked for."""

    name = "number"

    def __init__(self, low: float, high: float | None = None, *, whole: bool = True, check: bool = True) -> None:
        self.low, self.high, self.whole, self.check = low, high, whole, check

    def convert(
        self,
        value: Any,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002  click's signature
    ) -> float:
        """Return the number; raises :class:`SettingsError` for what is none."""
        flag = param.opts[-1] if param else ""
        hint = (
            f"give {self.low} or more" if self.high is None else f"give a value from {self.low:g} to {self.high:.12g}"
        )
        try:
            number = int(value) if self.whole else float(value)
        except ValueError:
            what = "whole number" if self.whole else "number"
            plain = str(value).removeprefix("=").removesuffix("%")
            if plain.isdecimal():  # -s=80, 80%
                hint = f"write {flag} {plain}"
            raise SettingsError(f"{flag}: {value!r} is no {what}", hint=hint) from None
        if self.check and number < self.low:
            raise SettingsError(f"{flag} {number:g} is too small", hint=hint)
        return number


def word_list(value: Any) -> frozenset[str]:
    """Return words with commas between, ``none`` as no word; whether they are known is for the settings to say."""
    if isinstance(value, frozenset):
        return value
    words = frozenset(word.strip() for word in str(value).split(",") if word.strip())
    return frozenset() if words == {"none"} else words


def phrase_file(value: Any) -> frozenset[str]:
    """Return the phrases of a file, one a line, without blank lines and those that begin with ``#``."""
    if isinstance(value, frozenset):
        return value
    lines = decode(read_bytes(str(value)), str(value)).text.splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#"))


def option(*names: str, everyday: bool = False, **kwargs: Any) -> Declared:
    """Declare one option."""
    return click.option(*names, cls=Option, everyday=everyday, **kwargs)


def group(*options: Declared) -> Declared:
    """Return what declares several options, in this order."""

    def declare(command: Any) -> Any:
        for each in reversed(options):
            command = each(command)
        return command

    return declare


def paths(**kwargs: Any) -> Declared:
    """Declare ``PATH...``: names of files, ``-`` for standard input."""
    name = "PATH..." if kwargs.get("required") else "[PATH]..."
    return click.argument("paths", nargs=-1, metavar=name, type=click.Path(allow_dash=True, readable=False), **kwargs)


def declared(key: Key, *, everyday: bool = False) -> Declared:
    """Make the option of a key: name, kind of value, default and help come from the table."""
    kind, text = key.kind, key.help
    names = [*([key.short] if key.short else []), key.flag, key.name]
    how: dict[str, Any] = {"metavar": key.metavar or _METAVARS.get(kind)}
    if kind == "bool":  # the flag says the other of the two
        how, text = {"flag_value": not key.default, "default": None}, _OFF.get(key.flag, text)
    elif kind in {"words", "phrases"}:
        how["type"] = word_list if kind == "words" else phrase_file
    elif kind in LISTS:
        how["multiple"] = True
    elif kind == "choice":
        how["type"] = Words(key.choices)
    elif key.low is not None:
        how["type"] = Number(key.low, key.high, whole=kind == "int", check=False)
    everyday = everyday or key.everyday
    if kind == "bool" or "Default" in text or not (key.engine or kind == "choice"):
        return option(*names, everyday=everyday, help=text, **how)
    shown = _shown(key.default)
    return option(*names, everyday=everyday, help=f"{key.help} Default: {shown}.", **how)


def _shown(default: object) -> str:
    if isinstance(default, frozenset):
        return "all" if default else "none"
    return f"{default:g}" if isinstance(default, float) else str(default)


settings = group(
    option(
        "--preset", everyday=True, type=Words(list(PRESETS)),
        help="Settings for a kind of text; any option given beside it wins.",
    ),
    *(declared(key) for key in keys().values() if key.engine and key.flag),
)  # fmt: skip


def given(ctx: click.Context) -> list[str]:
    """Return the flags of the settings that were given on the command line."""
    names = {key.name for key in keys().values() if key.engine}
    return [p.opts[-1] for p in ctx.command.params if p.name in names and ctx.params.get(p.name) is not None]


def given_here(ctx: click.Context) -> set[str]:
    """Return the names of the parameters that stand on the command line."""
    here = click.core.ParameterSource.COMMANDLINE
    return {name for name in ctx.params if ctx.get_parameter_source(name) is here}


def again(ctx: click.Context, *without: str) -> str:
    """Return the options of this command line that another one about the same texts needs, with a space before each.

    ``without`` names those that the other command does not know. Cleaners are not among them: what they did says which
    are needed.
    """
    groups = {"engine", "between", "rules", "ignoring", "gate", "files", "reading"}
    names = {"type", "encoding", "on_decode_error", "fields", "parts", "no_baseline", "config", "isolated"}
    names |= {key.name for key in keys().values() if key.group in groups}
    wanted = given_here(ctx) & names - {"fix", *without}
    words: list[str] = []
    for param in ctx.command.params:
        if param.name in wanted:
            words += _typed(param, ctx.params[param.name])
    return "".join(f" {word}" for word in words)


def _typed(param: click.Parameter, value: Any) -> list[str]:
    """Return an option as it may be typed again."""
    from shlex import quote  # noqa: PLC0415  only for hints

    flag = param.opts[-1]
    if isinstance(param, click.Option) and param.is_flag:
        return [flag]
    if param.metavar == "FILE" and isinstance(value, frozenset):  # its name is not kept
        return [flag, "FILE"]
    if isinstance(value, tuple):
        return [word for each in value for word in (flag, quote(str(each)))]
    text = ",".join(sorted(value)) or "none" if isinstance(value, frozenset) else value
    return [flag, quote(f"{text:g}" if isinstance(text, float) else str(text))]


def decoding(given: dict[str, Any]) -> Decoding:
    """Take out of the options of a command how its inputs are read; what is guessed among, their policy says."""
    encoding = given.pop("encoding")
    if encoding != "auto":
        codec_name(encoding)
    return Decoding(encoding, None, given.pop("on_decode_error"))


def _note(attribute: str, value: Any = None) -> Callable[[click.Context, click.Parameter, Any], None]:
    """Return what tells the console of an option: its value, or another one where it is given."""

    def callback(ctx: click.Context, _param: click.Parameter, got: Any) -> None:
        console = ctx.find_object(Console)
        if got and console is not None:
            setattr(console, attribute, got if value is None else value)

    return callback


# The options that several commands share, in the order of the help: about input, ...
reading = group(
    option(
        "--encoding", default="auto", metavar="NAME",
        help="Encoding of the input, such as gb18030. Default: byte order mark, UTF-8, else a guess that is sure.",
    ),
    option(
        "--on-decode-error", type=Words(["error", "skip", "keep"]), default="error",
        help="For bytes that are no text: error, skip the file, or keep them as they are. Default: error.",
    ),
    option(
        "--type", type=Words(["auto", *TYPES]), default="auto",
        help="What the files are. Default: auto, by the endings of their names.",
    ),
    option(
        "--stdin-filename", metavar="NAME", help="The name that standard input goes by: its ending tells its type.",
    ),
)  # fmt: skip
# ... where the text of a record is, and all about files of records, ...
fields = option(
    "--field", "fields", multiple=True, metavar="PATH",
    help="Where the text of a record is: a key, messages[*].content, or the name or number of a column. May be "
    "given more than once. Default: text.",
)  # fmt: skip
records = group(
    fields,
    option(
        "--annotate", is_flag=True,
        help="Cut nothing; add repeat_ratio, loop_start and loop_rounds to each record, with --across also repeat_of "
        "(the number of the earlier record that says most of it) and repeat_of_ratio. What an earlier run added is "
        "replaced.",
    ),
    option(
        "--id-field", metavar="PATH", help="With --annotate and --across: what repeat_of names, instead of the number.",
    ),
    option(
        "--on-repeat", type=Words(["collapse", "drop"]),
        help="With --across, a record of which all stands in earlier ones: cut its text, or drop it; of others what is "
        "repeated goes. Default: collapse.",
    ),
    option(
        "--on-loop", type=Words(["collapse", "truncate", "drop"]), default="collapse",
        help="A text of a record that fell into a loop: cut the rounds, cut the text behind the first round, or drop "
        "the record. Default: collapse.",
    ),
)  # fmt: skip
whole_files = option(
    "--whole-files", is_flag=True,
    help="With --across: also empty files that stand in others, or take most of them; else they are only told.",
)  # fmt: skip
# ... about names of files, about what is accepted, about what was decided, ...
naming = group(
    option(
        "--files-from", metavar="FILE", type=click.Path(allow_dash=True, readable=False),
        help="Read names of inputs from FILE, one a line; - is standard input.",
    ),
    option("-0", "--null", "nul", is_flag=True, help="The names of --files-from end with NUL characters."),
    option("--force-exclude", is_flag=True, help="Leave out what is excluded also when it is named, as hooks need it."),
)  # fmt: skip
without_baseline = option("--no-baseline", is_flag=True, help="Use no baseline file.")
from_ref = option(
    "--baseline-from-ref", metavar="REF",
    help="Accept what the texts of this commit have: the one where this work parted from REF. Needs git.",
)  # fmt: skip
deciding = option(
    "--decisions", metavar="FILE", type=click.Path(readable=False),
    help="Follow what was decided with dedupe review or in the page of dedupe report; what nobody was asked about "
    "is done as without it.",
)  # fmt: skip
# ... about views: how wide, how much, ...
sizing = option(
    "--width", type=Number(20), metavar="N", expose_value=False, callback=_note("width"),
    help="Columns of the view. Default: COLUMNS, else the terminal's, else 80.",
)  # fmt: skip
max_shown = option(
    "--max-shown", type=Number(0), default=50, metavar="N", help="Groups that are shown; 0: all. Default: 50.",
)  # fmt: skip
show_held = partial(
    option, "--show-held", is_flag=True,
    help="Show also what is only counted where there is much of it: pairs that are held back, broken sentences.",
)  # fmt: skip
viewing = group(
    option(
        "--context", type=Number(0), default=1, metavar="N",
        help="Sentences shown on either side of a cut inside a paragraph. Default: 1.",
    ),
    show_held(), max_shown, sizing,
)  # fmt: skip
# ... and about messages, which may stand before the command, too.
_flag = partial(option, is_flag=True, expose_value=False)
talking = group(
    option(
        "--color", type=Words(["auto", "always", "never"]), expose_value=False, callback=_note("color"),
        help="Colour. Default: auto (on a terminal; NO_COLOR and FORCE_COLOR are heeded).",
    ),
    option(
        "--lang", type=Words(LANGUAGES), expose_value=False,
        help="Language of messages and help: en or zh. Default: DEDUPE_LANG, else the locale.",
    ),
    _flag(
        "--no-pager", callback=_note("pager", value=False),
        help="Show what is long without DEDUPE_PAGER, PAGER or less.",
    ),
    _flag("--no-progress", callback=_note("progress", value=False), help="Draw no progress bar."),
    _flag("-q", "--quiet", callback=_note("quiet"), help="Print errors only."),
    _flag("-v", "--verbose", callback=_note("verbose"), help="Say more; show the traceback of an internal error."),
)  # fmt: skip
