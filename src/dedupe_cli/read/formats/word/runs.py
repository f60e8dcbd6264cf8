"""The text of a paragraph of Word, with the elements that hold it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_WORDS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "\u2011"}
# Text in these is not that of the paragraph around: another story, or deleted already.
_OTHER = frozenset(W + tag for tag in ("txbxContent", "del", "moveFrom", "pPr", "instrText"))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text of a paragraph: offset, length, and the element that holds it."""

    at: int
    length: int
    element: Any

    @property
    def text(self) -> str:
        """What it says."""
        return str(self.element.text) if self.element.tag == W + "t" else _WORDS[self.element.tag]


def pieces(paragraph: Any) -> list[Piece]:
    """Return the stretches of the text of a paragraph, in order."""
    out: list[Piece] = []
    at = 0
    todo = list(paragraph)[::-1]
    while todo:
        element = todo.pop()
        if element.tag in _OTHER:
            continue
        said = element.text or "" if element.tag == W + "t" else _WORDS.get(element.tag, "")
        if said:
            out.append(Piece(at, len(said), element))
            at += len(said)
        todo += list(element)[::-1]
    return out


def text_of(paragraph: Any) -> str:
    """Return the text of a paragraph."""
    return "".join(piece.text for piece in pieces(paragraph))
