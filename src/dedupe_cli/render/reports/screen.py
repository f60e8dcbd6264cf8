"""The first screen: the surest findings with two lines of text each, the others counted by file and by rule."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from dedupe_cli.language import _
from dedupe_cli.render.phrases import count, number
from dedupe_cli.render.pieces import Glyphs, Piece, Role, plain, shown
from dedupe_cli.render.reports.listings import also, words_of
from dedupe_cli.text.letters import bare

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding, Place, Report
    from dedupe_cli.render.terminal_style import Measure

    Row = list[Piece]

# So many findings are shown, and so many files are named of those that are only counted.
FIRST, _FILES = 10, 2
# Rows of text below a finding, columns before them.
_ROWS, _INDENT = 2, 4
# Characters of a place that are looked at: more never fit on two rows.
_LOOK = 2000
# Lines of a table, or below a heading, that say nothing.
_RULE = re.compile(r"(?m)^[-=~^|:+ \t]*[-=~^]{3}[-=~^|:+ \t]*$")
# Of a row that begins inside of a text, this share stands before what differs.
_BEFORE = 3


def screen(report: Report, most: int, width: int, measure: Measure, glyphs: Glyphs) -> Iterator[Row]:
    """Yield the rows of the findings that count, in the order of the report; ``most`` of them (0: all)."""
    found = report.new
    some = found[: most or None]
    for finding in some:
        yield _title(finding, glyphs)
        yield from _texts(finding, width, measure, glyphs)
    if rest := found[len(some) :]:
        yield from _counted(rest, glyphs)


def folded(rows: Iterable[Row], width: int, measure: Measure) -> Iterator[Row]:
    """Yield rows that end between words where they are wider than a terminal, which would end them anywhere."""
    for row in rows:
        if measure.width(row) <= width:
            yield row
            continue
        first, *rest = measure.wrap(row, width - _INDENT)
        yield first
        yield from ([Piece(" " * _INDENT), *each] for each in rest)


def _title(finding: Finding, glyphs: Glyphs) -> Row:
    place, more = finding.place, also(finding)
    message = words_of(finding, quote=False)
    return [
        Piece(plain(place.address, glyphs), Role.NAME, solid=True),
        Piece(f": {finding.rule} ", Role.HEAD if finding.severity.label == "error" else Role.TEXT),
        Piece(f"{plain(message, glyphs)}{more and _(', ')}{more} "),
        Piece(f"[{finding.id}]", Role.DIM),
    ]


def _texts(finding: Finding, width: int, measure: Measure, glyphs: Glyphs) -> Iterator[Row]:
    """Yield what a finding is about: one text on two rows where both places say the same, else a row for each."""
    here, there = finding.place, next((m for m in finding.members if m is not finding.place), finding.place)
    if finding.kept < len(finding.members) and finding.members[finding.kept] is not here:
        there = finding.members[finding.kept]
    one, other = _text(here), _text(there)
    rows = [(here, one, 0)]
    if bare(one) != bare(other):
        at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
        rows = [(here, one, at), (there, other, at)]
    wide = max(len(str(place.row)) for place, _, _ in rows)
    room = max(width - _INDENT - wide - 2, 10)
    for place, text, at in rows:
        label = [Piece(" " * _INDENT), Piece(f"{place.row:>{wide}}  ", Role.DIM)]
        for body in _fitted(text, at, room, measure, glyphs, _ROWS if len(rows) == 1 else 1):
            yield [*label, *body]
            label = [Piece(" " * (_INDENT + wide + 2))]


def _text(place: Place) -> str:
    return " ".join(_RULE.sub("", place.text[:_LOOK]).split())


def _fitted(text: str, at: int, room: int, measure: Measure, glyphs: Glyphs, rows: int) -> list[Row]:
    """Lay a text out in so many rows; what does not fit is left out, on one row so that the place ``at`` is seen."""
    start = max(at - room // _BEFORE, 0) if rows == 1 and measure.cells(text[:at]) > room * 2 // _BEFORE else 0
    while start and measure.cells(text[start - 1 :]) < room:  # what differs is near the end
        start -= 1
    body = shown((glyphs.ellipsis if start else "") + text[start:], glyph=glyphs)
    found = measure.wrap(body, room)
    if len(found) <= rows:
        return found
    last = list(found[rows - 1])
    while last and measure.width(last) + measure.cells(glyphs.ellipsis) > room:
        short = last[-1].text[:-1]
        last[-1:] = [Piece(short, last[-1].role, last[-1].raw)] if short and not last[-1].solid else []
    return [*found[: rows - 1], [*last, Piece(glyphs.ellipsis)]]


def _counted(rest: Sequence[Finding], glyphs: Glyphs) -> Iterator[Row]:
    """Yield how many findings are not shown, of which rules, and in which files most of them are."""
    files = Counter(finding.place.path for finding in rest)
    what, where = count(len(rest), "more finding"), count(len(files), "file")
    words = _("{what} in {files}: {rules}", what=what, files=where, rules=_by_rule(rest))
    yield [Piece(f"{glyphs.ellipsis} {words}")]
    for path, _many in islice(sorted(files.items(), key=lambda item: (-item[1], item[0])), _FILES):
        mine = _by_rule([finding for finding in rest if finding.place.path == path])
        yield [Piece(" " * _INDENT), Piece(plain(path, glyphs), Role.NAME), Piece(f": {mine}")]
    yield [Piece(_("  --all shows all of them, --all --sort path in the order of the files"), Role.DIM)]


def _by_rule(findings: Sequence[Finding]) -> str:
    found = Counter(finding.rule for finding in findings)
    return _(", ").join(f"{number(many)} {code}" for code, many in sorted(found.items(), key=lambda i: (-i[1], i[0])))
