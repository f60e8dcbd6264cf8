"""The last lines on stderr after a check: counts, what was held back, what to do next. No text of the user's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dedupe_cli.finding import Finding, Report, Severity
from dedupe_cli.language import _, marked, ngettext
from dedupe_cli.render.phrases import clauses, count, number, share
from dedupe_cli.render.reports.totals import CLEANERS, Totals, repeated_chars, totals

_LEVELS = marked(
    {
        Severity.ERROR: ("{n} error", "{n} errors"),
        Severity.WARNING: ("{n} warning", "{n} warnings"),
        Severity.INFO: ("{n} for information", "{n} for information"),
        Severity.NOTE: ("{n} noted", "{n} noted"),
    }
)


def closing(
    report: Report,
    failing: Sequence[Finding],
    baseline: str,
    *,
    across: bool = False,
    adds: bool = False,
    again: tuple[str, str] = ("", ""),
    untold: Mapping[str, int] | None = None,
) -> list[str]:
    """Return the lines, the most important last, none without a file; ``baseline``: what accepts findings.

    ``across``: the files were compared with each other; ``adds``: what accepts some is a file, to which one may be
    added; ``untold``: by rule, how many findings are not shown; ``again``: what ``diff`` and ``baseline`` about the
    same files need behind their names, a space before it.
    """
    if not report.files and not report.errors:
        return []
    sums = totals(report)
    read = count(sums.files_scanned, "file")
    lines = _left_out(report, sums, baseline, across=across, untold=untold or {})
    if not report.new:
        nothing = sums.files_scanned or not sums.files_failed
        return [*lines, _("no findings in {files}", files=read)] if nothing else lines
    lines += _hints(failing, failing or report.new, again, adds=adds)
    levels = [(sum(f.severity is severity for f in report.new), words) for severity, words in _LEVELS.items()]
    parts = [ngettext(*words, many, n=number(many)) for many, words in levels if many]
    chars = sum(file.chars for file in report.files)
    total = count(len(report.new), "finding")
    told = _("{findings} in {files}: {levels}", findings=total, files=read, levels=clauses(parts))
    if repeated := repeated_chars(report):
        told += _("; ") + _("{share} of the text is said elsewhere in it", share=share(repeated, chars))
    return [*lines, told]


def _left_out(report: Report, sums: Totals, baseline: str, *, across: bool, untold: Mapping[str, int]) -> list[str]:
    """Say what was not compared, not told, or not read."""
    lines = []
    if sums.files_scanned > 1 and not across:
        read = count(sums.files_scanned, "file")
        alone = _("each of {files} was compared with itself only; --across compares them with each other", files=read)
        lines.append(alone)
    if sums.baselined:
        many = count(sums.baselined, "finding")
        lines.append(_("{findings} accepted by {baseline}", findings=many, baseline=baseline))
    if sums.suppressed:
        many = count(sums.suppressed, "finding")
        lines.append(_("{findings} hidden by markers; --no-markers shows them", findings=many))
    if untold:
        rules = _(", ").join(f"{number(many)} {code}" for code, many in untold.items())
        lines.append(_("not shown: {rules}; --show-held shows them", rules=rules))
    failed, known = {error.path for error in report.errors}, {file.path for file in report.files}
    if unread := failed - known:
        lines.append(_("{files} could not be read: see the errors above", files=count(len(unread), "file")))
    if partly := failed & known:
        lines.append(_("{files} could only be read in part: see the errors above", files=count(len(partly), "file")))
    return lines


def _hints(failing: Sequence[Finding], told: Sequence[Finding], again: tuple[str, str], *, adds: bool) -> list[str]:
    """Say what to do about the finding that is worst, and about all of them."""
    worst = min(told, key=lambda finding: finding.by_rank)
    explain = f"dedupe explain {worst.rule}"
    lines = [_("hint: {command} says what it means and how to accept it", command=explain)]
    if failing and any(finding.edits for finding in failing):
        codes = sorted({finding.rule for finding in failing if finding.rule.startswith(CLEANERS)})
        fix = f" --fix {','.join(codes)}" if codes else ""
        diff, add = f"dedupe diff{fix}{again[0]}", f"dedupe baseline add {worst.id}{again[1]}"
        write = f"dedupe baseline write{again[1]}"
        lines.append(
            _("hint: {diff} shows what would go, {baseline} accepts the first", diff=diff, baseline=add)
            if adds
            else _(
                "hint: {diff} shows what would go, {baseline} accepts what is there today", diff=diff, baseline=write
            )
        )
    return lines
