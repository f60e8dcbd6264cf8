"""What a stretch is that is said again at once: numbers, and of which kind its blocks are."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from dedupe_cli.document.split import BlockKind, kind

if TYPE_CHECKING:
    from dedupe_cli.search.gaps import Gaps
    from dedupe_cli.search.scene import Scene

# What is made to repeat itself.
MEANT = frozenset({BlockKind.CODE, BlockKind.TABLE, BlockKind.RECORD, BlockKind.VERSE})
_FIRST = 700  # tokens of a stretch that are looked at
_BLOCKS, _BESIDE = 8, 3  # blocks of a stretch that are looked at, and those beside it, where verse would stand
_CHARACTERS = 700  # of a stretch that are looked at
_INDENTED = re.compile(r"(?: {4}|\t| {0,3}\t).|\s*\Z")


def only_numbers(gaps: Gaps, low: int, high: int) -> bool:
    """Tell whether tokens are numbers alone, or signs."""
    tokens, last = gaps.tokens, min(high, low + _FIRST)
    said = gaps.text[int(tokens.start[low]) : int(tokens.end[last - 1])]
    return bool(tokens.number[low:last].all()) or not any(map(str.isalpha, said))


def kind_of(scene: Scene, low: int, high: int) -> BlockKind:
    """Return the kind of most blocks of some tokens; verse also when it stands beside them."""
    text, spans = scene.fold.text, scene.blocks
    at, to = int(scene.tokens.start[low]), int(scene.tokens.end[high - 1])
    first = max(bisect_right(spans, at, key=lambda span: span.start) - 1, 0)
    last = max(bisect_right(spans, to - 1, key=lambda span: span.start), first + 1)
    said = text[at : min(to, at + _CHARACTERS)]
    signs = sum(not (c.isalnum() or c.isspace()) for c in said) * 2 > sum(not c.isspace() for c in said)
    if said.isascii() and (signs or all(map(_INDENTED.match, text[_line(text, at) : at + len(said)].splitlines()))):
        return BlockKind.CODE
    own = [kind(text, span) for span in spans[first : min(last, first + _BLOCKS)]]
    for what in (BlockKind.CODE, BlockKind.TABLE, BlockKind.RECORD):
        if own.count(what) * 2 >= len(own):
            return what
    beside = [kind(text, s) for s in (*spans[max(first - _BESIDE, 0) : first], *spans[last : last + _BESIDE])]
    if BlockKind.VERSE in (*own, *beside):
        return BlockKind.VERSE
    return own[0] if own else BlockKind.PROSE


def _line(text: str, at: int) -> int:
    """Return where the line of an offset begins."""
    return text.rfind("\n", max(at - _CHARACTERS, 0), at) + 1
