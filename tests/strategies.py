"""Hypothesis strategies: texts put together out of repeats, noise, odd Unicode and mixed newlines."""

from __future__ import annotations

from hypothesis import strategies as st

ENGLISH = (
    "The ferryman keeps his tools in a box that once held oranges from the south.",
    "Every spring the river takes away one of the posts and gives back another.",
    "Nobody remembers who planted the row of pear trees behind the fire station.",
    "In the evening the children carry the chairs back into the school one by one.",
    "A bell without a clapper hangs over the gate, and the boys throw stones at it.",
    "He paid 40 crowns for the horse and 12 more for the saddle it came with.",
)
CHINESE = (
    "摆渡的老人把工具收在一只装过橘子的木箱里，箱子上还贴着南方的商标。",
    "每年春天河水都要冲走一根木桩，过些日子又从上游送来一根。",
    "消防站后面那排梨树是谁种的，村里已经没有人说得上来了。",
    "天一擦黑，孩子们就把椅子一把一把地搬回教室，摆得整整齐齐。",
    "城门上挂着一口没有钟锤的钟，男孩们路过的时候总要朝它扔石子。",
    "他花40块钱买了那匹马，又花12块钱配了一副马鞍。",
)
MIXED = (
    "先在 terminal 里运行 setup，再打开 Settings 页面，确认 version 一栏显示的是最新的。",
    "这次 workshop 的 slides 已经上传到网盘，密码和上次一样，大家可以自行下载。",
)
SHORT = ("Yes.", "是的。", "No.", "好。", "# Notes", "1. one", "- two", "……", "| a | b |", "第三条", "OK")
NEWLINES = ("\n", "\n\n", "\r\n", "\r\n\r\n", "\n \n", "\n\n\n", "\r", "\n\u3000\u3000")
ODD = (
    "\ufeff", "\u200b", "\u202e", "e\u0301", "👨‍👩‍👧", "\x00", "\x0b", "\u2028", "\ud800", "ﬁ", "Å", "\U00020000",
    "\t", "\x1b[31m", "[red]", "\u0e33", "ｱ", "۱۲", "\u00ad",
)  # fmt: skip

sentences = st.sampled_from(ENGLISH + CHINESE + MIXED)
newlines = st.sampled_from(NEWLINES)


@st.composite
def noisy(draw: st.DrawFn) -> str:
    """A sentence with up to three characters changed, dropped or doubled."""
    chars = list(draw(sentences))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(chars) - 1))
        chars[at] = draw(st.sampled_from(["", chars[at] * 2, "e", "的", "7", " "]))
    return "".join(chars)


@st.composite
def paragraphs(draw: st.DrawFn) -> str:
    """One to four sentences run together, possibly broken off in front or behind."""
    parts = draw(st.lists(st.one_of(sentences, sentences, noisy()), min_size=1, max_size=4))
    text = draw(st.sampled_from(["", " "])).join(parts)
    low = draw(st.sampled_from([0, 0, 0, 2, 9]))
    high = len(text) - draw(st.sampled_from([0, 0, 0, 3, 17]))
    return text[low:high]


@st.composite
def loops(draw: st.DrawFn) -> str:
    """Something said again and again at once, the last round possibly cut off."""
    unit = draw(st.one_of(sentences, st.sampled_from(SHORT), st.text("ab 好。", min_size=1, max_size=9)))
    gap = draw(st.sampled_from(["", " ", "\n"]))
    text = (unit + gap) * draw(st.integers(2, 12))
    return text[: len(text) - draw(st.integers(0, len(unit) - 1))]


wild = st.text(st.one_of(st.characters(), st.sampled_from(ODD).filter(lambda s: len(s) == 1)), max_size=40)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text of up to a dozen pieces, some of them drawn twice, with separators of all kinds between."""
    block = st.one_of(paragraphs(), paragraphs(), loops(), st.sampled_from(SHORT), st.sampled_from(ODD), wild)
    pool = draw(st.lists(block, min_size=1, max_size=6))
    order = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=12))
    style = draw(st.one_of(st.none(), newlines))
    pieces = []
    for piece in order:
        pieces.append(piece)
        pieces.append(style if style is not None else draw(newlines))
    return "".join(pieces if draw(st.booleans()) else pieces[:-1])


@st.composite
def texts_without_repeats(draw: st.DrawFn) -> str:
    """Every sentence at most once."""
    chosen = draw(st.lists(st.sampled_from(ENGLISH + CHINESE + MIXED), unique=True, min_size=1, max_size=14))
    gaps = [draw(st.one_of(newlines, st.just(" "))) for _ in chosen]
    return "".join(part for pair in zip(chosen, gaps, strict=True) for part in pair)
