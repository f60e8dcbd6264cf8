"""Marks stay in pairs: a cut inside a block takes both of its quotation marks or brackets, or none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from dedupe_cli.decide.space import cut_span
from dedupe_cli.model import Span
from dedupe_cli.text.mask import stamped

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
_TAG = re.compile(r"<(/?)([^\W\d][\w.-]*)(?:\s[^<>]*?)?(/?)>")
# Tags of HTML that nothing closes, also as they stand in Markdown.
_VOID = frozenset(
    name
    for plain in ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "p", "source", "wbr")
    for name in (plain, stamped(plain, [Span(0, len(plain))]))
)
_KNOWN: WeakKeyDictionary[View, list[tuple[int, str, bool]]] = WeakKeyDictionary()


def breaks_marks(view: View, parts: Sequence[Removal]) -> bool:
    """Tell whether what goes of a block would leave a mark without its other half.

    A block that was torn and runs on into other text has lost them already.
    """
    return any(not part.whole and not part.broken and _breaks(view, part) for part in parts)


def _breaks(view: View, part: Removal) -> bool:
    block, span = view.spans[part.block], cut_span(view, part, len(view), ())
    said = span.of(view.text)
    if not _MARKS.search(said):
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


def breaks_tags(view: View, parts: Sequence[Removal]) -> bool:
    """Tell whether tags in blocks of HTML that go would leave one that stays without its other half."""
    gone = {part.block for part in parts}
    if not _unpaired(tag for block in sorted(gone) for tag in _tags(view.spans[block].of(view.text))):
        return False
    every = _every(view)
    left = _unpaired((name, closes) for block, name, closes in every if block not in gone)
    return left > _unpaired((name, closes) for _, name, closes in every)


def _every(view: View) -> list[tuple[int, str, bool]]:
    """Return all tags in blocks of HTML, each with the number of its block; found once."""
    if view not in _KNOWN:
        blocks = (span.of(view.text) for span in view.spans)
        _KNOWN[view] = [(number, *tag) for number, said in enumerate(blocks) for tag in _tags(said)]
    return _KNOWN[view]


def _tags(said: str) -> Iterator[tuple[str, bool]]:
    """Yield the tags of a block of HTML that have another half: the name, and whether it closes."""
    if said.lstrip().startswith("<"):
        for closes, name, empty in _TAG.findall(said):
            if name.casefold() not in _VOID and not empty:
                yield name, bool(closes)


def _unpaired(tags: Iterable[tuple[str, bool]]) -> int:
    """Count the tags without their other half."""
    open_: Counter[str] = Counter()
    loose = 0
    for name, closes in tags:
        if closes and not open_[name]:
            loose += 1
        else:
            open_[name] += -1 if closes else 1
    return loose + open_.total()
