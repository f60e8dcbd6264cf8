"""What a stretch is that is said again at once: numbers, and of which kind its blocks are."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.document.split import BlockKind, kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.search.gaps import Gaps
    from dedupe_cli.search.scene import Scene
    from dedupe_cli.search.tokens import Tokens

# What is made to repeat itself.
MEANT = frozenset({BlockKind.CODE, BlockKind.TABLE, BlockKind.RECORD, BlockKind.VERSE})
_FIRST = 700  # tokens of a stretch that are looked at
_BLOCKS, _BESIDE = 8, 3  # blocks of a stretch that are looked at, and those beside it, where verse would stand
_CHARACTERS = 700  # of a stretch that are looked at
_INDENTED = re.compile(r"(?: {4}|\t| {0,3}\t).|\s*\Z")
_PARAGRAPH = re.compile(r"^[^\n]*\S[^\n]*$", re.MULTILINE)
_NEAR = 20  # paragraphs on both sides
_LABEL = re.compile(
    r"[ \t\u3000]*(?:第[〇零一二三四五六七八九十百千0-9]+[条章节款项]|[（(][一二三四五六七八九十0-9]+[)）]"
    r"|[一二三四五六七八九十]+、|\d+[.、)]\s|(?:article|section|§)\s*\d)",
    re.IGNORECASE,
)


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


def labelled(text: str, tokens: Tokens) -> NDArray[np.bool_]:
    """Tell of every token whether a quarter of the paragraphs around it are labelled (第X条, （一）, 1.)."""
    heads, marks = [0], [False]
    for match in _PARAGRAPH.finditer(text):
        heads.append(match.start())
        marks.append(bool(_LABEL.match(text, match.start())))
    sums = np.concatenate([[0], np.cumsum(marks)])
    at = np.arange(len(heads))
    low, high = np.maximum(at - _NEAR, 0), np.minimum(at + _NEAR + 1, len(heads))
    share = (sums[high] - sums[low]) / (high - low)
    out: NDArray[np.bool_] = share[np.searchsorted(heads, tokens.start, side="right") - 1] >= 0.25
    return out
