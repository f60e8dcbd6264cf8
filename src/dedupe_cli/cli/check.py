"""``dedupe check``: report what repeats; never edit. A step of CI."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from dedupe_cli.checking import report_of
from dedupe_cli.cli import configured, inputs, memory, options, outputs, view
from dedupe_cli.cli.inspecting import Inspected, baseline_from, covers, inspect_all
from dedupe_cli.errors import SettingsError, WriteError
from dedupe_cli.finding import Severity
from dedupe_cli.gate.baseline import new_from
from dedupe_cli.gate.rank import TREE, told
from dedupe_cli.gate.since import at_change, of_change
from dedupe_cli.language import _, counted
from dedupe_cli.read.git import Changes, changes_beside, changes_since
from dedupe_cli.read.load import read_bytes
from dedupe_cli.render.reports.formats import LARGEST, is_report, render
from dedupe_cli.render.reports.screen import FIRST
from dedupe_cli.render.reports.totals import closing, totals
from dedupe_cli.settings import number_text
from dedupe_cli.terms import terms_of

if TYPE_CHECKING:
    import click

    from dedupe_cli.cli.console import Console
    from dedupe_cli.finding import Finding, Report
    from dedupe_cli.gate.baseline import Baseline
    from dedupe_cli.read.project import Effective, Project

# Forms of the report that people read; programs get everything.
_FOR_PEOPLE = frozenset({"screen", "full", "concise", "github", "markdown", "names", "statistics"})
# What is printed where no form is asked for, and the form of which as much is shown.
_SCREEN, _ANNOTATIONS = "screen", "github"


def run(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> int:
    """Do what the command asks for; return the exit code."""
    console: Console = ctx.obj
    for flag, ref in (("--since", given["since"]), ("--baseline-from-ref", given["baseline_from_ref"])):
        if ref is not None and not ref.strip():
            raise SettingsError(f"{flag} names no commit", hint="is a variable of the shell empty? or leave it out")
    project = configured.project(given)
    inputs.check_accepting(project, given)
    given["form"] = _form(project, given)
    named = inputs.named(paths, given)
    whole = not given["files_from"] and covers(project, named)
    forced = given["force_exclude"]
    found = inputs.find(console, named, project, given)
    if forced:  # what is left out is not named again
        named = found.paths
    tasks = inputs.Tasks.of(project, given)
    typed = options.given_here(ctx)
    given["most"] = 0 if given.pop("show_all") else given["max_shown"] if "max_shown" in typed else FIRST
    if given.pop("layout") and "display_layout" in typed and "full" not in _forms(given["form"], given["reports"]):
        raise SettingsError("--layout is about cards", hint="--format full shows cards")
    given["again"] = (options.again(ctx, "parts"), options.again(ctx, "no_baseline"))
    return _Run(console, project, named, found, tasks, whole, **given).go()


@dataclass
class _Run:
    """One call of ``check``: ``whole`` when all texts that a baseline is about are read."""

    console: Console
    project: Project
    named: Sequence[str]
    found: inputs.Inputs
    tasks: inputs.Tasks
    whole: bool
    form: str
    output: str | None
    reports: tuple[str, ...]
    exit_zero: bool
    show_held: bool
    no_text: bool
    no_baseline: bool
    since: str | None
    baseline_from_ref: str | None
    fields: tuple[str, ...]
    jobs: int
    max_shown: int
    most: int
    sort: str | None
    again: tuple[str, str]

    def go(self) -> int:
        """Check all inputs, report, and return the exit code."""
        extra = [(form, place) for form, _, place in (each.partition(":") for each in self.reports)]
        _check_places([place for _, place in extra], self.output, self.found.paths)
        effective = self.project.at(".")
        if effective.values["output.reports"].root:
            _check_earlier([place for _, place in extra], effective)
        accepting = "" if self.no_baseline else effective.baseline
        if short := memory.warning(self.found.paths):
            self.console.warn(short)
        changes = changes_since(self.since) if self.since else None
        inspected = inspect_all(self.console, self.found, self.tasks, self.jobs, self.fields, changed=bool(changes))
        report, where = self._report(inspected, effective, accepting)
        if changes is not None:
            report = self._narrowed(report, changes)
        shown, untold = self._told(report, effective)
        for form, place in [(self._printed(), self.output), *extra]:
            self._print(self._sorted(shown if form in _FOR_PEOPLE else report, form), form, place)
        return self._verdict(report, shown, effective, where, untold)

    def _sorted(self, report: Report, form: str) -> Report:
        """Return a report in the order that is asked for, or that is usual for a form; of annotations the first."""
        if (self.sort or ("rank" if form in {_SCREEN, _ANNOTATIONS} else "path")) == "rank":
            report = replace(report, findings=tuple(sorted(report.findings, key=lambda f: f.by_rank)))
        if form != _ANNOTATIONS or not self.most:
            return report
        return replace(report, findings=report.new[: self.most])

    def _told(self, report: Report, effective: Effective) -> tuple[Report, dict[str, int]]:
        """Return what people are shown of a report, and by rule how much they are not."""
        if self.show_held:
            return report, {}
        return told(report, terms_of(effective, ".").selection.asks_for, Severity[effective.policy.fail_level.upper()])

    def _narrowed(self, report: Report, changes: Changes) -> Report:
        """Return the findings of the change since --since; everything was compared, and judged by the baseline."""
        found, every = of_change(report.findings, changes), len(report.findings)
        verb = "touches" if 1 in {len(found), every} else "touch"
        self.console.say(f"{len(found)} of {counted(every, 'finding')} {verb} what changed since {self.since}")
        return replace(report, findings=tuple(found))

    def _report(self, inspected: Inspected, effective: Effective, where: str) -> tuple[Report, str]:
        """Return the report, and what its baseline is called."""
        ref = self.baseline_from_ref
        baseline: Baseline | None
        if ref:
            baseline = baseline_from(ref, self.named, self.tasks, inspected, self.jobs, self.fields)
        else:
            baseline = inputs.accepted_by(effective) if where else None
        whole = self.whole and not inspected.errors and not self.found.failed and not self.since
        report, _ = report_of(
            inspected.findings, inspected.files, inspected.errors, effective=effective, baseline=baseline, whole=whole,
            texts={text.source.path: text.source.text for text in inspected.texts}, changed=bool(self.since),
            counted=self._counted(inspected, effective),
        )  # fmt: skip
        if baseline and baseline.path and report.new and not self.since and (changes := changes_beside(baseline.path)):
            report = replace(report, findings=tuple(at_change(report.findings, changes)))
        return report, ref or where

    def _counted(self, inspected: Inspected, effective: Effective) -> Callable[[str], bool]:
        """Return what tells of a rule whether only people read the report, who get no more than the number of it."""
        forms = _forms(self._printed(), self.reports)
        if self.show_held or not forms <= _FOR_PEOPLE or sum(not file.skipped for file in inspected.files) < TREE:
            return lambda _: False
        selection = terms_of(effective, ".").selection
        return lambda rule: not selection.asks_for(rule)

    def _printed(self) -> str:
        """Return the form of the report that is printed."""
        if self.form != "auto":
            return self.form
        if os.environ.get("GITHUB_ACTIONS") == "true":
            return "github"
        return _SCREEN

    def _print(self, report: Report, form: str, place: str | None) -> None:
        """Print the report to a file or, without one, to standard output."""
        if form not in {"full", _SCREEN}:
            text = render(report, form, text=not self.no_text)
            outputs.put(place, text.encode("utf-8", "surrogateescape"))
            return
        from dedupe_cli.render.terminal import show_findings, show_screen  # noqa: PLC0415  it loads rich

        show: Any = partial(show_findings, report.new, max_shown=0 if self.most == 0 else self.max_shown)
        if form == _SCREEN:
            show = partial(show_screen, report, self.most)
        view.show_in(place, self.console, partial(show, **self.console.look))

    @property
    def _again(self) -> tuple[str, str]:
        """What of this command line ``diff`` and ``baseline`` about the same files need."""
        names = "" if list(self.named) == ["."] else f" {outputs.again(self.named)}"
        return self.again[0] + names, self.again[1] + names

    def _verdict(
        self, report: Report, shown: Report, effective: Effective, baseline: str, untold: dict[str, int]
    ) -> int:
        inputs.tell_skipped(self.console, self.found.skipped)
        inputs.tell_unread(self.console, self.found.unread)
        failing, let = _failing(report, effective)
        if not report.files and not report.errors:
            inputs.tell_nothing(self.console, self.named)
        across = effective.policy.across
        adds = bool(baseline) and not self.baseline_from_ref
        for line in closing(shown, failing, baseline, across=across, adds=adds, untold=untold, again=self._again):
            self.console.say(line)
        if let:
            self.console.say(let)
        if report.errors or self.found.failed:
            return 2
        return int(bool(failing) and not self.exit_zero)


def _forms(printed: str, reports: Sequence[str]) -> set[str]:
    """Return all the forms in which there is to be a report."""
    return {printed, *(each.partition(":")[0] for each in reports)}


def _form(project: Project, given: dict[str, Any]) -> str:
    """Return the form of what is printed; the options that print less than a report have one of their own."""
    form = str(given.pop("format"))
    asked = {"--files-with-matches": given.pop("names_only"), "--statistics": given.pop("statistics")}
    flags = [flag for flag, said in asked.items() if said]
    if len(flags) == 1 and "output.format" in project.flags:
        flags.append(f"--format {form}")
    if len(flags) > 1:
        raise SettingsError(f"{flags[0]} and {flags[1]} contradict", hint="--report writes any form to a file besides")
    return {"--files-with-matches": "names", "--statistics": "statistics"}[flags[0]] if flags else form


def _check_places(places: list[str], output: str | None, paths: Sequence[str]) -> None:
    """Refuse two reports in one file, and a report in one of the inputs."""
    if output and not outputs.is_stdout(output):
        places = [*places, output]
    for place in places:
        folder = os.path.dirname(place)
        if os.path.isdir(place):
            raise WriteError(f"{place} is a folder", hint="name the file that the report goes to")
        if folder and not os.path.isdir(folder):
            raise WriteError(f"{place}: there is no folder {folder}", hint=f"make it first: mkdir -p {folder}")
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice is not None:
        raise SettingsError(f"two reports go to {twice}", hint="give each a file of its own")
    outputs.check_apart(places, paths, hint="give the report a name of its own")


def _check_earlier(places: Sequence[str], effective: Effective) -> None:
    """Refuse a report that a project wants in a file that is none: nobody has said that it may go."""
    for place in places:
        if os.path.lexists(place) and not (os.path.isfile(place) and is_report(read_bytes(place, LARGEST))):
            error = SettingsError(
                f"{place} is no earlier report, and is not overwritten",
                hint=f"move it away, or name another file; --report FORM:{place} on the command line overwrites it",
            )
            raise effective.values["output.reports"].wrong("output.reports", error)


def _failing(report: Report, effective: Effective) -> tuple[list[Finding], str]:
    """Return the findings that let the run fail; where no more of them are there than is let pass none, and why."""
    policy = effective.policy
    found = new_from(report.findings, Severity[policy.fail_level.upper()])
    limits: list[tuple[str, float, float]] = []
    if policy.max_groups is not None:
        limits.append(("max-groups", policy.max_groups, len(found)))
    if policy.max_duplication is not None:
        limits.append(("max-duplication", policy.max_duplication, totals(report).duplication_percent))
    if not found or not limits or any(there > most for _name, most, there in limits):
        return found, ""
    within = _(", ").join(f"{name} {number_text(most)}" for name, most, _there in limits)
    return [], _("let pass: {findings}, within {limits}", findings=counted(len(found), "finding"), limits=within)
