"""What of a report people are shown: of many findings that fail nothing and may well be meant, the number only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from dedupe_cli.finding import Finding, Report, Severity, Status

# So many are shown all the same, but not of a tree (of so many files): in a text or two they are news, in a tree of
# manuals they hide the errors.
FEW, TREE = 10, 3


def told(report: Report, asked: Callable[[str], bool], least: Severity) -> tuple[Report, dict[str, int]]:
    """Return the report without the findings that are only counted, and their number by rule.

    Those stay that ``asked`` names by their rule, warnings, and those that can fail the run: severities from ``least``
    on.
    """

    def is_quiet(finding: Finding) -> bool:
        rule = report.rule(finding.rule)
        low = finding.severity < min(least, Severity.WARNING)
        quiet = rule.quiet or finding.severity < min(rule.severity, Severity.WARNING)
        return finding.status is Status.NEW and quiet and low and not asked(finding.rule)

    counts = Counter(finding.rule for finding in report.findings if is_quiet(finding))
    if counts.total() <= (FEW if sum(not file.skipped for file in report.files) < TREE else 0):
        return report, {}
    return replace(report, findings=tuple(f for f in report.findings if not is_quiet(f))), dict(sorted(counts.items()))
