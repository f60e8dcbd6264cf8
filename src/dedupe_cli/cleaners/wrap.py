"""Lines that are broken inside of a paragraph (C109)."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import columns, is_spaced, is_wide
from dedupe_cli.model import Span
from dedupe_cli.text.kinds import BlockKind, kind
from dedupe_cli.text.lines import CLOSERS, FINAL
from dedupe_cli.text.split import blocks

if TYPE_CHECKING:
    from collections.abc import Iterable

_NEWLINE = re.compile(r"[ \t\u3000]*(?:\r\n|\r|\n)[ \t\u3000]*")
# Two spaces in Markdown, a mark of quotation in mail: the line ends there on purpose.
_MEANT = re.compile(r"(?<=\S)  (?:\r\n|\r|\n)")
# The first word of a line: one Chinese character with the marks that may not begin a line, or letters up to a blank.
_WORD = re.compile("[\u2e80-\uffff][，。、；：？！”’）》」』…]*|[^\\s\u2e80-\uffff]+")
_QUOTED = re.compile(r"[>|]")
_OPENING, _CLOSING = frozenset("([{“‘《「『（【"), frozenset(")]}”’》」』）】，。、；：？！,;?!")
_PROSE = frozenset({BlockKind.PROSE, BlockKind.ITEM})
# A line of so many columns that ends in a comma is no line of verse and no caption.
_WIDE_LINE = 44
# Full lines that tell the column of a text, and how far from it a full line of wide characters may be.
_ENOUGH, _WIDE_SLACK = 4, 4
_ENDS_IN_HYPHEN = re.compile(r"[^\W\d_]-$")


def _propose(text: str) -> Iterable[Fix]:
    spans = blocks(text)
    inner = [list(_NEWLINE.finditer(text, block.start, block.end)) for block in spans]
    if not any(inner) and not any(_between(text, a, b) for a, b in pairwise(spans)):
        return
    spaced, column = is_spaced(text), _column(text, spans, inner)
    for index, block in enumerate(spans):
        # Where no blank line parts paragraphs, a full line that ends a sentence may end one.
        crowded = any(_between(text, a, b) for a, b in pairwise(spans[max(0, index - 1) : index + 2]))
        if index and (match := _unfinished(text, spans[index - 1], block, column)):
            yield Fix(Span(*match.span()), _glue(text, *match.span(), spaced=spaced))
        if not inner[index] or kind(text, block) not in _PROSE:
            continue
        widths = _widths(text, block, inner[index])
        for line, match in enumerate(inner[index]):
            start, end = match.span()
            if _MEANT.match(text, start) or _QUOTED.match(text, end):
                continue
            if _ends_sentence(text, start) and (crowded or _would_fit(text, end, widths, line)):
                continue
            yield Fix(Span(start, end), _glue(text, start, end, spaced=spaced))


def _between(text: str, before: Span, block: Span) -> re.Match[str] | None:
    """Return the newline between two blocks without a blank line between them."""
    match = _NEWLINE.match(text, before.end)
    return match if match is not None and match.end() >= block.start else None


def _column(text: str, spans: list[Span], inner: list[list[re.Match[str]]]) -> int:
    """Return the usual width of the lines that are full; 0 where too few are."""
    found = [w for block, breaks in zip(spans, inner, strict=True) for w in _widths(text, block, breaks)[:-1]]
    return sorted(found)[len(found) // 2] if len(found) >= _ENOUGH else 0


def _unfinished(text: str, before: Span, block: Span, column: int) -> re.Match[str] | None:
    """Return the newline between two blocks that are one: a wide line of prose that ends in a comma or goes on.

    The blocks of matching are more careful: two lines are too few to tell a column from.
    """
    match = _between(text, before, block)
    if match is None or kind(text, before) not in _PROSE or kind(text, block) not in _PROSE:
        return None
    line = text[max(before.start, text.rfind("\n", 0, before.end) + 1) : before.end]
    goes_on = is_wide(line[-1]) and 0 < column - _WIDE_SLACK <= columns(line) <= column + _WIDE_SLACK
    if columns(line) < _WIDE_LINE or not (line[-1] in "，、," or (goes_on and not _ends_sentence(text, before.end))):
        return None
    return match


def _ends_sentence(text: str, at: int) -> bool:
    return text[max(0, at - 8) : at].rstrip(CLOSERS)[-1:] in FINAL


def _widths(text: str, block: Span, breaks: list[re.Match[str]]) -> list[int]:
    """Return the columns of the lines of a block."""
    edges = [block.start, *(at for match in breaks for at in match.span()), block.end]
    return [columns(text[a:b]) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _would_fit(text: str, end: int, widths: list[int], index: int) -> bool:
    """Tell whether the next word would have fitted on the line: then it was not the column that broke it."""
    first = _WORD.match(text, end)
    if first is None:
        return False
    others = sorted(widths[:index] + widths[index + 1 :])
    # All lines but the last are full; some are a mark or the end of a word too long.
    return widths[index] + (not is_wide(first[0])) + columns(first[0]) <= others[len(others) // 2]


def _glue(text: str, start: int, end: int, *, spaced: bool) -> str:
    """Return what stands between two joined lines: nothing between Chinese characters and behind a hyphen."""
    before, after = text[start - 1], text[end]
    if before in _OPENING or after in _CLOSING:
        return ""
    before = text[max(0, start - 8) : start].rstrip("”’…—")[-1:] or before
    if is_wide(before) or is_wide(after):
        plain = after if is_wide(before) else before
        return " " if spaced and plain.isascii() and plain.isalnum() else ""
    return "" if _ENDS_IN_HYPHEN.search(text, max(0, start - 2), start) and after.islower() else " "


CLEANER = Cleaner(
    code="C109",
    name="wrap",
    title="a line broken inside of a paragraph",
    safe=False,
    effect=Effect.FORM,
    page="""\
Lines that were broken at a column are joined again to paragraphs: without anything between Chinese characters, with a
space between words. Whether a newline wraps a line or ends a paragraph is told from the lines around it: how wide they
are, how they end, how the next one begins.

Verse, lists, tables, headings, code, forms, quoted mail and the two spaces of Markdown stay as they are.
""",
    examples=(
        (
            "The ferry leaves at seven and comes\nback after dark, when all of the lamps\nhave been lit.\n",
            "The ferry leaves at seven and comes back after dark, when all of the lamps have been lit.\n",
        ),
    ),
    traps=(
        "The moon is on the water,\nThe wind is in the reeds,\nAnd nobody is walking\nWhere the old tow-path leads.\n",
        "- salt\n- bread\n- candles\n",
    ),
    propose=_propose,
)
