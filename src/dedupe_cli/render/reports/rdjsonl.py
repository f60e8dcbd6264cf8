"""Reviewdog's diagnostics, one a line, with suggestions. Columns are bytes in UTF-8 from 1, ends exclusive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dedupe_cli.finding import Place, Report, Severity
from dedupe_cli.render.reports.alerts import Alert, alerts, way_on
from dedupe_cli.render.reports.structured import dump

if TYPE_CHECKING:
    from dedupe_cli.text.position import Point

_LEVELS = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO", Severity.NOTE: "INFO"}


def rdjsonl(report: Report, *, text: bool = True) -> str:  # noqa: ARG001  shows no more than messages do
    """Return a diagnostic for each place of the findings that count."""
    return "".join(dump(_row(alert)) + "\n" for alert in alerts(report.new))


def _row(alert: Alert) -> dict[str, Any]:
    row: dict[str, Any] = {
        "message": f"{alert.message} [{alert.finding.id}]\n{way_on(alert.finding)}",
        "location": _location(alert.place),
        "severity": _LEVELS[alert.finding.severity],
        "source": {"name": "dedupe"},
        "code": {"value": alert.finding.rule},
    }
    suggestions = [
        {"range": _range(change.start, change.end), "text": change.replacement}
        for change in alert.changes
        if change.path == alert.place.path and change.part is None
    ]
    if suggestions:
        row["suggestions"] = suggestions
    related = [
        {
            "message": "stays" if number == 0 else "another copy",
            "location": _location(member),
        }
        for number, member in enumerate(alert.others)
    ]
    if related:
        row["relatedLocations"] = related
    return row


def _location(place: Place) -> dict[str, Any]:
    if place.in_lines:
        return {"path": place.path, "range": _range(place.start, place.end)}
    return {"path": place.path, "range": {"start": {"line": place.line}, "end": {"line": place.last_line}}}


def _range(start: Point, end: Point) -> dict[str, Any]:
    return {
        "start": {"line": start.line, "column": start.utf8_column},
        "end": {"line": end.line, "column": end.utf8_column},
    }
