"""Edits of a Word document as revisions: what goes is struck out, what is put in is marked, and a comment says why.

Formats: ECMA-376 part 1, 17.13.5 (revisions) and 17.13.4 (comments). Accepting all revisions gives the cleaned text,
rejecting all of them the text as it was. Revisions and comments that are there already stay.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from dedupe_cli.errors import LawError, ReadError, SettingsError
from dedupe_cli.read.formats.word.parts import SPACE, Piece, W, library, parsed, pieces, read_part, text_of, written

AUTHOR = "dedupe"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_RELS, _LIST = "word/_rels/document.xml.rels", "[Content_Types].xml"
# In the properties of a paragraph these come behind those of its mark; in those, the revisions of it come first.
_BEHIND = (W + "sectPr", W + "pPrChange")


@dataclass(frozen=True, slots=True)
class Cut:
    """Replace ``start..end`` of the text of a paragraph by ``new``; ``why`` is what the comment says."""

    start: int
    end: int
    new: str
    why: str = ""

    def touches(self, piece: Piece) -> bool:
        """Tell whether something of a piece goes, or something is put in within it or behind it."""
        end = piece.at + piece.length
        if self.start < self.end:
            return self.start < end and piece.at < self.end
        return piece.at < self.start <= end or self.start == piece.at == 0


class Comments:
    """The comments of a document: those that it has, and new ones."""

    def __init__(self, data: bytes, name: str, root: Any) -> None:
        self.data, self.name = data, name
        self.date = _now()
        self.path = "word/comments.xml"
        self._rels = self._tree(_RELS, f"{{{_RELATIONS}}}Relationships")
        known = [r for r in self._rels if r.get("Type") == _KIND]
        if known:
            target = known[0].get("Target", "")
            self.path = target.lstrip("/") if target.startswith("/") else f"word/{target}"
        self._is_new = not known
        self.root = self._tree(self.path, W + "comments")
        ids = [_number(e.get(W + "id")) for tree in (root, self.root) for e in tree.iter("*") if e.get(W + "id")]
        self._last = max(ids, default=0)

    def next_id(self) -> str:
        """Return a number that no revision, comment or bookmark has."""
        self._last += 1
        return str(self._last)

    def add(self, words: str) -> str:
        """Write a comment; return its number."""
        number = self.next_id()
        made = self.root.makeelement(W + "comment", {W + "id": number, W + "author": AUTHOR, W + "date": self.date})
        made.set(W + "initials", AUTHOR[0])
        text = made.makeelement(W + "t", {SPACE: "preserve"})
        text.text = words
        for tag in ("r", "p"):
            around = made.makeelement(W + tag)
            around.append(text)
            text = around
        made.append(text)
        self.root.append(made)
        return number

    def parts(self) -> dict[str, bytes]:
        """Return the parts of the archive that change."""
        out = {self.path: written(self.root, self.name)}
        if not self._is_new:
            return out
        known = {r.get("Id") for r in self._rels}
        free = next(f"rId{n}" for n in range(1, len(known) + 2) if f"rId{n}" not in known)
        target = self.path.removeprefix("word/")
        tag = f"{{{_RELATIONS}}}Relationship"
        self._rels.append(self._rels.makeelement(tag, {"Id": free, "Type": _KIND, "Target": target}))
        types = self._tree(_LIST, f"{{{_TYPES}}}Types")
        tag = f"{{{_TYPES}}}Override"
        if not any(e.tag == tag and e.get("PartName") == f"/{self.path}" for e in types):
            types.append(types.makeelement(tag, {"PartName": f"/{self.path}", "ContentType": _CONTENT}))
        return out | {_RELS: written(self._rels, self.name), _LIST: written(types, self.name)}

    def _tree(self, part: str, tag: str) -> Any:
        xml = read_part(self.data, part, self.name)
        if xml is not None:
            return parsed(xml, self.name)
        namespace = tag[1:].partition("}")[0]
        return library(self.name).Element(tag, nsmap={"w" if tag.startswith(W) else None: namespace})


@dataclass
class Revisions:
    """Writes revisions into the tree of a document."""

    root: Any
    comments: Comments
    _own: set[str] = field(default_factory=set)

    def cut(self, paragraph: Any, cuts: Sequence[Cut], *, whole: bool = False) -> None:
        """Mark what goes from a paragraph and what is put in; ``whole``: the paragraph goes with it."""
        before = text_of(paragraph)
        marked: dict[int, list[Any]] = {}
        for piece in pieces(paragraph):
            own = [(at, cut) for at, cut in enumerate(cuts) if cut.touches(piece)]
            if own:
                self._piece(piece, own, marked)
        for at, elements in marked.items():
            if elements:
                self._comment(paragraph, cuts[at].why, elements)
        if whole:
            self._mark(paragraph)
        if self._as_it_was(paragraph) != before:
            raise LawError(
                f"{self.comments.name}: rejecting the revisions would not give the text back",
                hint="nothing was written; please report the document and this message",
            )

    def _piece(self, piece: Piece, cuts: Sequence[tuple[int, Cut]], marked: dict[int, list[Any]]) -> None:
        """Put in the place of a run what stays of it, what goes, what comes."""
        run = _alone(piece.element)
        place = run.getparent()
        if run.tag != W + "r" or place is None:
            raise ReadError(f"{self.comments.name}: a text that stands in no run", hint="clean it without revisions")
        index, at = place.index(run), 0
        new: list[Any] = []
        for number, cut in cuts:
            low, high = max(cut.start - piece.at, 0), min(cut.end - piece.at, piece.length)
            if low > at:
                new.append(_said(run, piece.text[at:low]))
            changed = [self._around("del", _said(run, piece.text[low:high], gone=True))] if high > low else []
            if cut.new and cut.start >= piece.at:
                changed.append(self._around("ins", _put(run, cut.new)))
            marked.setdefault(number, []).extend(changed)
            new += changed
            at = max(high, low)
        if at < piece.length:
            new.append(_said(run, piece.text[at:]))
        place.remove(run)
        for offset, element in enumerate(new):
            place.insert(index + offset, element)

    def _around(self, tag: str, run: Any) -> Any:
        number = self.comments.next_id()
        self._own.add(number)
        made = self.root.makeelement(W + tag, {W + "id": number, W + "author": AUTHOR, W + "date": self.comments.date})
        made.append(run)
        return made

    def _comment(self, paragraph: Any, why: str, elements: Sequence[Any]) -> None:
        """Put the marks of a comment around what it is about."""
        first, last = (_below(paragraph, element) for element in (elements[0], elements[-1]))
        number = {W + "id": self.comments.add(why)}
        first.addprevious(self.root.makeelement(W + "commentRangeStart", number))
        run = self.root.makeelement(W + "r")
        run.append(self.root.makeelement(W + "commentReference", number))
        last.addnext(run)
        last.addnext(self.root.makeelement(W + "commentRangeEnd", number))

    def _mark(self, paragraph: Any) -> None:
        """Let the mark at the end of a paragraph go."""
        look = paragraph.find(W + "pPr")
        if look is None:
            look = paragraph.makeelement(W + "pPr")
            paragraph.insert(0, look)
        mark = look.find(W + "rPr")
        if mark is None:
            mark = look.makeelement(W + "rPr")
            behind = [child for child in look if child.tag in _BEHIND]
            look.insert(look.index(behind[0]) if behind else len(look), mark)
        attributes = {W + "id": self.comments.next_id(), W + "author": AUTHOR, W + "date": self.comments.date}
        mark.insert(0, mark.makeelement(W + "del", attributes))

    def _as_it_was(self, paragraph: Any) -> str:
        """Return the text of a paragraph without the revisions that were made here."""
        other = deepcopy(paragraph)
        for element in list(other.iter(W + "ins", W + "del")):
            if element.get(W + "id") not in self._own:
                continue
            for run in list(element) if element.tag == W + "del" else ():
                for words in run.iter(W + "delText"):
                    words.tag = W + "t"
                element.addprevious(run)
            element.getparent().remove(element)
        return text_of(other)


def _alone(element: Any) -> Any:
    """Return the run of an element, after what else was in that run has runs of its own."""
    run = element.getparent()
    for before in (True, False):
        others = list(element.itersiblings(preceding=before))
        others = [each for each in others if each.tag != W + "rPr"]
        if not others:
            continue
        other = _empty(run)
        for each in others[::-1] if before else others:
            other.append(each)
        (run.addprevious if before else run.addnext)(other)
    return run


def _empty(run: Any) -> Any:
    """Return a run that looks like another one, without its text."""
    made = run.makeelement(run.tag, dict(run.attrib))
    look = run.find(W + "rPr")
    if look is not None:
        made.append(deepcopy(look))
    return made


def _said(run: Any, text: str, *, gone: bool = False) -> Any:
    """Return a run that looks like another one and says a part of its text; a tab or a break stays what it is."""
    [element] = [child for child in run if child.tag != W + "rPr"]
    if element.tag == W + "t":
        return _put(run, text, "delText" if gone else "t")
    made = _empty(run)
    made.append(deepcopy(element))
    return made


def _put(run: Any, text: str, tag: str = "t") -> Any:
    """Return a run that looks like another one and says something else."""
    made = _empty(run)
    words = run.makeelement(W + tag, {SPACE: "preserve"})
    words.text = text
    made.append(words)
    return made


def _below(paragraph: Any, element: Any) -> Any:
    """Return the child of a paragraph that an element is in."""
    while element.getparent() is not paragraph:
        element = element.getparent()
    return element


def _number(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        return 0


def _now() -> str:
    """Return the date of the revisions: the time, or that of ``SOURCE_DATE_EPOCH``, so that results can be repeated."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        when = datetime.now(UTC) if fixed is None else datetime.fromtimestamp(int(fixed), UTC)
    except (ValueError, OverflowError, OSError):
        raise SettingsError(f"SOURCE_DATE_EPOCH: {fixed!r} is no number of seconds", hint="unset it") from None
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
