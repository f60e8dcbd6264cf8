"""Word documents: paragraphs are the text, but for those in tables and text boxes; headings stay.

A paragraph that goes is taken out, unless something hangs on it that is no text: a picture, a section, a bookmark,
a note, a comment, a revision. Then it only loses its words. Runs keep their formatting.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from dedupe_cli.model import Edit, Part, Safety, Source, Span, Spot
from dedupe_cli.read.formats.docx_parts import library, parsed, read_document, with_document
from dedupe_cli.read.formats.rows import STAYS, by_row, line_of, settle_rows
from dedupe_cli.text.mask import masked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dedupe_cli.model import Plan

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# What a run or a paragraph may hold and still be text alone.
_PLAIN = frozenset(
    _W + tag
    for tag in ("p", "pPr", "r", "rPr", "t", "tab", "br", "hyperlink", "smartTag", "proofErr", "lastRenderedPageBreak")
)
# In the properties of a paragraph: it ends a section, or somebody has inserted or deleted its mark.
_MARKS = frozenset(_W + tag for tag in ("sectPr", "ins", "del", "moveFrom", "moveTo", "pPrChange"))
_WORDS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "\u2011"}
# Text in these is not that of the paragraph around: another story, or deleted already.
_OTHER = frozenset(_W + tag for tag in ("txbxContent", "del", "moveFrom", "pPr", "instrText"))
_GAP, _ITEM = "\n\n", "- "


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text of a paragraph: offset, length, and the element that holds it."""

    at: int
    length: int
    element: Any


@dataclass(frozen=True, slots=True)
class Docx:
    """The container of one document: its bytes, where its paragraphs begin in the text, the marks before them.

    ``numbers`` count the paragraphs of the document from 1, empty ones with them; ``headings`` stand above them.
    """

    file: Source
    starts: tuple[int, ...]
    heads: tuple[int, ...]
    numbers: tuple[int, ...]
    headings: tuple[str, ...]
    name: str = "docx"
    why: str = STAYS
    binary: bool = True

    def spots(self, source: Source) -> Callable[[Span], tuple[Spot, Spot]]:
        """Return in which paragraphs a span of the text begins and ends, and where in them."""
        return partial(self._ends, source.text)

    def _ends(self, text: str, span: Span) -> tuple[Spot, Spot]:
        return self._spot(text, span.start, 0), self._spot(text, max(span.start, span.end - 1), bool(span))

    def _spot(self, text: str, offset: int, more: int) -> Spot:
        at = bisect_right(self.starts, offset) - 1
        line = line_of(text, self.starts, at, len(_GAP))
        start = line.start + self.heads[at]
        said = text[start : line.end]
        part = Part("paragraph", self.numbers[at], self.headings[at], text=said)
        return Spot(min(max(offset + more - start, 0), len(said)), part)

    def settle(self, source: Source, plan: Plan) -> Plan:
        """Let paragraphs go as a whole, or in part."""
        return settle_rows(source.text, plan, self.starts, self.heads, gap=len(_GAP))

    def lower(self, source: Source, edits: Sequence[Edit]) -> tuple[Source, tuple[Edit, ...]]:
        """Return the document, every byte as a character, and its replacement by the new one."""
        if not edits:
            return self.file, ()
        old = self.file.text.encode("latin-1")
        new = with_document(old, self.file.path, lambda xml: self._changed(xml, source, edits)).decode("latin-1")
        edit = Edit(Span(0, len(old)), new, edits[0].rule, edits[0].reason, Safety.EXACT)
        return self.file, (edit,)

    def _changed(self, xml: bytes, source: Source, edits: Sequence[Edit]) -> bytes:
        """Return the XML of the text without what goes."""
        root = parsed(xml, self.file.path)
        paragraphs = [p for p in _paragraphs(root) if _text(p).strip()]
        inside, gone = by_row(source.text, self.starts, edits, gap=len(_GAP))
        for at in gone:
            paragraph = paragraphs[at]
            if _may_go(paragraph):
                paragraph.getparent().remove(paragraph)
            else:
                _cut(paragraph, [(0, len(_text(paragraph)), "")])
        for at, own in inside.items():
            start = self.starts[at] + self.heads[at]
            _cut(paragraphs[at], [(e.span.start - start, e.span.end - start, e.replacement) for e in own])
        etree = library(self.file.path)
        head = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
        return head + bytes(etree.tostring(root, encoding="UTF-8"))


def open_docx(data: bytes, path: str) -> Source:
    """Return the text of a document; raises :class:`~dedupe_cli.errors.ReadError` when it is none."""
    name = "standard input" if path == "-" else path
    root = parsed(read_document(data, name), name)
    found = [(number, p) for number, p in enumerate(_paragraphs(root), 1) if _text(p).strip()]
    paragraphs = [p for _, p in found]
    heads = [len(_ITEM) if p.find(f"{_W}pPr/{_W}numPr") is not None else 0 for p in paragraphs]
    lines = [(_ITEM if head else "") + _text(p) + _GAP for head, p in zip(heads, paragraphs, strict=True)]
    starts = [0, *accumulate(map(len, lines))][:-1]
    text = "".join(lines)
    fixed = [Span(a, a + len(b)) for a, b, p in zip(starts, lines, paragraphs, strict=True) if _is_heading(p)]
    digest = hashlib.sha256(data).hexdigest()
    file = Source(path, data.decode("latin-1"), digest, "latin-1")
    container = Docx(file, tuple(starts), tuple(heads), tuple(number for number, _ in found), _headings(paragraphs))
    return Source(path, text, digest, masked=masked(text, fixed), container=container)


def _paragraphs(root: Any) -> Iterator[Any]:
    """Yield the paragraphs of the body that stand in no table and no text box."""
    for paragraph in root.iter(_W + "p"):
        if not any(above.tag in {_W + "tbl", _W + "txbxContent"} for above in paragraph.iterancestors()):
            yield paragraph


def _pieces(paragraph: Any) -> list[Piece]:
    out: list[Piece] = []
    at = 0
    todo = list(paragraph)[::-1]
    while todo:
        element = todo.pop()
        if element.tag in _OTHER:
            continue
        said = element.text or "" if element.tag == _W + "t" else _WORDS.get(element.tag, "")
        if said:
            out.append(Piece(at, len(said), element))
            at += len(said)
        todo += list(element)[::-1]
    return out


def _text(paragraph: Any) -> str:
    return "".join(p.element.text if p.element.tag == _W + "t" else _WORDS[p.element.tag] for p in _pieces(paragraph))


def _is_heading(paragraph: Any) -> bool:
    named = _style(paragraph).startswith(("heading", "title", "subtitle", "toc"))
    return named or paragraph.find(f"{_W}pPr/{_W}outlineLvl") is not None


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return style.get(_W + "val", "").lower() if style is not None else ""


def _headings(paragraphs: Sequence[Any]) -> tuple[str, ...]:
    """Return for each paragraph the heading that it stands under; a heading stands under itself."""
    out, above = [], ""
    for paragraph in paragraphs:
        if _is_heading(paragraph) and not _style(paragraph).startswith("toc"):
            above = " ".join(_text(paragraph).split())
        out.append(above)
    return tuple(out)


def _may_go(paragraph: Any) -> bool:
    """Tell whether a paragraph may be taken out: nothing hangs on it, and it is not the only one of its kind."""
    if len(paragraph.getparent().findall(_W + "p")) < 2:
        return False
    for element in paragraph.iter("*"):
        if element.tag in _MARKS:
            return False
        look = any(above.tag in {_W + "pPr", _W + "rPr"} for above in element.iterancestors())
        if element.tag not in _PLAIN and not look:
            return False
    return True


def _cut(paragraph: Any, cuts: Sequence[tuple[int, int, str]]) -> None:
    """Take stretches out of the runs of a paragraph; a run that is left without anything goes."""
    for piece in _pieces(paragraph):
        own = [(max(a - piece.at, 0), min(b - piece.at, piece.length), new, a >= piece.at) for a, b, new in cuts]
        own = [cut for cut in own if cut[0] < cut[1]]
        if not own:
            continue
        element = piece.element
        if element.tag == _W + "t":
            kept, at = "", 0
            for low, high, new, begins in own:
                kept += element.text[at:low] + (new if begins else "")
                at = high
            element.text = kept + element.text[at:]
            element.set(_SPACE, "preserve")
        if element.tag != _W + "t" or not element.text:
            run = element.getparent()
            run.remove(element)
            if run.tag == _W + "r" and all(child.tag == _W + "rPr" for child in run):
                run.getparent().remove(run)
