"""``dedupe explain``: one repeat in full; of a data set, why a row went, with both texts."""

from __future__ import annotations

import os
import re
import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from dedupe_cli.cli import batch, configured, inputs, outputs, view
from dedupe_cli.cli.inspecting import TEXT, Inspected, cleaned_texts, inspect_all, is_id
from dedupe_cli.decide.passages import units
from dedupe_cli.errors import DedupeError, SettingsError
from dedupe_cli.gate.rules import find_rule, meant
from dedupe_cli.language import _
from dedupe_cli.render.page import page
from dedupe_cli.render.phrases import REASON_WORDS, RULE_WORDS, clauses, count, number, percent, reasons
from dedupe_cli.render.pieces import GOES, Card, Line, Piece, Role, plain, shown
from dedupe_cli.render.place import At, explained
from dedupe_cli.render.words import changes, ends

if TYPE_CHECKING:
    import click

    from dedupe_cli import api
    from dedupe_cli.cli.console import Console
    from dedupe_cli.corpus.explaining import Removal
    from dedupe_cli.finding import Rule
    from dedupe_cli.render.pieces import Glyphs
    from dedupe_cli.render.terminal import Look


def run(
    ctx: click.Context,
    /,
    group_id: str | None,
    paths: tuple[str, ...],
    at: str | None,
    folder: str | None,
    least_similar: int | None,
    **given: Any,
) -> int:
    """Do what the command asks for; return the exit code."""
    console: Console = ctx.obj
    if folder is not None or least_similar is not None:
        configured.project(given)  # it tells the console what holds here
        return explain_result(console, folder, [*([group_id] if group_id else []), *paths], least_similar)
    if at is not None:
        return _explain_place(console, at, [group_id, *paths] if group_id else [], given)
    if group_id is None:
        raise SettingsError("missing argument RULE or ID", hint="or name a place: dedupe explain --at FILE:LINE")
    if not paths and not given["files_from"] and not given["stdin_filename"]:
        rule = find_rule(group_id)
        if rule is not None or _is_code(group_id) or not is_id(group_id):
            return _explain_rule(console, group_id, rule)
    if not is_id(group_id):
        raise SettingsError(f"{group_id!r} is no id of a repeat", hint="dedupe diff prints the ids, such as 5f0c9a1e")
    return _explain_repeat(console, group_id.lower(), paths, given)


def _explain_repeat(console: Console, group_id: str, paths: tuple[str, ...], given: dict[str, Any]) -> int:
    """Show the repeats whose id begins like this: those of one text, else findings that no single plan has."""
    project = configured.project(given)
    listed = inputs.find(console, inputs.named(paths, given), project, given)
    tasks = inputs.Tasks.of(project, given)
    if not listed.paths and not listed.failed:
        raise DedupeError("no files to look through", hint=f"dedupe explain {group_id} PATH")
    read, found = [], 0
    for path, result in _results(console, listed.paths, tasks, given):
        read.append(path)
        found += _print(console, result, group_id) if result else 0
    rest = [path for path in listed.paths if path in read]
    if rest and not found:
        inspected = inspect_all(console, replace(listed, paths=rest), tasks, given["jobs"], given["fields"])
        found = _print_findings(console, inspected, group_id)
    if rest and not found:
        where = f"{len(rest)} files" if len(rest) > 1 else outputs.shown(rest[0])
        hint = (
            "give the same options as in the run that named it" if project.at(".").policy.across
            else "give the same options as in the run that named it, --across for instance"
        )  # fmt: skip
        raise DedupeError(f"no repeat {group_id} in {where}", hint=hint)
    return 2 if listed.failed or len(rest) < len(listed.paths) else 0


def _results(
    console: Console, paths: Sequence[str], tasks: inputs.Tasks, given: dict[str, Any]
) -> Iterator[tuple[str, api.Result | None]]:
    """Yield what ``clean`` makes of each text, and of the texts in each file of records; say which cannot be read."""
    kinds = tasks.records(paths)
    for path, kind in kinds.items():
        yield path, None
        for result in cleaned_texts(path, kind, tasks, given["fields"] or TEXT, given["jobs"]):
            yield path, result
    with console.watch() as progress:
        texts = [path for path in paths if path not in kinds]
        found = batch.results(console, texts, tasks.task, given["jobs"], progress)
        for path, each in found:
            if each:
                progress.clear()  # what is found is printed where the bar is
                yield path, each


def _explain_place(console: Console, at: str, others: list[str], given: dict[str, Any]) -> int:
    """Say what decided on one place of one file."""
    if others:
        raise SettingsError(f"--at names its file, and {others[0]} is another question", hint=f"leave {others[0]} out")
    place = _place(at)
    tasks = inputs.Tasks.of(configured.project(given), given)
    if tasks.records([place.path]):
        name = shlex.quote(place.path)
        hint = f"dedupe diff {name} prints ids; then dedupe explain ID {name}"
        raise SettingsError(f"{place.path} holds records, which are looked at one by one", hint=hint)
    tasks.asks = True
    outcome = batch.work(place.path, tasks.task(place.path))
    if outcome.result is None:
        outcome.tell(console)
        return 2
    text = explained(outcome.result.source, outcome.result.plan, place, units)
    view.text_to_stdout(console, text)
    return 0


def _place(at: str) -> At:
    """Read FILE:LINE or FILE:LINE:COLUMN; a file may have colons in its name."""
    found = re.fullmatch(r"(.+?):(\d{1,18})(?::(\d{1,18}))?", at, re.DOTALL)
    if found is None:
        path, _colon, word = at.rpartition(":")
        if path and word and not word.isdigit() and os.path.lexists(path):
            hint = f"write --at {shlex.quote(path)}:LINE, from 1 on"
            raise SettingsError(f"--at {at}: {word!r} is no line", hint=hint)
        raise SettingsError(f"--at {at}: no line is named", hint=f"write --at {shlex.quote(at.rstrip(':'))}:LINE")
    path, line, column = found[1], found[2], found[3]
    if column and os.path.lexists(f"{path}:{line}"):
        path, line, column = f"{path}:{line}", column, None
    return At(path, int(line), int(column or 0))


def _explain_rule(console: Console, word: str, rule: Rule | None) -> int:
    if rule is None and os.path.lexists(word):
        hint = f"dedupe diff {shlex.quote(word)} prints ids; then dedupe explain ID {shlex.quote(word)}"
        raise SettingsError(f"{word} is a file, and no rule or id", hint=hint)
    if rule is None:
        raise SettingsError(f"no rule {word!r}", hint=meant(word))
    view.to_stdout(console, partial(_print_page, rule, console.width))
    return 0


def _print_page(rule: Rule, width: int | None, *, stream: TextIO) -> None:
    """Print the page of a rule; on a terminal its rows end between words."""
    text = page(rule)
    if stream.isatty():
        from dedupe_cli.render.terminal_style import width_of, wrapped  # noqa: PLC0415  only on a terminal

        text = wrapped(text, width or width_of(stream))
    stream.write(text)


def _is_code(word: str) -> bool:
    """Tell whether a word looks like a code; ids are longer, and printed in small letters."""
    return re.fullmatch(r"[A-Z]\d{1,3}", word) is not None


def _print_findings(console: Console, inspected: Inspected, name: str) -> int:
    """Print findings that no single plan has: between files, of markers; return how many."""
    from dedupe_cli.render.terminal import show_findings  # noqa: PLC0415  it loads rich

    some = [finding for finding in inspected.findings if finding.id.startswith(name)]
    if some:
        view.to_stdout(console, partial(show_findings, some, **console.look))
        console.say(f"hint: dedupe explain {some[0].rule} says what it means and how to accept it")
    return len(some)


def _print(console: Console, result: api.Result, name: str) -> int:
    """Print the groups of one text whose id begins like this; return how many."""
    found = [at for at, group in enumerate(result.plan.groups) if group.id.startswith(name)]
    for at in found:
        view.to_stdout(console, partial(_print_group, result, at, console.look))
    return len(found)


def _print_group(result: api.Result, at: int, look: Look, *, stream: TextIO) -> None:
    from dedupe_cli.render.terminal import Cards  # noqa: PLC0415  it loads rich

    Cards(result.source, result.plan, stream=stream, whole=True, **look).explain(at)


# Longer texts, in characters, are shown by their ends.
_COMPARED = 40_000


def explain_result(console: Console, folder: str | None, rows: Sequence[str], least_similar: int | None) -> int:
    """Show the removals of some rows, or the most doubtful ones; return the exit code."""
    if folder is None:
        raise SettingsError("--least-similar needs --in DIR", hint="DIR is a result of dedupe corpus")
    if bool(rows) == bool(least_similar):
        raise SettingsError("--in: which row?", hint=f"dedupe explain ID --in {folder}, or --least-similar 20")
    from dedupe_cli.corpus.explaining import MOST, least_similar as doubtful, removals  # noqa: I001, PLC0415  an extra
    from dedupe_cli.render.terminal import show_cards  # noqa: PLC0415  it loads rich

    found = (
        doubtful(folder, least_similar) if least_similar else [each for row in rows for each in removals(folder, row)]
    )
    view.to_stdout(console, partial(show_cards, lambda glyphs: [_card(each, glyphs) for each in found], **console.look))
    if not least_similar and len(found) >= MOST:
        console.say(f"the first {MOST} are shown; removed.parquet has all")
    return 0


def _card(removal: Removal, glyphs: Glyphs) -> Card:
    told = removal.told
    inside = told["level"] == "inside"
    marks: Any = frozenset()
    pieces = shown(removal.copy, Role.GOES, glyphs)
    if len(removal.copy) > _COMPARED:
        pieces = ends(removal.copy, Role.GOES, glyphs)
    elif max(len(removal.copy), len(removal.kept)) <= _COMPARED and (not inside or told["kept_start"] is not None):
        diff = changes(removal.kept, removal.copy, glyphs, whole=True)
        if diff.pieces and diff.places:
            pieces, marks = list(diff.pieces), diff.marks
    words = _(RULE_WORDS[told["rule"]]) if told["rule"] in RULE_WORDS else ""
    tag = ", ".join(part for part in (told["rule"], words, percent(told["similarity"], told["similarity"])) if part)
    if inside:
        name = plain(told["id"], glyphs)
        title = _("{id}: characters {start}-{end} go", id=name, start=told["start"], end=told["end"])
        row, start, end = plain(told["row"], glyphs), told["kept_start"], told["kept_end"]
        where = _("{row}; what stays stands at {start}-{end}", row=row, start=start, end=end)
    else:
        title = _("{id} goes for {kept}", id=plain(told["id"], glyphs), kept=plain(told["kept_id"], glyphs))
        words = "{row}, {size}; {kept} stays, {kept_size}"
        size, kept_size = count(told["end"], "character"), count(told["kept_end"], "character")
        row, kept = plain(told["row"], glyphs), plain(told["kept_row"], glyphs)
        where = _(words, row=row, size=size, kept=kept, kept_size=kept_size)
    lines = [Line(GOES, before=tuple(pieces), marks=marks), _note(where), *_judged(removal)]
    return Card(title, tag, tuple(lines), counted=False)


def _judged(removal: Removal) -> list[Line]:
    from dedupe_cli.corpus.explaining import holding  # noqa: PLC0415  an extra

    found = Counter(item.kind.value for item in removal.differences)
    if not found:
        return []
    held = [reason for reason in REASON_WORDS if str(reason) in holding(removal.differences)]
    what = clauses(f"{number(times)} {_(kind)}" for kind, times in sorted(found.items()))
    words = _("differences: {what}", what=what)
    if held:
        words += _("; ") + _("{why}: --apply similar would hold it", why=reasons(held))
    return [_note(words)]


def _note(words: str) -> Line:
    return Line(before=(Piece(words, Role.DIM),))
