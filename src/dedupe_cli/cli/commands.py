"""Commands that read texts or decide about them: their options; what does their work is loaded when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from dedupe_cli.cli import configured, options
from dedupe_cli.cli.help import Command

# The options of commands that look at each text alone.
_alone = options.group(
    options.settings,
    configured.policy("rules", "ignoring", "gate", "files", "reading", "run", "display"),
    *(options.without_baseline, configured.reading, options.sizing, options.talking, click.pass_context),
)


def _run(ctx: click.Context, given: dict[str, Any]) -> int:
    """Let the module of a command do its work: it has the name of the command."""
    code: int = import_module(f"dedupe_cli.cli.{ctx.command.name}").run(ctx, **given)
    return code


_BASELINE_ACTIONS = ("write", "add", "prune", "show")
_REPORT_FORMS = ("html", "markdown", "json", "csv")
# The settings that can be tuned, with the values that they are tried at.
RANGES = {"similarity": (50, 100), "confidence": (1, 99)}


def _complete(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[str]:
    """Return the codes and the names of rules that begin like this."""
    from dedupe_cli.gate.rules import rules  # noqa: PLC0415  not for --help

    names = [word for rule in rules().values() for word in (rule.code, rule.name)]
    return [name for name in names if name.lower().startswith(begun.lower())]


_CHECK_EXAMPLES = (
    ("dedupe check", "the texts below this folder"),
    ("dedupe check docs --format json > report.json", "for other programs"),
    ("dedupe check docs --select D1,D2", "repeats only, nothing that is held back"),
    ("dedupe explain D201", "what a code means"),
)


@click.command("check", cls=Command, examples=_CHECK_EXAMPLES)
@options.paths()
@configured.policy("output", everyday=True)
@options.option("-o", "--output", everyday=True, metavar="FILE", help="Write the report to FILE.")
@options.option(
    "-l", "--files-with-matches", "names_only", is_flag=True, everyday=True,
    help="Print only the names of the files that have findings.",
)  # fmt: skip
@options.option("--statistics", is_flag=True, everyday=True, help="Print only how many findings each rule has.")
@configured.policy("between", "rules", "gate", "fail", everyday=True)
@options.option(
    "--since", everyday=True, metavar="REF",
    help="Report only what touches lines that changed since this work parted from REF. Needs git.",
)  # fmt: skip
@options.from_ref
@options.without_baseline
@options.option("--all", "show_all", is_flag=True, everyday=True, help="Show all findings, not the ten surest alone.")
@options.option(
    "--sort", type=options.Words(("rank", "path")), everyday=True,
    help="Order of the findings: the surest first, or as they stand in the files.",
)  # fmt: skip
@options.show_held(everyday=True)
@options.option("--exit-zero", is_flag=True, everyday=True, help="Exit with 0 also when there are findings.")
@options.option("--no-text", is_flag=True, help="Leave the words of the texts out of JSON.")
@options.settings
@configured.parts
@configured.policy("files", "ignoring", "reading", "run", "display", "cache")
@configured.cards
@configured.reading
@options.fields
@options.sizing
@options.max_shown
@options.talking
@click.pass_context
def check(ctx: click.Context, /, **given: Any) -> int:
    """Report what repeats in texts, and what differs between repeats; exit 1 when there is an error among it.

    Nothing is ever changed. Without a PATH the texts below this folder are read.
    """
    return _run(ctx, given)


_BASELINE_EXAMPLES = (
    ("dedupe baseline write", "accept the findings of today; check then reports new ones"),
    ("dedupe baseline add 5f0c9a1e --reason 'each page says it'", "accept one finding"),
    ("dedupe baseline prune", "drop entries whose repeats are gone"),
    ("dedupe baseline show", "what is accepted"),
)


@click.command("baseline", cls=Command, examples=_BASELINE_EXAMPLES)
@click.argument("action", type=options.Words(_BASELINE_ACTIONS), metavar="|".join(_BASELINE_ACTIONS))
@options.paths()
@options.option("--reason", metavar="TEXT", everyday=True, help="With add: why it is accepted; kept beside the entry.")
@configured.policy("between", "gate", "rules", everyday=True)
@options.settings
@configured.parts
@configured.policy("files", "ignoring", "reading", "run", "cache")
@configured.reading
@options.fields
@options.talking
@click.pass_context
def baseline(ctx: click.Context, /, **given: Any) -> int:
    """Keep the list of findings that are accepted: hashes of what they say, with the number of copies.

    Moving, wrapping or correcting an accepted text changes nothing; another copy is new. The file is
    .dedupe-baseline.json beside the configuration, or --baseline FILE. It has one entry a line. With add, the ids that
    check prints stand before the paths.
    """
    return _run(ctx, given)


_EXPLAIN_EXAMPLES = (
    ("dedupe explain D201", "what a rule means, and how to accept what it finds"),
    ("dedupe explain 5f0c9a1e notes.txt", "why this repeat of notes.txt goes, or stays"),
    ("dedupe explain --at notes.txt:12", "what line 12 repeats, what goes, and what decided"),
    ("dedupe explain --across 5f0c9a1e docs", "what is said in several files"),
    ("dedupe explain 4711 --in out", "why a row of a data set went"),
)


@click.command("explain", cls=Command, examples=_EXPLAIN_EXAMPLES)
@click.argument("group_id", metavar="RULE|ID", shell_complete=_complete, required=False)
@options.paths()
@options.option(
    "--at", metavar="FILE:LINE", everyday=True,
    help="Say of a place (FILE:LINE:COLUMN, too) what it repeats, what goes, what stays, and what decided.",
)  # fmt: skip
@options.option(
    "--in", "folder", metavar="DIR", everyday=True,
    help="Say of a row of a data set why it went: DIR is a result of dedupe corpus, ID that of the row.",
)  # fmt: skip
@options.option(
    "--least-similar", type=options.Number(1), metavar="N", help="With --in: the N removals that are most doubtful."
)
@options.settings
@configured.policy("between", everyday=True)
@configured.parts
@configured.policy("rules", "ignoring", "files", "reading", "run", "display", "cache")
@configured.cards
@configured.reading
@options.fields
@options.sizing
@options.talking
@click.pass_context
def explain(ctx: click.Context, /, **given: Any) -> int:
    """Say what a rule means, or why one repeat or place goes or stays: members, differences, scores.

    RULE is a code or a name, as dedupe rules lists them. ID is what diff and check print; the texts are looked
    through anew, without a PATH those below this folder.
    """
    return _run(ctx, given)


_REPORT_EXAMPLES = (
    ("dedupe report notes.txt -o report.html", "a page to look at, and to decide in"),
    ("dedupe report --across docs -o report.html", "also what the files have in common"),
    ("dedupe report docs --format markdown | less", "the same as text"),
    ("dedupe clean -w --decisions .dedupe-review.json docs", "do what was decided in the page"),
)


@click.command("report", cls=Command, examples=_REPORT_EXAMPLES)
@options.paths()
@options.option("-o", "--output", everyday=True, metavar="FILE", help="Write to FILE instead of standard output.")
@options.option(
    "-f", "--format", "form", type=options.Words(_REPORT_FORMS), everyday=True,
    help="Form of the report. Default: by the ending of FILE, else html.",
)  # fmt: skip
@configured.policy("between", everyday=True)
@options.option(
    "--max-shown", type=options.Number(0), default=500, metavar="N", everyday=True,
    help="Repeats that are shown, the largest first; 0: all. Default: 500.",
)  # fmt: skip
@options.option(
    "--limits", is_flag=True, everyday=True,
    help="Show also what other values of --similarity would do, as dedupe tune does; it takes as long.",
)  # fmt: skip
@options.deciding
@options.settings
@configured.policy("rules", "ignoring", "gate", "files", "reading", "run")
@options.without_baseline
@configured.reading
@options.talking
@click.pass_context
def report(ctx: click.Context, /, **given: Any) -> int:
    """Write what repeats into one file: pictures of where, every repeat with its differences, what to run next.

    Nothing is changed. The page works offline and asks no other computer for anything; what is decided in it is saved
    as a file that clean follows with --decisions. Without a PATH the texts below this folder are read.
    """
    return _run(ctx, given)


_REVIEW_EXAMPLES = (
    ("dedupe review notes.txt", "repeat by repeat: what goes, what stays, which place stays"),
    ("dedupe review --order doubtful docs", "the doubtful ones first"),
    ("dedupe clean -w --decisions .dedupe-review.json docs", "what was decided, once more"),
)


@click.command("review", cls=Command, examples=_REVIEW_EXAMPLES)
@options.paths()
@options.option(
    "--plain", is_flag=True, everyday=True,
    help="Ask line by line, for any terminal and for a screen reader; so it is without Textual, too.",
)  # fmt: skip
@options.option(
    "--order", type=options.Words(["place", "sure", "doubtful"]), default="place", everyday=True,
    help="Ask in the order of the text, the surest first, or the most doubtful first. Default: place.",
)  # fmt: skip
@options.option(
    "--decisions", metavar="FILE", everyday=True, type=click.Path(readable=False),
    help="Keep the answers in FILE; what was answered before is not asked again. Default: .dedupe-review.json.",
)  # fmt: skip
@_alone
def review(ctx: click.Context, /, **given: Any) -> int:
    """Ask about each repeat, keep the answers in a file, and change the texts after one more question.

    Every answer is kept at once, so that you can stop at any time. Without a PATH the texts below this folder are read.
    """
    return _run(ctx, given)


_TUNE_EXAMPLES = (
    ("dedupe tune notes.txt", "what would go at which similarity, and what lies near the limit"),
    ("dedupe tune --by confidence docs", "the same for how sure it must be"),
    ("dedupe tune --from-decisions .dedupe-review.json docs", "which limit agrees with what you decided"),
)


@click.command("tune", cls=Command, examples=_TUNE_EXAMPLES)
@options.paths()
@options.option(
    "--by", type=options.Words(list(RANGES)), default="similarity", everyday=True,
    help="The setting that is tried: similarity or confidence. Default: similarity.",
)  # fmt: skip
@options.option(
    "--from-decisions", metavar="FILE", everyday=True, type=click.Path(readable=False),
    help="Say which limit, of both settings, agrees best with what was decided in a review.",
)  # fmt: skip
@_alone
def tune(ctx: click.Context, /, **given: Any) -> int:
    """Show what would go under other limits, and what lies nearest to the present one.

    Each text is read once, and what is alike in it is found once. Then it is planned as clean would do it, under as
    many values as it takes: a plan tells for which other values it holds. Nothing is written. Without a PATH the texts
    below this folder are read.
    """
    return _run(ctx, given)


_UNDO_EXAMPLES = (
    ("dedupe undo notes.txt", "the file as it was before it was last cleaned"),
    ("dedupe undo", "all files of the last run"),
    ("dedupe undo --list", "what can be put back"),
    ("dedupe undo RECORD --to new.txt", "into a file that was renamed; RECORD is named by --list"),
)


@click.command("undo", cls=Command, examples=_UNDO_EXAMPLES)
@click.argument("paths", nargs=-1, metavar="[FILE]...", type=click.Path(readable=False))
@options.option("--list", "listing", is_flag=True, everyday=True, help="Print what can be put back, newest first.")
@options.option(
    "--to", "target", metavar="FILE", type=click.Path(readable=False), everyday=True,
    help="Put one RECORD back into FILE, which has another name than before.",
)  # fmt: skip
@options.option("--prune", is_flag=True, everyday=True, help="Forget what is older than 30 days or beyond 256 MiB.")
@options.option("--clear", is_flag=True, everyday=True, help="Forget everything.")
@options.talking
@click.pass_context
def undo(ctx: click.Context, /, **given: Any) -> int:
    """Put back what clean -w removed, byte for byte: into FILE, or into all files of the last run.

    FILE may be a record, too, as an error or --list names it. A file that changed since is left as it is. What was
    removed is kept in the user's state folder.
    """
    return _run(ctx, given)
