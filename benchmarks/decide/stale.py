"""One thing changed in a paragraph, as a revision changes it: a number, a date, a name, a negation, a word."""
# ruff: noqa: SIM905

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

_DATE = re.compile(r"(?<![\d.])(?:1[89]|20)\d\d(?![\d.])|\d{1,2}(?=[月日])|(?<=月)\d{1,2}")
_NUMBER = re.compile(
    r"(?<![\w.\]/#-])\d{1,4}(?![\w/)-])|[一二三四五六七八九](?=[年月日个条项人次倍层名])|\b(?:two|three|four|five|six|seven|eight|nine|ten)\b"
)
_SWAP = {
    "zh": "增加减少 以上以下 之前之后 必须可以 应当可以 提高降低 内部外部 最大最小 公开保密 收入支出 父亲母亲 早上晚上 左边右边 打开关闭 开始结束 允许禁止 全部部分 城市农村 男性女性 上级下级".split(),
    "en": "before after,first last,above below,increase decrease,all some,enabled disabled,must may,large small,left right,old new,men women,morning evening,always never,north south,father mother,public private,begin end,more less,high low,black white".split(
        ","
    ),
}
_NAMES = {
    "zh": "北京市 上海市 广东省 浙江省 四川省 湖南省 山东省 江苏省 福建省 河南省 教育部 财政部 国务院 公安部 司法部".split(),
    "en": "Edward Margaret London Vienna Thomas Eleanor Berlin Chicago Robert Helena Oxford Madrid".split(),
}
_DIGITS, _COUNTS = "一二三四五六七八九", "two three four five six seven eight nine ten".split()


def _other(was: str, rng: random.Random) -> str:
    for pool in (list(_DIGITS), _COUNTS):
        if was in pool:
            return rng.choice([x for x in pool if x != was])
    low = 10 ** (len(was) - 1) if len(was) > 1 else 1
    if len(was) == 4 and 1800 <= int(was) < 2100:
        return str(int(was) + rng.choice((-3, -2, -1, 1, 2, 3)))
    return rng.choice([str(x) for x in range(low, min(10 * low, low + 60)) if str(x) != was])


def _pick(text: str, pattern: re.Pattern[str], rng: random.Random) -> re.Match[str] | None:
    found = [m for m in pattern.finditer(text) if m.start() > 3]
    return rng.choice(found) if found else None


def _number(text: str, lang: str, rng: random.Random, pattern: re.Pattern[str] = _NUMBER) -> str | None:
    m = _pick(text, pattern, rng)
    return m and text[: m.start()] + _other(m[0], rng) + text[m.end() :]


def _date(text: str, lang: str, rng: random.Random) -> str | None:
    return _number(text, lang, rng, _DATE)


def _name(text: str, lang: str, rng: random.Random) -> str | None:
    pattern = r"(?<=[a-z,] )[A-Z][a-z]{3,}\b" if lang == "en" else "|".join(_NAMES["zh"])
    m = _pick(text, re.compile(pattern), rng)
    return m and text[: m.start()] + rng.choice([x for x in _NAMES[lang] if x != m[0]]) + text[m.end() :]


def _negation(text: str, lang: str, rng: random.Random) -> str | None:
    pattern = (
        r"不(?=[得应会能可是予])|(?<!不)(?=[能会]够?[一-龥])|(?<=应当)|是(?=[一-龥])"
        if lang == "zh"
        else r"\b(?:is|are|was|were|can|will|must|should)\b(?: not\b)?"
    )
    m = _pick(text, re.compile(pattern), rng)
    if m is None:
        return None
    if lang == "en":
        new = m[0].removesuffix(" not") if m[0].endswith(" not") else m[0] + " not"
    else:
        new = {"不": "", "": "不", "是": "不是"}[m[0]]
    return text[: m.start()] + new + text[m.end() :]


def _word(text: str, lang: str, rng: random.Random) -> str | None:
    pairs = [(p[: len(p) // 2], p[len(p) // 2 :]) if lang == "zh" else tuple(p.split()) for p in _SWAP[lang]]
    other = {a: b for x, y in pairs for a, b in ((x, y), (y, x))}
    edge = r"\b" if lang == "en" else ""
    m = _pick(text, re.compile(f"{edge}(?:{'|'.join(other)}){edge}"), rng)
    return m and text[: m.start()] + other[m[0]] + text[m.end() :]


CHANGES = {"number": _number, "date": _date, "name": _name, "negation": _negation, "word": _word}


def changed(text: str, lang: str, rng: random.Random) -> tuple[str, str] | None:
    """The kind of change and the paragraph with it; nothing when there is nothing to change."""
    for kind in rng.sample(list(CHANGES), len(CHANGES)):
        if new := CHANGES[kind](text, lang, rng):
            return kind, new
    return None
