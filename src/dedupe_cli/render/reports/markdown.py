"""A summary in Markdown, for the summary page of a CI job or a comment on a change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe_cli.render.escape import plain
from dedupe_cli.render.phrases import count
from dedupe_cli.render.reports.concise import also, described
from dedupe_cli.render.reports.totals import totals

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding, Report

# Rows of the table; a summary page holds a megabyte.
_ROWS = 200
_SPECIAL = re.compile(r"([\\`*_\[\]|<>~$@&])")


def markdown(report: Report, *, text: bool = True) -> str:  # noqa: ARG001  shows no more than messages do
    """Return counts and a table of the findings that count."""
    sums = totals(report)
    found = sorted(report.new, key=lambda f: f.by_rank)
    head = f"{count(len(found), 'finding')} in {count(sums.files_scanned, 'file')}"
    lines = [f"### dedupe: {head}", ""]
    facts = [
        f"{sums.duplication_percent:g} % of the text is said elsewhere in it" if sums.removable_chars > 0 else "",
        f"{sums.baselined} accepted by the baseline" if sums.baselined else "",
        f"{sums.suppressed} hidden by markers" if sums.suppressed else "",
        f"{count(sums.files_skipped, 'file')} skipped" if sums.files_skipped else "",
        f"{count(sums.files_failed, 'file')} with an error" if sums.files_failed else "",
    ]
    if any(facts):
        lines += ["; ".join(fact for fact in facts if fact) + ".", ""]
    if found:
        lines += ["| place | rule | finding | id |", "|---|---|---|---|"]
        lines += [_row(finding, report) for finding in found[:_ROWS]]
        lines += ["", f"{len(found) - _ROWS} more are not shown."] if len(found) > _ROWS else []
        lines += ["", "`dedupe explain RULE` says what a rule means and how to accept what it finds."]
    lines += [f"- error: {_escaped(error.message)}" for error in report.errors]
    return "\n".join(lines).rstrip() + "\n"


def _row(finding: Finding, report: Report) -> str:
    place, more = finding.place, also(finding)
    where = _escaped(f"{place.path}:{place.start.line}" if place.in_lines else place.address)
    said = finding.said if place.label in place.address else described(finding.said, place)
    message = _escaped(f"{said}{more and ', '}{more}")
    return f"| {where} | {finding.rule} {report.rule(finding.rule).name} | {message} | `{finding.id}` |"


def _escaped(value: str) -> str:
    return _SPECIAL.sub(r"\\\1", plain(value))
