"""Less than a report: the files that have findings, or how many each rule has."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dedupe_cli.render.escape import plain

if TYPE_CHECKING:
    from dedupe_cli.finding import Report


def names(report: Report, *, text: bool = True) -> str:  # noqa: ARG001  shows no words of the texts
    """Return the names of the files in which a finding that counts begins, one a line."""
    return "".join(f"{plain(path)}\n" for path in sorted({finding.place.path for finding in report.new}))


def statistics(report: Report, *, text: bool = True) -> str:  # noqa: ARG001  as above
    """Return how many findings that count each rule has, the most first."""
    found = Counter(finding.rule for finding in report.new)
    rows = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    rules = [(many, report.rule(code)) for code, many in rows]
    wide = max((len(rule.name) for _, rule in rules), default=0)
    return "".join(f"{many:6d}  {rule.code}  {rule.name:{wide}}  {rule.severity.label}\n" for many, rule in rules)
