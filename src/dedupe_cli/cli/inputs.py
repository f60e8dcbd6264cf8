"""Which files a command works on, and under which terms: the same for ``clean``, ``check``, ``explain``."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dedupe_cli.cli.options import decoding
from dedupe_cli.errors import ReadError, SettingsError

if TYPE_CHECKING:
    from dedupe_cli.api import Decoding
    from dedupe_cli.cli.batch import Task
    from dedupe_cli.cli.console import Console
    from dedupe_cli.gate.baseline import Baseline
    from dedupe_cli.read.project import Effective, Project
    from dedupe_cli.review.decisions import Decisions

STDIN = "-"
# In bytes: an entry has some 250, and what a person decides is no more than some ten thousand.
LARGEST_DECISIONS = 1 << 26


def named(paths: Sequence[str], given: dict[str, Any]) -> Sequence[str]:
    """Return what a command reads that looks at folders: without a name this one, or standard input."""
    stdin = given.get("stdin_filename")
    if stdin and paths and STDIN not in paths:
        raise SettingsError("--stdin-filename names standard input", hint="add - to the inputs, or leave the name out")
    if paths or given["files_from"]:
        return paths
    return (STDIN,) if stdin else (".",)


def decided(path: str | None, *, new: bool = False) -> Decisions | None:
    """Read the file of decisions that was named; with ``new``, one that is not there is empty."""
    if path is None:
        return None
    from dedupe_cli.read.load import read_bytes  # noqa: PLC0415  only where there is one
    from dedupe_cli.review.decisions import Decisions, read_decisions  # noqa: PLC0415

    if new and not os.path.lexists(path):
        return Decisions({}, path)
    return read_decisions(read_bytes(path, LARGEST_DECISIONS), path)


def decided_here(trust: str) -> Decisions:
    """Read the file of decisions of this folder: no link, and no other user's, unless below a folder of ``trust``."""
    from dedupe_cli.read.bounds import check_no_link, check_owner  # noqa: PLC0415  only where there is one
    from dedupe_cli.review.decisions import DEFAULT  # noqa: PLC0415

    check_no_link(DEFAULT, "--decisions")
    if os.path.exists(DEFAULT):  # noqa: PTH110  pathlib is not loaded for --help
        check_owner(DEFAULT, os.stat(DEFAULT), trust, option="--decisions FILE")  # noqa: PTH116
    found = decided(DEFAULT, new=True)
    assert found is not None
    return found


def check_accepting(project: Project, given: dict[str, Any]) -> None:
    """Refuse two baselines at once."""
    named = project.flags.get("baseline")
    flags = [
        name for name, said in (
            ("--baseline", named), ("--no-baseline", given["no_baseline"]),
            ("--baseline-from-ref", given.get("baseline_from_ref")),
        ) if said
    ]  # fmt: skip
    if len(flags) > 1:
        raise SettingsError(f"{flags[0]} and {flags[1]} contradict", hint="leave one of them out")


@dataclass
class Inputs:
    """What was found: names in order, those that were left out and why, how many could not be listed.

    ``unread`` counts by their endings the files that could be read and are not, unless they are named.
    """

    paths: list[str]
    skipped: list[tuple[str, str]] = field(default_factory=list)
    failed: int = 0
    unread: tuple[tuple[str, int], ...] = ()


def find(
    console: Console,
    paths: Sequence[str],
    project: Project,
    given: dict[str, Any],
    *,
    name: Callable[[str], str] | None = None,
) -> Inputs:
    """Find the inputs; takes its options out of those of the command, and says what could not be listed."""
    from dedupe_cli.read.discover import discover, listed  # noqa: PLC0415  not for --help
    from dedupe_cli.read.load import read_bytes  # noqa: PLC0415

    source, nul = given.pop("files_from"), given.pop("nul")
    force, stdin = given.pop("force_exclude"), given.get("stdin_filename")
    if nul and not source:
        raise SettingsError("-0 needs --files-from", hint="find docs -print0 | dedupe check -0 --files-from -")
    named = list(paths)
    if source:
        if source == STDIN and STDIN in named:
            raise SettingsError("standard input is both a list of names and a text", hint="name one of them")
        named += listed(read_bytes(source), nul=nul)
    found = discover(named, project.walk, force=force, name=name)
    for error in found.errors:
        console.error(error)
    result = list(found.paths)
    if force and stdin and STDIN in result:
        kept = discover([stdin], project.walk, force=True).paths
        result = [path for path in result if path != STDIN or kept]
    return Inputs(result, [(each.path, each.reason) for each in found.skipped], len(found.errors), found.unread)


def tell_nothing(console: Console, named: Sequence[str]) -> None:
    """Say that nothing is there to do something with, and why a folder may be full all the same."""
    console.say("no files to read")
    if any(map(os.path.isdir, named)):
        console.say(
            "hint: in folders texts are read (.txt, .md, .rst and the like); other files when they are named, "
            "or with --include"
        )


def tell_unread(console: Console, unread: Sequence[tuple[str, int]]) -> None:
    """Say in one line which files of folders could be read and are not, and what reads them."""
    if unread:
        found = ", ".join(f"{number} {ending}" for ending, number in unread)
        kind = {".htm": "html", ".xhtml": "html", ".ndjson": "jsonl"}.get(unread[0][0], unread[0][0][1:])
        line = f'"*{unread[0][0]}" = "{kind}"'
        console.say(f"left out: {found}; name them to have them read, or put {line} under [types] in dedupe.toml")


def tell_skipped(console: Console, skipped: Sequence[tuple[str, str]]) -> None:
    """Say which files of folders were not read."""
    if not skipped:
        return
    reasons: dict[str, list[str]] = {}
    for path, reason in skipped:
        reasons.setdefault(reason, []).append(path)
    for reason, paths in sorted(reasons.items()):
        what = "file" if len(paths) == 1 else "files"
        names = f": {', '.join(paths)}" if console.verbose or reason != "binary" else ""
        console.say(f"skipped {len(paths)} {what}, {reason}{names}")


@dataclass
class Tasks:
    """Makes the task of each file from the configuration that holds for it."""

    project: Project
    encoding: Decoding
    kind: str | None = None
    stdin: str | None = None
    plan: bytes | None = None
    check: bool = False
    to_encoding: str = ""
    across: bool = False
    cache: str = ""
    baseline: bool = False
    track: bool = False
    trust: bool = False
    asks: bool = False
    decisions: Decisions | None = None
    _read: dict[str, Baseline | None] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Project, given: dict[str, Any]) -> Tasks:
        """Take out of the options of a command how its inputs are read."""
        return cls(project, decoding(given), given.pop("type"), given.pop("stdin_filename"))

    def task(self, path: str) -> Task:
        """Return the task of a file."""
        from dedupe_cli.cli.batch import Task  # noqa: PLC0415
        from dedupe_cli.terms import terms_of  # noqa: PLC0415  not for --help

        name = self.stdin if path == STDIN else None
        effective = self.project.of(name or path)
        kind = self.kind_of(path)
        accepted = self._accepted(effective) if self.baseline else None
        terms = terms_of(effective, name or path, accepted=accepted)._replace(decisions=self.decisions)
        return Task(
            self.decoding(effective), effective.settings, terms, self.plan, self.check, self.across, self.cache, kind,
            name, self.to_encoding, self.track, self.trust, self.asks,
        )  # fmt: skip

    def decoding(self, effective: Effective) -> Decoding:
        """Return how a file is read for which this holds."""
        from dedupe_cli.read.decode import codec_name  # noqa: PLC0415  as above

        among = tuple(name.lower() for name in effective.policy.encodings)
        for name in among:
            origin = effective.values["encodings"].origin
            codec_name(name, flag=origin if origin.startswith("-") else f"{origin}: encodings")
        return self.encoding._replace(encodings=among or None)

    def kind_of(self, path: str) -> str | None:
        """Return the format that was asked for, on the command line or in the configuration."""
        if self.kind not in {None, "auto"}:
            return self.kind
        name = (self.stdin or path) if path == STDIN else path
        return self.project.of(name).kind(name)

    def records(self, paths: Sequence[str]) -> dict[str, str]:
        """Return those of some files that hold records, with the kind of them; the others are texts."""
        from dedupe_cli.read.formats.choose import records_kind  # noqa: PLC0415  as above

        found = {path: records_kind(path, self.kind_of(path), self.stdin) for path in paths}
        return {path: kind for path, kind in found.items() if kind}

    @property
    def accepting(self) -> str:
        """The baseline that accepts something here, when it is heeded and has entries."""
        effective = self.project.at(".")
        accepted = self._accepted(effective) if self.baseline else None
        return effective.baseline if accepted and accepted.entries else ""

    def _accepted(self, effective: Effective) -> Baseline | None:
        path = effective.baseline
        if path not in self._read:
            self._read[path] = accepted_by(effective)
        return self._read[path]


def accepted_by(effective: Effective) -> Baseline | None:
    """Read the baseline that holds; of one that cannot be read is told where it is named."""
    try:
        return stored(effective.baseline)
    except ReadError as error:
        raise effective.values["baseline"].wrong("baseline", error) from None


def accepted_here(project: Project) -> Baseline:
    """Return the baseline that is beside the configuration, or that will be; an empty one where there is none yet."""
    from dedupe_cli.gate.baseline import Baseline  # noqa: PLC0415  only where there is one
    from dedupe_cli.read.project import BASELINE  # noqa: PLC0415

    effective = project.at(".")
    place = os.path.normpath(effective.baseline or os.path.join(effective.folder, BASELINE))  # noqa: PTH118  as said
    return replace(accepted_by(effective) or Baseline(), path=place)


def stored(path: str) -> Baseline | None:
    """Read a baseline; the empty name is none."""
    if not path:
        return None
    from dedupe_cli.gate.baseline import read_baseline  # noqa: PLC0415  only where there is one
    from dedupe_cli.read.load import read_bytes  # noqa: PLC0415

    return read_baseline(read_bytes(path), path)
