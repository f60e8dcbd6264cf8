"""``dedupe corpus``: a data set too large for one file's run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from dedupe_cli.cli import options
from dedupe_cli.cli.early import SIGNAL_BASE
from dedupe_cli.cli.help import Command
from dedupe_cli.cli.signals import Stopped
from dedupe_cli.errors import SettingsError, to_install
from dedupe_cli.language import _, said
from dedupe_cli.settings import as_flags

if TYPE_CHECKING:
    from dedupe_cli.cli.console import Console

EXAMPLES = (
    ("dedupe corpus crawl.jsonl -o out", "take near-duplicate documents out of a file of records"),
    ("dedupe corpus 'parts/*.parquet' -o out --keep date", "of each group the newest stays"),
    ("dedupe corpus site.parquet -o out --level document,passage", "then passages that documents share, too"),
    ("dedupe corpus crawl.jsonl -o out --mode annotate", "remove nothing, write what was found into the rows"),
    ("dedupe corpus tuesday.jsonl -o out-2 --index seen", "what earlier runs with this index kept goes, too"),
    ("dedupe explain 4711 --in out", "why a row went"),
)


@click.command("corpus", cls=Command, examples=EXAMPLES)
@click.argument("sources", nargs=-1, required=True, metavar="SRC...")
@options.option(
    "-o",
    "--output",
    "folder",
    required=True,
    everyday=True,
    metavar="DIR",
    help="Where the result goes: data, removed.parquet, groups.parquet, errors.parquet, summary.json.",
)
@options.option(
    "--field",
    default="text",
    everyday=True,
    metavar="PATH",
    help="Where the text of a row is: a key, messages[*].content, the name of a column. Default: text.",
)
@options.option(
    "--id-field",
    default="id",
    everyday=True,
    metavar="PATH",
    help="What a row is called by; rows without it by file and number. Default: id.",
)
@options.option(
    "--level",
    default="document",
    everyday=True,
    metavar="LEVELS",
    help="document: whole near-duplicates go; passage: what documents share is said once; inside: each row is "
    "cleaned as clean would; several with commas between. Default: document.",
)
@options.option(
    "-s",
    "--similarity",
    type=options.Number(50.0, 100.0, whole=False, check=False),
    default=80.0,
    everyday=True,
    metavar="NUMBER",
    help="Least similarity of two documents, in percent. Default: 80.",
)
@options.option(
    "--keep",
    default="best",
    everyday=True,
    metavar="WHICH",
    help="Which document of a group stays: best (says most, and agrees most with the "
    "others), first, longest, or a field: the highest number or the latest date. Default: best.",
)
@options.option(
    "--mode",
    type=options.Words(["remove", "annotate"]),
    default="remove",
    everyday=True,
    help="annotate removes nothing and adds columns to the rows. Default: remove.",
)
@options.option("--resume", is_flag=True, everyday=True, help="Go on with a job that ended early.")
@options.option("--fresh", is_flag=True, everyday=True, help="Begin anew where a job of dedupe stands.")
@options.option(
    "--apply",
    type=options.Words(["exact", "similar", "all"]),
    help="Which differences a copy may have: form only, character noise, all. Default: all for documents, "
    "similar for passages and inside.",
)
@options.option("--within", default="", metavar="PATH", help="Compare only rows that have the same value there.")
@options.option(
    "--reference",
    "references",
    multiple=True,
    metavar="SRC",
    help="Documents that are like one of these go, and these stay as they are. May be given more than once.",
)
@options.option(
    "--index",
    default=None,
    metavar="DIR",
    help="Documents that are like one which earlier runs with this folder kept go; what this run keeps is added to it.",
)
@options.option(
    "--max-copies", type=options.Number(1), default=1, metavar="N", help="So many of each group stay. Default: 1."
)
@options.option(
    "--on-loop",
    type=options.Words(["collapse", "truncate", "drop"]),
    default="collapse",
    help="A row that fell into a loop: cut the rounds, cut the text behind the first round, or drop the row. "
    "Default: collapse.",
)
@options.option("--dup-count", is_flag=True, help="Write into each row how many it stands for.")
@options.option(
    "--memory",
    default="2GB",
    metavar="SIZE",
    help="About so much memory is worked in; larger data is brought together in parts. Default: 2GB.",
)
@options.option(
    "--engine",
    type=options.Words(["local", "ray"]),
    default="local",
    help="local: in this process; ray: on a Ray cluster. Default: local.",
)
@options.option(
    "--ray-address", default="", metavar="ADDRESS", help="The cluster to use. Default: one on this machine."
)
@options.talking
@click.pass_context
def corpus(
    ctx: click.Context, /, sources: tuple[str, ...], folder: str, *, resume: bool, fresh: bool, **given: Any
) -> int:
    """Take near-duplicate documents out of a data set, passages that documents share, and what repeats inside of rows.

    SRC is a file of JSONL, CSV or TSV (also .gz, .zst) or Parquet, a text file, a folder of them, or a pattern.
    Everything that goes is said by a row that stays; removed.parquet says where.
    """
    console: Console = ctx.obj
    if resume and fresh:
        raise SettingsError("--resume and --fresh contradict", hint="give one of them")
    from dedupe_cli.corpus.options import Options  # noqa: PLC0415  not for --help
    from dedupe_cli.keys import Key, convert  # noqa: PLC0415

    references, index = given.pop("references"), given.pop("index")
    given["memory"] = convert(Key("memory", "--memory", "size", None, ""), given["memory"])
    given["level"] = tuple(word.strip() for word in given["level"].split(",") if word.strip())
    try:
        asked = Options(**given)
    except SettingsError as error:
        raise as_flags(error) from None
    try:
        from dedupe_cli.corpus.execute import run  # noqa: PLC0415  it loads pyarrow
    except ImportError as error:
        raise SettingsError(f"{error.name} is not installed", hint=to_install("corpus")) from None
    try:
        with console.watch() as progress:
            told = run(
                sources,
                folder,
                asked,
                references=references,
                index=index,
                resume=resume,
                fresh=fresh,
                progress=progress,
                say=console.warn,
            )
    except Stopped as stop:
        # The threads of the engine run on, and the interpreter would abort when it takes itself down around them.
        console.line("interrupted; the same command with --resume goes on")
        os._exit(SIGNAL_BASE + stop.number)
    _say(console, told, folder)
    return 0


def _say(console: Console, told: dict[str, Any], folder: str) -> None:
    """Say in a few lines what was done."""
    from dedupe_cli.render.phrases import clauses, count, number, share  # noqa: PLC0415  not for --help

    rows, gone, annotated = told["rows"], told["rows_removed"], told["settings"]["mode"] == "annotate"
    if annotated:
        parts = [_("{groups}, nothing removed", groups=count(told["groups"], "group"))]
    else:
        parts = [_("{n} removed ({share})", n=number(gone), share=share(gone, rows))]
        if told["rows_changed"]:
            parts.append(_("{n} changed", n=number(told["rows_changed"])))
    words = "{rows}: {what}; {seconds} s"
    console.say(_(words, rows=count(rows, "row"), what=clauses(parts), seconds=f"{told['seconds']:.0f}"))
    for reason, times in told["faults"].items():
        words = "{rows} not compared, handed on as they are: {why} (errors.parquet)"
        console.warn(_(words, rows=count(times, "row"), why=said(reason)))
    if told["by_rule"] and not annotated:
        console.say(f"hint: dedupe explain --least-similar 20 --in {folder} shows the most doubtful removals")
