"""The last lines on stderr after a check: counts, what was held back, what to do next. No text of the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.finding import Severity
from dedupe_cli.render.phrases import count, number, share
from dedupe_cli.render.reports.totals import CLEANERS, repeated_chars, totals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dedupe_cli.finding import Finding, Report


_LEVELS = {
    Severity.ERROR: ("error", "errors"),
    Severity.WARNING: ("warning", "warnings"),
    Severity.INFO: ("for information", "for information"),
    Severity.NOTE: ("noted", "noted"),
}


def closing(
    report: Report,
    failing: Sequence[Finding],
    baseline: str,
    *,
    across: bool = False,
    again: tuple[str, str] = ("", ""),
    untold: Mapping[str, int] | None = None,
) -> list[str]:
    """Return the lines, the most important last, none without a file; ``baseline``: what accepts findings.

    ``across``: the files were compared with each other; ``untold``: by rule, how many findings are not shown;
    ``again``: what ``diff`` and ``baseline write`` about the same files need behind their names, a space before it.
    """
    sums = totals(report)
    lines = []
    read = count(sums.files_scanned, "file")
    if not report.files and not report.errors:
        return []
    if sums.files_scanned > 1 and not across:
        lines.append(f"each of {read} was compared with itself only; --across compares them with each other")
    if sums.baselined:
        lines.append(f"{count(sums.baselined, 'finding')} accepted by {baseline}")
    if sums.suppressed:
        lines.append(f"{count(sums.suppressed, 'finding')} hidden by markers; --no-markers shows them")
    if untold:
        rules = ", ".join(f"{number(many)} {code}" for code, many in untold.items())
        lines.append(f"not shown: {rules}; --show-held shows them")
    failed, known = {error.path for error in report.errors}, {file.path for file in report.files}
    for paths, how in ((failed - known, "could not be read"), (failed & known, "could only be read in part")):
        if paths:
            lines.append(f"{count(len(paths), 'file')} {how}: see the errors above")
    if not report.new:
        return [*lines, f"no findings in {read}"] if sums.files_scanned or not sums.files_failed else lines
    first = min(failing or report.new, key=lambda finding: finding.by_rank)
    lines.append(f"hint: dedupe explain {first.rule} says what it means and how to accept it")
    if failing and any(finding.edits for finding in failing):
        codes = sorted({finding.rule for finding in failing if finding.rule.startswith(CLEANERS)})
        fix = f" --fix {','.join(codes)}" if codes else ""
        lines.append(
            f"hint: dedupe diff{fix}{again[0]} shows what would go, "
            f"dedupe baseline write{again[1]} accepts what is there today"
        )
    levels = [(sum(f.severity is severity for f in report.new), words) for severity, words in _LEVELS.items()]
    parts = [f"{number(many)} {words[many != 1]}" for many, words in levels if many]
    chars = sum(file.chars for file in report.files)
    many = repeated_chars(report)
    repeated = f"; {share(many, chars)} of the text is said elsewhere in it" if many else ""
    return [*lines, f"{count(len(report.new), 'finding')} in {read}: {', '.join(parts)}{repeated}"]
