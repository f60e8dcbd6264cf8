"""A finding a row: one line each, a table, a summary page; or only the names of files, or counts."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import TYPE_CHECKING

from dedupe_cli.finding import Report, Status
from dedupe_cli.language import _, marked, said
from dedupe_cli.render.phrases import count
from dedupe_cli.render.pieces import plain, visible
from dedupe_cli.render.reports.totals import totals

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding, Place

# How the parts of a file are named, one and several.
_AT = marked({
    "line": ("line {n}", "lines {n}"), "paragraph": ("paragraph {n}", "paragraphs {n}"),
    "cue": ("cue {n}", "cues {n}"), "segment": ("segment {n}", "segments {n}"),
})  # fmt: skip
# Other places that a line names.
_NAMED = 3


def concise(report: Report, *, text: bool = True) -> str:  # noqa: ARG001  shows no more than messages do
    """Return the findings that count, a line each."""
    return "".join(f"{_line(finding)}\n" for finding in report.new)


def _line(finding: Finding) -> str:
    more = also(finding)
    place = finding.place
    return f"{plain(place.address)}: {finding.rule} {plain(words_of(finding))}{more and _(', ')}{more} [{finding.id}]"


def words_of(finding: Finding, *, quote: bool = True) -> str:
    """Return what a finding says in the language that is spoken, behind the part of the file that it is about."""
    place = finding.place
    words = said(finding.message if place.label in place.address else described(finding.message, place))
    return _('{what}: "{words}"', what=words, words=finding.quote) if quote and finding.quote else words


def described(message: str, place: Place) -> str:
    """Return the message of a finding behind the part of the file that it is about, which a line does not tell."""
    known = not place.label or f" {place.label} " in message  # a loop repeats what stands beside it
    return message if known else f"{place.label}: {message}"


def also(finding: Finding) -> str:
    """Name the copies beside the first: ``also at line 57, 80 and 2 more``; empty for one, and for pages."""
    if finding.page:
        return ""
    first, *others = finding.copies or finding.members
    places = dict.fromkeys((each.path, _number(each), each.line) for each in others)
    places.pop((first.path, _number(first), first.line), None)
    paths = [first.path, *(place[0] for place in places)]
    names = [
        number if path == first.path else f"{plain(path) if path != before else ''}:{line}"
        for before, (path, number, line) in zip(paths, places, strict=False)
    ]
    if not names:
        return ""
    some = ", ".join(names[:_NAMED])
    if len(names) > _NAMED:
        some = _("{places} and {n} more", places=some, n=len(names) - _NAMED)
    if not names[0].isdigit():
        return _("also at {where}", where=some)
    one, many = _AT[first.where.partition(" ")[0]]
    return _("also at {where}", where=_(one if len(names) == 1 else many, n=some))


def _number(place: Place) -> str:
    return str(place.part.number if place.part and place.part.kind != "record" else place.start.line)


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


_HEAD = (
    "id", "rule", "name", "severity", "status", "path", "line", "column", "end_line", "end_column", "decision", "score",
    "message", "text",
)  # fmt: skip
# A cell that begins so is run as a formula by spreadsheets.
_FORMULA = ("=", "+", "-", "@", "\t", "\n")


def as_csv(report: Report, *, text: bool = True) -> str:
    """Return the rows, in UTF-8 with line feeds; columns are code points, ends exclusive."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_HEAD if text else _HEAD[:-1])
    for finding in report.findings:
        if finding.status is Status.SUPPRESSED:
            continue
        for member in finding.members:
            row = [
                finding.id, finding.rule, report.rule(finding.rule).name, finding.severity.label, finding.status,
                _cell(member.path), member.line, member.start.column, member.last_line, member.end.column,
                member.decision, round(member.similarity, 2), _cell(finding.said),
            ]  # fmt: skip
            writer.writerow([*row, _cell(member.text)] if text else row)
    return stream.getvalue()


def _cell(value: str) -> str:
    value = visible(value.replace("\r\n", "\n"))
    return f"'{value}" if value.startswith(_FORMULA) else value


# Rows of the table; a summary page holds a megabyte.
_ROWS = 200
_SPECIAL = re.compile(r"([\\`*_\[\]|<>~$@&])")


def markdown(report: Report, *, text: bool = True) -> str:  # noqa: ARG001  shows no more than messages do
    """Return counts and a table of the findings that count."""
    sums = totals(report)
    found = sorted(report.new, key=lambda f: f.by_rank)
    head = _("{findings} in {files}", findings=count(len(found), "finding"), files=count(sums.files_scanned, "file"))
    lines = [f"### dedupe: {head}", ""]
    facts = [
        _("{share} of the text is said elsewhere in it", share=f"{sums.duplication_percent:g} %")
        if sums.removable_chars > 0
        else "",
        _("{n} accepted by the baseline", n=sums.baselined) if sums.baselined else "",
        _("{n} hidden by markers", n=sums.suppressed) if sums.suppressed else "",
        _("{files} skipped", files=count(sums.files_skipped, "file")) if sums.files_skipped else "",
        _("{files} with an error", files=count(sums.files_failed, "file")) if sums.files_failed else "",
    ]
    if any(facts):
        lines += [_("; ").join(fact for fact in facts if fact) + _("."), ""]
    if found:
        lines += [_("| place | rule | finding | id |"), "|---|---|---|---|"]
        lines += [_row(finding, report) for finding in found[:_ROWS]]
        lines += ["", _("{n} more are not shown.", n=len(found) - _ROWS)] if len(found) > _ROWS else []
        lines += ["", _("`dedupe explain RULE` says what a rule means and how to accept what it finds.")]
    lines += [_("- error: {what}", what=_escaped(said(error.message))) for error in report.errors]
    return "\n".join(lines).rstrip() + "\n"


def _row(finding: Finding, report: Report) -> str:
    place, more = finding.place, also(finding)
    where = _escaped(f"{place.path}:{place.start.line}" if place.in_lines else place.address)
    message = _escaped(f"{words_of(finding)}{more and _(', ')}{more}")
    return f"| {where} | {finding.rule} {report.rule(finding.rule).name} | {message} | `{finding.id}` |"


def _escaped(value: str) -> str:
    return _SPECIAL.sub(r"\\\1", plain(value))
