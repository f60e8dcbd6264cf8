"""The visible text of an HTML page by blocks, with the place of every character.

The standard library finds the tags; which block a text belongs to, and where blocks end that nobody closed, follows the
HTML standard (13.1.2.4, optional tags) as far as paragraphs, items and cells go.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

from dedupe_cli.model import Span

# fmt: off
BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr",
    "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
])
CELLS = frozenset(["td", "th"])
HEADINGS = {f"h{level}": level for level in range(1, 7)}
# Not prose, or not visible.
_SKIPPED = frozenset([
    "head", "iframe", "math", "nav", "noscript", "object", "pre", "script", "select", "style", "svg", "template",
    "textarea", "title",
])
# Roles (WAI-ARIA) of what a page has to be found and used: it stands at its top and again at its bottom.
_ROLES = frozenset(["menu", "menubar", "navigation", "search", "tablist", "toolbar"])
# What else is seen, or does something, without a text: a block that holds it is not empty.
_SEEN = frozenset([
    "audio", "button", "canvas", "embed", "form", "hr", "img", "input", "link", "meta", "picture", "table", "video",
])
_VOID = frozenset([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
])
# Blocks that are never taken out: what is around would change its shape.
FIXED = frozenset([
    "body", "caption", "dd", "dt", "figcaption", "html", "legend", "summary", "table", "tbody", "td", "tfoot", "th",
    "thead", "tr",
])
# fmt: on
# A tag -> the open blocks that it ends.
_ENDS = {
    "li": {"li", "p"},
    "dt": {"dt", "dd", "p"},
    "dd": {"dt", "dd", "p"},
    "tr": {"tr", "td", "th", "p"},
    "td": {"td", "th", "p"},
    "th": {"td", "th", "p"},
    "body": {"head"},
}  # fmt: skip
# So many digits no number of a character has.
_DIGITS = 9
_SPACE = re.compile(r"[ \t\n\r\f]+")
# A tag to its end: a bracket in a value is none. A quotation mark is one only behind an equals sign.
_TAG = re.compile(r"""<[A-Za-z](?:[^>=]|=[ \t\n\r\f]*+(?:"[^"]*+"|'[^']*+'|(?!["'])))*+>""")


@dataclass(slots=True, eq=False)
class Element:
    """One block: tag, place, the block around it, and whether it shows something but text.

    Its rows of text are those from ``first`` up to ``last``.
    """

    tag: str
    start: int
    parent: Element | None
    first: int = 0
    end: int = -1
    last: int = 0
    shows: bool = False


@dataclass(slots=True)
class Row:
    """The text of one block up to the next: pieces are offset in it, length, place and length in the file."""

    element: Element
    pieces: list[tuple[int, int, int, int]] = field(default_factory=list)
    text: str = ""

    def places(self, span: Span) -> list[Span]:
        """Return the places in the file of a part of the text, without the tags between."""
        out: list[Span] = []
        for number in range(max(bisect_right(self.pieces, (span.start, 1 << 60)) - 1, 0), len(self.pieces)):
            at, length, start, size = self.pieces[number]
            low, high = max(span.start, at), min(span.end, at + length)
            if low >= high:
                if at >= span.end:
                    break
                continue
            place = Span(start + low - at, start + high - at) if length == size else Span(start, start + size)
            if out and out[-1].end == place.start:
                out[-1] = Span(out[-1].start, place.end)
            else:
                out.append(place)
        return out


@lru_cache(maxsize=2)  # a page is asked for by who opens, fits and writes it, and so is what is left of it
def read_page(text: str) -> Page:
    """Read a page."""
    return Page(text)


class Page(HTMLParser):
    """Reads a page into rows of text; ``edges`` are the places where tags of blocks begin and end."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.page = page
        self.rows: list[Row] = []
        self.edges: tuple[set[int], set[int]] = set(), set()
        self._lines = [0, *(m.end() for m in re.finditer("\n", page))]
        self._element = Element("html", 0, None)
        self._open: Row | None = None
        self._said: list[str] = []  # the text of the open row, and its length
        self._length = 0
        self._skip: list[str] = []
        self._depth: Counter[str] = Counter()
        self.feed(page)
        self.close()
        while self._element.parent is not None:
            self._leave(len(page))
        self._close_row()

    def check_for_whole_start_tag(self, i: int) -> int:
        """Return where a tag ends; one that nobody closes goes to the end of the page."""
        found = _TAG.match(self.rawdata, i)
        return found.end() if found else -1

    def parse_starttag(self, i: int) -> int:
        """Read a tag. What nobody closes goes to the end, as the standard has it: nothing is looked for twice."""
        return self._closed(super().parse_starttag(i))

    def parse_endtag(self, i: int) -> int:
        """Read a tag that closes, or what goes on to the end."""
        return self._closed(super().parse_endtag(i))

    def parse_comment(self, i: int, report: bool = True) -> int:  # noqa: FBT001, FBT002  the signature of the library
        """Read a comment, or what goes on to the end."""
        return self._closed(super().parse_comment(i, report))

    def parse_pi(self, i: int) -> int:
        """Read an instruction, or what goes on to the end."""
        return self._closed(super().parse_pi(i))

    def parse_html_declaration(self, i: int) -> int:
        """Read a declaration, or what goes on to the end."""
        return self._closed(super().parse_html_declaration(i))

    def _closed(self, end: int) -> int:
        return end if end >= 0 else len(self.rawdata)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See a tag that opens."""
        at, text = self._at(), self.get_starttag_text() or ""
        skipped = tag in _SKIPPED or any(name == "role" and value in _ROLES for name, value in attrs)
        if skipped or tag in _SEEN:
            self._element.shows = True
        if self._skip:
            if tag == self._skip[-1]:
                self._skip.append(tag)
            return
        if tag == "br":
            self._put("\n", at, len(text))
        if tag in BLOCKS:
            self._edge(at, at + len(text))
            ends = _ENDS.get(tag, {"p"})
            while self._element.tag in ends and self._element.parent is not None:
                self._leave(at)
            if tag in FIXED:
                self._element.shows = True
            if tag not in _VOID:
                self._element = Element(tag, at, self._element, len(self.rows))
                self._depth[tag] += 1
        if skipped and tag not in _VOID and not text.endswith("/>"):
            self._skip.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """See a tag that closes."""
        at = self._at()
        end = self.page.find(">", at) + 1 or len(self.page)
        if self._skip:
            if tag != self._skip[-1]:
                return
            self._skip.pop()
        if tag not in BLOCKS:
            return
        self._edge(at, end)
        while self._depth[tag]:
            found = self._element.tag == tag
            self._leave(end if found else at)
            if found:
                return

    def handle_data(self, data: str) -> None:
        """See text."""
        if self._skip:
            return
        at, last = self._at(), 0
        for space in _SPACE.finditer(data):
            self._put(data[last : space.start()], at + last, space.start() - last)
            self._put(" ", at + space.start(), len(space[0]))
            last = space.end()
        self._put(data[last:], at + last, len(data) - last)

    def handle_comment(self, data: str) -> None:
        """See a comment: what somebody wrote there is said nowhere else."""
        if data.strip():
            self._element.shows = True

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002  the signature of the library
        """Take ``<![`` for a comment that ends at the next bracket, as the standard does."""
        return self.parse_bogus_comment(i, report=False)

    def handle_entityref(self, name: str) -> None:
        """See a character by its name."""
        raw = f"&{name}"
        self._reference(raw, raw + ";" * self.page.startswith(";", self._at() + len(raw)))

    def handle_charref(self, name: str) -> None:
        """See a character by its number; one of more digits than any has is none, as the standard has it."""
        base, digits = ("&#x", name[1:]) if name[0] in "xX" else ("&#", name)
        digits = digits.lstrip("0") or "0"
        self._reference(f"&#{name}", f"{base}{digits};" if len(digits) < _DIGITS else "\ufffd")

    def _reference(self, raw: str, meant: str) -> None:
        at = self._at()
        size = len(raw) + self.page.startswith(";", at + len(raw))
        if not self._skip:
            self._put(html.unescape(meant), at, size)

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _put(self, text: str, at: int, size: int) -> None:
        if not text:
            return
        if self._open is None:
            if text.isspace():
                return
            self._open, self._said, self._length = Row(self._element), [], 0
        if text == " " and self._said and self._said[-1].endswith((" ", "\n")):
            return
        self._open.pieces.append((self._length, len(text), at, size))
        self._said.append(text)
        self._length += len(text)

    def _edge(self, start: int, end: int) -> None:
        self.edges[0].add(start)
        self.edges[1].add(end)
        self._close_row()

    def _close_row(self) -> None:
        row, self._open = self._open, None
        if row is None:
            return
        shown = "".join(self._said).rstrip()
        if len(shown) < self._length:
            kept = [(a, n, min(n, len(shown) - a), s, z) for a, n, s, z in row.pieces if a < len(shown)]
            row.pieces = [(a, left, s, left if n == z else z) for a, n, left, s, z in kept]
        row.text = shown
        self.rows.append(row)

    def _leave(self, end: int) -> None:
        self._close_row()
        element = self._element
        element.end, element.last = end, len(self.rows)
        self._depth[element.tag] -= 1
        if element.parent is not None:
            element.parent.shows |= element.shows
            self._element = element.parent
