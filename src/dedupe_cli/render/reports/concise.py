"""One line a finding: ``docs/a.md:41:1: D201 near-duplicate of line 12 (94 %) [5f0c9a1e]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.render.escape import plain

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding, Report

# Other places that a line names.
_NAMED = 3


def concise(report: Report, *, text: bool = True) -> str:  # noqa: ARG001  shows no more than messages do
    """Return the findings that count, a line each."""
    return "".join(f"{_line(finding)}\n" for finding in report.new)


def _line(finding: Finding) -> str:
    place = finding.place
    where = f"{plain(place.path)}:{place.start.line}:{place.start.column}"
    more = also(finding)
    return f"{where}: {finding.rule} {plain(finding.message)}{more and ', '}{more} [{finding.id}]"


def also(finding: Finding) -> str:
    """Name the copies beside the first: ``also at line 57, 80 and 2 more``; empty when there is one."""
    first, *others = finding.copies or finding.members
    names = dict.fromkeys(
        str(each.start.line) if each.path == first.path else f"{plain(each.path)}:{each.start.line}" for each in others
    )
    names.pop(str(first.start.line), None)
    if not names:
        return ""
    rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    word = "" if not next(iter(names)).isdigit() else "line " if len(names) == 1 else "lines "
    return f"also at {word}{', '.join(list(names)[:_NAMED])}{rest}"
