"""What ``review`` and ``tune`` share: each text is looked at alone, and read more than once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe_cli.cli import inputs, outputs
from dedupe_cli.cli.between import Between
from dedupe_cli.errors import SettingsError
from dedupe_cli.language import counted

if TYPE_CHECKING:
    from dedupe_cli.cli.console import Console
    from dedupe_cli.read.project import Project


class Texts(NamedTuple):
    """The texts that a command works on, how it reads them, and whether some could not be listed."""

    names: list[str]
    tasks: inputs.Tasks
    failed: bool


def named(project: Project, paths: Sequence[str], given: dict[str, Any], *, what: str, stdin: str) -> Sequence[str]:
    """Return the names that were given; ``what`` looks at each text alone, ``stdin`` says why it cannot be one."""
    inputs.check_accepting(project, given)
    if Between.of(project.at(".")) is not None:
        raise SettingsError(f"{what} each text alone", hint="leave across and reference out")
    names = inputs.named(paths, given)
    if outputs.STDIN in names:
        raise SettingsError(stdin, hint="name a file")
    return names


def texts(console: Console, names: Sequence[str], project: Project, given: dict[str, Any], *, hint: str = "") -> Texts:
    """Find the texts below some names; records are left out, and ``hint`` says what does something with them."""
    found = inputs.find(console, names, project, given)
    tasks = replace(inputs.Tasks.of(project, given), baseline=not given["no_baseline"])
    records = tasks.records(found.paths)
    if records:
        console.warn(f"{counted(len(records), 'file')} of records left out{hint}")
    return Texts([path for path in found.paths if path not in records], tasks, bool(found.failed))
