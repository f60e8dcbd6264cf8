"""``dedupe review``: a person decides about each repeat."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import click

from dedupe_cli import api
from dedupe_cli.cli import alone, batch, configured, inputs, options, outputs
from dedupe_cli.cli.help import Command
from dedupe_cli.errors import DedupeError, WriteError
from dedupe_cli.language import _
from dedupe_cli.render.phrases import clauses, count

if TYPE_CHECKING:
    from dedupe_cli.cli.answers import Answers
    from dedupe_cli.cli.console import Console

EXAMPLES = (
    ("dedupe review notes.txt", "repeat by repeat: what goes, what stays, which place stays"),
    ("dedupe review --order doubtful docs", "the doubtful ones first"),
    ("dedupe clean -w --decisions .dedupe-review.json docs", "what was decided, once more"),
)


@click.command("review", cls=Command, examples=EXAMPLES)
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
@alone.choices
def review(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> int:
    """Ask about each repeat, keep the answers in a file, and change the texts after one more question.

    Every answer is kept at once, so that you can stop at any time. Without a PATH the texts below this folder are read.
    """
    from dedupe_cli.cli import answers  # noqa: PLC0415  not for --help

    console: Console = ctx.obj
    plain = given.pop("plain") or os.environ.get("TERM") == "dumb" or find_spec("textual") is None
    decisions, order = given.pop("decisions"), given.pop("order")
    project = configured.project(given)
    named = alone.named(
        project, paths, given,
        what="a review is about", stdin="standard input cannot be both the text and the answers",
    )  # fmt: skip
    answers.need_terminal(named, decisions)
    texts, tasks, failed = alone.texts(console, named, project, given, hint=": dedupe clean cleans them")
    asks = answers.Answers.of(console, tasks, decisions)
    if not texts:
        inputs.tell_nothing(console, named)
        return 2 if failed else 0
    change = True
    if plain:
        from dedupe_cli.cli.asking import ask  # noqa: PLC0415  as above

        made = ask(asks, texts, order)
    else:
        from dedupe_cli.cli.review_screen import on_screen  # noqa: PLC0415  it loads Textual

        made, change = on_screen(asks, texts, order)
    console.say(asks.told())
    if not change:
        console.say(_("hint: {command}", command=_later(asks, texts)))
        return 2 if failed else 0
    return max(_apply(console, asks, replace(tasks, decisions=made), texts), 2 if failed else 0)


def _later(asks: Answers, texts: Sequence[str]) -> str:
    """Return the command that does what was decided."""
    return f"dedupe clean -w --decisions {outputs.again([asks.decisions.path])} {outputs.again(texts)}"


def _apply(console: Console, asks: Answers, tasks: inputs.Tasks, texts: Sequence[str]) -> int:
    """Change the texts as was decided, after one question with the counts; return the exit code."""
    from dedupe_cli.cli.asking import confirm  # noqa: PLC0415  not for --help

    results: list[api.Result] = []
    failed = False
    with console.watch() as progress:
        for _path, result in batch.results(console, texts, tasks.task, 1, progress):
            if result is None:
                failed = True
            elif result.changed:
                results.append(result)
    if not results:
        console.say(_("nothing goes"))
        return 2 if failed else 0
    gone = sum(result.plan.removed for result in results)
    own = sum(result.decided for result in results)
    parts = [_("{size} go from {files}", size=count(gone, "character"), files=count(len(results), "file"))]
    if own:
        parts.append(_("{places} of it by your decision alone", places=count(own, "place")))
    if not confirm(console, _("{what}: write now?", what=clauses(parts)) + " [y,n] "):
        console.say(_("hint: {command}", command=_later(asks, texts)))
        return 2 if failed else 0
    console.to_write = len(results)
    for result in results:
        try:
            if tasks.project.of(result.source.path).protects(result.source.path):
                raise WriteError(
                    f"{result.source.path} is protected", hint="dedupe clean -o writes the result elsewhere"
                )
            api.write_back(result, undo=True)
            console.written += 1
        except DedupeError as error:
            failed = True
            console.error(error)
    console.say(_("{files} written; dedupe undo puts them back", files=count(console.written, "file")))
    return 2 if failed else 0
