"""Running heads, page numbers and buttons between the lines of a text (C113)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dedupe_cli.cleaners.cleaner import Fix
from dedupe_cli.cleaners.layout import columns
from dedupe_cli.model import Span

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_NUMBER = re.compile(r"\d+")
# In the shape of a line a number is "#"; a number sign of the text is none.
_SIGN = str.maketrans("#", "\0")
_LETTER = re.compile(r"[^\W\d_]")
# Widest head or foot, in columns.
_WIDEST = 80
# What a page number looks like when nothing else stands on its line. A bare number may count sections.
_PAGE = re.compile(
    r"[-–—·•~]+ ?# ?[-–—·•~]+|[Pp](?:age|\.)? ?#(?: ?(?:of|/) ?#)?|第 ?# ?[页頁](?:[ ，,/]*共 ?# ?[页頁])?|# ?/ ?#"
)
# Numbered parts of a text are no pages.
_PART = re.compile(
    r"(?:chapter|part|section|article|book|act|scene|lesson|day|week|year|question|figure|table|note|step|no)\b"
    r"|第 ?# ?[章节節条條回卷课課部集期天]|[图圖表]",
    re.IGNORECASE,
)
# Fewest pages; distances between heads: the least, in characters, how far from the usual one, and how many may be.
_PAGES, _FEWEST_HEADS, _LEAST, _OFF, _REGULAR = 3, 4, 300, 0.4, 0.75
# Lines that belong to a page of the web, and never to a text.
_BUTTONS = re.compile(
    r"""(?x)
    [（(【\[]?\s?(?:责任编辑|責任編輯|责编|编辑|校对|来源编辑)\s?[:：]\s?[^\s，。]{1,12}\s?[)）】\]]?
    | (?:上一[页篇]|下一[页篇]|首页|尾页|末页|上一頁|下一頁)
      (?:[\s|/]*(?:上一[页篇]|下一[页篇]|首页|尾页|末页|上一頁|下一頁))*
    | 返回(?:顶部|首页|列表)|打印本[页文]|关闭(?:窗口|本页)|收藏本[页文]|我要(?:评论|纠错)|加入收藏
    | 分享到?\s?[:：]?(?:[\s、|]*(?:微信|微博|朋友圈|QQ空间|QQ好友|QQ|新浪微博|腾讯微博|人人网|豆瓣))*
    | (?:长按|扫码|扫一扫|扫描二维码|微信扫[一码])[^，。]{0,14}(?:关注|下载|加入)[^，。]{0,12}
    | 点击(?:此处)?(?:查看|阅读|进入)(?:更多|全文|原文|下一页)\S{0,6}|阅读原文|展开全文|查看更多\S{0,6}
    | (?i:share(?:\son\s(?:facebook|twitter|x|linkedin|pinterest|reddit|whatsapp)|\sthis(?:\s(?:article|story|post))?)
      |(?:next|previous)\spage|back\sto\stop|print\sthis\s(?:page|article)|advertisement|read\smore|continue\sreading
      |click\shere\s(?:to|for)\s[\w\s]{3,20}|skip\sto\s(?:main\s)?content|sign\sup\sfor\s(?:our|the)\snewsletter)
    """
)


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    shown: str
    shape: str


def furniture(text: str) -> Iterable[Fix]:
    """Find running heads, page numbers and buttons between the lines of a text."""
    lines = _lines(text)
    gone: dict[int, str] = {i: "a button of a page" for i, line in enumerate(lines) if _BUTTONS.fullmatch(line.shown)}
    shapes: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if line.shown and columns(line.shown) <= _WIDEST:
            shapes.setdefault(line.shape, []).append(index)
    for shape, places in shapes.items():
        if why := _why(shape, [lines[i] for i in places]):
            gone.update(dict.fromkeys(places, why))
    return [Fix(_extent(lines, index), reason=why) for index, why in gone.items()]


def _lines(text: str) -> list[_Line]:
    out = []
    for match in _LINE.finditer(text):
        if match[0]:
            shown = " ".join(match[0].split())
            out.append(_Line(*match.span(), shown, _NUMBER.sub("#", shown.translate(_SIGN))))
    return out


def _why(shape: str, found: Sequence[_Line]) -> str:
    """Return why lines of one shape are no text; empty when they may be."""
    if len(found) < _PAGES or _PART.match(shape):
        return ""
    page = _PAGE.fullmatch(shape) is not None
    if "#" in shape:
        if not _count_up(found) or not (page or _at_page_distance(found)):
            return ""
        return "a page number" if page else "a running head"
    same = _LETTER.search(shape) and shape[-1] not in ".。！？!?，,;；:："
    return "a running head" if same and len(found) >= _FEWEST_HEADS and _at_page_distance(found) else ""


def _count_up(found: Sequence[_Line]) -> bool:
    """Tell whether a number in the lines counts pages: it grows by one or two each time, but for a few."""
    rows = [[int(n[:9]) for n in _NUMBER.findall(line.shown)] for line in found]
    for column in zip(*rows, strict=True):
        steps = [b - a for a, b in pairwise(column)]
        if all(step > 0 for step in steps) and sum(step <= 2 for step in steps) >= _REGULAR * len(steps):
            return True
    return False


def _at_page_distance(found: Sequence[_Line]) -> bool:
    """Tell whether lines stand at about the same distance from each other, and that of pages."""
    gaps = [b.start - a.end for a, b in pairwise(found)]
    usual = sorted(gaps)[len(gaps) // 2]
    near = sum(abs(gap - usual) <= _OFF * usual for gap in gaps)
    return len(found) >= _FEWEST_HEADS and usual >= _LEAST and near >= _REGULAR * len(gaps)


def _extent(lines: Sequence[_Line], index: int) -> Span:
    """Return what goes with a line: its newline, and the blank lines behind it when one stands before it."""
    end = index + 1
    if index == 0 or not lines[index - 1].shown:
        while end < len(lines) and not lines[end].shown:
            end += 1
    return Span(lines[index].start, lines[end - 1].end)
