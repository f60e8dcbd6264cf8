"""All inputs of a run with their findings: what ``check`` reports and ``baseline`` accepts."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dedupe_cli.cli import batch, inputs
from dedupe_cli.errors import DedupeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.cli.console import Console
    from dedupe_cli.finding import Failure, FileRecord, Finding
    from dedupe_cli.gate.baseline import Baseline
    from dedupe_cli.model import Source
    from dedupe_cli.read.project import Project


@dataclass
class Inspected:
    """What was read and found: sources in the order of their names, findings, records of files, errors."""

    sources: list[Source] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    files: list[FileRecord] = field(default_factory=list)
    errors: list[Failure] = field(default_factory=list)


def inspect_all(console: Console, found: inputs.Inputs, tasks: inputs.Tasks, jobs: int) -> Inspected:
    """Inspect all inputs; what is wrong with one is said and stops no other."""
    from dedupe_cli.finding import Failure, FileRecord  # noqa: PLC0415  not for --help

    out = Inspected()
    tasks = replace(tasks, check=True)
    with console.watch(len(found.paths)) as progress:
        for outcome in batch.outcomes(found.paths, tasks.task, jobs, progress):
            if outcome.skipped and outcome.error is not None:
                console.warn(f"{outcome.error.message}; left out")
                out.files.append(FileRecord(outcome.path, skipped="no text of a known encoding"))
                continue
            if outcome.checked is None:
                error = outcome.error or DedupeError(f"{outcome.path}: no result")
                progress.clear()
                batch.report(console, error, outcome.trace)
                out.errors.append(Failure(outcome.path, error.message, error.hint))
                continue
            out.sources.append(outcome.checked.source)
            out.findings += outcome.checked.findings
            out.files.append(outcome.checked.record)
    out.files += [FileRecord(path, skipped=reason) for path, reason in found.skipped]
    return out


def covers(project: Project, named: Sequence[str]) -> bool:
    """Tell whether the names cover the folder that the configuration holds for, and with it the baseline."""
    home = os.path.abspath(project.at(".").folder)
    above = [os.path.abspath(name) for name in named if os.path.isdir(name)]
    return any(home == each or home.startswith(each.rstrip(os.sep) + os.sep) for each in above)


def baseline_from(ref: str, named: Sequence[str], tasks: inputs.Tasks, known: Inspected) -> Baseline:
    """Return the baseline of a commit: everything that was found in its files is accepted.

    Files that have not changed since are not inspected again. Raises :class:`ReadError` as
    :func:`dedupe_cli.read.git.base_of` does.
    """
    from dedupe_cli.checking import checked  # noqa: PLC0415  only with --baseline-from-ref
    from dedupe_cli.gate.baseline import Baseline  # noqa: PLC0415
    from dedupe_cli.read.discover import shown, wanted  # noqa: PLC0415
    from dedupe_cli.read.formats.choose import open_source  # noqa: PLC0415
    from dedupe_cli.read.git import base_of, contents, names_at  # noqa: PLC0415

    objects = dict(names_at(base_of(ref)))
    rows = [(path, objects[path]) for path in sorted(wanted(objects, named, tasks.project.walk), key=os.fsencode)]
    same = {(file.path, file.digest) for file in known.files}
    found: list[Finding] = []
    for (path, _), data in zip(rows, contents(oid for _, oid in rows), strict=True):
        name = shown(path)
        try:
            source = open_source(data, name, tasks.encoding, kind=tasks.kind)
        except DedupeError:  # a text that could not be read then had no findings that were accepted
            continue
        if (name, source.digest) in same:
            found += [each for each in known.findings if each.place.path == name]
            continue
        task = tasks.task(name)
        assert task.terms is not None
        found += checked(source, task.settings, task.terms).findings
    return Baseline.of(found)
