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
# Characters that foreign names are written with.
SOUND_CHARS = frozenset("阿埃艾安奥巴拜班贝本比博布查达戴丹德登迪蒂丁杜多顿恩尔法菲费芬弗福盖冈戈哥格古哈海汉赫霍基吉加杰金卡凯坎科克肯库拉莱兰朗劳勒雷里利莉林琳卢鲁路伦罗洛马玛麦曼梅门蒙米密摩莫姆穆内纳奈尼诺欧帕佩皮普奇乔切琼瑞萨塞桑沙舍施史斯司苏索塔泰坦特提托娃瓦万威韦维温文沃乌西希夏谢辛休雅亚扬耶伊尤约泽扎詹珍朱兹佐")
# Characters and words that stand for opposites or for neighbours in one series: exchanging one is meant.
CONTRASTS = (
    "东西南北中 上下中 左右 前后 内外里 男女 父母 春夏秋冬 他她它 我你他她 甲乙丙丁戊 胜负败 输赢 买卖 升降 涨跌 增减 进出 开关 生死 有无 早晚 高低 新旧老 "
    "老少 真假 好坏 对错 快慢 轻重 远近 宽窄 厚薄 深浅 粗细 冷热 黑白红黄蓝绿紫灰 金银铜铁锡 日月 天地 正副 正负反 盈亏 收支 出入 加减乘除 存取 借还 攻守 "
    "主客 公私 大小 多少 长短 强弱 美英法德日俄韩中印朝泰越意加澳 京津沪渝冀豫鲁晋陕甘宁青新藏川黔滇桂粤琼湘鄂赣皖苏浙闽台港澳辽吉黑蒙 首末 头尾 来去 "
    "始终 问答 夫妻 兄弟姐妹 叔伯姑舅姨 儿女 爷奶 爸妈 哥弟姐妹 单双 奇偶 阴阳 晴雨雪阴 江河湖海 省市县区乡镇村州 今昨明去 元角分 年月日天周 时分秒 "
    "吨克斤 米里 百千万亿 零一二两三四五六七八九十 初高 硕博 古今 城乡 文理 松紧 软硬 干湿 明暗 善恶 美丑 胖瘦 贫富 穷富 先后 动静 虚实 敌我 师生 "
    "推拉 升降 断续 缓急 盛衰 兴亡 荣辱 得失 利弊 优劣 异同 爱恨 悲喜 哭笑 醒睡 站坐躺 猪牛羊马狗鸡鸭鱼 鼠牛虎兔龙蛇马羊猴鸡狗猪 可未 能须 应可 最较"
)
LATIN_CONTRASTS = (
    "he she|his her|him her|himself herself|man woman|men women|boy girl|boys girls|father mother|son daughter|brother sister|uncle aunt|king queen|"
    "husband wife|male female|sir madam|mr mrs miss ms|north south east west|northern southern eastern western|left right|up down|in out|on off|"
    "over under|above below|before after|first last|more less fewer|most least|many few|all some none|good bad|better worse|best worst|high low|"
    "higher lower|old young new|old new|large small|big small little|long short|black white red green blue yellow brown|rich poor|open shut closed|"
    "hot cold|early late|day night|morning evening afternoon|today yesterday tomorrow|always never sometimes often|with without|yes no|accept reject|"
    "increase decrease|increased decreased|rose fell|won lost|buy sell|bought sold|true false|public private|spring summer autumn winter|"
    "may must|can cannot|may might|i we you they he she|my our your their his her|inside outside|next last|former latter|minimum maximum|"
    "upper lower|front back|major minor|same different|easy hard|difficult easy|happy sad|dead alive|alive killed|killed wounded|import export|"
    "imports exports|win lose|gain loss|plus minus|hundred thousand million billion|single double|and or|any no|every no|only also|"
    "monday tuesday wednesday thursday friday saturday sunday|january february march april may june july august september october november december|"
    "jan feb mar apr may jun jul aug sep oct nov dec|one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand|first second third fourth fifth sixth seventh "
    "eighth ninth tenth|mile miles yard yards foot feet inch inches metre metres meter meters kilometre kilometres kilometer kilometers|"
    "pound pounds dollar dollars shilling shillings pence cent cents euro euros|second seconds minute minutes hour hours day days week weeks month "
    "months year years|ton tons pound pounds ounce ounces gram grams kilogram kilograms|am pm"
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
def _han_contrasts() -> frozenset[str]:
    return frozenset(x + y for group in CONTRASTS.split() for x in group for y in group if x != y)


@cache
def _latin_contrasts() -> dict[str, frozenset[int]]:
    out: dict[str, set[int]] = {}
    for index, group in enumerate(LATIN_CONTRASTS.split("|")):
        for word in group.split():
            out.setdefault(word, set()).add(index)
    return {word: frozenset(groups) for word, groups in out.items()}


def contrast(one: str, other: str) -> bool:
    """Tell whether two characters, or two English words, are opposites or neighbours in a series."""
    if len(one) == len(other) == 1 and one > "\u3400":
        return one + other in _han_contrasts()
    table = _latin_contrasts()
    nothing: frozenset[int] = frozenset()
    return one != other and bool(table.get(one, nothing) & table.get(other, nothing)) and not _plural(one, other)


def _plural(one: str, other: str) -> bool:
    return one + "s" == other or other + "s" == one


# What Latin letters and digits are drawn with: uprights (i short, l long), bows (c), hooks, crossings. Scanners
# divide the strokes of a line into other letters: ``from`` and ``horn`` are the same strokes.
_STROKES = {
    "a": "ci", "b": "lc", "c": "c", "d": "cl", "e": "c", "f": "l", "g": "cj", "h": "li", "i": "i", "j": "j", "k": "lv", "l": "l",
    "m": "iii", "n": "ii", "o": "c", "p": "ic", "q": "cj", "r": "i", "s": "s", "t": "l", "u": "ii", "v": "v", "w": "vv", "x": "v",
    "y": "v", "z": "s", "0": "c", "1": "l", "2": "s", "3": "s", "4": "v", "5": "s", "6": "c", "7": "l", "8": "s", "9": "cj",
}  # fmt: skip
_NEAR_STROKES = frozenset({"il", "li", "ij", "ji", "lj", "jl", "ci", "ic", "cs", "sc"})


def stroke_unlike(one: str, other: str) -> float:
    """Distance of two Latin stretches as strokes: 0 drawn alike, 1 nothing in common (Levenshtein, normalised)."""
    first = "".join(_STROKES.get(c, "?") for c in one[:16])
    second = "".join(_STROKES.get(c, "?") for c in other[:16])
    if not first or not second:
        return 1.0
    row = [float(k) for k in range(len(second) + 1)]
    for i, a in enumerate(first, 1):
        left, corner = float(i), row[0]
        row[0] = left
        for k, b in enumerate(second, 1):
            swap = corner if a == b else corner + (0.5 if a + b in _NEAR_STROKES else 1.0)
            corner = row[k]
            left = min(left + 1.0, corner + 1.0, swap)
            row[k] = left
    return row[-1] / max(len(first), len(second))


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
