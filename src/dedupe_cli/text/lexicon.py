"""Facts about words and characters, loaded when a doubtful difference asks for them.

Chinese words with a class of frequency and a tag, frequent English words, which characters sound or look alike.
Where they come from is told in ``data/README.md``. All keys are folded as ``text/fold.py`` folds.
"""

from __future__ import annotations

import math
import zlib
from functools import cache
from importlib.resources import files

# Tags of Chinese words.
PERSON, PLACE, ORGANISATION, OTHER_NAME, TIME, NUMERAL, MEASURE, FUNCTION = (
    "r",
    "p",
    "o",
    "z",
    "t",
    "m",
    "q",
    "f",
)
NAMES = frozenset("rpoz")

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦"
    "付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包"
    "宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷"
)
PERSONAL_TITLES = (
    "先生",
    "女士",
    "小姐",
    "总",
    "某",
    "教授",
    "主任",
    "局长",
    "经理",
    "老师",
    "医生",
    "同志",
    "院长",
    "校长",
)
FUNCTION_CHARS = frozenset(
    "的了在是和与及而或也都就着过地得之其所于以为把被让向从对这那个们你我他她它吗呢吧啊"
)
NEGATIONS = frozenset("不没未非无勿莫毋弗否别")
LATIN_NEGATIONS = frozenset(
    "not no never none nor neither nothing nobody nowhere without cannot dont doesnt didnt isnt arent wasnt werent "
    "wont wouldnt cant couldnt shouldnt hasnt havent hadnt mustnt aint unable hardly".split()
)
DIGIT_CHARS = frozenset("〇零一二三四五六七八九十百千万亿两廿卅")
COUNTERS = frozenset(
    "年月日号时分秒点岁个名位人次元块角万亿千百十条件项家所座场届期倍度米里斤吨克亩股票支只张篇章节卷页层楼度天周届级套台辆架艘吨升平公"
)
DATE_UNITS = frozenset("年月日号时点分秒周季旬世纪代")
UNITS = frozenset(
    "千克 公斤 公里 千米 厘米 毫米 平方米 立方米 公顷 亩 吨 克 斤 米 里 升 毫升 元 美元 欧元 日元 港元 人民币 英镑 万元 亿元 万 亿 千 百 "
    "倍 度 摄氏度 小时 分钟 秒 天 周 年 月 日 岁".split()
)
LATIN_UNITS = frozenset(
    "km kg cm mm mg ml kw mw gw hz khz mhz ghz kb mb gb tb mile miles meter meters metre metres kilometer kilometers "
    "kilometre kilometres inch inches foot feet yard yards acre acres hectare hectares pound pounds ounce ounces ton "
    "tons tonne tonnes gram grams kilogram kilograms liter liters litre litres gallon gallons percent hour hours minute "
    "minutes second seconds day days week weeks month months year years dollar dollars cent cents euro euros shilling "
    "shillings pence penny million billion trillion thousand hundred dozen degrees celsius fahrenheit".split()
)
LATIN_DATES = frozenset(
    "january february march april june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow morning "
    "afternoon evening noon midnight spring summer autumn winter century".split()
)
LATIN_NUMBERS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion first "
    "second third fourth fifth sixth seventh eighth ninth tenth half quarter twice double triple".split()
)
_LOOKS = (
    "己已巳 未末木本 日曰目白自 人入八 土士工 千干于 大太犬天夫 天夭夫无 王玉主五 田由甲申 刀力刁 九丸几 戊戌戍成 鸟乌马 午牛 贝见 今令 仑仓 侯候 "
    "拔拨 免兔 治冶 析折拆 师帅 享亨 夫失 了子 儿几 厂广 小少 万方 户尸 爪瓜 弋戈 乒乓 口囗 间问闻 名各 住往佳 因困囚 其具 坏环 传转 处外 "
    "设没 认识 洒酒 汗汁 管菅 宫官 兴与 处处 推准 清请情 材村 杆秆 季李 手毛 竟竞 辨辩 遣遗 拉位 哀衰 陈阵 幻幼 史吏 旬句 勾匀 特持 徒徙"
).split()


@cache
def _data(name: str) -> bytes:
    return (files("dedupe_cli") / "data" / name).read_bytes()


@cache
def han_words() -> dict[str, str]:
    """Return Chinese word -> its tag and the letter of its class of frequency (``a`` the most frequent)."""
    out: dict[str, str] = {}
    for line in zlib.decompress(_data("han.words.zlib")).decode("utf-16-le").split("\n"):
        size = int(line[2])
        value = line[:2]
        out.update(dict.fromkeys([line[i : i + size] for i in range(3, len(line), size)], value))
    return out


@cache
def latin_words() -> dict[str, int]:
    """Return English word -> rank by frequency, 0 the most frequent."""
    words = zlib.decompress(_data("latin.words.zlib")).decode().split("\n")
    return {word: rank for rank, word in enumerate(words)}


# Log probability (natural) of a word by the letter of its class.
CLASS_LOG = {chr(97 + step): -(step + 6) / 4 * math.log(10) for step in range(26)}


def latin_log(rank: int) -> float:
    """Log probability of the English word of this rank, by Zipf's law."""
    return -math.log(rank + 3) - 2.4


@cache
def _sounds() -> dict[str, str]:
    out: dict[str, str] = {}
    for line in _data("sounds.txt").decode().splitlines():
        sound, _, chars = line.partition(" ")
        out.update(dict.fromkeys(chars, sound))
    return out


@cache
def _shapes() -> dict[str, frozenset[str]]:
    out = {line[0]: frozenset(line[1:]) for line in _data("shapes.txt").decode().splitlines()}
    for group in _LOOKS:
        for char in group:
            out[char] = out.get(char, frozenset()) | {group}
    return out


def sound_alike(one: str, other: str) -> bool:
    """Tell whether two Han characters are read with the same syllable, whatever the tone."""
    sounds = _sounds()
    return sounds.get(one, one) == sounds.get(other, other)


def look_alike(one: str, other: str) -> bool:
    """Tell whether two Han characters share a component or are known to be mistaken for one another."""
    shapes = _shapes()
    first, second = shapes.get(one, frozenset()), shapes.get(other, frozenset())
    return bool(first & second) or one in second or other in first
