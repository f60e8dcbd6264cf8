"""``dedupe report``: what repeats, to look at and to decide on, in one file."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dedupe_cli import __version__, api
from dedupe_cli.checking import report_of
from dedupe_cli.cli import batch, configured, inputs, options, outputs
from dedupe_cli.cli.between import Between, lose_most, matched
from dedupe_cli.errors import SettingsError, WriteError
from dedupe_cli.finding import Failure, FileRecord
from dedupe_cli.gate.findings import Places, findings_between, findings_of
from dedupe_cli.gate.rules import rules
from dedupe_cli.language import _, counted, said
from dedupe_cli.render.phrases import summary
from dedupe_cli.render.pieces import Glyphs, plain
from dedupe_cli.render.reports.formats import render
from dedupe_cli.render.view import View
from dedupe_cli.render.web import page_model as model
from dedupe_cli.render.web.markdown_page import markdown
from dedupe_cli.render.web.page_model import Asked, Given, groups_of
from dedupe_cli.review.decisions import DEFAULT, note, question, row_of

if TYPE_CHECKING:
    import click

    from dedupe_cli.cli.console import Console
    from dedupe_cli.finding import Finding
    from dedupe_cli.model import AcrossPlan, Group, Plan, Source
    from dedupe_cli.render.tuning import Limits
    from dedupe_cli.render.web.page_model import PageModel
    from dedupe_cli.review.decisions import Decisions

_ENDINGS = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json", ".csv": "csv"}


def run(ctx: click.Context, /, paths: tuple[str, ...], **given: Any) -> int:
    """Do what the command asks for; return the exit code."""
    project = configured.project(given)
    inputs.check_accepting(project, given)
    named = inputs.named(paths, given)
    output, most = given["output"], given["max_shown"]
    ending = Path(output or "").suffix.lower()
    form = given["form"] or _ENDINGS.get(ending, "" if ending else "html")
    found = inputs.find(ctx.obj, named, project, given)
    _check_output(output, form, found.paths)
    decisions = inputs.decided(given["decisions"])
    tasks = replace(inputs.Tasks.of(project, given), baseline=not given["no_baseline"])
    run = _Run(ctx.obj, named, found, tasks, given["jobs"], most, decisions, options.again(ctx))
    run.read()
    if given["limits"]:
        run.tune()
    if not run.results and not run.failures:
        inputs.tell_nothing(ctx.obj, named)
    if run.failures and not run.results and form in {"html", "markdown"}:
        return 2  # no page about nothing in the place of one that is there
    outputs.put(output, run.text(form).encode("utf-8", "backslashreplace"))
    run.tell(output, form)
    return 2 if found.failed or run.failures else 0


def _check_output(output: str | None, form: str, paths: Sequence[str]) -> None:
    """Refuse a page on a terminal, a report in the place of a text, and an ending that no form has."""
    if output and outputs.is_folder(output):
        raise WriteError(f"{output} is a folder", hint="name the file that the report goes to")
    if form == "html" and outputs.on_terminal(output):
        raise WriteError(
            "a page is not shown on a terminal", hint="-o report.html writes it; --format markdown is text"
        )
    outputs.check_apart([output] if output else [], paths, hint="give the report a name of its own")
    if output and not form:
        raise WriteError(
            f"a report is not written as {Path(output).suffix}",
            hint="end the name in .html, .md, .json or .csv, or give --format",
        )


@dataclass
class _Run:
    """One call of ``report``."""

    console: Console
    named: Sequence[str]
    found: inputs.Inputs
    tasks: inputs.Tasks
    jobs: int
    most: int
    decisions: Decisions | None
    again: str

    def read(self) -> None:
        """Plan all texts, and match them with each other where that is asked for."""
        self.results: list[api.Result] = []
        self.failures: list[Failure] = []
        self.between: Sequence[Finding] = ()
        self.limits: Limits | None = None
        self.whole_files = ""  # the option of clean that takes out what most of a file is
        records = self.tasks.records(self.found.paths)
        self.skipped = [*self.found.skipped, *((path, "records: dedupe check reports on them") for path in records)]
        texts = [path for path in self.found.paths if path not in records]
        with self.console.watch() as progress:
            for outcome in batch.outcomes(texts, self.tasks.task, self.jobs, progress):
                if outcome.result is not None:
                    self.results.append(outcome.result)
                elif outcome.skipped:
                    self.skipped.append((outcome.path, "no text of a known encoding"))
                else:
                    progress.clear()
                    outcome.tell(self.console)
                    self.failures.append(Failure.of(outcome.path, outcome.error))
        wanted = Between.of(self.tasks.project.at("."))
        self.across = wanted is not None
        if wanted is not None:
            if self.decisions is not None:
                raise SettingsError("--decisions is about each text alone", hint=outputs.FIRST_ALONE)
            alone = self.results
            plan, self.results, _ = matched(alone, wanted, self.tasks, self.jobs)
            self.whole_files = " --whole-files" if lose_most(alone, self.results) else ""
            self.between = self._shared(plan)

    def tune(self) -> None:
        """Plan the texts under other limits."""
        from dedupe_cli.cli.tune import Tuning  # noqa: PLC0415  only then

        if self.across:
            raise SettingsError("--limits is about each text alone", hint="leave --across and --reference out")
        names = [result.source.path for result in self.results]
        if names:
            self.limits = Tuning(self.console, self.tasks, names, self.jobs).limits("similarity")

    def _shared(self, plan: AcrossPlan) -> list[Finding]:
        """Return what the texts share, but for what lies in a reference."""
        sources = [result.source for result in self.results]
        digests = tuple(source.digest for source in sources)
        groups = _placed(plan.groups, _indexes(plan.digests, digests))
        return findings_between(sources, replace(plan, digests=digests, edits=(), groups=tuple(groups)))

    @property
    def pairs(self) -> list[tuple[Source, Plan]]:
        """The texts and their plans."""
        return [(result.source, result.plan) for result in self.results]

    def text(self, form: str) -> str:
        """Return the report in one of its forms."""
        if form in {"json", "csv"}:
            return self._findings(form)
        page = self._page()
        if form == "markdown":
            return markdown(page)
        from dedupe_cli.render.web.html_page import html  # noqa: PLC0415  it loads jinja2

        return html(page, apply=self._apply, decide=not self.across)

    @property
    def _names(self) -> str:
        return outputs.again(self.named)

    @property
    def _apply(self) -> str:
        path = self.decisions.path if self.decisions else DEFAULT
        return f"dedupe clean -w{self.again} --decisions {shlex.quote(path)} {self._names}"

    @property
    def _all(self) -> str:
        return f"dedupe clean -w{self.again}{self.whole_files} {self._names}"

    def _page(self) -> PageModel:
        pairs = self.pairs
        names = {rule.code: rule.name for rule in rules().values()}
        views = [View(source, plan, Glyphs(), context=2, whole=True) for source, plan in pairs]
        asked = None if self.across else self._asked
        groups, hidden = groups_of(Given(views, names, self.between, asked, self.most))
        files, quiet = model.files_of(views, {group.id for group in groups}, self.between)
        commands = [(_("This report again"), f"dedupe report{self.again} {self._names} -o report.html")]
        if not self.across:
            commands.append((_("Do what was decided"), self._apply))
        if any(plan.edits for _, plan in pairs):
            commands.append((_("Do all of it, as it is suggested"), self._all))
        settings, many = self.tasks.project.at(".").settings.as_dict(), counted(len(pairs), "file")
        return model.PageModel(
            title=_("What repeats in {path}", path=plain(pairs[0][0].path))
            if len(pairs) == 1
            else _("What repeats in {files}", files=many),
            summary=model.lead_of(pairs),
            facts=tuple(model.facts_of(pairs)) if pairs else (),
            files=tuple(files),
            quiet=quiet,
            groups=tuple(groups),
            hidden=hidden,
            notes=tuple(model.notes_of(views)),
            matrix=tuple(model.matrix_of(self.between)) if self.across else (),
            settings=tuple((key.replace("_", "-"), plain(_value(value))) for key, value in sorted(settings.items())),
            skipped=tuple(f"{plain(path)}: {plain(said(why))}" for path, why in self.skipped),
            failed=tuple(plain(said(failure.message)) for failure in self.failures),
            commands=tuple((what, plain(line)) for what, line in commands),
            version=__version__,
            date=_date(),
            base={key: row_of(entry) for key, entry in sorted(self.decisions.entries.items())}
            if self.decisions
            else {},
            limits=self.limits,
            rules=tuple(sorted({(group.card.rule, group.rule_name) for group in groups})),
        )

    def _asked(self, source: Source, group: Group) -> Asked:
        answer = self.decisions.of(source, group) if self.decisions else None
        key, said = question(source, group), note(source, group)
        return Asked(key, said, str(answer.kind), answer.member + 1) if answer else Asked(key, said)

    def _findings(self, form: str) -> str:
        """Return the findings of the plans in a form of ``check``, whose schema holds for it."""
        found, records = [], [FileRecord(path, skipped=why) for path, why in self.skipped]
        for source, plan in self.pairs:
            places = Places(source)
            found += findings_of(source, plan, places)
            records.append(FileRecord.of(source, places.table))
        found += self.between
        made, _ = report_of(found, records, self.failures, effective=self.tasks.project.at("."))
        return render(made, form)

    def tell(self, output: str | None, form: str) -> None:
        """Say what was found, and what can be done with the report."""
        inputs.tell_skipped(self.console, self.found.skipped)
        if not self.results:
            return
        self.console.say(summary(self.pairs))
        asked = not self.across and any(plan.groups for _, plan in self.pairs)
        if output and not outputs.is_stdout(output) and form == "html" and asked:
            self.console.say(_("hint: decide in {page}, save there, then {command}", page=output, command=self._apply))
        elif output and not outputs.is_stdout(output) and self.across and any(plan.edits for _, plan in self.pairs):
            self.console.say(_("hint: {command} does what {page} shows", page=output, command=self._all))


def _indexes(every: Sequence[str], some: Sequence[str]) -> list[int]:
    """Return which of some texts each text is, by their digests in the same order; -1 for a reference beside them."""
    where: dict[str, list[int]] = {}
    for at, digest in enumerate(some):
        where.setdefault(digest, []).append(at)
    out, met = [], Counter[str]()
    for digest in every:
        found = where.get(digest, [-1])
        out.append(found[min(met[digest], len(found) - 1)])
        met[digest] += 1
    return out


def _placed(groups: Sequence[Group], indexes: Sequence[int]) -> list[Group]:
    """Return groups over several texts that lie in some of these alone, with the indexes of those."""
    out = []
    for group in groups:
        at = [indexes[member.source] for member in group.members]
        if min(at) >= 0:
            members = tuple(replace(member, source=n) for member, n in zip(group.members, at, strict=True))
            out.append(replace(group, members=members))
    return out


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _date() -> str:
    """Return the day of the sources, where somebody says that; a report has no other time."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch.isdecimal():
        return ""
    try:
        return datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%d")
    except (OverflowError, ValueError, OSError):
        return ""
