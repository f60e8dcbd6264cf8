"""JUnit XML: a suite for each file, a failing case for each finding, a passing one for a file without any."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from dedupe_cli.finding import Finding, Report, Severity
from dedupe_cli.render.pieces import inert
from dedupe_cli.render.reports.annotations import way_on

# What XML 1.0 cannot hold in any form.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(report: Report, *, text: bool = True) -> str:
    """Return the report. Errors fail; what is for information passes, with its message as output."""
    by_path: dict[str, list[Finding]] = {file.path: [] for file in report.files if not file.skipped}
    for finding in report.new:
        by_path.setdefault(finding.place.path, []).append(finding)
    suites = [_suite(path, found, text=text) for path, found in sorted(by_path.items())]
    suites += [
        f'  <testsuite name={_attribute(error.path)} tests="1" failures="0" errors="1">\n'
        f'    <testcase name="read" classname={_attribute(error.path)}>'
        f"<error message={_attribute(error.message)}/></testcase>\n  </testsuite>\n"
        for error in report.errors
    ]
    failures = sum(f.severity is Severity.ERROR for f in report.new)
    tests = sum(max(len(found), 1) for found in by_path.values()) + len(report.errors)
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    counts = f'tests="{tests}" failures="{failures}" errors="{len(report.errors)}"'
    return f'{head}<testsuites name="dedupe" {counts}>\n{"".join(suites)}</testsuites>\n'


def _suite(path: str, findings: list[Finding], *, text: bool) -> str:
    failures = sum(f.severity is Severity.ERROR for f in findings)
    cases = [_case(path, f, text=text) for f in findings] or [
        f'    <testcase name="no findings" classname={_attribute(path)}/>\n'
    ]
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0"'
    return f"  <testsuite name={_attribute(path)} {counts}>\n{''.join(cases)}  </testsuite>\n"


def _case(path: str, finding: Finding, *, text: bool) -> str:
    place, kept = finding.place, finding.members[finding.kept]
    name = f"{finding.rule} {place.where} [{finding.id}]"
    where = f"{place.address}: {finding.said}"
    more = f"\n\n{kept.text}" if text else ""
    head = f"    <testcase name={_attribute(name)} classname={_attribute(path)}>"
    if finding.severity is not Severity.ERROR:
        return f"{head}<system-out>{_text(where)}</system-out></testcase>\n"
    told = f"{where}\n{way_on(finding)}{more}"
    kind = f"message={_attribute(finding.said)} type={_attribute(finding.rule)}"
    return f"{head}<failure {kind}>{_text(told)}</failure></testcase>\n"


def _text(value: str) -> str:
    return _inert(escape(_FORBIDDEN.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))))


def _attribute(value: str) -> str:
    return _inert(quoteattr(_FORBIDDEN.sub("\ufffd", value)))


def _inert(value: str) -> str:
    """Name by their numbers the characters that a terminal would obey."""
    return inert(value, lambda char: f"&#{ord(char)};")
