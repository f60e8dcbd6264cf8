"""Lines that are broken inside of a paragraph (C109)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import columns, is_spaced, is_wide
from dedupe_cli.document.kinds import BlockKind, kind
from dedupe_cli.document.split import blocks
from dedupe_cli.model import Span
from dedupe_cli.text.lines import CLOSERS, FINAL

# Blanks are taken from their beginning on only: looked at from each of them, a line of blanks would take ages.
_NEWLINE = re.compile(r"(?:(?<![ \t\u3000])[ \t\u3000]++)?+(?:\r\n|\r|\n)[ \t\u3000]*+")
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
# Full lines tell when so many of the lines that go on are full, and so few of them end with a mark: in verse all do.
_MOSTLY, _MARKED, _MARKS = 0.8, 0.4, frozenset("，、；：。！？”’）》」』…,.;:!?\"')")
# So many paragraphs tell how long those of a text are. A paragraph that some full lines may divide is one when it is no
# longer than this share of them: lines of Chinese are full to the character, those of words are ragged.
_KNOWN, _EXACT, _RAGGED = 3, 0.9, 0.5
_DASHES = frozenset("—―─–…")
# An address that is broken behind a mark; so long at most.
_ADDRESS = re.compile(r"\bhttps?:(?:\n?//(?:[^\s\u2e80-\uffff]|(?<=[/?&=_-])\n)*[/?&=_-])?$")
_LONG_ADDRESS = 200
_ENDS_IN_HYPHEN = re.compile(r"[^\W\d_]-$")


@dataclass(frozen=True, slots=True)
class _Column:
    """The column at which lines are broken: the usual width of full lines, 0 where too few are.

    ``share`` is that of the paragraphs that one may be as long as, when full lines end sentences in it; 0: none.
    """

    width: int = 0
    share: float = 0.0


@dataclass(slots=True)
class _Stretch:
    """Lines up to a sure end of a paragraph, and the newlines at which a paragraph may end, too.

    ``crowded``: nothing but a newline stands before or behind it.
    """

    size: int = 0
    crowded: bool = False
    doubtful: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Lines:
    """The newlines of a text one by one: those that wrap, and the stretches between sure ends."""

    joined: list[tuple[int, int]] = field(default_factory=list)
    stretches: list[_Stretch] = field(default_factory=lambda: [_Stretch()])

    def add(self, span: tuple[int, int], *, verdict: bool | None, crowded: bool) -> None:
        """Note a newline: it wraps, it ends a paragraph, or (``None``) it may do either."""
        last = self.stretches[-1]
        last.size += 1
        last.crowded |= crowded
        if verdict is None:
            last.doubtful.append(span)
        elif verdict:
            self.joined.append(span)
        else:
            self.stretches.append(_Stretch())


def _propose(text: str) -> Iterable[Fix]:
    spans = blocks(text)
    inner = [list(_NEWLINE.finditer(text, block.start, block.end)) for block in spans]
    if not any(inner) and not any(_between(text, a, b) for a, b in pairwise(spans)):
        return []
    column, found = _column(text, spans, inner), _Lines()
    for index, block in enumerate(spans):
        # Where no blank line parts paragraphs, a full line that ends a sentence may end one, and a short one does.
        crowded = any(_between(text, a, b) for a, b in pairwise(spans[max(0, index - 1) : index + 2]))
        if index:
            match = _between(text, spans[index - 1], block)
            verdict = match is not None and _goes_on(text, spans[index - 1], block, match, column)
            found.add(match.span() if match else (0, 0), verdict=verdict, crowded=crowded)
        prose = bool(inner[index]) and kind(text, block) in _PROSE and _has_letters(text, block)
        widths = _widths(text, block, inner[index]) if prose else []
        for line, match in enumerate(inner[index]):
            within = prose and _wraps(text, match, widths, line, column if crowded else None)
            found.add(match.span(), verdict=within, crowded=crowded)
    found.stretches[-1].size += 1
    spaced = is_spaced(text)
    joined = sorted([*found.joined, *_probable(found.stretches, column)])
    return [Fix(Span(*span), _glue(text, *span, spaced=spaced)) for span in joined]


def _probable(stretches: Sequence[_Stretch], column: _Column) -> Iterator[tuple[int, int]]:
    """Yield the doubtful newlines of stretches that are no longer than the paragraphs of the text."""
    known = sorted(each.size for each in stretches if each.crowded and not each.doubtful)
    if not column.share or len(known) < _KNOWN:
        return
    longest = known[min(int(len(known) * column.share), len(known) - 1)]
    for each in stretches:
        if each.size <= longest:
            yield from each.doubtful


def _wraps(text: str, match: re.Match[str], widths: list[int], line: int, column: _Column | None) -> bool | None:
    """Tell whether a newline inside a block wraps a line; ``column`` is given where no blank line parts paragraphs."""
    start, end = match.span()
    if _MEANT.match(text, start) or _QUOTED.match(text, end):
        return False
    ended = _ends_sentence(text, start)
    if column is not None:
        if _is_short(text, end, widths[line], column.width):
            return False
        if ended:
            return None
    return not (ended and _is_short(text, end, widths[line], _median(widths[:line] + widths[line + 1 :])))


def _has_letters(text: str, block: Span) -> bool:
    """Tell whether a block has anything but marks."""
    return any(map(str.isalnum, text[block.start : block.end]))


def _between(text: str, before: Span, block: Span) -> re.Match[str] | None:
    """Return the newline between two blocks without a blank line between them."""
    match = _NEWLINE.match(text, before.end)
    return match if match is not None and match.end() >= block.start else None


def _column(text: str, spans: Sequence[Span], inner: list[list[re.Match[str]]]) -> _Column:
    """Find the column of a text."""
    found = [w for block, breaks in zip(spans, inner, strict=True) for w in _widths(text, block, breaks)[:-1]]
    if len(found) < _ENOUGH:
        return _Column()
    width = _median(found)
    breaks = [text[match.start() - 1] for each in inner for match in each]
    if sum(last in _MARKS for last in breaks) > _MARKED * len(breaks):
        return _Column(width)
    wide = sum(map(is_wide, breaks)) >= _MOSTLY * len(breaks)
    near = sum(width - _WIDE_SLACK <= each <= width + _WIDE_SLACK for each in found) >= _MOSTLY * len(found)
    return _Column(width, (_EXACT if near else 0.0) if wide else _RAGGED)


def _median(numbers: list[int]) -> int:
    return sorted(numbers)[len(numbers) // 2]


def _goes_on(text: str, before: Span, block: Span, match: re.Match[str], column: _Column) -> bool | None:
    """Tell whether two blocks are one: a wide line of prose that ends in a comma, or is full and goes on.

    The blocks of matching are more careful: two lines are too few to tell a column from.
    """
    if kind(text, before) not in _PROSE or kind(text, block) not in _PROSE:
        return False
    line = text[max(before.start, text.rfind("\n", 0, before.end) + 1) : before.end]
    width = columns(line)
    if width < _WIDE_LINE or not any(map(str.isalnum, line)):
        return False
    if line[-1] in "，、,":
        return True
    full = 0 < width - _WIDE_SLACK <= column.width and not _is_short(text, match.end(), width, column.width)
    if _ends_sentence(text, before.end):
        return None if full else False
    return full and is_wide(line[-1])


def _ends_sentence(text: str, at: int) -> bool:
    return text[max(0, at - 8) : at].rstrip(CLOSERS)[-1:] in FINAL and not _in_address(text, at)


def _in_address(text: str, at: int) -> bool:
    """Tell whether a line ends inside of the address of a page."""
    return _ADDRESS.search(text, max(0, at - _LONG_ADDRESS), at) is not None


def _widths(text: str, block: Span, breaks: list[re.Match[str]]) -> list[int]:
    """Return the columns of the lines of a block."""
    edges = [block.start, *(at for match in breaks for at in match.span()), block.end]
    return [columns(text[a:b]) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _is_short(text: str, end: int, width: int, full: int) -> bool:
    """Tell whether the next word would have fitted on a line: then it was not the column that broke it."""
    first = _WORD.match(text, end)
    # All lines but the last are full; some are a mark or the end of a word too long.
    return first is not None and width + (not is_wide(first[0])) + columns(first[0]) <= full


def _glue(text: str, start: int, end: int, *, spaced: bool) -> str:
    """Return what stands between two joined lines: nothing between Chinese characters and behind a hyphen."""
    before, after = text[start - 1], text[end]
    if before in _OPENING or after in _CLOSING or before == after in _DASHES or _in_address(text, start):
        return ""
    before = text[max(0, start - 8) : start].rstrip("”’…—:,;")[-1:] or before
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
        "、 、 、 、 、 、 、 、 、 、 、 、 、 、 、 、 、 、 、 、 、 、 、 、\n、 、\n",
    ),
    propose=_propose,
)
