"""Spaces between Chinese characters, and beside Latin words against the habit of the text (C108)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import CODE
from dedupe_cli.model import Span
from dedupe_cli.text.lexicon import han_words

_CHAR = "\u3400-\u9fff\uf900-\ufaff〇々"
_MARK = "，。、；：？！”’）》」』】"
_GAP = re.compile(f"(?<=[{_CHAR}{_MARK}“‘（《「『【])[ \u00a0\u2002-\u200a]+(?=[{_CHAR}{_MARK}“‘（《「『【])")
_HAN = re.compile(f"[{_CHAR}]")
_CLOSE = re.compile(f"(?<=[{_CHAR}])(?=[{_CHAR}])")
# Sentences: a line of so many characters with a mark in it. Names, titles and lists of words are shorter.
_PROSE, _SENTENCE = 12, re.compile("[，。；？！]")
# From this share of gaps with a space on, and this number of them, spaces are everywhere and mean nothing.
_SPACED, _ENOUGH = 0.3, 4
_APART = re.compile(f"(?<=[{_CHAR}]) (?=[A-Za-z0-9])|(?<=[A-Za-z0-9%℃]) (?=[{_CHAR}])")
_BESIDE = re.compile(f"([{_CHAR}])(?=[A-Za-z0-9])|([A-Za-z0-9%℃])(?=[{_CHAR}])")
# A habit: so many places, and so large a share of them.
_PLACES, _HABIT = 8, 0.8


def _propose(text: str) -> Iterable[Fix]:
    return [*_inside(text), *_beside(text)]


def _inside(text: str) -> Iterable[Fix]:
    """Find spaces between Chinese characters, line by line."""
    at = 0
    for line in text.splitlines(keepends=True):
        gaps = list(_GAP.finditer(line)) if len(line) >= _PROSE else []
        if gaps and _SENTENCE.search(line) and len(_HAN.findall(line)) >= _PROSE:
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
    if not (_HAN.match(before) and _HAN.match(after)) or end - start > 1:
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


CLEANER = Cleaner(
    code="C108",
    name="han-space",
    title="a space between Chinese characters",
    safe=False,
    effect=Effect.FORM,
    page="""\
Spaces between Chinese characters, as scanners and PDF files leave them, go inside of sentences: where they are
everywhere on a line, stand beside a mark, or in the middle of a word. Where Chinese and Latin characters meet, the few
places that are against the habit of the text follow it, with a space or without.

Short lines (names that are spaced to one width, titles, lists of words), ideographic spaces and code stay.
""",
    examples=(
        ("图 书 馆 每 天 早 上 九 点 开 门 ， 大 家 排 队 。", "图书馆每天早上九点开门，大家排队。"),
        ("他们正在研究当地的经 济发展，还没有结果。", "他们正在研究当地的经济发展，还没有结果。"),
    ),
    traps=(
        "王 芳　李 明",
        "第一章 总则",
        "关键词：水渠 石头 村庄 农业 历史 地图 档案",
        "床前明月光 疑是地上霜",
    ),
    propose=_propose,
    spares=CODE,
)
