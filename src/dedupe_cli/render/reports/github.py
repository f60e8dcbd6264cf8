"""Workflow commands of GitHub Actions: annotations at the lines, the worst first, as only some are shown a step."""

from __future__ import annotations

from dedupe_cli.finding import Report, Severity
from dedupe_cli.render.escape import inert, plain
from dedupe_cli.render.reports.alerts import Alert, alerts, way_on

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice", Severity.NOTE: "notice"}


def github(report: Report, *, text: bool = True) -> str:  # noqa: ARG001  shows no more than messages do
    """Return a command for each place of the findings that count. Columns are code points, ends exclusive."""
    found = sorted(alerts(report.new), key=lambda alert: alert.finding.by_rank)
    return "".join(f"{_command(alert, report)}\n" for alert in found)


def _command(alert: Alert, report: Report) -> str:
    place, finding = alert.place, alert.finding
    title = f"{finding.rule} {report.rule(finding.rule).name}"
    fields = {
        "file": place.path,
        "line": place.line,
        "endLine": place.last_line,
        "col": place.start.column,
        "endColumn": place.end.column,
        "title": title,
    }
    if not place.in_lines or place.line != place.last_line:  # columns are for one line
        del fields["col"], fields["endColumn"]
    values = ",".join(f"{name}={_property(str(value))}" for name, value in fields.items())
    message = f"{plain(alert.message)} [{finding.id}]\n{way_on(finding)}"
    return f"::{_COMMANDS[finding.severity]} {values}::{_data(message)}"


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return inert(_data(value).replace(":", "%3A").replace(",", "%2C"), _encoded)


def _encoded(char: str) -> str:
    how = "surrogateescape" if "\udc80" <= char <= "\udcff" else "surrogatepass"
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", how))
