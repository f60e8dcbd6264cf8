"""The English sets made anew in Chinese: loops, rolling captions, OCR, text reuse. Ground: the clean Chinese texts."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kinds import sentences
from noise import alphabet, spoil_text
from rapidfuzz.distance import Levenshtein

if TYPE_CHECKING:
    import random

_ORDINALS = "一二三四五六七八九十"


def _said(paras: list[str], low: int = 14, high: int = 90) -> list[str]:
    """Whole sentences of middle length, each once."""
    out = [s.strip() for p in paras for s in sentences(p, "zh")]
    return [s for s in dict.fromkeys(out) if low <= len(s) <= high and s[-1] in "。！？”"]


def loops(texts: list[list[str]], rng: random.Random, n: int) -> list[dict[str, Any]]:
    """Like a model's greedy output (loops to a fixed length, the last round cut off) and like its sampled output."""
    ways = (
        _sentence_loop,
        _sentence_loop,
        _block_loop,
        _wander,
        _clause_loop,
        _label_drift,
        _content_drift,
        _no_loop,
    )
    out = []
    for i in range(n):
        paras = texts[i % len(texts)]
        said = _said(paras)
        way = ways[i % len(ways)]
        text, gold = way(rng.sample(said, min(9, len(said))), rng, rng.randrange(260, 520))
        out.append(
            {
                "id": f"greedy-{i}",
                "decoding": "greedy",
                "way": way.__name__,
                "text": text,
                "gold_exact_only": gold,
            }
        )
        whole = "\n\n".join(rng.sample(paras, 2))
        out.append(
            {
                "id": f"sampled-{i}",
                "decoding": "sampled",
                "text": whole[: rng.randrange(300, 600)],
                "gold_exact_only": "",
            }
        )
    return out


def _cut(units: list[tuple[str, bool]], size: int) -> tuple[str, str]:
    """Text and gold of units (text, is a later exact copy), both cut off at ``size``; a cut-off copy stays in the gold."""
    text = gold = ""
    for unit, copy in units:
        part = unit[: size - len(text)]
        if not part:
            break
        text += part
        if not copy or part != unit:
            gold += part
    return text.rstrip(), gold.rstrip()


def _sentence_loop(said: list[str], rng: random.Random, size: int) -> tuple[str, str]:
    gap = rng.choice(("", "", "\n\n", "\n"))
    head = said[: rng.choice((1, 2, 3))]
    units = [(s + rng.choice(("", gap)), False) for s in head]
    return _cut([*units, *((said[4] + gap, k > 0) for k in range(60))], size)


def _block_loop(said: list[str], rng: random.Random, size: int) -> tuple[str, str]:
    gap = rng.choice(("", "\n\n", "\n"))
    loop = said[3 : 3 + rng.choice((2, 3, 4))]
    return _cut([(said[0] + gap, False), *((s + gap, k > 0) for k in range(30) for s in loop)], size)


def _wander(said: list[str], rng: random.Random, size: int) -> tuple[str, str]:
    """No period: what was said comes again in any order, with something new now and then."""
    units: list[tuple[str, bool]] = []
    seen: list[str] = []
    gap = rng.choice(("", "\n\n"))
    fresh = list(said)
    while sum(len(u) for u, _ in units) < size:
        new = fresh and (len(seen) < 2 or rng.random() < 0.15)
        s = fresh.pop(0) if new else rng.choice(seen)
        units.append((s + gap, s in seen))
        seen.append(s)
    return _cut(units, size)


def _clause_loop(said: list[str], rng: random.Random, size: int) -> tuple[str, str]:
    """A clause said again and again inside one sentence that never ends."""
    clauses = [c for s in said for c in re.split("[，。；！？]", s) if 5 <= len(c) <= 18] or [said[1][:12]]
    loop = rng.choice(clauses)
    return _cut([(said[0], False), *((loop + "，", k > 0) for k in range(60))], size)


def _label_drift(said: list[str], rng: random.Random, size: int) -> tuple[str, str]:
    """Only the number of the item drifts; the labelled rounds stay in the gold, which knows exact copies only."""
    style = rng.choice(("{k}. ", "{k}、", "第{z}，"))
    rounds = ((style.format(k=k + 1, z=_ORDINALS[k % 10]) + said[3] + "\n", False) for k in range(30))
    return _cut([(said[0] + "\n\n", False), *rounds], size)


def _content_drift(said: list[str], rng: random.Random, size: int) -> tuple[str, str]:
    """Rounds that each say something else in one slot: they stay."""
    places = rng.sample(
        ("北京", "上海", "广州", "成都", "武汉", "西安", "南京", "杭州", "沈阳", "长沙", "昆明", "青岛"), 12
    )
    s = said[2].rstrip("。！？”")
    return _cut([(said[0], False), *((f"在{p}，{s}。", False) for p in places)], size)


def _no_loop(said: list[str], _rng: random.Random, size: int) -> tuple[str, str]:
    return _cut([(s, False) for s in said], size)


def captions(texts: list[list[str]], rng: random.Random, n: int) -> list[dict[str, Any]]:
    """Subtitle lines of a talk, each line three times, and cue texts that carry the line before."""
    out = []
    for i in range(n):
        lines = _lines(texts[i % len(texts)], rng)
        gold = "\n".join(lines)
        out.append(
            {
                "id": f"zh{i}-lines3",
                "layout": "lines3",
                "text": "\n".join(x for x in lines for _ in range(3)),
                "gold": gold,
            }
        )
        gap = " " if i % 2 else ""
        cues = [lines[0]]
        for a, b in pairwise(lines):
            cues += [f"{a}{gap}{b}", b]
        out.append({"id": f"zh{i}-carry", "layout": "carry", "text": "\n\n".join(cues), "gold": gold})
    return out


def _lines(paras: list[str], rng: random.Random) -> list[str]:
    """Speech without punctuation in lines of 6 to 16 characters, with fillers; some lines are really said twice."""
    lines: list[str] = []
    for clause in re.split(r"[，。；：！？、“”（）《》\s]+", "，".join(paras)):
        at = 0
        while at < len(clause):
            width = rng.randrange(9, 17)
            lines.append(clause[at : at + width])
            at += width
        if rng.random() < 0.06:
            lines.append(rng.choice(("对", "对对对", "嗯", "好的", "是这样", "没错没错", "那么我们继续", "谢谢大家")))
    lines = _joined([x for x in lines if x])
    for _ in range(2):
        k = rng.randrange(len(lines))
        lines.insert(k, lines[k])
    return [*lines, "今天的内容就先讲到这里我们下一次再接着往下说谢谢各位收听再见"]


def _joined(lines: list[str]) -> list[str]:
    """Short lines share one, as long as it does not get too wide."""
    out = lines[:1]
    for line in lines[1:]:
        if len(out[-1]) + len(line) < 16 and len(line) < 8:
            out[-1] += " " + line
        else:
            out.append(line)
    return out


def ocr(texts: list[list[str]], rng: random.Random, n: int) -> list[dict[str, Any]]:
    """Articles in lines of one width, and the same lines with the errors of a bad scan at 1 to 14 % of the letters."""
    out = []
    articles = [paras[k : k + 3] for paras in texts for k in range(0, len(paras) - 2, 3)]
    rng.shuffle(articles)
    for i, article in enumerate(articles[: max(n, 12)]):
        width = rng.randrange(16, 32)
        human = [line for p in article for line in _wrapped("　　" + p, width)]
        rate = (0.012, 0.025, 0.045, 0.07, 0.1, 0.14)[i % 6]
        abc = alphabet("".join(article))
        scanned = [_smudge(spoil_text(x, rng, "ocr", rate, abc), rng, rate) for x in human]
        a, b = ("".join(c for c in "".join(x) if c.isalnum()) for x in (human, scanned))
        cer = Levenshtein.distance(a, b) / len(a)
        out.append({"id": f"zh-{i}", "source": "", "human": human, "ocr": scanned, "cer": round(cer, 4)})
    return out


def _wrapped(text: str, width: int) -> list[str]:
    return [text[k : k + width] for k in range(0, len(text), width)]


def _smudge(line: str, rng: random.Random, rate: float) -> str:
    """Punctuation of a bad scan: full stops as points, commas as points, stray marks."""
    marks = {"，": "．,、", "。": "．.o", "、": "，.", "“": '”"', "：": "；:", "；": ":"}
    return "".join(rng.choice(marks[c]) if c in marks and rng.random() < 2 * rate else c for c in line)


def pan(texts: list[list[str]], rng: random.Random, n: int) -> list[dict[str, Any]]:
    """Source and suspicious text: a copied stretch in other white space, shuffled clauses, or nothing shared."""
    out = []
    for i in range(n):
        src = "\n".join(texts[i % len(texts)][:6])
        other = texts[(i + 1) % len(texts)][:6]
        for category in ("no-obfuscation", "random-obfuscation", "no-plagiarism"):
            susp, spans = _reuse(src, other, rng, category)
            out.append({"id": f"zh-{i}-{category}", "category": category, "src": src, "susp": susp, "spans": spans})
    return out


def _reuse(src: str, other: list[str], rng: random.Random, category: str) -> tuple[str, list[dict[str, int]]]:
    if category == "no-plagiarism":
        return "\n".join(other), []
    borders = [m.end() for m in re.finditer("[。！？]", src[: len(src) // 2])]
    start = rng.choice(borders)
    start += src[start] == "\n"
    end = min(len(src), start + rng.randrange(150, 500))
    part = src[start:end]
    if category == "no-obfuscation":
        part = "".join(c + "\n" if c in "，。" and rng.random() < 0.15 else c for c in part).strip()
    else:
        clauses = re.split("(?<=[，。；])", part)
        rng.shuffle(clauses)
        part = "".join(clauses)
    k = rng.randrange(1, len(other))
    head = "\n".join(other[:k]) + "\n"
    span = {
        "this_offset": len(head),
        "this_length": len(part),
        "source_offset": start,
        "source_length": end - start,
    }
    return head + part + "\n" + "\n".join(other[k:]), [span]
