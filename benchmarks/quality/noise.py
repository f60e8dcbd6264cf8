"""Noise models: what happens to the letters of a copy.

``random``  at letters and digits: 60 % substitutions by letters of the text, 20 % deletions, 20 % insertions
``ocr``     look-alikes (75 %), the rest as ``random``
``swap``    substitutions only, ``drop`` deletions only, ``add`` insertions only
``form``    no letter changes: punctuation, width, case, wrapping (see :func:`reform`)
"""
# ruff: noqa: SIM905

from __future__ import annotations

from typing import TYPE_CHECKING

from labels import Atom

if TYPE_CHECKING:
    import random

MODELS = ("random", "ocr", "swap", "drop", "add")

# Groups of characters that look alike in print or when badly scanned.
ALIKE_ZH = (
    "己已巳 未末 日曰目 人入八 大太犬 土士 千干于 王玉主 天夫 木本术 问间同 今令 力刀 住往 侍待 拔拨 辨辩 哀衰衷 戊戌戍 折拆析 "
    "候侯 洒酒 晴睛 清请情 左右 了子 不下 中申由甲 国围固 午牛 为办力 他她地 们门 会合 公么 来束 到倒 时对 个介 和利 出山 可司 "
    "业亚 发友 部陪 治冶 北比 方万 者著 市巾 全金 水永 心必 月用 见贝 工王 员贡 长张 设没 名各 区匹 元无 两雨 经轻 车东 自白 "
    "民氏 外处 料科 理埋 要耍 动功 电申 体休 很根 代伐 现观 明朋 学字 成或 家冢 生主 高商 从丛 这达 进近 过还 说悦 以似 上土 "
    "年午 分兮 新析 关美 开井 此些 法怯 实买 资货 报极 场杨 平乎 行衍 定走 加如 有冇 因困 表衷 机扒 后石 多夕 其具 所听 那邪 "
    "着看 的旳 是昱 在仕 与写 第弟 并开 将蒋 前煎 内肉 小少 手毛 使便 事争 重童 作仵 度庹 产严 间闻 海悔 活话 起超 相柏 华毕"
).split()
# Latin confusions; longer ones first, both ways where they occur both ways.
ALIKE_EN = {
    "rn": "m", "m": "rn", "cl": "d", "d": "cl", "vv": "w", "w": "vv", "li": "h", "e": "c", "c": "e", "l": "1", "1": "l", "o": "0",
    "0": "o", "i": "l", "h": "b", "b": "h", "n": "u", "u": "n", "t": "f", "f": "t", "s": "5", "5": "s", "B": "8", "8": "B", "g": "q",
    "9": "g", "a": "o", "r": "t", "y": "v", "I": "l", "H": "ll", "S": "8", "D": "O", "O": "0", "T": "I", "v": "y", "k": "h", "p": "n",
}  # fmt: skip
_ZH = {c: [x for x in g if x != c] for g in ALIKE_ZH for c in g}


def alike(char: str, after: str, rng: random.Random) -> tuple[str, int] | None:
    """A look-alike for ``char`` (with the letter after it, at times) and how many letters it stands for."""
    if char in _ZH:
        return rng.choice(_ZH[char]), 1
    if (pair := char + after) in ALIKE_EN and rng.random() < 0.5:
        return ALIKE_EN[pair], 2
    return (ALIKE_EN[char], 1) if char in ALIKE_EN else None


def alphabet(text: str) -> list[str]:
    """The letters of a text as often as they stand in it: what substitutions are drawn from."""
    return [c for c in text if c.isalnum()]


def spoil(copy: list[Atom], rng: random.Random, model: str, rate: float, abc: list[str]) -> list[Atom]:
    """Return ``copy`` with errors at ``rate`` of its letters and digits. Labels travel with the letters."""
    if not rate:
        return copy
    out: list[Atom] = []
    skip = False
    for i, a in enumerate(copy):
        if skip:
            skip = False
            continue
        if not a.char.isalnum() or rng.random() >= rate:
            out.append(a)
            continue
        what = rng.random()
        if model == "ocr":
            found = alike(a.char, copy[i + 1].char if i + 1 < len(copy) else "", rng)
            if found and what < 0.75:
                out += [Atom(c, a.group, a.member, a.place, k > 0) for k, c in enumerate(found[0])]
                skip = found[1] == 2
                continue
            what = rng.random()
        what = {"swap": 0.0, "drop": 0.7, "add": 0.9}.get(model, what)
        if what < 0.6:
            out.append(Atom(rng.choice(abc), a.group, a.member, a.place))
        elif what >= 0.8:
            out += [a, Atom(rng.choice(abc), a.group, a.member, a.place, added=True)]
    return out


def spoil_text(text: str, rng: random.Random, model: str, rate: float, abc: list[str]) -> str:
    """The same for a plain string."""
    return "".join(a.char for a in spoil([Atom(c) for c in text], rng, model, rate, abc))


_PUNCT_ZH = {
    "，": ",",
    "。": ".",
    "：": ":",
    "；": ";",
    "（": "(",
    "）": ")",
    "“": '"',
    "”": '"',
    "！": "!",
    "？": "?",
}
_PUNCT_EN = {"“": '"', "”": '"', "’": "'", "‘": "'", '"': "”", "'": "’", "-": "‐"}
_TRADITIONAL = dict(
    zip("国发会业经来说时们个这过还对学东车长门问见书电话语报场实现关开动体产员万与数据网络",
        "國發會業經來說時們個這過還對學東車長門問見書電話語報場實現關開動體產員萬與數據網絡", strict=True)
)  # fmt: skip


def reform(copy: list[Atom], rng: random.Random, lang: str) -> list[Atom]:
    """Change the form of a copy and no letter: punctuation, width, case or wrapping, one or two of them."""
    out = [Atom(a.char, a.group, a.member, a.place, a.added) for a in copy]
    ways = rng.sample(
        ("punct", "wrap", "han", "width") if lang == "zh" else ("punct", "wrap", "case", "space"),
        rng.choice((1, 1, 2)),
    )
    for a in out:
        if "punct" in ways:
            a.char = (_PUNCT_ZH if lang == "zh" else _PUNCT_EN).get(a.char, a.char)
        if "han" in ways:
            a.char = _TRADITIONAL.get(a.char, a.char)
        if "case" in ways:
            a.char = up if len(up := a.char.upper()) == 1 else a.char
        if "width" in ways and "!" <= a.char <= "~":
            a.char = chr(ord(a.char) + 0xFEE0)
        if "space" in ways and a.char == " " and rng.random() < 0.3:
            a.char = rng.choice("\u00a0\u2009\u3000")
    return wrap(out, rng.randrange(24, 40) if lang == "zh" else rng.randrange(50, 80), lang) if "wrap" in ways else out


def wrap(copy: list[Atom], width: int, lang: str) -> list[Atom]:
    """Break a copy into lines of at most ``width`` characters: anywhere in Chinese, at spaces in English."""
    out: list[Atom] = []
    column = 0
    for i, a in enumerate(copy):
        if lang != "zh" and a.char == " ":
            word = next((k for k in range(i + 1, len(copy)) if copy[k].char == " "), len(copy)) - i
            if column + word > width:
                out.append(Atom("\n", a.group, a.member, a.place))
                column = 0
                continue
        if lang == "zh" and column >= width:
            out.append(Atom("\n", a.group, a.member, a.place, added=True))
            column = 0
        out.append(a)
        column += 1
    return out
