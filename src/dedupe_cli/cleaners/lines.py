"""Words, lines and sentences that are divided where nothing ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from dedupe_cli.cleaners.cleaner import Fix
from dedupe_cli.cleaners.layout import columns, is_spaced, is_wide
from dedupe_cli.document.kinds import BlockKind, kind
from dedupe_cli.document.split import blocks
from dedupe_cli.model import Span
from dedupe_cli.text.letters import says
from dedupe_cli.text.lexicon import latin_words
from dedupe_cli.text.lines import CLOSERS, FINAL, space_end

# The blank before the word, its first part, the newline and what stands before the second part.
_DIVIDED = re.compile("([ \t]?)(?<![^\\W\\d_])([^\\W\\d_]+)[-\u2010\u00ad][ \t]*((?:\r\n|\r|\n)[ \t]*)([^\\W\\d_]+)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# Shortest part of a divided word, and of one that makes a compound.
_PART, _MEMBER = 2, 3
# Ranks by frequency: a word up to here is written as one, whatever its parts are; parts up to here make compounds.
_USUAL, _FREQUENT = 30_000, 10_000
_SUFFIXES = frozenset(
    [
        "ed", "er", "est", "ing", "ings", "ly", "ity", "ive", "ism", "ist", "ists", "ness", "ment", "ments", "tion",
        "tions", "sion", "sions", "ship", "ships", "able", "ible", "ous", "ful", "less", "es",
    ]
)  # fmt: skip
_PREFIXES = frozenset(
    [
        "anti", "co", "counter", "ex", "extra", "half", "inter", "mid", "multi", "neo", "non", "post", "pre", "pro",
        "quasi", "self", "semi", "sub", "vice", "well",
    ]
)  # fmt: skip
_ENDINGS = (
    ("ly", ""), ("ly", "le"), ("bly", "ble"), ("ed", ""), ("ed", "e"), ("s", ""), ("es", ""), ("ing", ""), ("ing", "e"),
    ("er", ""), ("est", ""), ("ness", ""), ("less", ""), ("ful", ""), ("ment", ""), ("ies", "y"), ("ied", "y"),
)  # fmt: skip


def hyphenation(text: str) -> Iterable[Fix]:
    """Find words that are divided at the ends of lines."""
    found = list(_DIVIDED.finditer(text))
    own = Counter(match[0].lower() for match in _WORD.finditer(text)) if found else Counter[str]()
    for match in found:
        blank, before, newline, after = match.groups()
        if not _is_divided(before, after, own):
            continue
        # The first part goes down to the second: the line before is then as full as words allow, as all others are.
        begins = blank and match.start() and not text[match.start() - 1].isspace()
        new = f"{newline}{before}{after}" if begins else f"{blank}{before}{after}"
        yield Fix(Span(*match.span()), new)


def _is_divided(before: str, after: str, own: Counter[str]) -> bool:
    """Tell whether two parts are one word: the text has it elsewhere, or it is a usual one, and the compound is not."""
    whole, compound = (before + after).lower(), f"{before}-{after}".lower()
    if len(before) < _PART or len(after) < _PART or not after.islower() or own[compound] > own[whole]:
        return False
    words = latin_words()
    if own[whole] or words.get(whole, _USUAL) < _USUAL:
        return True
    if after in _SUFFIXES:
        return True
    parts = [words.get(part, _USUAL) if len(part) >= _MEMBER else _USUAL for part in (before.lower(), after)]
    if max(parts) < _FREQUENT or before.lower() in _PREFIXES:
        return False  # long-term, well-known, anti-hero
    return whole in words or _is_formed(whole, words) or max(parts) >= _USUAL


def _is_formed(whole: str, words: dict[str, int]) -> bool:
    """Tell whether a word is a form of a usual one."""
    return any(
        whole.endswith(ending) and words.get(whole.removesuffix(ending) + base, _USUAL) < _USUAL
        for ending, base in _ENDINGS
    )


# Blanks are taken from their beginning on only: looked at from each of them, a line of blanks would take ages.
_NEWLINE = re.compile(r"(?:(?<![ \t\u3000])[ \t\u3000]++)?+(?:\r\n|\r|\n)[ \t\u3000]*+")
# Two spaces in Markdown, a mark of quotation in mail: the line ends there on purpose.
_MEANT = re.compile(r"(?<=\S)  (?:\r\n|\r|\n)")
# The first word of a line: one Chinese character with the marks that may not begin a line, or letters up to a blank.
_FIRST_WORD = re.compile("[\u2e80-\uffff][，。、；：？！”’）》」』…]*|[^\\s\u2e80-\uffff]+")
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


def wrap(text: str) -> Iterable[Fix]:
    """Find lines that are broken inside of a paragraph."""
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
        prose = bool(inner[index]) and kind(text, block) in _PROSE and says(block.of(text))
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
    """Tell whether two blocks are one: a wide line of prose that ends in a comma, or is full and goes on."""
    if kind(text, before) not in _PROSE or kind(text, block) not in _PROSE:
        return False
    line = text[max(before.start, text.rfind("\n", 0, before.end) + 1) : before.end]
    width = columns(line)
    if width < _WIDE_LINE or not says(line):
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
    first = _FIRST_WORD.match(text, end)
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


# Shortest paragraph that is a sentence cut off, and not a title or an item, in characters (Chinese ones count three).
_LONG, _HAN_COUNTS = 60, 3
_SENTENCE = re.compile(r"[。！？；，.!?;,]")
# So many characters on both sides of the break, found together elsewhere, are the sentence unbroken.
_AROUND = 8
_COLON = ":：—-…"


def broken_paragraph(text: str) -> Iterable[Fix]:
    """Find sentences that a paragraph break cuts in two."""
    spaced = None
    for before, after in pairwise(blocks(text)):
        if _is_open(text, before) and _is_the_rest(text, before, after):
            if spaced is None:
                spaced = is_spaced(text)
            left, right = text[before.end - 1], text[space_end(text, after.start)]
            wide = is_wide(left), is_wide(right)
            narrow = right if wide[0] else left
            glue = "" if any(wide) and not (spaced and not all(wide) and narrow.isalnum()) else " "
            yield Fix(Span(before.end, space_end(text, after.start)), glue)


def _is_open(text: str, block: Span) -> bool:
    """Tell whether a paragraph is prose that breaks off inside of a sentence."""
    last = text[max(block.start, block.end - _AROUND) : block.end].rstrip(CLOSERS)[-1:]
    if not last or last in FINAL or last in _COLON:
        return False
    return _is_long(text, block) and kind(text, block) is BlockKind.PROSE


def _is_long(text: str, block: Span) -> bool:
    return sum(_HAN_COUNTS if is_wide(c) else 1 for c in block.of(text)[-_LONG:]) >= _LONG


def _is_the_rest(text: str, before: Span, after: Span) -> bool:
    """Tell whether the next paragraph is the rest: the sentence stands whole elsewhere, or this is no beginning."""
    start = space_end(text, after.start)
    end = text[max(after.start, after.end - _AROUND) : after.end].rstrip(CLOSERS)[-1:]
    if kind(text, after) is not BlockKind.PROSE or not (end in FINAL or _is_long(text, after)):
        return False
    head, tail = text[start : start + _AROUND], text[before.end - _AROUND : before.end]
    if len(head) == _AROUND and len(tail) == _AROUND and any(f"{tail}{glue}{head}" in text for glue in ("", " ")):
        return True
    last = text[before.end - 1]
    if not _SENTENCE.search(text, max(before.start, before.end - 200), before.end):
        return False
    if text[start].islower():
        return last.islower() or last in ",;"
    return last in "，、" and is_wide(text[start])
