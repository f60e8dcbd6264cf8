"""Full-width letters and digits, half-width marks between Chinese characters (C112)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import CODE
from dedupe_cli.model import Span

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


def _propose(text: str) -> Iterable[Fix]:
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


CLEANER = Cleaner(
    code="C112",
    name="width",
    title="full-width letters and digits",
    safe=False,
    effect=Effect.FORM,
    page="""\
Full-width Latin letters and digits become the usual ones where a text has at least as many of these. Half-width commas,
stops, colons, question marks and brackets between Chinese characters become full-width where a text mostly has those.

A text that keeps to one style stays as it is; so do marks beside Latin letters and digits, and code.
""",
    examples=(
        ("订单ＡＢ１２于2021年3月寄出", "订单AB12于2021年3月寄出"),
        ("他来了,又走了。大家都看见了，没人说话，也没人问。", "他来了，又走了。大家都看见了，没人说话，也没人问。"),
    ),
    traps=(
        "他来了,又走了,没人说话.",
        "ＡＢＣ商店",
        "用 a,b 两个变量，比例是1:2，时间是10:30，网址是http://x.cn，没有别的。",
    ),
    propose=_propose,
    spares=CODE,
)
