"""Word documents: paragraphs are the text, but for those in tables and text boxes.

A paragraph that goes is taken out, unless something hangs on it that is no text: a picture, a section, a bookmark,
a note, a comment, a revision. Then it only loses its words. Runs keep their formatting.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from dedupe_cli.model import Edit, Part, Safety, Source, Span
from dedupe_cli.read.formats.rows import GAP, RowFile, mark, starts_of
from dedupe_cli.read.formats.word.parts import (
    DOCUMENT,
    SPACE,
    W,
    parsed,
    pieces,
    read_document,
    text_of,
    with_parts,
    written,
)
from dedupe_cli.read.formats.word.revisions import Comments, Cut, Revisions
from dedupe_cli.text.mask import masked

# What a run or a paragraph may hold and still be text alone.
_PLAIN = frozenset(
    W + tag
    for tag in ("p", "pPr", "r", "rPr", "t", "tab", "br", "hyperlink", "smartTag", "proofErr", "lastRenderedPageBreak")
)
# In the properties of a paragraph: it ends a section, or somebody has inserted or deleted its mark.
_MARKS = frozenset(W + tag for tag in ("sectPr", "ins", "del", "moveFrom", "moveTo", "pPrChange"))
# Characters of the text that stays which a comment quotes.
_QUOTED = 80
_MARKS_BEHIND = re.compile(r"[^\w\s]{1,4}")


@dataclass(frozen=True, slots=True)
class Docx(RowFile):
    """The container of one document: its bytes, its paragraphs, and which of them are items.

    ``numbers`` count the paragraphs of the document from 1, empty ones with them; ``headings`` stand above them.
    """

    texts: tuple[str, ...]
    numbers: tuple[int, ...]
    headings: tuple[str, ...]
    name: ClassVar[str] = "docx"
    binary: ClassVar[bool] = True
    gap: ClassVar[int] = len(GAP)

    def char(self, offset: int) -> Span:
        """Return the place of one character in its paragraph; nothing for the mark before an item."""
        at = self.row(offset)
        low, high = (
            min(max(place - self.starts[at] - self.heads[at], 0), len(self.texts[at])) for place in (offset, offset + 1)
        )
        return Span(low, high)

    def part(self, offset: int) -> Part:
        """Return the paragraph of a character."""
        at = self.row(offset)
        return Part("paragraph", self.numbers[at], self.headings[at], text=self.texts[at])

    def lower(self, source: Source, edits: Sequence[Edit]) -> tuple[Source, tuple[Edit, ...]]:
        """Return the document, every byte as a character, and its replacement by the new one."""
        if not edits:
            return self.file, ()
        old, name = self.file.text.encode("latin-1"), self.file.path
        root = parsed(read_document(old, name), name)
        for paragraph, cuts, whole in self._cuts(root, source, edits):
            if whole:
                paragraph.getparent().remove(paragraph)
            else:
                _cut(paragraph, cuts)
        return self.file, (self._whole(with_parts(old, name, {DOCUMENT: written(root, name)}), edits),)

    def tracked(self, source: Source, edits: Sequence[Edit]) -> tuple[Source, tuple[Edit, ...]]:
        """Return the document and its replacement by one in which every edit is a revision with its reason."""
        if not edits:
            return self.file, ()
        old, name = self.file.text.encode("latin-1"), self.file.path
        root = parsed(read_document(old, name), name)
        notes = Comments(old, name, root)
        revisions = Revisions(root, notes)
        for paragraph, cuts, whole in self._cuts(root, source, edits):
            revisions.cut(paragraph, cuts, whole=whole)
        return self.file, (self._whole(with_parts(old, name, {DOCUMENT: written(root, name), **notes.parts()}), edits),)

    def _reason(self, source: Source, edits: Sequence[Edit]) -> str:
        """Say why something goes, and which paragraphs say the same."""
        first = edits[0]
        why = f"{first.reason} ({first.rule})"
        spans = [span for edit in edits if edit.kept_in < 0 for span in edit.kept]
        if not spans:
            return why
        parts = [self.part(span.start) for span in spans]
        names = dict.fromkeys(part.label + (f", under “{part.name}”" if part.name else "") for part in parts)
        end = _MARKS_BEHIND.match(source.text, spans[0].end)
        quote = " ".join(source.text[spans[0].start : end.end() if end else spans[0].end].split())
        quote = quote if len(quote) <= _QUOTED else quote[: _QUOTED - 1] + "\u2026"
        return f"{why}. What stays: {'; '.join(names)}: “{quote}”"

    def _whole(self, new: bytes, edits: Sequence[Edit]) -> Edit:
        """Return the edit of the file that puts a new one in its place."""
        return Edit(Span(0, len(self.file.text)), new.decode("latin-1"), edits[0].rule, edits[0].reason, Safety.EXACT)

    def _cuts(self, root: Any, source: Source, edits: Sequence[Edit]) -> Iterator[tuple[Any, list[Cut], bool]]:
        """Yield the paragraphs that lose something, what that is, and whether one may be taken out with all of it."""
        paragraphs = [p for p in _paragraphs(root) if text_of(p).strip()]
        inside, gone = self.by_row(source.text, edits)
        for at, some in sorted({**inside, **gone}.items()):
            paragraph, start = paragraphs[at], self.starts[at] + self.heads[at]
            if at in gone:
                yield paragraph, [Cut(0, len(text_of(paragraph)), "", self._reason(source, some))], _may_go(paragraph)
                continue
            places = [(edit.span.start - start, edit.span.end - start, edit) for edit in some]
            cuts = [Cut(low, high, edit.replacement, self._reason(source, [edit])) for low, high, edit in places]
            yield paragraph, cuts, False


def tracked(source: Source, edits: Sequence[Edit]) -> tuple[Source, tuple[Edit, ...]]:
    """Return a Word document and its replacement by one in which every edit is a revision with its reason."""
    if not isinstance(source.container, Docx):
        raise TypeError(f"{source.path}: no Word document")
    return source.container.tracked(source, edits)


def open_docx(data: bytes, path: str) -> Source:
    """Return the text of a document; raises :class:`~dedupe_cli.errors.ReadError` when it is none."""
    name = "standard input" if path == "-" else path
    root = parsed(read_document(data, name), name)
    found = [(number, p) for number, p in enumerate(_paragraphs(root), 1) if text_of(p).strip()]
    paragraphs = [p for _, p in found]
    marks = [mark(level=int(_is_heading(p)), item=p.find(f"{W}pPr/{W}numPr") is not None) for p in paragraphs]
    texts = tuple(map(text_of, paragraphs))
    lines = [before + said + GAP for before, said in zip(marks, texts, strict=True)]
    starts = starts_of(lines)
    text = "".join(lines)
    # A heading that something refers to (a table of contents, a link) stays.
    bound = [_is_heading(p) and not _may_go(p) for p in paragraphs]
    fixed = [Span(a, a + len(b)) for a, b, stays in zip(starts, lines, bound, strict=True) if stays]
    digest = hashlib.sha256(data).hexdigest()
    file = Source(path, data.decode("latin-1"), digest, "latin-1")
    numbers = tuple(number for number, _ in found)
    container = Docx(file, starts, tuple(map(len, marks)), texts, numbers, _headings(paragraphs))
    return Source(path, text, digest, masked=masked(text, fixed), container=container)


def _paragraphs(root: Any) -> Iterator[Any]:
    """Yield the paragraphs of the body that stand in no table and no text box."""
    for paragraph in root.iter(W + "p"):
        if not any(above.tag in {W + "tbl", W + "txbxContent"} for above in paragraph.iterancestors()):
            yield paragraph


def _is_heading(paragraph: Any) -> bool:
    named = _style(paragraph).startswith(("heading", "title", "subtitle", "toc"))
    return named or paragraph.find(f"{W}pPr/{W}outlineLvl") is not None


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return style.get(W + "val", "").lower() if style is not None else ""


def _headings(paragraphs: Sequence[Any]) -> tuple[str, ...]:
    """Return for each paragraph the heading that it stands under; a heading stands under itself."""
    out, above = [], ""
    for paragraph in paragraphs:
        if _is_heading(paragraph) and not _style(paragraph).startswith("toc"):
            above = " ".join(text_of(paragraph).split())
        out.append(above)
    return tuple(out)


def _may_go(paragraph: Any) -> bool:
    """Tell whether a paragraph may be taken out: nothing hangs on it, and it is not the only one of its kind."""
    if not any(next(paragraph.itersiblings(W + "p", preceding=before), None) is not None for before in (True, False)):
        return False
    for element in paragraph.iter("*"):
        if element.tag in _MARKS:
            return False
        look = any(above.tag in {W + "pPr", W + "rPr"} for above in element.iterancestors())
        if element.tag not in _PLAIN and not look:
            return False
    return True


def _cut(paragraph: Any, cuts: Sequence[Cut]) -> None:
    """Take stretches out of the runs of a paragraph, and put others in; a run that is left without anything goes."""
    for piece in pieces(paragraph):
        own = [cut for cut in cuts if cut.touches(piece)]
        if not own:
            continue
        element, said, at = piece.element, "", 0
        for cut in own:
            low, high = max(cut.start - piece.at, 0), min(cut.end - piece.at, piece.length)
            said += piece.text[at:low] + (cut.new if cut.start >= piece.at else "")
            at = max(low, high)
        said += piece.text[at:]
        run = element.getparent()
        if element.tag != W + "t" and said:
            words = element.makeelement(W + "t", {SPACE: "preserve"})
            run.replace(element, words)
            element = words
        if said:
            element.text = said
            element.set(SPACE, "preserve")
            continue
        run.remove(element)
        if run.tag == W + "r" and all(child.tag == W + "rPr" for child in run):
            run.getparent().remove(run)
