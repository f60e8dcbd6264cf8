"""Text that was written for another reader: HTML entities, bytes that were decoded with the wrong encoding."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import unescape
from html.entities import html5

import numpy as np

from dedupe_cli.cleaners.cleaner import Fix
from dedupe_cli.cleaners.layout import MARKUP, points, present
from dedupe_cli.model import Span
from dedupe_cli.text.fold import code_points, is_han
from dedupe_cli.text.script import FREQUENT

_FOUND = re.compile("&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
# A text about entities means them: words that such a text uses.
_SUBJECT = re.compile("HTML|XML|[Ee]ntit(?:y|ies)|escap|实体|實體|转义|轉義", re.ASCII)
_QUOTES = "\"'`“”‘’「」『』《》"
_TAG_BEGINS = re.compile(r"[A-Za-z/!?]")


def decoded(text: str) -> str:
    """Return a text with its entities decoded, and again those that stand then."""
    for _ in range(len(text)):
        after = unescape(text)
        if after == text:
            break
        text = after
    return text


def entities(text: str) -> Iterable[Fix]:
    """Find HTML entities left in a plain text."""
    if "&" not in text or _FOUND.search(text) is None:
        return
    if MARKUP.search(text) or _SUBJECT.search(text):
        return
    for match in _FOUND.finditer(text):
        start, end = match.span()
        new = _character(match[0])
        quoted = text[start - 1 : start] in _QUOTES and text[end : end + 1] in _QUOTES
        if not new or (start and quoted):
            continue
        if new == "<" and _TAG_BEGINS.match(text, end):
            continue  # the text would get a tag that is none
        yield Fix(Span(start, end), new)


def _character(entity: str) -> str:
    """Return what an entity stands for; empty when that is nothing that a text should hold."""
    if entity[1] != "#" and entity[1:] not in html5:
        return ""
    char = unescape(entity)
    if any(c == "\ufffd" or (unicodedata.category(c) in {"Cc", "Cs", "Cn"} and c not in "\t\n") for c in char):
        return ""
    return char


# The 27 characters of Windows-1252 that are no bytes of their own in Latin-1 -> the byte that they stand for.
_BYTES = {ord(bytes([b]).decode("cp1252")): b for b in range(0x80, 0xA0) if b not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}}
_SPECIAL = "".join(map(chr, _BYTES))
_SPECIAL_POINTS = np.array([*_BYTES])
# Characters that are looked at together.
_PIECE = 1 << 18

# UTF-8 read as Latin-1 or Windows-1252: a lead byte and what follows it, in one sequence after another.
_FOLLOWING = f"[\x80-\xbf{_SPECIAL}]"
_UTF8 = re.compile(f"(?:[\xc2-\xdf]{_FOLLOWING}|[\xe0-\xef]{_FOLLOWING}{{2}}|[\xf0-\xf4]{_FOLLOWING}{{3}})+")
# GB18030 read as Latin-1 or Windows-1252: pairs of bytes, or four.
_GB = re.compile("(?:[\x81-\xfe][0-9][\x81-\xfe][0-9]|[\x81-\xfe][\x40-\x7e\x80-\xfe])+")
_HIGH = re.compile(f"[\x80-\xff{_SPECIAL}]{{6}}")
# UTF-8 read as GBK: characters outside of ASCII.
_HAN_RUN = re.compile("[^\x00-\x7f]+")
# What is put for the byte 80 where GBK has none for it: a replacement character, on Windows the euro.
_NO_LEAD = "\ufffd\u20ac"
_PRIVATE = re.compile("[\ue000-\uf8ff]")
# Characters that the first bytes of Chinese in UTF-8 make in GBK; one of them stands in any three of such a text.
_TYPICAL = points("涓銆鐨锛鏄鍦鏈鏉鍜鍥鍙鍒杩鍚浠绗埌璇鎴鏃瑙鎬浜鑷鏂紝傗滃細")

# Marks that stand beside Han characters.
_MARKS = frozenset("，。、；：？！“”‘’（）《》「」『』…—·\u3000")
# Fewest Han characters that prove a round trip, and their share of frequent ones; by how much it must rise.
_FEWEST, _SHARE, _RISE, _ODD = 3, 0.36, 0.25, 0.05
# So many ways back are tried when an edit is proved; a text that was wrongly decoded thrice has eight.
_READINGS = 12
_LOST_POINTS = points("锟烫屯\ufffd")
# Where a run of characters is no UTF-8 it is so among the first of them.
_PREFIX = 4
_LOST = re.compile("锟斤拷(?:锟斤拷|锟|斤拷|\ufffd)*|烫{3,}|屯{3,}|\ufffd+")


def mojibake(text: str) -> Iterable[Fix]:
    """Find text that was decoded with the wrong encoding."""
    gb, utf8 = _likely(text)
    # The proof of the first is the strictest: two bytes of it are often one character of UTF-8, too.
    latin = [*_gb_as_latin(text)] if gb else []
    if not latin and utf8:
        latin = [*_latin(text)]
    return latin or ([*_utf8_as_gb(text)] if _is_likely_from_gb(text) else [])


def _likely(text: str) -> tuple[bool, bool]:
    """Tell whether a text has two bytes of a usual Chinese character of GB18030, and the first two of one of UTF-8."""
    gb = utf8 = False
    for at in range(0, len(text), _PIECE):
        codes = code_points(text[at : at + _PIECE + 1])
        high = (codes >= 0xA1) & (codes <= 0xFF)
        if not high.any():
            continue
        gb = gb or bool((high[:-1] & high[1:]).any())
        leads = np.flatnonzero((codes[:-1] >= 0xC2) & (codes[:-1] <= 0xF4))
        following = codes[leads + 1]
        utf8 = utf8 or bool(
            ((following >= 0x80) & (following <= 0xBF)).any() or np.isin(following, _SPECIAL_POINTS).any()
        )
    return gb, utf8


def _is_likely_from_gb(text: str) -> bool:
    """Tell whether a run of characters with a typical one can be turned back: of such a text nearly every one can."""
    for char in map(chr, _TYPICAL[present(text)[_TYPICAL]].tolist()):
        at, end = text.find(char), 0
        while at >= 0:
            start = at
            while start > end and text[start - 1] > "\x7f":
                start -= 1
            end = _HAN_RUN.match(text, at).end()  # type: ignore[union-attr]
            if any(True for _ in _from_gb(start, text[start:end], sure=True)):
                return True
            at = text.find(char, end)
    return False


def _latin(text: str) -> Iterator[Fix]:
    """Find UTF-8 that was read as Latin-1 or Windows-1252, by ftfy's judgement."""
    if _UTF8.search(text) is None:
        return
    from ftfy.badness import badness  # noqa: PLC0415  it takes as long to load as a page to clean

    found = [(m, new) for m in _UTF8.finditer(text) if (new := _decoded(m[0], "utf-8"))]
    sure = [badness(match[0]) > badness(new) for match, new in found]
    # A single character may be too short to be judged alone; the other ones of such a text speak for it.
    chinese = sum(map(_is_wide, (new for (_, new), good in zip(found, sure, strict=True) if good))) >= _FEWEST
    for (match, new), good in zip(found, sure, strict=True):
        if good or (chinese and _is_wide(new)):
            yield from _characters(match.start(), new, "utf-8")


def _is_wide(text: str) -> bool:
    return all(c >= "\u3000" for c in text)


def _characters(at: int, new: str, codec: str) -> Iterator[Fix]:
    """Yield a fix for each character that has more than one byte: a cut may go between any two."""
    for char in new:
        size = len(char.encode(codec))
        if size > 1:
            yield Fix(Span(at, at + size), char)
        at += size


def _decoded(text: str, codec: str) -> str:
    """Return what the characters say when they are taken for bytes; empty unless it is exactly that."""
    try:
        data = text.translate(_BYTES).encode("latin-1")
        new = data.decode(codec)
        return new if new.encode(codec) == data else ""
    except UnicodeError:
        return ""


def _gb_as_latin(text: str) -> Iterator[Fix]:
    """Find GB18030 that was read as Latin-1 or Windows-1252: proved by all of it together."""
    if _HIGH.search(text) is None:
        return
    plain = text.translate(_BYTES)
    found = [(m.start(), new) for m in _GB.finditer(plain) if (new := _decoded(m[0], "gb18030"))]
    whole = "".join(new for _, new in found)
    if _is_chinese(whole):
        for at, new in found:
            yield from _characters(at, new, "gb18030")


def _is_chinese(text: str) -> bool:
    count, share = _han_share(text)
    return count >= _FEWEST and share >= _SHARE and _odd_share(text) <= _ODD


def _han_share(text: Iterable[str]) -> tuple[int, float]:
    """Return the number of Han characters and the share of them that is frequent, variants folded."""
    han = [c for c in text if is_han(ord(c))]
    frequent = FREQUENT["chinese"][1]
    return len(han), sum(c in frequent for c in han) / len(han) if han else 0.0


def _odd_share(text: str) -> float:
    """Return the share of characters, white space and ASCII apart, that are neither Han nor marks beside them."""
    rest = [c for c in text if ord(c) > 0x7F and not c.isspace()]
    return sum(not _is_usual(c) for c in rest) / len(rest) if rest else 0.0


def _is_usual(char: str) -> bool:
    code = ord(char)
    return is_han(code) or char in _MARKS or 0x3000 <= code < 0x3100 or 0xFF00 <= code < 0xFF5F


def _utf8_as_gb(text: str) -> Iterator[Fix]:
    """Find UTF-8 that was read as GBK; a line that lost a byte stays whole: half of it would hide that."""
    # Where codes without a character became characters of private use, only the byte 80 had none.
    sure = "\u20ac" in text or _PRIVATE.search(text) is not None
    good: list[Fix] = []
    for match in _HAN_RUN.finditer(text):
        parts = [*_from_gb(match.start(), match[0], sure=sure)]
        if any(_is_usual(char) for part in parts for char in part.new):  # else two characters that are right
            good += parts
    before, after = "".join(fix.span.of(text) for fix in good), "".join(fix.new for fix in good)
    if not _is_chinese(after) or _han_share(after)[1] - _han_share(before)[1] < _RISE:
        return
    pieces, at = [], 0
    for fix in good:
        pieces += [text[at : fix.span.start], " " * len(fix.span)]
        at = fix.span.end
    left = "".join([*pieces, text[at:]])  # what no fix takes, at its place
    end, whole = -1, True
    for fix in good:
        if fix.span.start > end:  # on another line
            start, end = text.rfind("\n", 0, fix.span.start) + 1, text.find("\n", fix.span.end)
            end = end if end >= 0 else len(text)
            whole = left.find(_NO_LEAD[0], start, end) < 0
        if whole:
            yield fix


def _from_gb(at: int, run: str, *, sure: bool) -> Iterator[Fix]:
    """Yield what of a run can be turned back, by the shortest pieces; nothing when it was no UTF-8."""
    if len(run) > _PREFIX and not _begins_as_utf8(run[:_PREFIX]):
        return
    data, ends, lost = bytearray(), [], []
    for char, following in zip(run, f"{run[1:]}\x00", strict=True):
        if char in _NO_LEAD:
            if not sure or following in "\ufffd\x00":
                lost.append(len(data))
            data.append(0x80)
        else:
            data += char.encode("gb18030", "replace")
        ends.append(len(data))
    try:
        new = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(data) - error.start > 3:
            return
        new = data[: error.start].decode("utf-8")
    yield from _pieces(at, new, ends, lost)


def _begins_as_utf8(run: str) -> bool:
    """Tell whether the bytes of the first characters of a run are UTF-8 but for a character that goes on behind."""
    if _NO_LEAD[0] in run or _NO_LEAD[1] in run:
        return True  # to be looked at byte by byte
    data = run.encode("gb18030", "replace")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(data) - error.start <= 3
    return True


def _pieces(at: int, new: str, ends: list[int], lost: list[int]) -> Iterator[Fix]:
    """Yield a fix wherever characters of the old and of the new text end at the same byte."""
    places = {end: index + 1 for index, end in enumerate(ends)}
    missing = set(lost)
    byte = head = begun = first = 0
    for index, char in enumerate(new, 1):
        byte += len(char.encode())
        place = places.get(byte)
        if place is None:
            continue
        if not missing.intersection(range(first, byte)):
            yield Fix(Span(at + head, at + place), new[begun:index])
        head, begun, first = place, index, byte


def readings(text: str) -> list[str]:
    """Return a text, what it is when it is turned back in any of the ways, and that turned back again."""
    out = [text]
    for reading in out:
        if len(out) > _READINGS:
            break
        for codec in ("utf-8", "gb18030"):
            out += [new for new in [_decoded(reading, codec)] if new and new not in out]
        pieces = [*_from_gb(0, reading, sure=True)] if reading else []
        if "".join(fix.span.of(reading) for fix in pieces) == reading:
            out += [new for new in ["".join(fix.new for fix in pieces)] if new not in out]
    return out


def lost(text: str) -> Iterable[Fix]:
    """Find what lost bytes in a wrong conversion, which nothing mends."""
    if not present(text)[_LOST_POINTS].any():
        return
    for match in _LOST.finditer(text):
        yield Fix(Span(*match.span()), reason="characters lost in a wrong conversion")
