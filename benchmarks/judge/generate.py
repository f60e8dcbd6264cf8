"""Documents with copies whose differences are labelled: noise, or a change of what is said.

Passages come from real texts, which are read by path. Errors: random (60 % substitutions by letters of the text,
20 % deletions, 20 % insertions), look-alikes and sound-alikes, real OCR. Changes: numbers, times, negations, names,
words, units, single characters, clauses.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from dedupe_cli.judge.han_reading import divide
from dedupe_cli.text import lexicon
from dedupe_cli.text.alignment import Alignment, align
from dedupe_cli.text.fold import Fold, fold

if TYPE_CHECKING:
    from pathlib import Path

RATES = (0.002, 0.005, 0.01, 0.01, 0.02, 0.03, 0.03, 0.05, 0.1)
SAME, CHANGED, BEFORE = 0, 1, 2  # labels of a character: as it was, put in, something before it was taken out


@dataclass
class Pair:
    """A copy in a document: the alignment, and for each block the kind of change (empty for noise)."""

    alignment: Alignment
    marks: list[tuple[int, int, str]]  # folded ranges of the copy that were changed on purpose

    def mark(self, b0: int, b1: int) -> tuple[int, int, str] | None:
        """The change that a block of the copy belongs to."""
        for low, high, kind in self.marks:
            if b0 <= high and b1 >= low and (b0 < high or b1 > low or low == high or b0 == b1):
                return low, high, kind
        return None


@dataclass
class Doc:
    fold: Fold
    pairs: list[Pair] = field(default_factory=list)
    model: str = "random"
    rate: float = 0.0
    lang: str = "zh"


# --- Grounds -------------------------------------------------------------------------------------------------------


@cache
def grounds(data: Path, lang: str, half: str) -> list[list[str]]:
    """Texts as lists of paragraphs; ``dev`` and ``held`` are disjoint."""
    files = sorted((data / f"clean_{lang}").glob("*.txt"))[half == "held" :: 2]
    out = [f.read_text(encoding="utf-8").strip().split("\n\n") for f in files]
    if lang == "en":
        rows = [json.loads(x) for x in (data / "pan13_text_alignment" / "pairs.jsonl").open(encoding="utf-8")]
        for row in rows[half == "held" :: 2]:
            out.append([" ".join(p.split()) for p in re.split(r"\n\s*\n", row["src"]) if len(p) > 80])
    return [[p for p in paras if len(p) >= 40] for paras in out]


def variants(data: Path) -> list[dict[str, str]]:
    return [json.loads(x) for x in open(data / "variants_zh" / "variants.jsonl", encoding="utf-8")]


def passages(paras: list[str], rng: random.Random, count: int) -> list[str]:
    """Stretches of 1 to 6 sentences."""
    out = []
    for _ in range(count):
        para = rng.choice(paras)
        said = re.findall(r".+?(?:[。！？…]+[”’」』）]*|[.!?]+[\"'”’)]*(?=\s|$)|$)\s*", para, re.DOTALL)
        n = rng.choice((1, 2, 2, 3, 4, 6))
        at = rng.randrange(max(1, len(said) - n + 1))
        out.append("".join(said[at : at + n]).strip()[:600])
    return list(dict.fromkeys(p for p in out if len(p) >= 30))


# --- Changes -------------------------------------------------------------------------------------------------------


@cache
def _words() -> dict[str, str]:
    """The Chinese words, those of one tag, class and length together: what is drawn hangs on the order."""
    return dict(sorted(lexicon.han_words().items(), key=lambda item: (item[1], len(item[0]), item[0])))


@cache
def _by_tag() -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for word, value in _words().items():
        if value[1] < ("r" if len(word) > 1 else "o"):
            out.setdefault(value[0], []).append(word)
    return out


@cache
def _names() -> list[str]:
    return [w for w, value in _words().items() if value[0] == "r" and len(w) in (2, 3)]


_COMMON = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘项"
_SOUND = "阿安巴贝比博布查达德迪丁多尔菲费弗福盖戈格哈海赫霍基吉加杰卡凯科克库拉莱兰勒雷里利林卢鲁伦罗洛马麦曼梅蒙米摩莫姆穆纳尼诺欧帕佩皮普奇乔瑞萨塞桑沙史斯苏索塔泰特托瓦威韦维温沃西希夏谢雅亚耶伊约泽兹"


def _person(rng: random.Random) -> str:
    if rng.random() < 0.35:
        return rng.choice(_names())
    if rng.random() < 0.3:
        return rng.choice(_COMMON) + rng.choice(("先生", "女士", "某", "总"))
    given = "".join(rng.choice(_names())[-1] for _ in range(rng.choice((1, 2, 2))))
    if rng.random() < 0.2:
        return "".join(rng.choice(_SOUND) for _ in range(rng.choice((2, 3, 3, 4))))
    return rng.choice(_COMMON) + given


def _organisation(rng: random.Random) -> str:
    tags = _by_tag()
    if rng.random() < 0.3:
        return rng.choice(tags["o"])
    tail = rng.choice(
        [
            "公司",
            "集团",
            "银行",
            "大学",
            "学院",
            "医院",
            "委员会",
            "协会",
            "研究所",
            "局",
            "部",
            "中心",
            "电视台",
            "足球队",
            "法院",
            "出版社",
            "科技",
            "超市",
        ]
    )
    return rng.choice(tags["p"]) + rng.choice(("", rng.choice(tags["n"]), rng.choice(tags["n"]))) + tail


def _time(rng: random.Random) -> str:
    return rng.choice(
        [
            f"{rng.randint(1950, 2023)}年", f"{rng.randint(1950, 2023)}年{rng.randint(1, 12)}月",
            f"{rng.randint(1, 12)}月{rng.randint(1, 30)}日", f"{rng.randint(1, 30)}日",
            "周" + rng.choice("一二三四五六日"), "星期" + rng.choice("一二三四五六日"), *rng.choices(_by_tag()["t"], k=3),
            rng.choice("今明去前") + "年", rng.choice("上下本") + rng.choice(("周", "个月", "周五", "半年")),
            rng.choice("一二三四五六七八九十") + rng.choice(("年", "个月", "天", "小时")),
        ]
    )  # fmt: skip


def _one_digit(was: str, rng: random.Random) -> str:
    k = rng.randrange(len(was))
    if not was[k].isdigit():
        return was
    return was[:k] + rng.choice([d for d in "0123456789" if d != was[k] and (k or d != "0")]) + was[k + 1 :]


def _number(was: str, rng: random.Random) -> str:
    what = rng.random()
    if what < 0.5:
        return _one_digit(was, rng)
    if what < 0.6:
        return was + rng.choice("0123456789")
    if what < 0.7 and len(was) > 1:
        k = rng.randrange(len(was))
        return was[:k] + was[k + 1 :]
    return str(rng.choice((rng.randint(2, 30), rng.randint(2, 300), rng.randint(100, 9999))))


_SINGLE_GROUPS = [
    "东西南北",
    "上下",
    "左右",
    "前后",
    "内外",
    "男女",
    "父母",
    "春夏秋冬",
    "他她",
    "胜负",
    "输赢",
    "买卖",
    "升降",
    "涨跌",
    "增减",
    "进出",
    "生死",
    "有无",
    "早晚",
    "高低",
    "新旧",
    "真假",
    "好坏",
    "快慢",
    "远近",
    "冷热",
    "黑白红黄蓝绿",
    "大小",
    "多少",
    "长短",
    "强弱",
    "美英法德日俄韩中泰",
    "百千万亿",
    "年月日",
    "省市县区",
]
_SINGLE = {c: [x for x in g if x != c] for g in _SINGLE_GROUPS for c in g}


def change_zh(text: str, rng: random.Random) -> tuple[str, int, int, str] | None:
    """Return kind, the range that is replaced, and what replaces it; None when the kind does not occur."""
    kind = rng.choices(
        ("number", "numeral", "time", "not", "name", "word", "unit", "single", "clause"),
        (5, 2, 3, 5, 9, 5, 1, 1, 1),
    )[0]
    if kind == "number":
        found = list(re.finditer(r"\d+(?:\.\d+)?", text))
        if found:
            m = rng.choice(found)
            return kind, m.start(), m.end(), _number(m.group(), rng)
    if kind == "numeral":
        found = list(re.finditer(r"[一二三四五六七八九十百千万两]+(?=[年月日天个名位次倍岁条项])", text))
        if found:
            m = rng.choice(found)
            return kind, m.start(), m.end(), rng.choice("二三四五六七八九十")
    if kind == "time":
        found = list(
            re.finditer(
                r"\d+年(?:\d+月)?(?:\d+日)?|\d+月(?:\d+日)?|\d+日|[今去明前]年|(?:周|星期)[一二三四五六日]|[一二三四五六七八九十]+(?:年|个月|天)",
                text,
            )
        )
        if found:
            m = rng.choice(found)
            return kind, m.start(), m.end(), _time(rng)
    if kind == "not":
        return _change_not(text, rng)
    if kind == "unit":
        found = list(
            re.finditer(
                r"(?<=[\d一二三四五六七八九十])(?:亿元|万元|公里|公斤|平方米|美元|元|吨|米|%|万|亿|岁|倍)",
                text,
            )
        )
        if found:
            m = rng.choice(found)
            now = rng.choice(
                [
                    u
                    for u in [
                        "亿元",
                        "万元",
                        "公里",
                        "公斤",
                        "平方米",
                        "美元",
                        "元",
                        "吨",
                        "米",
                        "%",
                        "万",
                        "亿",
                    ]
                    if u != m.group()
                ]
            )
            return kind, m.start(), m.end(), now
    if kind == "single":
        found = list(re.finditer("[" + "".join(_SINGLE) + "]", text))
        if found:
            m = rng.choice(found)
            return kind, m.start(), m.end(), rng.choice(_SINGLE[m.group()])
    return _change_words(kind, text, rng)


def _change_not(text: str, rng: random.Random) -> tuple[str, int, int, str] | None:
    taken = list(re.finditer("不是|没有|不能|不会|不可|不要|不|没|未|并非", text))
    if taken and rng.random() < 0.6:
        m = rng.choice(taken)
        was = m.group()
        if was == "不" and rng.random() < 0.5:
            return "not", m.start(), m.end(), "没有不"
        if was[0] in "不没未" and len(was) > 1 and was != "没有":
            return "not", m.start(), m.start() + 1, ""
        return "not", m.start(), m.end(), "" if was != "没有" else "有"
    places = [m.start() for m in re.finditer("是|能|会|可以|要|应|有|愿|同意|允许|适合|需要|存在|知道|喜欢|支持", text)]
    if not places:
        return None
    at = rng.choice(places)
    return "not", at, at, "没" if text[at] == "有" else rng.choice("不不不不未")


def _change_words(kind: str, text: str, rng: random.Random) -> tuple[str, int, int, str] | None:
    at = rng.randrange(max(1, len(text) - 40))
    window = text[at : at + 60]
    _, words = divide(window)
    words = [(at + s, w, t) for s, w, t in words[1:-1] if len(w) > 1]
    if kind == "clause" and words:
        n = rng.randint(2, 5)
        _, more = divide(rng.choice(_by_tag()["n"]) + rng.choice(_by_tag()["v"]) + rng.choice(_by_tag()["n"]) * (n > 3))
        return kind, words[-1][0], words[-1][0], "".join(w for _, w, _ in more)
    if kind == "name":
        titled = list(re.finditer("[" + _COMMON + "](?=先生|女士|某|教授|总|小姐)", text))
        if titled and rng.random() < 0.5:
            m = rng.choice(titled)
            return kind, m.start(), m.end(), rng.choice(_COMMON)
        named = [x for x in words if x[2] in lexicon.NAMES and x[2] != "z"]
        if not named:
            return None
        start, word, tag = rng.choice(named)
        now = {"r": _person, "o": _organisation}.get(tag)
        return kind, start, start + len(word), now(rng) if now else rng.choice(_by_tag()["p"])
    plain = [x for x in words if x[2] in "nvad"]
    if not plain:
        return None
    start, word, tag = rng.choice(plain)
    return "word", start, start + len(word), rng.choice(_by_tag()[tag])


@cache
def _capitals(data: Path, half: str) -> list[str]:
    text = "\n".join("\n".join(p) for p in grounds(data, "en", half))
    return sorted(set(re.findall(r"(?<=[a-z,] )[A-Z][a-z]{2,11}\b", text)))


@cache
def _latin_pool() -> list[str]:
    return [w for w, rank in lexicon.latin_words().items() if 100 < rank < 8000 and len(w) > 2]


@cache
def _frequent() -> list[str]:
    return [w for w, rank in lexicon.latin_words().items() if 150 < rank < 2500 and len(w) > 2]


_EN_GROUPS = (
    "monday tuesday wednesday thursday friday saturday sunday", "january february march april may june july august september october november december",
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand", "first second third fourth fifth tenth",
    "miles feet yards inches metres", "pounds dollars shillings pence cents", "hours days weeks months years minutes",
    "north south east west", "father mother brother sister son daughter uncle", "he she", "his her", "man woman boy girl", "good bad", "old young",
    "black white red green blue", "morning evening afternoon night", "always never sometimes", "more less", "before after", "up down", "left right",
    "spring summer autumn winter", "king queen prince", "open shut closed", "large small", "all some none", "high low", "best worst", "rich poor",
)  # fmt: skip
_EN_OTHERS = {w: [x for x in g.split() if x != w] for g in _EN_GROUPS for w in g.split()}


def change_en(text: str, rng: random.Random, capitals: list[str]) -> tuple[str, int, int, str] | None:
    kind = rng.choices(("number", "not", "name", "word", "group", "clause"), (4, 4, 5, 4, 4, 1))[0]
    if kind == "number":
        found = list(re.finditer(r"\b\d+(?:\.\d+)?\b", text))
        if found:
            m = rng.choice(found)
            return kind, m.start(), m.end(), _number(m.group(), rng)
        kind = "group"
    if kind == "not":
        taken = list(re.finditer(r" not\b|n't\b| never\b| no\b", text))
        if taken and rng.random() < 0.5:
            m = rng.choice(taken)
            return kind, m.start(), m.end(), ""
        found = list(
            re.finditer(r"\b(?:was|were|is|are|had|could|would|should|will|did|has|have|can|must|may)\b", text)
        )
        if not found:
            return None
        m = rng.choice(found)
        return kind, m.end(), m.end(), rng.choice((" not", " not", " never"))
    if kind == "name":
        found = list(re.finditer(r"(?<=[a-z,] )[A-Z][a-z]{2,11}\b", text))
        if found:
            m = rng.choice(found)
            return kind, m.start(), m.end(), rng.choice(capitals)
        kind = "word"
    if kind == "group":
        found = [m for m in re.finditer(r"\b\w+\b", text) if m.group().lower() in _EN_OTHERS]
        if found:
            m = rng.choice(found)
            now = rng.choice(_EN_OTHERS[m.group().lower()])
            return kind, m.start(), m.end(), now.capitalize() if m.group()[0].isupper() else now
        kind = "word"
    found = list(re.finditer(r"\b[a-z]{3,}\b", text))
    if not found:
        return None
    m = rng.choice(found)
    if kind == "clause":
        return (
            kind,
            m.end(),
            m.end(),
            " " + " ".join(rng.choice(_latin_pool()) for _ in range(rng.randint(2, 5))),
        )
    return "word", m.start(), m.end(), rng.choice(_frequent() if rng.random() < 0.5 else _latin_pool())


# --- Noise ---------------------------------------------------------------------------------------------------------


@cache
def _alike() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Look-alikes and sound-alikes among common characters."""
    common = [w for w, v in _words().items() if len(w) == 1 and v[1] < "q"]
    sounds: dict[str, list[str]] = {}
    for char in common:
        sounds.setdefault(lexicon._sounds().get(char, char), []).append(char)
    parts: dict[str, list[str]] = {}
    for char in common:
        for part in lexicon._shapes().get(char, ()):
            parts.setdefault(part, []).append(char)
    sound = {c: [x for x in group if x != c] for group in sounds.values() for c in group}
    look: dict[str, list[str]] = {}
    for char in common:
        groups = [parts[p] for p in lexicon._shapes().get(char, ()) if len(parts[p]) < 40]
        look[char] = [x for g in groups for x in g if x != char]
    return look, sound


LATIN_ALIKE = {
    "e": "co", "c": "eo", "o": "ea0", "a": "oes", "n": "uri", "u": "na", "i": "l1tj", "l": "i1t", "h": "bki", "b": "h6", "t": "fli", "f": "tl", "r": "ntv", "s": "a5",
    "m": ["rn", "in", "ni"], "d": ["cl", "a"], "w": ["vv", "n"], "y": "vg", "v": "yr", "g": "q9", "p": "n", "k": "h", "1": "lI", "0": "Oo", "5": "S", "8": "B",
}  # fmt: skip


def spoil(chars: list[tuple[str, int, str]], rng: random.Random, model: str, rate: float, abc: str, guard: int):
    """Put errors into a copy; ``guard`` characters around each change stay as they are."""
    near = [False] * len(chars)
    for i, (_, label, _) in enumerate(chars):
        if label:
            for k in range(max(0, i - guard), min(len(chars), i + guard + 1)):
                near[k] = True
    out: list[tuple[str, int, str]] = []
    for (char, label, kind), kept in zip(chars, near, strict=True):
        if kept or label or not char.isalnum() or rng.random() >= rate:
            out.append((char, label, kind))
            continue
        what = rng.random()
        if model == "alike":
            look, sound = _alike()
            pool = (look.get(char) if what < 0.5 else sound.get(char)) if char > "\u3400" else LATIN_ALIKE.get(char)
            if pool and what < 0.8:
                out += [(c, label, kind) for c in rng.choice(pool)]
                continue
            what = rng.random()
        what = {"swap": 0.0, "drop": 0.7}.get(model, what)
        if what < 0.6:
            out.append((rng.choice(abc), label, kind))
        elif what >= 0.8:
            out += [(char, label, kind), (rng.choice(abc), 0, "")]
    return out


# --- Documents -----------------------------------------------------------------------------------------------------


def document(data: Path, lang: str, half: str, rng: random.Random, *, changes: float = 0.3) -> Doc:
    """A document of passages, copies of most of them with errors at one rate, and changes in some of the copies."""
    paras = rng.choice([g for g in grounds(data, lang, half) if g])
    count = rng.choice((1, 1, 2, 4, 8, 12))
    said = passages(paras, rng, count) or [paras[0][:400]]
    model = rng.choices(("random", "alike", "swap", "drop"), (7, 3, 1, 0.5))[0]
    rate = rng.choice(RATES)
    capitals = _capitals(data, half) if lang == "en" else []
    parts = list(said)
    copies: list[tuple[int, list[tuple[str, int, str]]]] = []
    for index, text in enumerate(said):
        chars = [(c, SAME, "") for c in text]
        if rng.random() < (0.9 if count == 1 else changes):
            done = change_zh(text, rng) if lang == "zh" else change_en(text, rng, capitals)
            if done and done[3] != text[done[1] : done[2]]:
                kind, low, high, now = done
                if high > low and kind in ("name", "word", "group") and rng.random() < 0.4:
                    _everywhere(chars, text, low, text[low:high], now, kind)
                chars[low:high] = [(c, CHANGED, kind) for c in now]
                if not now and low < len(chars):
                    chars[low] = (chars[low][0], BEFORE, kind)
        abc = "".join(c for c in text + rng.choice(paras) if c.isalnum())
        copies.append((index, spoil(chars, rng, model, rate, abc, 10 if rng.random() < 0.7 else 0)))
    fillers = passages(paras, rng, 3)
    return _build(parts + fillers, copies, lang, model, rate)


def _everywhere(chars: list, text: str, first: int, was: str, now: str, kind: str) -> None:
    """Make the same exchange at the later places too."""
    word = rf"\b{re.escape(was)}\b" if was.isascii() else re.escape(was)
    places = [m.start() for m in re.finditer(word, text) if m.start() >= first + len(was)]
    for at in reversed(places):
        chars[at : at + len(was)] = [(c, CHANGED, kind) for c in now]


def _build(parts: list[str], copies: list, lang: str, model: str, rate: float) -> Doc:
    starts, at = [], 0
    texts = parts + ["".join(c for c, _, _ in chars) for _, chars in copies]
    for text in texts:
        starts.append(at)
        at += len(text) + 2
    folded = fold("\n\n".join(texts))
    doc = Doc(folded, [], model, rate, lang)
    for k, (index, chars) in enumerate(copies):
        a0, a1 = folded.index(starts[index]), folded.index(starts[index] + len(parts[index]))
        start = starts[len(parts) + k]
        b0, b1 = folded.index(start), folded.index(start + len(chars))
        marks = []
        run: list[int] = []
        for i, (_, label, kind) in enumerate([*chars, ("", 0, "")]):
            if label == CHANGED:
                run.append(i)
                name = kind
            elif run:
                marks.append((folded.index(start + run[0]), folded.index(start + run[-1] + 1), name))
                run = []
            if label == BEFORE:
                place = folded.index(start + i)
                marks.append((place, place, kind))
        doc.pairs.append(Pair(Alignment(a0, a1, b0, b1, align(folded, a0, a1, b0, b1)), marks))
    return doc


def scans(file: Path, half: str) -> list[Doc]:
    """Real OCR against what a person typed: every difference is noise. A line is an object with ``human``, ``ocr``, ``cer``."""
    out = []
    rows = [json.loads(x) for x in file.open(encoding="utf-8")]
    for row in rows[half == "held" :: 2]:
        if row["cer"] > 0.15 or not 200 < len("".join(row["human"])) < 6000:
            continue
        one, other = "\n".join(row["human"]), "\n".join(row["ocr"])
        folded = fold(one + "\n\n" + other)
        a1 = folded.index(len(one))
        found = Alignment(0, a1, a1, len(folded), align(folded, 0, a1, a1, len(folded)))
        out.append(Doc(folded, [Pair(found, [])], "scan", row["cer"], "en"))
    return out


def noisy_variants(data: Path, rate: float, seed: int) -> list[tuple[Doc, str]]:
    """The shared scorer's noisy variants, one document each, with the kind that was changed."""
    rows = variants(data)
    rng = random.Random(seed)
    abc = "".join(c for r in rows for c in r["a"] if c.isalnum())
    out = []
    for r in rows:
        a, b = r["a"], r["b"]
        i = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)) - 1)
        low, high = max(0, i - 12), i + len(r["now"]) + 8
        chars = [(c, CHANGED if i <= k < i + max(1, len(r["now"])) else SAME, r["kind"]) for k, c in enumerate(b)]
        ends = [(c, 0, "") if label == SAME else (c, label, kind) for c, label, kind in chars]
        head, mid, tail = ends[:low], ends[low:high], ends[high:]
        noisy = spoil(head, rng, "random", rate, abc, 0) + mid + spoil(tail, rng, "random", rate, abc, 0)
        others = [x["a"] for x in rng.sample(rows, 4) if x["a"] != a]
        out.append((_build([a, *others], [(0, noisy)], "zh", "random", rate), r["kind"]))
    return out
