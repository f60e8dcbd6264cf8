"""Marks stay in pairs: a cut inside a block takes both of its quotation marks or brackets, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dedupe_cli.decide.space import cut_span

if TYPE_CHECKING:
    from dedupe_cli.decide.state import Removal
    from dedupe_cli.document.view import View

_PAIRS = {
    "）": "（",
    ")": "(",
    "]": "[",
    "】": "【",
    "》": "《",
    "」": "「",
    "』": "『",
    "”": "“",
    "〉": "〈",
    "}": "{",
    "»": "«",
}
_OPENS = frozenset(_PAIRS.values())
_MARKS = re.compile(f"[{re.escape(''.join([*_PAIRS, *_OPENS, chr(34)]))}]")


def breaks_marks(view: View, parts: Sequence[Removal]) -> bool:
    """Tell whether what goes of a block would leave a mark without its other half.

    A block that was torn and runs on into other text has lost them already, and a damaged copy those that the kept text
    has.
    """
    return any(not part.whole and not part.broken and _breaks(view, part) for part in parts)


def _breaks(view: View, part: Removal) -> bool:
    block, span = view.spans[part.block], cut_span(view, part, len(view), ())
    said = span.of(view.text)
    if not _MARKS.search(said):
        return False
    kept = "".join(view.fold.span(piece.a0, piece.a1).of(view.text) for piece in part.pieces)
    if part.is_damaged and _loose(said) > _loose(kept):
        return False
    before = block.of(view.text)
    after = view.text[block.start : max(span.start, block.start)] + view.text[min(span.end, block.end) : block.end]
    return _loose(after) > _loose(before)


def _loose(text: str) -> int:
    """Return the number of marks in a text without their other half."""
    open_: list[str] = []
    loose = text.count('"') % 2
    for found in _MARKS.finditer(text):
        mark = found[0]
        if mark in _OPENS:
            open_.append(mark)
        elif mark in _PAIRS:
            if open_ and open_[-1] == _PAIRS[mark]:
                open_.pop()
            else:
                loose += 1
    return loose + len(open_)
