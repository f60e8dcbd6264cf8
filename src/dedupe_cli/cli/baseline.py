"""``dedupe baseline``: accept what is there today, drop what is gone, look at what is accepted."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dedupe_cli.apply.write import write_file
from dedupe_cli.cli import configured, inputs
from dedupe_cli.cli.console import Console, write_stdout
from dedupe_cli.cli.inspecting import covers, inspect_all, is_id
from dedupe_cli.errors import DedupeError, SettingsError
from dedupe_cli.finding import Status
from dedupe_cli.gate.baseline import Baseline, judge, pruned
from dedupe_cli.language import counted
from dedupe_cli.read.project import BASELINE
from dedupe_cli.terms import terms_of

if TYPE_CHECKING:
    import click

    from dedupe_cli.finding import Finding
    from dedupe_cli.read.project import Project


def run(ctx: click.Context, /, action: str, paths: tuple[str, ...], **given: Any) -> int:
    """Do what the command asks for; return the exit code."""
    console: Console = ctx.obj
    project = configured.project(given)
    place = _place(project)
    before = inputs.stored(place if os.path.isfile(place) else "")
    if given["reason"] is not None and action != "add":
        raise SettingsError("--reason is for baseline add", hint="dedupe baseline add ID --reason TEXT")
    if action == "show":
        return _show(before, place)
    ids: list[str] = []
    if action == "add":
        ids = [word.lower() for word in paths if _is_id(word)]
        paths = tuple(word for word in paths if not _is_id(word))
        if not ids:
            raise SettingsError("baseline add names no finding", hint="dedupe check prints ids, such as [5f0c9a1e]")
    named = inputs.named(paths, given)
    whole = not given["files_from"] and covers(project, named)
    found = inputs.find(console, named, project, given)
    tasks = inputs.Tasks.of(project, given)
    inspected = inspect_all(console, found, tasks, given["jobs"], given["fields"])
    if inspected.errors or found.failed:
        raise DedupeError(f"{place} is as it was: not everything could be read", hint="see above")
    if action == "add":
        mine, missing = _named(inspected.findings, ids)
        if missing:  # shorter ones are told by check --since
            more = inspect_all(console, found, tasks, given["jobs"], given["fields"], changed=True)
            also, missing = _named(more.findings, missing)
            mine += also
        if missing:
            hint = "give the same options and paths as in the run that named it"
            raise SettingsError(f"no finding {missing[0]}", hint=hint)
        return _add(console, before, mine, place, given["reason"] or "")
    on = terms_of(project.at("."), place).on
    if action == "prune":
        if not whole:
            raise SettingsError("prune needs all texts that the baseline is about", hint="leave PATH out")
        return _prune(console, before, inspected.findings, place, on)
    return _write(console, before, inspected.findings, place, lambda rule: whole and on(rule))


def _place(project: Project) -> str:
    """Return the file: the one that is named or beside the configuration, also where it is not there yet."""
    effective = project.at(".")
    return os.path.normpath(effective.baseline or os.path.join(effective.folder, BASELINE))


def _is_id(word: str) -> bool:
    return is_id(word) and not os.path.lexists(word)


def _named(findings: Sequence[Finding], ids: Sequence[str]) -> tuple[list[Finding], list[str]]:
    """Return the findings of some ids, pieces of one that is told whole among them, and the ids of none."""
    every = [one for finding in findings for one in dict.fromkeys((finding, *finding.pieces))]
    found = {word: [one for one in every if one.id.startswith(word)] for word in ids}
    return [one for some in found.values() for one in some], [word for word, some in found.items() if not some]


def _add(console: Console, before: Baseline | None, findings: Sequence[Finding], place: str, reason: str) -> int:
    """Accept some findings besides what is accepted."""
    old = before.entries if before else {}
    new = {key: replace(entry, reason=reason) for key, entry in Baseline.of(findings).entries.items()}
    write_file(place, Baseline({**old, **new}).to_json().encode())
    console.say(f"{place} accepts {counted(len(old | new), 'finding')}: {len(new.keys() - old.keys())} added")
    return 0


def _show(before: Baseline | None, place: str) -> int:
    if before is None:
        raise SettingsError(f"{place}: no such file", hint="dedupe baseline write makes it")
    rows = sorted(before.entries.items(), key=lambda item: (item[1].rule, item[0]))
    text = "".join(
        f"{key.partition(':')[2][:8]}  {e.rule}  {e.copies:3d} places  {e.note}{e.reason and f'  ({e.reason})'}\n"
        for key, e in rows
    )
    write_stdout(text.encode("utf-8", "backslashreplace"))
    return 0


def _write(
    console: Console, before: Baseline | None, findings: Sequence[Finding], place: str, looked: Callable[[str], bool]
) -> int:
    """Accept what was found; entries of rules that were not looked for everywhere stay accepted."""
    old = before.entries if before else {}
    new = dict(Baseline.of(f for f in findings if f.status is Status.NEW).entries)
    for key, entry in old.items():
        if not looked(entry.rule):
            known = new.get(key)
            new[key] = replace(known, copies=max(entry.copies, known.copies)) if known else entry
        if key in new and entry.reason:
            new[key] = replace(new[key], reason=entry.reason)
    added, removed = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    changed = sum(new[key].copies != old[key].copies for key in new.keys() & old.keys())
    write_file(place, Baseline(new).to_json().encode())
    more = f", {changed} with another number of places" if changed else ""
    console.say(f"{place} accepts {counted(len(new), 'finding')}: {added} added, {removed} removed{more}")
    return 0


def _prune(
    console: Console, before: Baseline | None, findings: Sequence[Finding], place: str, on: Callable[[str], bool]
) -> int:
    if before is None:
        raise SettingsError(f"{place}: no such file", hint="dedupe baseline write makes it")
    _, room = judge(sorted(findings, key=lambda f: f.order), before)
    after = pruned(before, room, on)
    gone = len(before.entries) - len(after.entries)
    fewer = sum(after.entries[key].copies != before.entries[key].copies for key in after.entries)
    if gone or fewer:
        write_file(place, after.to_json().encode())
    more = f", {fewer} with fewer places" if fewer else ""
    console.say(f"{place} accepts {counted(len(after.entries), 'finding')}: {gone} removed{more}")
    return 0
