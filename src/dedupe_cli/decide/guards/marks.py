"""Marks stay in pairs: a cut inside a block takes both of its quotation marks or brackets, or none."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from dedupe_cli.decide.space import cut_span
from dedupe_cli.model import Span
from dedupe_cli.text.mask import stamped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    """Tell whether tags in blocks of HTML that go are opened or closed in blocks that stay."""
    depth = _depth([view.spans[part.block].of(view.text) for part in parts])
    if not any(depth.values()):
        return False
    every = _every(view.text, tuple(view.spans))
    return any(abs(every[name] - count) > abs(every[name]) for name, count in depth.items())


@lru_cache(maxsize=1)
def _every(text: str, blocks: tuple[Span, ...]) -> Counter[str]:
    """Return the same of all blocks: where a whole text is there twice, it may have been torn before."""
    return _depth([block.of(text) for block in blocks])


def _depth(blocks: Iterable[str]) -> Counter[str]:
    """Return of each name how many tags in blocks of HTML are opened, less those that are closed."""
    depth: Counter[str] = Counter()
    for said in blocks:
        if said.lstrip().startswith("<"):
            for closes, name, empty in _TAG.findall(said):
                if name.casefold() not in _VOID and not empty:
                    depth[name] += -1 if closes else 1
    return depth
