"""GitLab's Code Quality report: a JSON list, an entry for each place."""

from __future__ import annotations

from dedupe_cli.finding import Report, Severity
from dedupe_cli.render.reports.alerts import alerts, way_on
from dedupe_cli.render.reports.structured import dump

_LEVELS = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info", Severity.NOTE: "info"}


def gitlab(report: Report, *, text: bool = True) -> str:  # noqa: ARG001  shows no more than messages do
    """Return the findings that count. Columns are code points; equal fingerprints would be shown once."""
    rows = [
        {
            "description": f"{alert.finding.rule}: {alert.message} [{alert.finding.id}]. {way_on(alert.finding)}",
            "check_name": report.rule(alert.finding.rule).name,
            "fingerprint": alert.key,
            "severity": _LEVELS[alert.finding.severity],
            "location": {
                "path": alert.place.path,
                "positions": {
                    "begin": {"line": alert.place.line, "column": alert.place.start.column},
                    "end": {"line": alert.place.last_line, "column": alert.place.end.column},
                },
            },
        }
        for alert in alerts(report.new)
    ]
    return dump(rows, indent=2) + "\n"
