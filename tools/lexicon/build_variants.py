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
    " 庵菴 暗闇晻 鳌鼇 霸覇 柏栢 稗粺 坂阪岅 榜牓 褒襃 宝寳寶 杯盃桮 悖誖 逼偪 毙獘 秕粃 痹痺 鳖鼈 冰氷 博愽 驳駮 布佈 采寀 睬倸 踩跴 参叄 惭慙 草艸 厕廁 策筞筴"
    " 插挿 察詧 场塲 扯撦 趁趂 撑撐 乘椉 澄澂 痴癡 耻恥 敕勅勑 翅翄 仇讐讎 酬酧詶醻 厨廚 锄鉏耡 船舩 创剏剙 捶搥 棰箠 锤鎚 春旾 淳湻 蠢惷 辞辤 糍餈 粗觕麤 蹴蹵 锉剉"
    " 耽躭 啖啗噉 荡盪 岛㠀 捣擣 德惪 堤隄 抵牴觝 雕鵰彫琱 叠疉 斗鬪鬬 豆荳 妒妬 睹覩 峨峩 讹譌 萼蕚 鳄鰐 尔尒 翻飜 凡凢 佛彿髴 蜂蠭 附坿 妇媍 杆桿 秆稈 赣贑灨 皋皐臯 糕餻"
    " 歌謌 个箇 耕畊 躬躳 构搆 雇僱 鼓皷 馆舘 罐鑵 规槼 瑰瓌 果菓 函圅 捍扞 悍猂 蚝蠔 皓皜暠 和龢咊 核覈 恒恆 糊餬 哗譁 欢讙驩 浣澣 辉煇 回囘迴廻 毁燬譭 昏昬 祸旤 楫檝"
    " 绩勣 家傢 假叚 戛戞 笺牋椾 鉴鑑鍳 剑劔 僵殭 缰韁 叫呌 劫刧刦刼 阶堦 斤觔 径逕 阱穽 迥逈 炯烱 韭韮 救捄 厩廄廐 局侷跼 巨鉅 倦勌 俊儁 浚濬 扣釦 寇冦 裤袴 馈餽 愧媿 昆崑崐"
    " 捆綑 坤堃 困睏 赖頼 懒嬾 琅瑯 泪淚 厘釐 狸貍 梨棃 犁犂 荔茘 璃琍 栗慄 莅涖蒞 梁樑 邻隣 磷燐粦 菱蔆 留畱 琉瑠 柳栁桺 橹艣 戮剹 仑崙 裸躶臝 骂駡 梅楳槑 弥瀰 绵緜 妙玅 亩畞"
    " 拿拏挐 乃廼迺 奶嬭 昵暱 年秊 捏揑 暖煗煖 盘槃 佩珮 匹疋 飘飃 凭凴 瓶缾 栖棲 凄悽淒 戚慼慽 期朞 旗旂 憩憇 器噐 枪鎗 强彊 锹鍫 峭陗 琴琹 勤懃 寝寑 秋秌穐 球毬 驱敺 却卻 绕遶"
    " 韧靭靱 融螎 冗宂 蕊蘂橤 桑桒 涩澁 膳饍 尸屍 湿溼 时旹 实寔 视眎眡 疏疎踈 倏儵 薯藷 漱潄 似佀 祀禩 俟竢 搜蒐 苏甦 诉愬 溯泝遡 笋筍 锁鏁 绦縧 啼嗁 蹄蹏 眺覜 同仝 兔兎 驼駞"
    " 蛙鼃 挽輓 玩翫 往徃 望朢 蚊蚉 吻脗 瓮甕 熙煕 溪谿 膝厀 席蓆 狭陿 仙僊 籼秈 弦絃 衔啣 厢廂 享亯 向嚮曏 效効 笑咲 啸歗 邪衺 携攜擕 鞋鞵 泄洩 蟹蠏 欣訢 幸倖 凶兇 汹洶 修脩"
    " 袖褏 叙敘敍 婿壻 喧諠 璇璿 靴鞾 勋勳 熏燻 埙塤壎 徇狥 鸦鵶 崖厓 胭臙 岩嵒巖巗 檐簷 艳豔 燕鷰 宴醼 扬敭 肴餚 窑窯窰 咬齩 耀燿 野埜壄 夜亱 医毉 彝彞 蚁螘 因囙 阴隂 荫廕 姻婣"
    " 吟唫 淫婬 莺鸎 映暎 涌湧 游遊 逾踰 欲慾 御禦 愈癒 冤寃 猿猨蝯 岳嶽 杂襍 灾烖菑 簪篸 咱喒偺 暂蹔 葬塟 糟蹧 皂皁 噪譟 札剳劄 毡氈 沾霑 盏琖醆 崭嶃 照炤 哲喆 浙淛 珍珎 砧碪"
    " 侦遉 证証 蜘鼅 只祇衹秖祗 纸帋 址阯 志誌 置寘 稚稺穉 冢塚 咒呪 煮煑 伫佇竚 注註 砖甎塼 撰譔 妆粧 斫斲 姊姉 棕椶 踪蹤 鬃騣 罪辠 樽罇 旆斾 饰餙 凳櫈 柿柹 柄棅 蝶蜨 坟墳"
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
            if form != char and len(form) == 1 and form >= "\u3400":
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
