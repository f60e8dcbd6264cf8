"""``dedupe check``: report what repeats; never edit. A step of CI."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from dedupe_cli.cli import batch, configured, inputs, memory, options, outputs, view
from dedupe_cli.cli.help import Command
from dedupe_cli.errors import DedupeError
from dedupe_cli.render.reports.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.cli.console import Console
    from dedupe_cli.finding import Failure, Finding, Report
    from dedupe_cli.model import Source
    from dedupe_cli.read.project import Effective, Project

EXAMPLES = (
    ("dedupe check", "the texts below this folder"),
    ("dedupe check docs --format json > report.json", "for other programs"),
    ("dedupe check docs --select D1,D2", "repeats only, nothing that is held back"),
    ("dedupe explain D201", "what a code means"),
)


@click.command("check", cls=Command, examples=EXAMPLES)
@options.paths()
@options.option(
    "-f", "--format", "form", everyday=True, type=options.Words(["auto", *FORMATS]), default="auto",
    help="Form of the report. Default: full on a terminal, else concise.",
)  # fmt: skip
@options.option("-o", "--output", everyday=True, metavar="FILE", help="Write the report to FILE.")
@configured.policy("rules", "gate", "fail", everyday=True)
@options.option("--exit-zero", is_flag=True, everyday=True, help="Exit with 0 also when there are findings.")
@options.option("--no-text", is_flag=True, help="Leave the words of the texts out of JSON.")
@options.settings
@configured.policy("files", "ignoring")
@configured.configuration
@inputs.naming
@options.reading
@options.sizing
@options.max_shown
@options.talking
@click.pass_context
def check(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> int:
    """Report what repeats in texts, and what differs between repeats; exit 1 when there is an error among it.

    Nothing is ever changed. Without a PATH the texts below this folder are read.
    """
    console: Console = ctx.obj
    project = configured.project(given)
    named = paths or (() if given["files_from"] else (".",))
    whole = not given["files_from"] and _covers(project, named)
    found = inputs.find(console, named, project, given)
    run = _Run(console, project, found, whole=whole, **given)
    return run.go()


def _covers(project: Project, named: Sequence[str]) -> bool:
    """Tell whether the names cover all that the baseline is about: the folder that it lies in."""
    effective = project.at(".")
    if not effective.baseline:
        return False
    home = os.path.abspath(os.path.dirname(effective.baseline) or ".")
    above = [os.path.abspath(name) for name in named if os.path.isdir(name)]
    return any(home == each or home.startswith(each.rstrip(os.sep) + os.sep) for each in above)


@dataclass
class _Run:
    """One call of ``check``."""

    console: Console
    project: Project
    found: inputs.Inputs
    form: str
    output: str | None
    exit_zero: bool
    no_text: bool
    encoding: str | None
    jobs: int
    stdin_filename: str | None
    width: int | None
    ambiguous_wide: bool
    max_shown: int
    whole: bool = False
    sources: list[Source] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    files: list[Any] = field(default_factory=list)
    errors: list[Failure] = field(default_factory=list)

    def go(self) -> int:
        """Check all inputs, report, and return the exit code."""
        self._check_output()
        if short := memory.warning(self.found.paths):
            self.console.warn(short)
        effective = self.project.at(".")
        self._inspect()
        report = self._report(effective)
        self._print(report)
        return self._verdict(report, effective)

    def _check_output(self) -> None:
        if self.output and self.output != outputs.STDOUT:
            outputs.check_apart([self.output], self.found.paths)

    def _inspect(self) -> None:
        from dedupe_cli.finding import Failure, FileRecord  # noqa: PLC0415  not for --help

        tasks = inputs.Tasks(self.project, self.encoding, check=True, stdin=self.stdin_filename)
        with self.console.watch(len(self.found.paths)) as progress:
            for outcome in batch.outcomes(self.found.paths, tasks.of, self.jobs, progress):
                if outcome.checked is None:
                    error = outcome.error or DedupeError(f"{outcome.path}: no result")
                    progress.clear()
                    batch.report(self.console, error, outcome.trace)
                    self.errors.append(Failure(outcome.path, error.message, error.hint))
                    continue
                self.sources.append(outcome.checked.source)
                self.findings += outcome.checked.findings
                self.files.append(outcome.checked.record)
        self.files += [FileRecord(path, skipped=reason) for path, reason in self.found.skipped]

    def _report(self, effective: Effective) -> Report:
        from dedupe_cli.checking import report_of  # noqa: PLC0415  not for --help

        baseline = inputs.stored(effective.baseline)
        whole = self.whole and not self.errors and not self.found.failed
        report, _ = report_of(
            self.findings, self.files, self.errors, effective=effective, baseline=baseline, whole=whole
        )
        return report

    def _print(self, report: Report) -> None:
        """Print the report in the form that was asked for."""
        to_file = self.output is not None and self.output != outputs.STDOUT
        form = self.form
        if form == "auto":
            form = "full" if not to_file and sys.stdout is not None and sys.stdout.isatty() else "concise"
        if form == "full":
            self._print_full(report)
            return
        from dedupe_cli.render.reports.formats import render  # noqa: PLC0415

        text = render(report, form, text=not self.no_text)
        outputs.put(self.output, text.encode("utf-8", "surrogatepass"))

    def _print_full(self, report: Report) -> None:
        import io  # noqa: PLC0415

        from dedupe_cli.render.terminal import show_findings  # noqa: PLC0415  it loads rich

        show = partial(
            show_findings, report.new, width=self.width, color=self.console.color,  # type: ignore[arg-type]
            max_shown=self.max_shown, ambiguous_wide=self.ambiguous_wide,
        )  # fmt: skip
        if self.output is None or self.output == outputs.STDOUT:
            view.to_stdout(show)
            return
        stream = io.StringIO()
        show(stream=stream)
        outputs.put(self.output, stream.getvalue().encode("utf-8", "backslashreplace"))

    def _verdict(self, report: Report, effective: Effective) -> int:
        from dedupe_cli.render.reports.closing import closing  # noqa: PLC0415

        inputs.tell_skipped(self.console, self.found.skipped)
        failing = _failing(report, effective)
        for line in closing(report, failing, effective.baseline, named=len(self.files)):
            self.console.say(line)
        if self.errors or self.found.failed:
            return 2
        return int(bool(failing) and not self.exit_zero)


def _failing(report: Report, effective: Effective) -> list[Finding]:
    """Return the findings that let the run fail: none where no more of them are there than is let pass."""
    from dedupe_cli.finding import Severity  # noqa: PLC0415
    from dedupe_cli.gate.baseline import counted  # noqa: PLC0415
    from dedupe_cli.render.reports.totals import totals  # noqa: PLC0415

    policy = effective.policy
    found = counted(report.findings, Severity[policy.fail_level.upper()])
    if policy.max_groups is None and policy.max_duplication is None:
        return found
    many = policy.max_groups is not None and len(found) > policy.max_groups
    much = policy.max_duplication is not None and totals(report).duplication_percent > policy.max_duplication
    return found if many or much else []
