"""What nobody sees: blank lines, blanks at the ends of lines, control characters, characters of no width."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from dedupe_cli.cleaners.cleaner import Fix
from dedupe_cli.cleaners.layout import points, present
from dedupe_cli.model import Span

_BLANK = "\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
# Three newlines or more, blanks between; and those that a text begins or ends with.
_NEWLINE = "(?:\r\n|\r(?!\n)|(?<!\r)\n)"
_MANY = re.compile(f"{_NEWLINE}(?:[{_BLANK}]*{_NEWLINE}){{2,}}")
_PLAIN = re.compile(f"\n(?:[{_BLANK}]*\n){{2,}}")  # where all newlines are line feeds; found much faster
_HEAD = re.compile(f"(?:[{_BLANK}]*{_NEWLINE})+")
_ONE = re.compile(_NEWLINE)


def blank_lines(text: str) -> Iterable[Fix]:
    """Find more blank lines than divide two paragraphs."""
    head = _HEAD.match(text)
    start = head.end() if head else 0
    if head and start < len(text):
        yield Fix(Span(0, start))
    for match in (_MANY if "\r" in text else _PLAIN).finditer(text, start):
        # What stays is the first newline, and a second one where text stands behind it.
        keep = _ONE.match(text, match.start()).end()  # type: ignore[union-attr]
        yield Fix(Span(keep, match.end() if match.end() == len(text) else _last_newline(text, match)))


def _last_newline(text: str, match: re.Match[str]) -> int:
    """Return where the last newline of a run begins."""
    end = match.end()
    return end - 2 if text[end - 2 : end] == "\r\n" else end - 1


# The last one of a line: the others before it are walked over once.
_LAST = re.compile(f"[{_BLANK}](?=[\r\n\u2028\u2029]|\\Z)")
_BLANKS = frozenset("\t \u00a0\u1680\u202f\u205f\u3000") | frozenset(map(chr, range(0x2000, 0x200B)))
_NEXT_LINE = re.compile(r"(?:\r\n|\n|\r)[ \t]*\S")


def trailing_space(text: str) -> Iterable[Fix]:
    """Find white space at the ends of lines."""
    for match in _LAST.finditer(text):
        start, end = match.span()
        while start and text[start - 1] in _BLANKS:
            start -= 1
        if not _is_break(text, start, end):
            yield Fix(Span(start, end))


def _is_break(text: str, start: int, end: int) -> bool:
    """Tell whether two spaces break a line, as in Markdown: words before, and words on the next line."""
    if text[start:end] != "  " or start == 0 or text[start - 1] in "\r\n":
        return False
    return _NEXT_LINE.match(text, end) is not None


# Sequences that colour a terminal go as a whole; of C1 the next line stays, it is one on some systems.
_CONTROL_CHARS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f"
_CONTROLS = re.compile(f"\x1b\\[[0-9;?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b\n]{{0,200}}(?:\x07|\x1b\\\\)|[{_CONTROL_CHARS}]+")
_CONTROL_POINTS = points(_CONTROL_CHARS)
_BREAKS = frozenset("\x0b\x0c")


def control_chars(text: str) -> Iterable[Fix]:
    """Find control characters left over from terminals, page breaks and wrong encodings."""
    if not present(text)[_CONTROL_POINTS].any():
        return
    for match in _CONTROLS.finditer(text):
        start, end = match.span()
        gap = ""
        if _BREAKS & set(match[0]):
            left = start == 0 or text[start - 1].isspace()
            right = end == len(text) or text[end].isspace()
            gap = "" if left or right else "\n"
        yield Fix(Span(start, end), gap)


# Zero-width space and joiners, word joiner and invisible operators, soft hyphen, marks of the byte order in the
# text, embeddings and isolates, inherent vowels of Khmer, interlinear notes, tags.
_CHARS = (
    "\u00ad\u034f\u061c\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f"
)
_FOUND, _POINTS = re.compile(f"[{_CHARS}]+"), points(_CHARS)
_JOINERS = "\u200c\u200d"
# Directional marks and embeddings mean something in a paragraph that has letters from right to left.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_KHMER = frozenset("\u17b4\u17b5")
# Scripts whose lines are broken at a zero-width space: Thai, Lao, Tibetan, Myanmar, Khmer, Tai, Javanese.
_UNSPACED = re.compile("[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua980-\ua9df\uaa60-\uaadf]")
_TAGGED = "\U0001f3f4"


def invisible(text: str) -> Iterable[Fix]:
    """Find invisible characters that carry nothing."""
    if not present(text)[_POINTS].any():
        return
    rtl = None
    for match in _FOUND.finditer(text):
        if rtl is None:
            rtl = _paragraphs_from_right(text) if _DIRECTION & set(text) else []
        start = match.start()
        for at in range(match.start(), match.end()):
            if not _is_empty(text, at, rtl):
                if at > start:
                    yield Fix(Span(start, at))
                start = at + 1
        if match.end() > start:
            yield Fix(Span(start, match.end()))


def _paragraphs_from_right(text: str) -> list[tuple[int, int]]:
    """Return the lines that have letters of scripts that run from right to left."""
    letters = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
    out: list[tuple[int, int]] = []
    for match in letters.finditer(text):
        if out and match.start() < out[-1][1]:
            continue
        end = text.find("\n", match.start())
        out.append((text.rfind("\n", 0, match.start()) + 1, len(text) if end < 0 else end))
    return out


def _is_empty(text: str, at: int, rtl: list[tuple[int, int]]) -> bool:
    char = text[at]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if char in _DIRECTION:
        return not any(start <= at <= end for start, end in rtl)
    if char in _JOINERS:
        return not _joins(before, after, char)
    if char == "\u200b":
        return not (_UNSPACED.match(before) and _UNSPACED.match(after))
    if char in _KHMER:
        return not any("\u1780" <= c <= "\u17ff" for c in (before, after) if c)
    if char == "\u034f":  # it keeps marks on one letter apart
        return not (after and unicodedata.combining(after))
    if "\U000e0020" <= char <= "\U000e007f":  # flags of regions: a black flag and tags
        head = text[max(0, at - 8) : at].rstrip("".join(map(chr, range(0xE0020, 0xE007F))))
        return not head.endswith(_TAGGED)
    return True


def _joins(before: str, after: str, char: str) -> bool:
    """Tell whether a joiner stands where a script needs it, or in a sequence of emoji."""
    if not before or not after:
        return False
    if char == "\u200d" and (
        _is_pictured(before) or before in "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
    ):
        return _is_pictured(after) or unicodedata.category(after) == "So"
    return _is_shaped(before) and (_is_shaped(after) or char == "\u200d" or not after.isspace())


def _is_pictured(char: str) -> bool:
    return unicodedata.category(char) in {"So", "Sk"} or ord(char) >= 0x1F000


def _is_shaped(char: str) -> bool:
    """Tell whether a character is of a script whose letters join: Arabic to Mongolian, not Latin, Greek or Han."""
    code = ord(char)
    return 0x0590 <= code <= 0x109F or 0x1700 <= code <= 0x1CFF or 0xA800 <= code <= 0xABFF or 0xFB1D <= code <= 0xFEFC
