"""HTML: the visible text is the text; markup, scripts and attributes stay, and a block that is left empty goes.

What is in ``pre`` stays. Cells of tables may lose their text, but not their place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import accumulate, groupby
from typing import ClassVar

from dedupe_cli.errors import ReadError
from dedupe_cli.model import Edit, Plan, Source, Span, Spot
from dedupe_cli.read.formats.html.blocks import CELLS, FIXED, HEADINGS, Element, Page, Row, read_page
from dedupe_cli.read.formats.rows import (
    GAP,
    RowFile,
    fitting_units,
    joined,
    mark,
    protected,
    spots,
    starts_of,
    with_kept,
)
from dedupe_cli.text.lines import space_end, space_start
from dedupe_cli.text.mask import masked
from dedupe_cli.text.rewrite import rewrite

_TAG = re.compile(r"<[!/?A-Za-z]")
# What a cell says that is no sentence (a name, a figure, a heading) is said again on purpose.
_SENTENCE = re.compile(r"[。！？.!?…][\"')\]”’）」』]*$")
# What dresses words and is nothing without them, as it stands before a cut; the longest of these tags.
_OPENED = re.compile(r"<(em|strong|b|i|u|s|small|mark|code|q|cite|sub|sup|span|font|big|tt)>\Z")
_LONGEST = len("<strong>")


@dataclass(frozen=True, slots=True)
class Html(RowFile):
    """The container of one page; it is read anew where it is needed."""

    name: ClassVar[str] = "html"
    why: ClassVar[str] = "the page around it would change"
    gap: ClassVar[int] = len(GAP)

    def spots(self, source: Source) -> Callable[[Span], tuple[Spot, Spot]]:  # noqa: ARG002  others need it
        """Return where a span of the text stands in the file; the page is read once."""
        return partial(spots, partial(self.char, page=read_page(self.file.text)), self.part)

    def char(self, offset: int, page: Page | None = None) -> Span:
        """Return the place in the file of one character of the text; nothing between two blocks."""
        page, at = page or read_page(self.file.text), self.row(offset)
        row, here = page.rows[at], offset - self.starts[at] - self.heads[at]
        if here < 0:
            return Span(row.pieces[0][2], row.pieces[0][2])
        found = row.places(Span(here, here + 1))
        end = row.pieces[-1][2] + row.pieces[-1][3]
        return found[0] if found else Span(end, end)

    def settle(self, source: Source, plan: Plan) -> Plan:
        """Let the texts of blocks go as a whole, or in part."""
        units = self._units(source, plan, each=False)
        if not self._fits(source, units):
            units = fitting_units(self._units(source, plan, each=True), partial(self._fits, source))
        edits = tuple(edit for unit in units for edit in unit)
        return replace(plan, edits=edits, groups=protected(plan.groups, edits))

    def _units(self, source: Source, plan: Plan, *, each: bool) -> list[list[Edit]]:
        """Return the edits that go or stay together, those of one row or of rows that one edit takes."""
        edits = self._to_the_end(source.text, self.fitted(source, plan, each=each).edits)
        return [list(own) for _, own in groupby(edits, lambda edit: self.row(edit.span.start))]

    def _to_the_end(self, text: str, edits: Sequence[Edit]) -> Iterator[Edit]:
        """Let a cut at the end of a block take the space or line break before it: a block does not end with one."""
        before = 0
        for edit in edits:
            line = self.line(text, self.row(edit.span.start))
            start = edit.span.start
            while edit.span.end == line.end and not edit.replacement and start > max(before, line.start):
                if not text[start - 1].isspace():
                    break
                start -= 1
            before = edit.span.end
            yield edit.at(Span(start, edit.span.end))

    def _fits(self, source: Source, units: Sequence[Sequence[Edit]]) -> bool:
        """Read what the edits would leave: it must have the text that was planned."""
        edits = sorted((edit for unit in units for edit in unit), key=lambda e: e.span)
        file, lowered = self.lower(source, edits)
        return open_html(replace(file, text=rewrite(file.text, lowered))).prose == rewrite(source.prose, edits)

    def lower(self, source: Source, edits: Sequence[Edit]) -> tuple[Source, tuple[Edit, ...]]:
        """Return the file and its edits: text between tags, and blocks that are left empty."""
        page = read_page(self.file.text)
        inside, gone = self.by_row(source.text, edits)
        changed = joined(_outermost([(span, gone[at][0]) for span, at in _going(page, tuple(gone))]))
        for at, own in inside.items():
            changed += self._inside(page.rows[at], self.starts[at] + self.heads[at], own)
        changed = _with_emphasis(page.page, sorted(changed, key=lambda e: (e.span.start, e.span.end)))
        return self.file, with_kept(changed, lambda spans: tuple(self._place(page, span) for span in spans))

    def _inside(self, row: Row, start: int, own: Sequence[Edit]) -> Iterator[Edit]:
        for edit in own:
            spans = row.places(Span(edit.span.start - start, edit.span.end - start))
            for number, span in enumerate(spans):
                new = edit.replacement.replace("&", "&amp;").replace("<", "&lt;") if number == 0 else ""
                yield replace(edit, span=span, replacement=new)

    def _place(self, page: Page, span: Span) -> Span:
        pieces = page.rows[self.row(span.start)].pieces
        return Span(pieces[0][2], pieces[-1][2] + pieces[-1][3])


def open_html(file: Source) -> Source:
    """Return the visible text of a page; raises :class:`ReadError` when it has no tag at all."""
    if file.text.strip() and not _TAG.search(file.text):
        name = "standard input" if file.path == "-" else file.path
        raise ReadError(f"{name}: not HTML: no tag in it", hint="--type text reads it as plain text")
    page = read_page(file.text)
    marks = [
        mark(level=HEADINGS.get(row.element.tag, 0), item=row.element.tag == "li" and row.element.first == at)
        for at, row in enumerate(page.rows)
    ]
    lines = [said + row.text + GAP for said, row in zip(marks, page.rows, strict=True)]
    starts = starts_of(lines)
    text = "".join(lines)
    fixed = [
        Span(start, start + len(line))
        for start, line, row in zip(starts, lines, page.rows, strict=True)
        if not _SENTENCE.search(row.text) and _is_in_cell(row.element)
    ]
    container = Html(file, starts, tuple(map(len, marks)))
    return replace(file, text=text, newline="\n", masked=masked(text, fixed), container=container)


def _is_in_cell(element: Element) -> bool:
    """Tell whether a block stands in a cell of a table."""
    around: Element | None = element
    while around is not None and around.tag not in CELLS:
        around = around.parent
    return around is not None


class _Taken:
    """The blocks that go, in the order of a page: where they end and begin.

    ``outermost`` says of a block that shows nothing which one around it goes.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.outermost: dict[Element, Element | None] = {}
        self._starts: dict[int, int] = {}
        self._over: dict[tuple[int, int], int] = {}  # where a row of them begins, by the end and start of its last one

    def take(self, element: Element) -> bool:
        """Take a block; tell whether it goes on further than one that ends with it."""
        if self._starts.get(element.end, element.end) <= element.start:
            return False
        self._starts[element.end] = element.start
        return True

    def before(self, at: int) -> int:
        """Return the offset behind the last character before ``at`` that stays: what goes parts nothing."""
        at = space_start(self._text, at)
        passed = []
        while self._starts.get(at, at) < at:
            block = at, self._starts[at]
            passed.append(block)
            at = self._over[block] if block in self._over else space_start(self._text, block[1])
        self._over.update(dict.fromkeys(passed, at))
        return at


@lru_cache(maxsize=1)  # who fits edits asks for the same as who makes them those of the file
def _going(page: Page, gone: tuple[int, ...]) -> list[tuple[Span, int]]:
    """Return what of the file goes with some rows, each with its row: blocks that are left empty, or their text."""
    dead = frozenset(gone)
    left = [0, *accumulate(at not in dead for at in range(len(page.rows)))]
    places: list[tuple[Span, int]] = []
    taken = _Taken(page.page)
    for at in gone:
        element = _emptied(page, page.rows[at], left, taken)
        if element is None:
            places += [(span, at) for span in page.rows[at].places(Span(0, len(page.rows[at].text)))]
        elif taken.take(element):
            places.append((_with_line(page.page, element), at))
    return places


def _emptied(page: Page, row: Row, left: Sequence[int], taken: _Taken) -> Element | None:
    """Return the outermost block that shows nothing any more and may be taken out without joining its neighbours.

    ``left`` counts the rows before each that stay; ``taken`` are the blocks before it that go.
    """
    inside: list[Element] = []
    element: Element | None = row.element
    while element is not None and element.parent is not None and element not in taken.outermost:
        if element.tag in FIXED or element.shows or left[element.last] > left[element.first]:
            break
        inside.append(element)
        element = element.parent
    found = taken.outermost.get(element) if element is not None else None
    for each in reversed(inside):
        if found is None:
            before, behind = taken.before(each.start), space_end(page.page, each.end)
            if before in page.edges[1] or behind in page.edges[0] or behind == len(page.page):
                found = each
        taken.outermost[each] = found
    return found


def _with_emphasis(text: str, edits: Sequence[Edit]) -> list[Edit]:
    """Let cuts take the emphasis around them that they would leave empty; what has attributes stays."""
    out = list(edits)
    replaced = [0, *accumulate(bool(e.replacement) for e in out)]
    rows: list[int] = []  # where rows of edits without a gap begin that take no more
    at = last = 0
    while at < len(out):
        while last + 1 < len(out) and out[last].span.end == out[last + 1].span.start:
            last += 1
        first, end = out[at].span.start, out[last].span.end
        opened = _OPENED.search(text, max(first - _LONGEST, 0), first)
        closed = f"</{opened[1]}>" if opened else ""
        if opened is None or not text.startswith(closed, end) or replaced[last + 1] > replaced[at]:
            rows.append(at)
            at = last = last + 1
            continue
        out[at] = replace(out[at], span=Span(opened.start(), out[at].span.end))
        out[last] = replace(out[last], span=Span(out[last].span.start, end + len(closed)))
        while rows and out[at - 1].span.end == out[at].span.start:
            at = rows.pop()  # both may be all of what stands in other emphasis
    return out


def _outermost(places: Iterable[tuple[Span, Edit]]) -> Iterator[tuple[Span, Edit]]:
    """Leave out what lies in a block that goes as a whole."""
    around = Span(0, 0)
    for span, edit in sorted(places, key=lambda place: (place[0].start, -place[0].end)):
        if not around.covers(span):
            yield span, edit
            around = span


def _with_line(text: str, element: Element) -> Span:
    """Return the place of a block with its line, when nothing else is on it."""
    first, end = element.start, element.end
    while first and text[first - 1] != "\n" and text[first - 1].isspace():
        first -= 1
    if not first or text[first - 1] == "\n":
        while end < len(text) and text[end] != "\n" and text[end].isspace():
            end += 1
        if text.startswith("\n", end):
            return Span(first, end + 1)
    return Span(element.start, element.end)
