"""Build ``data/han.words.zlib`` and ``data/latin.words.zlib``: words with a class of frequency and a tag.

Sources: jieba's dictionary (MIT) and wordfreq's lists (Apache-2.0, data CC BY-SA 4.0).
Run: ``python tools/lexicon/build_words.py OUTDIR``. The form of the files stands in ``text/lexicon.py``.
"""

from __future__ import annotations

import math
import sys
import zlib
from collections import defaultdict
from pathlib import Path

import jieba
import wordfreq

from dedupe_cli.text.variants import han_variants

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦"
    "付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包"
    "宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷"
    "晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位"
)
TAGS = {
    "ns": "p", "nt": "o", "nz": "z", "t": "t", "m": "m", "mq": "m", "q": "q", "r": "f", "c": "f", "p": "f", "u": "f",
    "d": "d", "v": "v", "a": "a",
}  # fmt: skip
LEAST_HAN, LEAST_LATIN = 5, 60_000
RAREST = 22  # class of frequency beyond which words are left out
HAN_TOTAL = 6.0e7


def tag(word: str, kind: str) -> str:
    """One letter: r person, p place, o organisation, z other name, t time, m number, q measure, f function word."""
    if kind in {"nr", "nrt", "nrfg"}:
        real = (word[0] in SURNAMES and 2 <= len(word) <= 3) or (kind == "nrt" and len(word) > 2)
        return "r" if real else "n"
    return TAGS.get(kind) or TAGS.get(kind[0], "n")


def han_words() -> dict[str, tuple[float, str]]:
    """Word -> (log10 of its share, tag); in the forms that stand for their variants."""
    forms = han_variants()
    seen: dict[str, tuple[float, str]] = {}
    other = wordfreq.get_frequency_dict("zh", "large")
    for line in Path(jieba.__file__).with_name("dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, kind = line.split(" ")
        if len(word) > 7 or not all("\u3400" <= c <= "\u9fff" or c == "〇" for c in word):
            continue
        more = other.get(word, 0.0)
        if int(count) < LEAST_HAN and more < 6e-7:
            continue
        share = int(count) / HAN_TOTAL
        score = math.log10(math.sqrt(share * more) if more else share / 3)
        word = word.translate(forms)
        if word not in seen or seen[word][0] < score:
            seen[word] = (score, tag(word, kind))
    return seen


def pack(words: dict[str, tuple[float, str]]) -> bytes:
    """Lines of a first character and groups ``tag class length rests``: words that are the same in all of these."""
    lines: dict[str, dict[tuple[str, int, int], list[str]]] = defaultdict(lambda: defaultdict(list))
    for word, (score, kind) in words.items():
        step = max(0, round(-score * 4) - 6)
        if step > RAREST:
            continue
        lines[word[0]][kind, step, len(word) - 1].append(word[1:])
    rows = []
    for first, groups in sorted(lines.items()):
        rows.append(
            first + "".join(f"{k}{chr(97 + s)}{n}{''.join(sorted(w))}" for (k, s, n), w in sorted(groups.items()))
        )
    return zlib.compress("\n".join(rows).encode("utf-16-le"), 9)


def latin_words() -> bytes:
    """Frequent English words by frequency, apostrophes left out as the fold does."""
    out: dict[str, None] = {}
    for word in wordfreq.top_n_list("en", LEAST_LATIN, wordlist="large"):
        plain = word.replace("'", "").replace("’", "")
        if plain.isascii() and plain.isalpha() and (len(plain) > 1 or plain in "ai"):
            out[plain] = None
    return zlib.compress("\n".join(out).encode(), 9)


def main() -> None:
    out = Path(sys.argv[1])
    words = han_words()
    print(len(words), "Han words")
    (out / "han.words.zlib").write_bytes(pack(words))
    (out / "latin.words.zlib").write_bytes(latin_words())
    for path in sorted(out.glob("*")):
        print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
