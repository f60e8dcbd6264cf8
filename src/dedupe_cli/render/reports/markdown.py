"""A summary in Markdown, for the summary page of a CI job or a comment on a change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe_cli.language import _, said
from dedupe_cli.render.escape import plain
from dedupe_cli.render.phrases import count
from dedupe_cli.render.reports.concise import also, words_of
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
    head = _("{findings} in {files}", findings=count(len(found), "finding"), files=count(sums.files_scanned, "file"))
    lines = [f"### dedupe: {head}", ""]
    facts = [
        _("{share} of the text is said elsewhere in it", share=f"{sums.duplication_percent:g} %")
        if sums.removable_chars > 0
        else "",
        _("{n} accepted by the baseline", n=sums.baselined) if sums.baselined else "",
        _("{n} hidden by markers", n=sums.suppressed) if sums.suppressed else "",
        _("{files} skipped", files=count(sums.files_skipped, "file")) if sums.files_skipped else "",
        _("{files} with an error", files=count(sums.files_failed, "file")) if sums.files_failed else "",
    ]
    if any(facts):
        lines += [_("; ").join(fact for fact in facts if fact) + _("."), ""]
    if found:
        lines += [_("| place | rule | finding | id |"), "|---|---|---|---|"]
        lines += [_row(finding, report) for finding in found[:_ROWS]]
        lines += ["", _("{n} more are not shown.", n=len(found) - _ROWS)] if len(found) > _ROWS else []
        lines += ["", _("`dedupe explain RULE` says what a rule means and how to accept what it finds.")]
    lines += [_("- error: {what}", what=_escaped(said(error.message))) for error in report.errors]
    return "\n".join(lines).rstrip() + "\n"


def _row(finding: Finding, report: Report) -> str:
    place, more = finding.place, also(finding)
    where = _escaped(f"{place.path}:{place.start.line}" if place.in_lines else place.address)
    message = _escaped(f"{words_of(finding)}{more and _(', ')}{more}")
    return f"| {where} | {finding.rule} {report.rule(finding.rule).name} | {message} | `{finding.id}` |"


def _escaped(value: str) -> str:
    return _SPECIAL.sub(r"\\\1", plain(value))
