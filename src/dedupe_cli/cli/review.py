"""``dedupe review``: a person decides about each repeat."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from dedupe_cli import api
from dedupe_cli.cli import answers, batch, configured, inputs, outputs
from dedupe_cli.cli.inspecting import names_alone, texts_alone
from dedupe_cli.errors import DedupeError, WriteError
from dedupe_cli.language import _, ngettext
from dedupe_cli.render.phrases import clauses, count

if TYPE_CHECKING:
    import click

    from dedupe_cli.cli.answers import Answers
    from dedupe_cli.cli.console import Console


def run(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> int:
    """Do what the command asks for; return the exit code."""
    console: Console = ctx.obj
    plain = given.pop("plain") or os.environ.get("TERM") == "dumb" or find_spec("textual") is None
    decisions, order = given.pop("decisions"), given.pop("order")
    project = configured.project(given)
    named = names_alone(
        project, paths, given,
        what="a review is about", stdin="standard input cannot be both the text and the answers",
    )  # fmt: skip
    answers.need_terminal(named, decisions)
    texts, tasks, failed = texts_alone(console, named, project, given, hint=": dedupe clean cleans them")
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
    one, many = "{files} written; dedupe undo puts it back", "{files} written; dedupe undo puts them back"
    console.say(ngettext(one, many, console.written, files=count(console.written, "file")))
    return 2 if failed else 0
