"""``dedupe baseline``: accept what is there today, drop what is gone, look at what is accepted."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from dedupe_cli.apply.write import write_file
from dedupe_cli.cli import configured, inputs, options
from dedupe_cli.cli.console import count, write_stdout
from dedupe_cli.cli.help import Command
from dedupe_cli.cli.inspecting import covers, inspect_all
from dedupe_cli.errors import DedupeError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedupe_cli.cli.console import Console
    from dedupe_cli.finding import Finding
    from dedupe_cli.gate.baseline import Baseline
    from dedupe_cli.read.project import Project

ACTIONS = ("write", "prune", "show")
EXAMPLES = (
    ("dedupe baseline write", "accept the findings of today; check then reports new ones"),
    ("dedupe baseline prune", "drop entries whose repeats are gone"),
    ("dedupe baseline show", "what is accepted"),
)


@click.command("baseline", cls=Command, examples=EXAMPLES)
@click.argument("action", type=options.Words(ACTIONS), metavar="|".join(ACTIONS))
@options.paths()
@configured.policy("between", "gate", "rules", everyday=True)
@options.settings
@configured.parts
@configured.policy("files", "ignoring", "reading", "run", "cache")
@configured.configuration
@inputs.naming
@options.reading
@options.fields
@options.talking
@click.pass_context
def baseline(ctx: click.Context, /, action: str, paths: tuple[str, ...], **given: Any) -> int:
    """Keep the list of findings that are accepted: hashes of what they say, with the number of copies.

    Moving, wrapping or correcting an accepted text changes nothing; another copy is new. The file is
    .dedupe-baseline.json beside the configuration, or --baseline FILE. It has one entry a line.
    """
    console: Console = ctx.obj
    project = configured.project(given)
    place = _place(project)
    before = inputs.stored(place if os.path.isfile(place) else "")
    if action == "show":
        return _show(before, place)
    named = inputs.named(paths, given)
    whole = not given["files_from"] and covers(project, named)
    found = inputs.find(console, named, project, given)
    inspected = inspect_all(console, found, inputs.Tasks.of(project, given), given["jobs"], given["fields"])
    if inspected.errors or found.failed:
        raise DedupeError(f"{place} is as it was: not everything could be read", hint="see above")
    from dedupe_cli.terms import terms_of  # noqa: PLC0415  not for --help

    on = terms_of(project.at("."), place).on
    if action == "prune":
        if not whole:
            raise SettingsError("prune needs all texts that the baseline is about", hint="leave PATH out")
        return _prune(console, before, inspected.findings, place, on)
    return _write(console, before, inspected.findings, place, lambda rule: whole and on(rule))


def _place(project: Project) -> str:
    """Return the file: the one that is named or beside the configuration, also where it is not there yet."""
    from dedupe_cli.read.project import BASELINE  # noqa: PLC0415  not for --help

    effective = project.at(".")
    return os.path.normpath(effective.baseline or os.path.join(effective.folder, BASELINE))


def _show(before: Baseline | None, place: str) -> int:
    if before is None:
        raise SettingsError(f"{place}: no such file", hint="dedupe baseline write makes it")
    rows = sorted(before.entries.items(), key=lambda item: (item[1].rule, item[0]))
    text = "".join(f"{key.partition(':')[2][:8]}  {e.rule}  {e.copies:3d} places  {e.note}\n" for key, e in rows)
    write_stdout(text.encode("utf-8", "backslashreplace"))
    return 0


def _write(
    console: Console,
    before: Baseline | None,
    findings: Sequence[Finding],
    place: str,
    looked: Callable[[str], bool],
) -> int:
    """Accept what was found; entries of rules that were not looked for everywhere stay accepted."""
    from dedupe_cli.finding import Status  # noqa: PLC0415
    from dedupe_cli.gate.baseline import Baseline  # noqa: PLC0415

    old = before.entries if before else {}
    new = dict(Baseline.of(f for f in findings if f.status is Status.NEW).entries)
    for key, entry in old.items():
        if not looked(entry.rule):
            known = new.get(key)
            new[key] = replace(known, copies=max(entry.copies, known.copies)) if known else entry
    added, removed = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    changed = sum(new[key].copies != old[key].copies for key in new.keys() & old.keys())
    write_file(place, Baseline(new).to_json().encode())
    more = f", {changed} with another number of places" if changed else ""
    console.say(f"{place} accepts {count(len(new), 'finding')}: {added} added, {removed} removed{more}")
    return 0


def _prune(
    console: Console, before: Baseline | None, findings: Sequence[Finding], place: str, on: Callable[[str], bool]
) -> int:
    from dedupe_cli.gate.baseline import judge, pruned  # noqa: PLC0415

    if before is None:
        raise SettingsError(f"{place}: no such file", hint="dedupe baseline write makes it")
    _, room = judge(sorted(findings, key=lambda f: f.order), before)
    after = pruned(before, room, on)
    gone = len(before.entries) - len(after.entries)
    fewer = sum(after.entries[key].copies != before.entries[key].copies for key in after.entries)
    if gone or fewer:
        write_file(place, after.to_json().encode())
    more = f", {fewer} with fewer places" if fewer else ""
    console.say(f"{place} accepts {count(len(after.entries), 'finding')}: {gone} removed{more}")
    return 0
