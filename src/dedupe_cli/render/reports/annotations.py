"""Marks at the lines of a change, for those who review it: GitHub's annotations, GitLab's Code Quality, reviewdog.

Each copy is marked on its own, loops and files once: a reviewer sees only the lines of the change, so a third copy must
be marked where it stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedupe_cli.finding import Change, Finding, Place, Report, Severity
from dedupe_cli.render.pieces import inert, plain
from dedupe_cli.render.reports.listings import also, described
from dedupe_cli.render.reports.structured import dump

if TYPE_CHECKING:
    from dedupe_cli.text.position import Point

# Repeated in place: the copies stand next to each other, one mark is enough.
_IN_PLACE = "D203"


@dataclass(frozen=True, slots=True)
class Alert:
    """One mark: a finding at one of its places.

    ``others`` are the other members, the kept one first; ``changes`` the edits that settle this place; ``key`` is
    unique in the report and the same from run to run as long as the text is (content, path, number in the path).
    """

    finding: Finding
    place: Place
    others: tuple[Place, ...]
    message: str
    changes: tuple[Change, ...]
    key: str


def alerts(findings: Iterable[Finding]) -> list[Alert]:
    """Return the marks of findings, in order of path and position."""
    seen: dict[tuple[str, str], int] = {}
    out = []
    for finding in findings:
        for place in _places(finding):
            count = seen.get((finding.fingerprint, place.path), 0)
            seen[finding.fingerprint, place.path] = count + 1
            raw = "\0".join([finding.fingerprint, finding.rule, place.path, str(count)])
            key = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
            out.append(_alert(finding, place, key))
    return sorted(out, key=lambda a: (a.place.order, a.finding.order))


def way_on(finding: Finding) -> str:
    """Say what to do, for whoever sees one finding and nothing around it."""
    if finding.severity is Severity.ERROR:
        return f"Say it in one place, or accept it: dedupe explain {finding.rule} says how."
    return f"dedupe explain {finding.rule} says what it means."


def _places(finding: Finding) -> list[Place]:
    copies = list(finding.copies or finding.members)
    return copies[:1] if finding.rule == _IN_PLACE else copies


def _alert(finding: Finding, place: Place, key: str) -> Alert:
    kept = finding.members[finding.kept]
    others = tuple(m for m in (kept, *finding.copies) if m is not place)
    if finding.rule == _IN_PLACE or len(finding.members) == 1:
        changes = finding.edits
    else:
        changes = tuple(edit for edit in finding.edits if place.overlaps(edit))
    more = also(finding) if place is finding.place else ""
    message = f"{described(finding.said, place)}{more and ', '}{more}"
    return Alert(finding, place, others, message, changes, key)


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


_OF_GITLAB = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info", Severity.NOTE: "info"}


def gitlab(report: Report, *, text: bool = True) -> str:  # noqa: ARG001  shows no more than messages do
    """Return the findings that count. Columns are code points; equal fingerprints would be shown once."""
    rows = [
        {
            "description": f"{alert.finding.rule}: {alert.message} [{alert.finding.id}]. {way_on(alert.finding)}",
            "check_name": report.rule(alert.finding.rule).name,
            "fingerprint": alert.key,
            "severity": _OF_GITLAB[alert.finding.severity],
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


_OF_REVIEWDOG = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO", Severity.NOTE: "INFO"}


def rdjsonl(report: Report, *, text: bool = True) -> str:  # noqa: ARG001  shows no more than messages do
    """Return a diagnostic for each place of the findings that count."""
    return "".join(dump(_row(alert)) + "\n" for alert in alerts(report.new))


def _row(alert: Alert) -> dict[str, Any]:
    row: dict[str, Any] = {
        "message": f"{alert.message} [{alert.finding.id}]\n{way_on(alert.finding)}",
        "location": _location(alert.place),
        "severity": _OF_REVIEWDOG[alert.finding.severity],
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
        {"message": "stays" if number == 0 else "another copy", "location": _location(member)}
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
