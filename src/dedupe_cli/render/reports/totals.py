"""The sums of a report, the same in every format, and the last lines on standard error after a check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dedupe_cli.finding import Finding, Report, Severity, Status
from dedupe_cli.language import _, marked, ngettext
from dedupe_cli.model import Decision
from dedupe_cli.render.phrases import clauses, count, number, share

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
        lines.append(_("hint: {command} shows what would go", command=diff))
        lines.append(
            _("hint: {command} accepts the first", command=add) if adds
            else _("hint: {command} accepts what is there today", command=write)
        )  # fmt: skip
    return lines
