"""The sums of a report, the same in every format."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from dedupe_cli.finding import Finding, Report, Status
from dedupe_cli.model import Decision

# How the codes of cleaners begin.
CLEANERS = "C"


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over all findings that are not hidden by markers, unless said otherwise.

    ``held_back`` counts new findings of which nothing goes, because of a difference or of the file;
    ``duplication_percent`` is the share of the characters read that are repeats; ``removable_chars`` count what
    cleaners take, too.
    """

    files_scanned: int
    files_skipped: int
    files_failed: int
    groups: int
    copies: int
    removable_chars: int
    removable_lines: int
    duplication_percent: float
    new: int
    baselined: int
    suppressed: int
    held_back: int
    by_rule: dict[str, int]


def totals(report: Report) -> Totals:
    """Add up a report."""
    shown = [f for f in report.findings if f.status is not Status.SUPPRESSED]
    edits = [edit for finding in shown for edit in finding.edits]
    chars = sum(edit.end.char - edit.start.char - len(edit.replacement) for edit in edits)
    size = sum(file.chars for file in report.files)
    found = Counter(finding.status for finding in report.findings)
    return Totals(
        files_scanned=sum(not file.skipped for file in report.files),
        files_skipped=sum(bool(file.skipped) for file in report.files),
        files_failed=len({error.path for error in report.errors}),
        groups=len(shown),
        copies=sum(member.decision is Decision.REMOVE for finding in shown for member in finding.members),
        removable_chars=chars,
        removable_lines=sum(edit.end.line - edit.start.line for edit in edits),
        duplication_percent=round(100 * repeated_chars(report) / size, 2) if size else 0.0,
        new=found[Status.NEW],
        baselined=found[Status.BASELINED],
        suppressed=found[Status.SUPPRESSED],
        held_back=sum(_is_held(f) for f in report.new),
        by_rule=dict(sorted(Counter(finding.rule for finding in report.new).items())),
    )


def repeated_chars(report: Report) -> int:
    """Return how many characters go because they are said elsewhere; what cleaners take is no repeat."""
    edits = [
        edit
        for finding in report.findings
        if finding.status is not Status.SUPPRESSED and not finding.rule.startswith(CLEANERS)
        for edit in finding.edits
    ]
    return sum(edit.end.char - edit.start.char - len(edit.replacement) for edit in edits)


def _is_held(finding: Finding) -> bool:
    stays = {Decision.PROTECTED, Decision.HOLD}
    held = bool(finding.unsafe_reasons) or any(member.decision in stays for member in finding.members)
    return held and not finding.edits
