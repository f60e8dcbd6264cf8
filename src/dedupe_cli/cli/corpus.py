"""``dedupe corpus``: a data set too large for one file's run."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

import click

from dedupe_cli.cli import options, view
from dedupe_cli.cli.help import Command
from dedupe_cli.cli.signals import Stopped
from dedupe_cli.cli.start import SIGNAL_BASE, abandoned
from dedupe_cli.errors import SettingsError, to_install
from dedupe_cli.language import _, marked, ngettext, said
from dedupe_cli.settings import as_flags

if TYPE_CHECKING:
    from dedupe_cli.cli.console import Console, Progress
    from dedupe_cli.corpus.estimating import Estimate
    from dedupe_cli.corpus.options import Options

EXAMPLES = (
    ("dedupe corpus crawl.jsonl -o out", "take near-duplicate documents out of a file of records"),
    ("dedupe corpus crawl.jsonl --estimate", "what that would do, told from a sample in some seconds"),
    ("dedupe corpus 'parts/*.parquet' -o out --keep date", "of each group the newest stays"),
    ("dedupe corpus site.parquet -o out --level document,passage", "then passages that documents share, too"),
    ("dedupe corpus crawl.jsonl -o out --mode annotate", "remove nothing, write what was found into the rows"),
    ("dedupe corpus tuesday.jsonl -o out-2 --index seen", "what earlier runs with this index kept goes, too"),
    ("dedupe explain 4711 --in out", "why a row went"),
)

# What the steps do, by their names up to a hyphen; steps of the same words follow each other.
_STEPS = marked(
    {
        "sample": "reading a sample",
        "inside": "cleaning rows",
        "documents": "reading",
        "faults": "finding faults",
        "twins": "finding equal documents",
        "met": "finding similar documents",
        "links": "finding similar documents",
        "scores": "comparing documents",
        "fates": "choosing what stays",
        "named": "choosing what stays",
        "sampled": "finding shared passages",
        "windows": "finding shared passages",
        "stretches": "finding shared passages",
        "cuts": "comparing passages",
        "emptied": "choosing passages",
        "passages": "choosing passages",
        "held": "choosing passages",
        "data": "writing",
    }
)
# Units of time, in seconds, and of size, in bytes.
_TIMES = dict(zip(marked(("h", "min", "s")), (3600.0, 60.0, 1.0), strict=True))
# Faults as they are counted, without what is particular to one row.
_FAULTS = marked(("not JSON", "not valid UTF-8"))
# What is told of rows with a fault where rows are compared, and where each is cleaned by itself.
_UNREAD = marked(
    (
        "{rows} not compared, handed on as they are: {why} (errors.parquet)",
        "{rows} not cleaned, handed on as they are: {why} (errors.parquet)",
    )
)
_SIZES = {"TB": 1e12, "GB": 1e9, "MB": 1e6, "kB": 1e3}


@click.command("corpus", cls=Command, examples=EXAMPLES)
@click.argument("sources", nargs=-1, required=True, metavar="SRC...")
@options.option(
    "-o", "--output", "folder", everyday=True, metavar="DIR",
    help="Where the result goes: data, removed.parquet, groups.parquet, errors.parquet, summary.json.",
)  # fmt: skip
@options.option(
    "--field", default="text", everyday=True, metavar="PATH",
    help="Where the text of a row is: a key, messages[*].content, the name of a column. Default: text.",
)  # fmt: skip
@options.option(
    "--id-field", default="id", everyday=True, metavar="PATH",
    help="What a row is called by; rows without it by file and number. Default: id.",
)  # fmt: skip
@options.option(
    "--level", default="document", everyday=True, metavar="LEVELS",
    help="document: whole near-duplicates go; passage: what documents share is said once; inside: each row is "
    "cleaned as clean would; several with commas between. Default: document.",
)  # fmt: skip
@options.option(
    "-s", "--similarity", type=options.Number(50.0, 100.0, whole=False, check=False), default=80.0, everyday=True,
    metavar="NUMBER", help="Least similarity of two documents, in percent. Default: 80.",
)  # fmt: skip
@options.option(
    "--keep", default="best", everyday=True, metavar="WHICH",
    help="Which document of a group stays: best (says most, and agrees most with the "
    "others), first, longest, or a field: the highest number or the latest date. Default: best.",
)  # fmt: skip
@options.option(
    "--mode", type=options.Words(["remove", "annotate"]), default="remove", everyday=True,
    help="annotate removes nothing and adds columns to the rows. Default: remove.",
)  # fmt: skip
@options.option(
    "--estimate", is_flag=True, everyday=True,
    help="Tell from a sample what share would go, how long it would take and how much disk; write nothing.",
)  # fmt: skip
@options.option("--resume", is_flag=True, everyday=True, help="Go on with a job that ended early.")
@options.option("--fresh", is_flag=True, everyday=True, help="Begin anew where a job of dedupe stands.")
@options.option(
    "--apply", type=options.Words(["exact", "similar", "all"]),
    help="Which differences a copy may have: form only, character noise, all. Default: all for documents, "
    "similar for passages and inside.",
)  # fmt: skip
@options.option("--within", default="", metavar="PATH", help="Compare only rows that have the same value there.")
@options.option(
    "--reference", "references", multiple=True, metavar="SRC",
    help="Documents that are like one of these go, and these stay as they are. May be given more than once.",
)  # fmt: skip
@options.option(
    "--index", default=None, metavar="DIR",
    help="Documents that are like one which earlier runs with this folder kept go; what this run keeps is added to it.",
)  # fmt: skip
@options.option(
    "--contained", is_flag=True,
    help="Documents of 40 words or Han characters and more that stand as wholes in longer ones go, too.",
)  # fmt: skip
@options.option(
    "--max-copies", type=options.Number(1), default=1, metavar="N", help="So many of each group stay. Default: 1."
)
@options.option(
    "--on-loop", type=options.Words(["collapse", "truncate", "drop"]), default="collapse",
    help="A row that fell into a loop: cut the rounds, cut the text behind the first round, or drop the row. "
    "Default: collapse.",
)  # fmt: skip
@options.option("--dup-count", is_flag=True, help="Write into each row how many it stands for.")
@options.option(
    "--memory", default="2GB", metavar="SIZE",
    help="About so much memory is worked in; larger data is brought together in parts. Default: 2GB.",
)  # fmt: skip
@options.option(
    "--engine", type=options.Words(["local", "ray"]), default="local",
    help="local: in this process; ray: on a Ray cluster. Default: local.",
)  # fmt: skip
@options.option(
    "--ray-address", default="", metavar="ADDRESS", help="The cluster to use. Default: one on this machine."
)
@options.talking
@click.pass_context
def corpus(
    ctx: click.Context,
    /,
    sources: tuple[str, ...],
    folder: str | None,
    *,
    estimate: bool,
    resume: bool,
    fresh: bool,
    **given: Any,
) -> int:
    """Take near-duplicate documents out of a data set, passages that documents share, and what repeats inside of rows.

    SRC is a file of JSONL, CSV or TSV (also .gz, .zst) or Parquet, a text file, a folder of them, or a pattern.
    Everything that goes is said by a row that stays; removed.parquet says where.
    """
    console: Console = ctx.obj
    if resume and fresh:
        raise SettingsError("--resume and --fresh contradict", hint="give one of them")
    if folder is None and not estimate:
        raise SettingsError("nowhere to put the result", hint="add -o DIR, or --estimate")
    data: dict[str, Any] = {name: given.pop(name) for name in ("references", "index")}
    import logging  # noqa: PLC0415  not for who asks only which options there are

    asked = _options(given)
    try:
        from dedupe_cli.corpus import estimating  # noqa: PLC0415  it loads pyarrow
        from dedupe_cli.corpus.execute import run  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(f"{error.name} is not installed", hint=to_install("corpus")) from None
    if not console.verbose and not logging.getLogger().handlers:  # what the engine says of an error beside ours
        logging.getLogger().addHandler(logging.NullHandler())
    try:
        with console.watch() as progress:
            data["progress"] = partial(_tell, progress)
            if estimate:
                found = estimating.estimate(sources, asked, **data)
            else:
                told = run(sources, str(folder), asked, **data, resume=resume, fresh=fresh, say=console.warn)
                console.to_write = console.written = told["files"]
    except Stopped as stop:
        console.line("interrupted" if estimate else "interrupted; the same command with --resume goes on")
        os._exit(SIGNAL_BASE + stop.number)
    except Exception:
        if asked.engine == "local":
            abandoned.append(True)
        raise
    if estimate:
        view.to_stdout(console, partial(_show, found))
    else:
        _say(console, told, str(folder))
    return 0


def _options(given: dict[str, Any]) -> Options:
    """Make the options of a run of what was given."""
    from dedupe_cli.corpus.options import Options  # noqa: PLC0415  not for --help
    from dedupe_cli.keys import Key, convert  # noqa: PLC0415

    given["memory"] = convert(Key("memory", "--memory", "size", None, ""), given["memory"])
    given["level"] = tuple(word.strip() for word in given["level"].split(",") if word.strip())
    try:
        return Options(**given)
    except SettingsError as error:
        raise as_flags(error) from None


def _tell(progress: Progress, step: str, done: int, total: int) -> None:
    """Tell how far a step is, in words."""
    progress(_STEPS.get(step.partition("-")[0], step), done, total)


def _show(found: Estimate, *, stream: TextIO) -> None:
    """Say what a run would do."""
    from dedupe_cli.render.phrases import count, number, percent  # noqa: PLC0415  not for --help

    words = "estimated from {n} of {rows}, {size}"
    rows, size = count(found.rows, "row"), _between(_SIZES, found.size, found.size)
    stream.write(_(words, n=number(found.sampled), rows=rows, size=size) + "\n")
    removed, cut = (percent(*(100 * share for share in each)) for each in (found.removed, found.cut))
    told = {
        _("rows that go"): removed,
        _("text that goes"): cut,
        _("time"): _between(_TIMES, *found.seconds),
        _("disk meanwhile"): _between(_SIZES, *found.disk),
    }
    stream.writelines(_("  {name}: {value}", name=name, value=value) + "\n" for name, value in told.items())


def _between(units: dict[str, float], low: float, high: float) -> str:
    """Return a range in the largest unit of which it has two, to two digits."""
    unit = next((unit for unit in units if high >= 2 * units[unit]), next(reversed(units)))
    step = 10.0 ** max(len(f"{high / units[unit]:.0f}") - 2, 0)
    numbers = dict.fromkeys(f"{max(round(each / units[unit] / step) * step, 1):,.0f}" for each in (low, high))
    return f"{'-'.join(numbers)} {_(unit)}"


def _say(console: Console, told: dict[str, Any], folder: str) -> None:
    """Say in a few lines what was done."""
    from dedupe_cli.corpus.prepared import TWICE  # noqa: PLC0415  not for --help
    from dedupe_cli.render.phrases import clauses, count, number, share  # noqa: PLC0415

    rows, gone, annotated = told["rows"], told["rows_removed"], told["settings"]["mode"] == "annotate"
    levels = set(told["settings"]["level"])
    if annotated:
        parts = [count(told["groups"], "group")] if told["groups"] or levels != {"inside"} else []
        if "inside" in levels:
            many = told["rows_repeating"]
            parts.append(ngettext("{n} row repeats itself", "{n} rows repeat themselves", many, n=number(many)))
        parts.append(_("nothing removed"))
    else:
        parts = [_("{n} removed ({share})", n=number(gone), share=share(gone, rows))]
        if told["rows_changed"]:
            parts.append(_("{n} changed", n=number(told["rows_changed"])))
    words = "{rows}: {what}; {seconds} s"
    console.say(_(words, rows=count(rows, "row"), what=clauses(parts), seconds=f"{told['seconds']:.0f}"))
    for faults, words in (
        (told["faults"], _UNREAD[levels == {"inside"}]),
        (told["reference_faults"], marked("{rows} of the references not compared: {why} (errors.parquet)")),
    ):
        if faults:
            reasons = clauses(f"{said(reason)} ({number(times)})" for reason, times in faults.items())
            console.warn(_(words, rows=count(sum(faults.values()), "row"), why=reasons))
    if TWICE in told["faults"]:
        console.say("hint: rows are called by file and number where --id-field names no field that they have")
    if told["by_rule"] and not annotated:
        console.say(f"hint: dedupe explain --least-similar 20 --in {folder} shows the most doubtful removals")
