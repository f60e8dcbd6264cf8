"""Marks, widths, spaces and doubled words that are not as the text has them elsewhere, or as no sentence has them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dedupe_cli.cleaners.cleaner import Fix
from dedupe_cli.cleaners.layout import MARKUP, one_style
from dedupe_cli.model import Span
from dedupe_cli.text.fold import is_han
from dedupe_cli.text.lexicon import han_words

_BESIDE_DASH = "\u3400-\u9fff\uf900-\ufaff，。？！”“》《）（"
_CHINESE_DASH = re.compile(f"(?<=[{_BESIDE_DASH}])(?:——|—|--|－－|──|––)(?=[{_BESIDE_DASH}])")
_LATIN_DASH = re.compile("(?<=[A-Za-z\u00c0-\u024f,;.!?\"”'’)])(?:--|—|―)(?=[A-Za-z\u00c0-\u024f\"“'‘(])")
_DASH = "——"


def dashes(text: str) -> Iterable[Fix]:
    """Find dashes between words, in more than one style."""
    chinese, latin = list(_CHINESE_DASH.finditer(text)), list(_LATIN_DASH.finditer(text))
    return [*one_style(chinese, _DASH), *one_style(latin)]


_BESIDE_DOTS = "\u3400-\u9fff\uf900-\ufaff，。？！”“’‘》《）（」「』『"
# From the first dot of a row on only: looked at from each of them, a long row would take ages.
_DOTS = "(?:(?<![.])[.]{3,}+|(?<!…)…++|。{3,}|(?<!·)·{3,}+|(?<!・)・{3,}+|(?<!⋯)⋯++|(?<!．)．{3,}+)"
_CHINESE_DOTS = re.compile(f"(?<=[{_BESIDE_DOTS}]){_DOTS}|{_DOTS}(?=[{_BESIDE_DOTS}])")
_LATIN_DOTS = re.compile(
    "(?<=[A-Za-z\u00c0-\u024f,;!?])(?:[.]{3}(?![.])|…(?!…)|(?: [.]){3}(?! ?[.]))(?=[\\s\"'”’)]|\\Z|[A-Za-z])"
)
# What is no ellipsis in Chinese, whatever the rest of the text has.
_WRONG = re.compile("[。·・．]{3,}")
_ELLIPSIS = "……"


def ellipsis(text: str) -> Iterable[Fix]:
    """Find dots that mean an ellipsis, in more than one style."""
    return [*_chinese(text), *one_style(list(_LATIN_DOTS.finditer(text)))]


def _chinese(text: str) -> Iterable[Fix]:
    places = list(_CHINESE_DOTS.finditer(text))
    styles = {match[0] if match[0] == _ELLIPSIS else match[0][0] for match in places}
    for match in places:
        wrong = _WRONG.fullmatch(match[0]) is not None
        if match[0] != _ELLIPSIS and (wrong or len(styles) > 1):
            yield Fix(Span(*match.span()), _ELLIPSIS)


_CURLY, _STRAIGHT = re.compile("[“”]"), re.compile('"')
_PARAGRAPH = re.compile(r"[^\r\n]+")
# What may stand before an opening and behind a closing mark, spaces and the ends of lines apart.
_BEFORE, _BEHIND = frozenset("([{（【《—-，。：；、！？:,;"), frozenset(")]}）】》—-，。：；、！？,.;:!?…")
_HAN_CHAR = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
# Inches and seconds.
_MEASURE = re.compile(r"\d\"")


def quotes(text: str) -> Iterable[Fix]:
    """Find quotation marks in more than one style."""
    curly, straight = len(_CURLY.findall(text)), len(_STRAIGHT.findall(text))
    if not curly or not straight or MARKUP.search(text):
        return ()
    return [Fix(Span(*m.span()), '"') for m in _CURLY.finditer(text)] if straight > curly else _curled(text)


def _curled(text: str) -> Iterable[Fix]:
    """Turn the pairs of a line whose marks all stand as in pairs."""
    for line in _PARAGRAPH.finditer(text):
        places = [match.start() for match in _STRAIGHT.finditer(text, *line.span())]
        if not places or len(places) % 2 or _MEASURE.search(line[0]) or _CURLY.search(line[0]):
            continue
        opens, closes = places[::2], places[1::2]
        if all(_opens(text, at) for at in opens) and all(_closes(text, at) for at in closes):
            for first, second in zip(opens, closes, strict=True):
                yield Fix(Span(first, first + 1), "“")
                yield Fix(Span(second, second + 1), "”")


def _opens(text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    free = not before or before.isspace() or before in _BEFORE or _HAN_CHAR.match(before)
    return bool(free and after and not after.isspace())


def _closes(text: str, at: int) -> bool:
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    free = not after or after.isspace() or after in _BEHIND or _HAN_CHAR.match(after)
    return bool(free and before and not before.isspace())


_FULL = re.compile("[０-９Ａ-Ｚａ-ｚ]|(?<=[０-９0-9])．(?=[０-９0-9])")
_HALF = re.compile("[0-9A-Za-z]")
_HAN = "\u3400-\u9fff\uf900-\ufaff"
_NEXT = f"(?=[{_HAN}“‘《（「『【]|[ \t]*(?:[\r\n]|\\Z))"
_MARKS = re.compile(f"(?<=[{_HAN}”’》）」』】])(?:[,;:]{_NEXT}|[.](?=[ \t]*(?:[\r\n]|\\Z))|[?!](?![?!=]))")
_WIDE_MARKS = re.compile(f"(?<=[{_HAN}”’》）」』】])[，；：。？！]")
_BRACKETS = re.compile(f"(?<=[{_HAN}])\\((?=[{_HAN}])[^()\r\n]{{1,40}}(?<=[{_HAN}])\\)")
_WIDE_BRACKETS = re.compile("（")
_TURNED = {",": "，", ";": "；", ":": "：", ".": "。", "?": "？", "!": "！", "．": "."}
_DISTANCE = 0xFEE0


def width(text: str) -> Iterable[Fix]:
    """Find full-width letters and digits, half-width marks between Chinese characters."""
    found: list[Fix] = []
    full = list(_FULL.finditer(text))
    if full and sum(1 for _ in _HALF.finditer(text)) >= len(full):
        found += [_narrow(match) for match in full]
    half = list(_MARKS.finditer(text))
    if half and len(_WIDE_MARKS.findall(text)) > len(half):
        found += [Fix(Span(*m.span()), _TURNED[m[0]], "a half-width mark between Chinese characters") for m in half]
    pairs = list(_BRACKETS.finditer(text))
    if pairs and len(_WIDE_BRACKETS.findall(text)) > len(pairs):
        for match in pairs:
            for at, new in ((match.start(), "（"), (match.end() - 1, "）")):
                found.append(Fix(Span(at, at + 1), new, "a half-width bracket between Chinese characters"))
    return found


def _narrow(match: re.Match[str]) -> Fix:
    char = match[0]
    return Fix(Span(*match.span()), _TURNED.get(char) or chr(ord(char) - _DISTANCE))


_CHAR = "\u3400-\u9fff\uf900-\ufaff〇々"
_MARK = "，。、；：？！”’）》」』】"
_GAP = re.compile(f"(?<=[{_CHAR}{_MARK}“‘（《「『【])[ \u00a0\u2002-\u200a]+(?=[{_CHAR}{_MARK}“‘（《「『【])")
_ONE_HAN = re.compile(f"[{_CHAR}]")
_CLOSE = re.compile(f"(?<=[{_CHAR}])(?=[{_CHAR}])")
# Sentences: a line of so many characters with a mark in it. Names, titles and lists of words are shorter.
_PROSE, _SENTENCE = 12, re.compile("[，。；？！]")
# From this share of gaps with a space on, and this number of them, spaces are everywhere and mean nothing.
_SPACED, _ENOUGH = 0.3, 4
_APART = re.compile(f"(?<=[{_CHAR}]) (?=[A-Za-z0-9])|(?<=[A-Za-z0-9%℃]) (?=[{_CHAR}])")
_BESIDE = re.compile(f"([{_CHAR}])(?=[A-Za-z0-9])|([A-Za-z0-9%℃])(?=[{_CHAR}])")
# A habit: so many places, and so large a share of them.
_PLACES, _HABIT = 8, 0.8


def han_space(text: str) -> Iterable[Fix]:
    """Find spaces between Chinese characters, and beside Latin words against the habit of the text."""
    return [*_inside(text), *_beside(text)]


def _inside(text: str) -> Iterable[Fix]:
    """Find spaces between Chinese characters, line by line."""
    at = 0
    for line in text.splitlines(keepends=True):
        gaps = list(_GAP.finditer(line)) if len(line) >= _PROSE else []
        if gaps and _SENTENCE.search(line) and len(_ONE_HAN.findall(line)) >= _PROSE:
            everywhere = len(gaps) >= _ENOUGH and len(gaps) >= _SPACED * (len(gaps) + len(_CLOSE.findall(line)))
            for gap in gaps:
                if everywhere or _divides(line, *gap.span()):
                    yield Fix(Span(at + gap.start(), at + gap.end()), reason="a space between Chinese characters")
        at += len(line)


def _divides(line: str, start: int, end: int) -> bool:
    """Tell whether a space stands beside a mark inside of a sentence, or in the middle of a word."""
    before, after = line[start - 1], line[end]
    if after in _MARK or before in "，、“‘（《「『【":
        return True
    if not (_ONE_HAN.match(before) and _ONE_HAN.match(after)) or end - start > 1:
        return False
    words = han_words()
    if line[max(0, start - 2) : start] in words:
        return False  # the space may stand between two words
    around = [line[max(0, start - i) : start] + line[end : end + k] for i, k in ((1, 1), (2, 1), (1, 2))]
    return any(len(word) > 1 and word in words for word in around)


def _beside(text: str) -> Iterable[Fix]:
    """Find what is against the habit of the text where Chinese and Latin characters meet."""
    apart, close = list(_APART.finditer(text)), list(_BESIDE.finditer(text))
    total = len(apart) + len(close)
    if total < _PLACES:
        return
    if len(close) >= _HABIT * total:
        for match in apart:
            yield Fix(Span(*match.span()), reason="a space beside a Latin word, which this text has not")
    elif len(apart) >= _HABIT * total:
        for match in close:
            yield Fix(Span(*match.span()), f"{match[0]} ", "no space beside a Latin word, which this text has")


# Particles and prepositions that no Chinese sentence doubles, unless one of the two belongs to a word beside it.
_PARTICLES = "的在和与與被也都就而之及从從向于於以或但并由且跟为為"
_DOUBLED = re.compile(f"([{_PARTICLES}])\\1+")
# Marks that are doubled by mistake. Three full stops are an ellipsis, two exclamation marks a shout.
_DOUBLED_MARKS = re.compile("([，、；：])\\1+|(?<!。)。。(?!。)|(?<=[^\\W\\d_]),,(?= )")
_ENGLISH = re.compile(
    r"\b([Tt]he|[Aa]n|[Oo]f|[Aa]nd|[Ww]ith|[Ff]or|[Ff]rom|[Aa]t|[Oo]r|[Tt]heir|[Ii]ts|[Oo]ur|[Mm]y)"
    r"((?:[ \t]+|[ \t]*(?:\r\n|\r|\n)[ \t]*)(?!\1)(?i:\1)|(?:[ \t]+|[ \t]*(?:\r\n|\r|\n)[ \t]*)\1)(?=[ \t\r\n])"
)


def stutter(text: str) -> Iterable[Fix]:
    """Find words and marks that are said twice by mistake."""
    marks = [Fix(Span(m.start() + 1, m.end()), reason="doubled mark") for m in _DOUBLED_MARKS.finditer(text)]
    return [*_particles(text), *marks, *_english(text)]


def _particles(text: str) -> Iterable[Fix]:
    for match in _DOUBLED.finditer(text):
        start, end = match.span()
        before, after = text[start - 1 : start], text[end : end + 1]
        if not (before and after and is_han(ord(before)) and is_han(ord(after))):
            continue
        words = han_words()
        if any(word in words for word in _words_beside(text, start, end)):
            continue
        yield Fix(Span(start + 1, end), reason=f"doubled {match[1]}")


def _words_beside(text: str, start: int, end: int) -> Iterable[str]:
    """Yield what could be words that begin or end with one of the doubled characters."""
    for size in (2, 3, 4):
        yield text[max(0, start + 1 - size) : start + 1]
        yield text[end - 1 : end - 1 + size]
    yield text[start - 1 : end]
    yield text[start : end + 1]
    yield text[start:end]
    yield text[start : end + 2]


def _english(text: str) -> Iterable[Fix]:
    for match in _ENGLISH.finditer(text):
        second = match[2].strip()
        if second.islower():
            yield Fix(Span(match.start(2), match.end(2)), reason=f"doubled {second!r}")
