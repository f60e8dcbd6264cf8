"""Texts that were found by `benchmarks/robust/fuzz.py` and made as short as they go: no error, and no second change.

A text whose fault is not mended yet has its reason in `fault`: it is then a strict expected failure.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from dedupe_cli import api
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.read.load import read_again
from dedupe_cli.settings import CLEANERS, make


@dataclass(frozen=True)
class Found:
    name: str
    text: str
    settings: dict[str, Any] = field(default_factory=dict)
    fault: str = ""
    kind: str = "text"


SAID = "The ferryman counts his passengers twice, once on each bank, and writes both numbers down.\n\n"
MARKED = f"{SAID}\ufeff第二卷\n\n{SAID}"

FOUND = [
    Found("combining marks alone", "\u0301" * 300),
    Found(
        "a period of three letters",
        "nhnnhnnhnnhnnhnnhnnhnnhnnhnnhnnhnnhnnhnnhnnhnnhnnhnnhnnhnnhnh",
    ),
    Found(
        "a period of eight letters with slips",
        "hsiehoieholhsieholhsieholhsiehsiehololhsieholhsieholhsieholhsieholhs",
    ),
    Found(
        "a passage broken over lines, repeated with slips",
        "蟢綔𤨞的ᝯ銞仁eb\nwwhoplaante he roe.蟢綔𤨞的 ᝯ銞\n仁ebreeemmmmmbr\nwwhoplaante hero",
    ),
    Found(
        "two halves of a line that lean on each other",
        "thinnutm鍻步htuo613蔬圴徥甃悽ethinnuth?\nTmew鍻步htuo613緁濔蔬圴徥甃悽",
    ),
    Found(
        "lines that hold each other, by paragraphs",
        "斌鷊賰坒stldaihd蓂奭趔斌鷊欒賰坒沿tla斌鷊欒賰坒stl7aihd蓂奭趔斌鷊欒坒hd蓂奭趔e\n斌鷊欒賰坒stldaihd蓂奭趔.\n"
        "斌鷊欒賰坒stl7aihd蓂奭趔.\n欒賰坒stlaihd蓂\n.\n斌鷊欒",
        {"unit": "paragraph", "similarity": 95.0, "apply": "all"},
    ),
    Found(
        "a copy of what the votes of other copies have changed",
        "<v>先在 tnal 里运行 setup，再打开 Settings 页面，确认 ver 一栏显示的是最新的。"
        "先在 teminal 里运行se.uue，再打开开 Setttings 页面，确认认 verson 一栏，示示的是最新的"
        "<d><p>先在 teminal里运行se.uue，再打开开 Setttings页面确认认 verson 一栏示示的是最新的<br>p",
        {"keep": "merged"},
        kind="html",
    ),
    Found(
        "a copy of what begins where another copy ends",
        "。\re\rosuieaaousiosuieosaosuieaosuieaosuiosuieauiao\nueosiieaosuieieaosuaosuieaosuisu",
    ),
    Found(
        "one letter beside a copy, against nothing",
        "histooladorangesfromthesouthTheferrymarivertakesawayoneofthepostsandgivesbackanother嵸第三条嵸\n"
        "The fkeeps his tools a ld oranges from the south嵺嵸\n嵸\nThefeankeepshistools",
        {"apply": "all"},
    ),
    Found(
        "a loop that only a cut elsewhere makes one",
        "圲鵣潖葱能頩笭楕燸獥硒彉熡媵庀譬矐谒鳙莼卌虠衈旕怵怵曓犉男鬢卉溞溞炆快负蚬鐧岠沴簷軎犥nneuaaieeeuln酖敵鱴猧硢撄骙鄡驰镈蜚跈熡\n"
        "天一擦黑孩子们就把椅子一把一把地搬回教室摆得整整齐齐\nHepaid40crforthesaddleitcamewith\n一擦孩子把椅子一把地"
        "教室摆得整整齐齐\n先在terminal里运setup再打开Settings页面确认version一栏显示的是是最新的好\n天一擦黑孩子们就把椅"
        "子一把一把地搬回教室摆得整整齐齐。罍荽詛搸忦餓锿霓硘鯵紲唛恵纃髡瀕魎犯lsrnrlhli徹材涷玄襃菭懮鄼蓆哅lsl踽弼鞁暆捐鶉竮叮鉁谎ars"
        "ls蔣瑵亁扐灖鏷繹勼閟!天一擦黑孩子们就把椅子一把一把地搬回教室摆得整整齐齐。剰鱛鈍鉪鍩苌稕hnslilil6606 鍜軿鲅獾匈紙角 447"
        "6 櫻黵啟醧擻轳嚂帇",
    ),
    Found("a byte order mark that comes to the front", MARKED, {"keep": "last"}),
    Found(
        "a paragraph that ends in a line of a wide space, in Markdown",
        "标\n\u3000",
        {"fix": "all"},
        kind="markdown",
    ),
    Found("a byte order mark that comes to the front of Markdown", MARKED, {"keep": "last"}, kind="markdown"),
    Found(
        "a vote in Markdown that shows another copy",
        "熾戜燦帆紫錥饳\n戜燦帆紫錥饳戜燦帆紫錥\n錥饳戜燦帆紫錥饳饳",
        {"keep": "merged"},
        kind="markdown",
    ),
    Found(
        "a vote in Markdown beside code that never ends",
        "```\n```\n面那排梨树是谁种的村里已经没有人说得上来了\n\n面那排梨树是谁种的村里已面那排梨树是谁种的村里已经没有人说得上来了"
        "\n```\n\n了\n```\n村里已经没有人说得上来了。\n```",
        {"keep": "merged"},
        kind="markdown",
    ),
    Found(
        "two blocks that would both take a line of quotation marks",
        "```\n```\n村里已经没有人说得上来消说得了\n>村里已经没有人说得上来了\n>>\n消",
        kind="markdown",
    ),
    Found(
        "a block that fits only when another one is gone",
        " The ferryman keeps his tools in a box that once held oranges from the south.\n \n\n# T s.\n- \nThe ferryman keeps his "
        "tools in a box that once held oranges from the south\n- The ferryman keeps his toh.\n> > \ne ferryman keeps his tools in a box "
        "that once held orangan keeps his tools in a box that once held oranges from the south.",
        kind="markdown",
    ),
    Found(
        "a line of an item that goes in two cuts",
        "Hdntisrs du皻离帜乆榵鸧祉搋帎縃悝1951重燀伊躣佼媁狹瞯耿他花40块钱买了那匹马又花12块钱配了一副马鞍Hu皻离帜乆榵鸧祉搋帎縃悝"
        "1951重燀伊躣佼媁狹瞯耿他花40块钱买了那匹马又花12块钱配了一副马鞍\n- Hdntisrs du皻离帜乆榵鸧祉搋帎縃悝1951重燀伊躣佼媁狹瞯耿"
        "他花40块钱买了那匹马又花12块钱配了一副马鞍\nt",
        kind="markdown",
    ),
    Found(
        "a cut that a file takes in part hides smaller ones in the rest",
        "鄜服蝦戣夡摂聑親椑龍俷黊\n- 聑親椑龍俷黊鄜服蝦戣夡摂聑親椑龍俷黊鄜服蝦戣夡摂聑親椑龍俷黊鄜服\n---\n黊\n---\n鄜服服蝦戣夡摂聑親椑龍俷黊\n| 鄜服蝦戣夡摂聑親椑龍俷黊",
        {"keep": "last"},
        kind="markdown",
    ),
    Found(
        "a word put together over a line that went",
        "一擦子把一地搬回教室-\n一擦子就把一把地搬回教室。\nrsadrdtdrs5737adtdrs5737adrd",
        {"fix": ["hyphenation"]},
        kind="markdown",
    ),
    Found(
        "two neighbours that go and part the same text",
        "<p>浦窨芹診阏睂屒嫉<ul><i>浦窨芹診阏睂屒嫉</ul><div>浦窨芹診阏睂屒嫉</div><",
        kind="html",
    ),
    Found(
        "two cleaners before a wide space at the end of a row",
        "Ã©\u200b\u3000<b>",
        {"fix": ["invisible", "mojibake"]},
        kind="html",
    ),
    Found(
        "a newline that a cleaner takes before a cut",
        "釪蠎驭湷喫猓籄诜顪伇茝7174飣励敀始儯尕柫?Ieoud a釪蠎驭湷喫猓籄诜顪伇茝7174飣励敀始儯尕柫?Ieoud a釪蠎驭湷喫猓籄诜顪伇茝7174飣励敀始"
        "儯尕柫?\rIeoud a e 飣励敀始挂着一口没有钟锤的钟，男孩们路过的时候\ufeff总要朝它",
        {"fix": ["broken-paragraph"]},
        kind="markdown",
    ),
    Found(
        "what a file keeps of a cut is the text that stays later",
        "is弔祸剠忾絏鸬髲毹诳瀡訁絀湦nehettuiluurnadudh茅侾壹詣挀頍资惶thdtr hdldhrdhl緑sdueluto uso?\n\u3000Dhis弔祸剠墰哳鸵忾絏鸬髲毹诳瀡訁絀湦nts "
        "e eaehettu ila aetuurna nuridudh资惶thdtr hdldhrdhl緑sdueluto uso\n>Dhis弔祸剠墰哳鸵忾絏鸬髲毹诳瀡訁絀湦nts e eaehettu ila aetuurna "
        "nuridudh茅侾壹詣",
        {"keep": "last"},
        kind="markdown",
    ),
    Found(
        "a cleaner's edit behind the end of a row",
        "<p>.<h2>\u00ad</h2><p>",
        {"fix": ["blank-lines", "invisible"]},
        kind="html",
    ),
    Found(
        "a vote that keeps a space which a cleaner put in",
        "裷殮蘮祗enurels 喒澯麕敹汴醈嚓摵掖<p>鑦嗧葞茎裷殮蘮祗 enuih relnhos 喒澯麕 翿橧獉莔敹汴醈嚓摵掖<l><td>澯麕翿橧獉莔敹汴醈嚓摵掖"
        "</td>旯轹鑦嗧葞茎裷殮蘮祗 enuih relnhos 喒澯麕翿橧獉莔敹汴醈嚓摵掖旯<i>轹鑦嗧葞茎裷殮蘮祗 enuih relnhos 敹汴醈嚓摵掖旯<e>轹鑦嗧葞茎"
        "裷殮蘮祗 enuih relnhos 喒澯麕翿橧獉莔敹汴醈嚓摵掖t",
        {"keep": "merged", "fix": ["han-space"]},
        kind="html",
    ),
    Found(
        "after a vote, a copy around one that went",
        "有钟锤的钟，男孩，路过的时候要朝它扔石子\n城门挂着钟锤的钟，男孩们路过的时候总要它扔石子。。\n\n城门上挂着一口没有钟锤钟，男孩们过的"
        "时候总要朝它扔石\n\n着着一口没.钟锤的钟，男孩们路过的候总要\n城门上挂着口没有锤的钟 们路过.时候总要它扔石子。\n\n城门上挂着一口没有"
        "钟锤的钟，\n城门挂着一口没有钟锤的钟，男孩们e过的时候要朝扔石子۱۲\n\n城门上挂着一口没有有钟锤的钟，男孩\n城门上挂着一口没有钟钟锤的"
        "钟，男孩们过的时候总要朝它扔石石子。\n\n城门上挂着一口没钟锤孩们路过的时候总没有钟锤的钟，男孩们路过的时候总",
        {"keep": "merged"},
    ),
    Found("two words put together one after the other", "! sr-\ndr-\nuo", {"fix": ["hyphenation"]}),
    Found(
        "a space that a cleaner takes behind a cut to the end of its line",
        "人把工具一只装过橘子箱里贴着南方的商标。渡的老人把工具收在一只装过橘子的木箱\n具收在一只装过橘子的木箱里上还贴着南方的商标。 \n子",
        {"keep": "longest", "fix": sorted(set(CLEANERS) - {"remove-phrases"})},
        kind="markdown",
    ),
    Found(
        "a definition that would be one no more",
        "靗庄抋刀 hll sedrero 鑍琮筂靫骰萛草垯 捌蔿灊厴藳矏犥宬 秾謢運 osd\n"
        "eulhue eulhue eulhue[a]eulhue\n>eulhue\neulhue\n1. eulhue\n>eulhue eulhue\neulhue\n>>eulhue\n[a]:eulhue\n\n|",
        kind="markdown",
    ),
    Found(
        "what a file takes one after the other and not as one",
        "他花40块钱买了那匹马又花12块钱配了一副马鞍。\n1.\n他花40块钱买了那匹马又花12块钱配了一马鞍。\n|他花40块钱买了那匹马又花12块钱配了一副马鞍。\n\n"
        "他花40块钱买了那匹马又花12块钱配了一副马鞍他花40块钱买了那匹马又花12他花40块钱买了那匹马又花12块钱配了一副马鞍\n```\n|\n```\n"
        "他花40块钱买了那匹马又花12块钱配了一副马那匹马又花12块钱配了一副马鞍\n2块钱配鞍\n```",
        {"keep": "last"},
        kind="markdown",
    ),
    Found("a number sign alone on a line among numbers", "0\n#\n1", {"fix": ["furniture"]}),
    Found(
        "a line of subtitles that a cleaner leaves without a letter",
        "0:0:0,0-->0:0:2,0\n裏\n&mp;",
        {"fix": ["entities"]},
        kind="srt",
    ),
]


def marked(found: Found) -> Any:
    marks = [pytest.mark.xfail(strict=True, reason=found.fault)] if found.fault else []
    return pytest.param(found, id=found.name, marks=marks)


@pytest.mark.parametrize("found", [marked(f) for f in FOUND])
def test_found(found: Found) -> None:
    settings = make(None, **found.settings)
    once = api.run(
        open_source(found.text.encode("utf-8", "surrogatepass"), "in.txt", "utf-8", kind=found.kind), settings
    )
    again = read_again(once.source, once.data)
    assert again.text == once.text
    assert api.run(again, settings).text == once.text
