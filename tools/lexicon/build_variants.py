"""Build ``data/variants.txt``: which Han characters are written forms of one another.

Source: OpenCC's tables (Apache-2.0), asked character by character through its converters, and a short list of
old forms that those tables leave out. Run: ``python tools/lexicon/build_variants.py OUT``.

One line a class: the form that stands for it (simplified where there is one), then its other forms. Japanese forms
are taken only where the character is not one of Chinese too (``欠`` is Japanese for ``缺``, but a word of its own
in Chinese), so that no two words of one language fall together.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from pathlib import Path

import opencc

RANGES = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAD9), (0x20000, 0x2FA1D))
RARE = 150  # uses in the word list's corpus below which a character is no proof that Chinese has it
OLD = (
    "真眞 青靑 既旣 即卽 教敎 税稅 脱脫 说說説 阅閱閲 锐銳鋭 吴吳呉 告吿 吕呂 户戶戸 清淸 黄黃 温溫 奥奧 禄祿 录錄録 绿綠緑 缘緣縁 "
    "汇彙滙 内內 两兩両 暨曁 绝絕絶 产產産 彦彥 颜顏顔 强強 慎愼 镇鎭鎮 颠顚 填塡 晚晩 册冊 别別 步歩 每毎 海海 没沒 决決 冲沖 况況 "
    "凉涼 减減 凑湊 净淨 群羣 峰峯 略畧 够夠 裙帬 鹅鵞鵝 阔濶闊 朵朶 躲躱 垛垜 秘祕 毗毘 侄姪 仿倣髣 咽嚥 泛汎氾 升昇陞 唇脣 "
    "启啟啓 污汙汚 线綫線 岁歲嵗 值値 置置 直直 俱俱 具具 查査 并並幷併竝 吃喫 考攷 迹跡蹟 韵韻 管筦 遍徧 概槩 雁鴈 晰晳 棋碁棊 "
    "桌槕 乘乗 剩剰 众衆眾 为為爲 伪偽僞 床牀 村邨 叹嘆歎 欢歡懽 咏詠 鸡雞鷄 猪豬 猫貓 烟煙菸 炮砲 矿礦鑛 碗椀盌 盖蓋葢 花芲 "
    "伞傘繖 针針鍼 钩鉤鈎 灶竈 窗窓牕 闹鬧閙 斗鬥鬭鬦 面麵麪 里裡裏 粽糉 粗麤 糖餹 扎紮紥 绣繡綉 红紅 羁羈覊 膻羶 胸胷 腭齶 "
    "麻蔴 苏蘇蘓 荐薦 蔑衊 虱蝨 蚊蟁 册冊 卸卹 恤卹 恶惡悪 德徳 黑黒 墨墨 默黙 增増 层層 赠贈 曾曽 僧僧 憎憎 者者 诸諸 著著 "
    "都都 社社 祖祖 祝祝 神神 祥祥 福福 节節節 练練練 勤勤 渚渚 突突 类類類 难難難 響响響 频頻頻 题題 历歷歴曆暦 为爲為"
)


def steps() -> list[opencc.OpenCC]:
    return [opencc.OpenCC(name) for name in ("tw2t", "hk2t", "t2s")]


def chinese(to_simple: opencc.OpenCC, to_old: opencc.OpenCC) -> set[str]:
    """Characters that Chinese dictionaries of words use: those of the jieba word list, in both scripts."""
    import jieba

    uses: Counter[str] = Counter()
    for line in Path(jieba.__file__).with_name("dict.txt").read_text(encoding="utf-8").splitlines():
        word, count, _ = line.split(" ")
        for char in word:
            uses[char] += int(count)
    simple = {c for c, n in uses.items() if ord(c) >= 0x3400 and n >= RARE}
    return simple | {to_old.convert(c) for c in simple} | {to_simple.convert(c) for c in simple}


def table() -> dict[str, str]:
    chain = steps()
    japanese = opencc.OpenCC("jp2t")
    known = chinese(chain[-1], opencc.OpenCC("s2t"))
    out: dict[str, str] = {}

    def simple(char: str) -> str:
        for _ in range(4):
            before = char
            char = unicodedata.normalize("NFKC", char)
            for step in chain:
                char = step.convert(char)
            if char == before:
                break
        return char

    for low, high in RANGES:
        for code in range(low, high + 1):
            char = chr(code)
            form = simple(char)
            if form == char and char not in known:
                form = simple(japanese.convert(char))
            if form != char and len(form) == 1 and "\u3400" <= form:
                out[char] = form
    for line in OLD.split():
        head = simple(line[0])
        for char in line[1:]:
            if char != head and simple(char) != head:
                out[char] = head
    while True:  # a form that stands for a class may itself have been given to another
        again = {c: out[f] for c, f in out.items() if f in out and out[f] != c}
        if not again:
            return {c: f for c, f in out.items() if c != f}
        out.update(again)


def main() -> None:
    classes: dict[str, list[str]] = {}
    for char, form in table().items():
        classes.setdefault(form, []).append(char)
    lines = [form + "".join(sorted(chars)) for form, chars in sorted(classes.items())]
    Path(sys.argv[1]).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
