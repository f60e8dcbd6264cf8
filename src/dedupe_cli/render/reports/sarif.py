"""SARIF 2.1.0: a result for each place, the other copies as related locations, edits as fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dedupe_cli.finding import Change, Place, Report, Rule, Severity, Status
from dedupe_cli.model import told_confidence
from dedupe_cli.render.reports.annotations import Alert, alerts
from dedupe_cli.render.reports.structured import dump

if TYPE_CHECKING:
    from dedupe_cli.text.position import Point

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note", Severity.NOTE: "note"}
# GitHub takes up to a thousand locations a result and shows a hundred.
_RELATED = 100


def sarif(report: Report, *, text: bool = True) -> str:
    """Return the report, accepted and hidden findings included. Columns are code points, ends exclusive."""
    found = alerts(report.findings)
    based = any(finding.status is Status.BASELINED for finding in report.findings)
    used = sorted({alert.finding.rule for alert in found})
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "dedupe",
                "semanticVersion": report.version,
                "rules": [_rule(report.rule(code)) for code in used],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder that dedupe ran in."}}},
        "artifacts": [{"location": _artifact(file.path)} for file in report.files if not file.skipped],
        "results": [_result(alert, used.index(alert.finding.rule), text=text, based=based) for alert in found],
        "invocations": [
            {
                "executionSuccessful": not report.errors,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": error.message}} for error in report.errors
                ],
            }
        ],
    }
    return dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.what},
        "help": {"text": f"{rule.why}\n\n{rule.accept}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.enabled},
    }


def _result(alert: Alert, rule: int, *, text: bool, based: bool) -> dict[str, Any]:
    finding = alert.finding
    others = alert.others[:_RELATED]
    names = [f"[{m.where}]({i})" for i, m in enumerate(others[:1], 1)]
    row: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": alert.message + (f" ({names[0]})" if names else "")},
        "locations": [_location(alert.place, text=text)],
        "partialFingerprints": {"dedupe/v1": alert.key, "dedupeContent/v1": finding.fingerprint},
    }
    sure: dict[str, Any] = {}
    if finding.evidence:
        sure["confidence"] = told_confidence(finding.evidence[0][1])
    if finding.rank:
        row |= {"rank": told_confidence(finding.score)}
        sure["signals"] = dict(finding.rank)
    if sure:
        row["properties"] = sure
    if based:
        row["baselineState"] = "unchanged" if finding.status is Status.BASELINED else "new"
    if others:
        row["relatedLocations"] = [
            {
                "id": number,
                **_location(member, text=text),
                "message": {"text": "stays" if member is finding.members[finding.kept] else "another copy"},
            }
            for number, member in enumerate(others, 1)
        ]
    if finding.status is Status.SUPPRESSED:
        row["suppressions"] = [{"kind": "inSource"}]
    if any(change.part is None for change in alert.changes):
        row["fixes"] = [{"description": {"text": "Remove what is said elsewhere."}, "artifactChanges": _fix(alert)}]
    return row


def _fix(alert: Alert) -> list[dict[str, Any]]:
    by_path: dict[str, list[Change]] = {}
    for change in (each for each in alert.changes if each.part is None):
        by_path.setdefault(change.path, []).append(change)
    return [
        {
            "artifactLocation": _artifact(path),
            "replacements": [
                {"deletedRegion": _region(c.start, c.end), "insertedContent": {"text": c.replacement}} for c in changes
            ],
        }
        for path, changes in by_path.items()
    ]


def _location(place: Place, *, text: bool) -> dict[str, Any]:
    """Return where a place is; of a file that is no text the lines are the numbers of its paragraphs."""
    region = (
        _region(place.start, place.end) if place.in_lines else {"startLine": place.line, "endLine": place.last_line}
    )
    if text:
        region |= {"snippet": {"text": place.text}}
    out: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(place.path), "region": region}}
    if place.part:
        out["logicalLocations"] = [{"name": place.part.label}]
    return out


def _region(start: Point, end: Point) -> dict[str, Any]:
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _artifact(path: str) -> dict[str, str]:
    raw = path.encode("utf-8", "surrogateescape")
    if path.startswith("/"):
        return {"uri": f"file://{quote(raw)}"}
    return {"uri": quote(raw), "uriBaseId": "SRCROOT"}
