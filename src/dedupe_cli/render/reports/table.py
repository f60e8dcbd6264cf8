"""CSV: a row for each member of each finding that no marker hides."""

from __future__ import annotations

import csv
import io

from dedupe_cli.finding import Report, Status
from dedupe_cli.render.escape import visible

_HEAD = (
    "id", "rule", "name", "severity", "status", "path", "line", "column", "end_line", "end_column", "decision", "score",
    "message", "text",
)  # fmt: skip
# A cell that begins so is run as a formula by spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\n")


def as_csv(report: Report, *, text: bool = True) -> str:
    """Return the rows, in UTF-8 with line feeds; columns are code points, ends exclusive."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_HEAD if text else _HEAD[:-1])
    for finding in report.findings:
        if finding.status is Status.SUPPRESSED:
            continue
        for member in finding.members:
            row = [
                finding.id, finding.rule, report.rule(finding.rule).name, finding.severity.label, finding.status,
                _cell(member.path), member.line, member.start.column, member.last_line, member.end.column,
                member.decision, round(member.similarity, 2), _cell(finding.said),
            ]  # fmt: skip
            writer.writerow([*row, _cell(member.text)] if text else row)
    return stream.getvalue()


def _cell(value: str) -> str:
    value = visible(value.replace("\r\n", "\n"))
    return f"'{value}" if value.startswith(_FORMULA) else value
