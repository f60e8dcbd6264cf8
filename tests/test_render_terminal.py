"""The diff view: goldens at five widths, and what must hold at any width.

``DEDUPE_GOLDENS=write pytest tests/test_render_terminal.py`` writes the goldens anew; look at the change before it is committed.
"""

from __future__ import annotations

import io
import os
import re
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from dedupe_cli.cli.view import _LINK
from dedupe_cli.model import Plan, Reason, Span
from dedupe_cli.render.pieces import CUT, Piece
from dedupe_cli.render.terminal import Cards, show
from dedupe_cli.render.terminal_style import Measure, color_system, wants_color, wants_links, width_of
from render_plans import Builder
from render_scenes import NEWS, SCENES, Pair, line_span

GOLDENS = Path(__file__).parent / "goldens"
WIDTHS = (40, 60, 80, 120, 200)
SGR = re.compile(r"\x1b\[[0-9;]*m")


class Screen(io.StringIO):
    """A stream that says what it is."""

    def __init__(self, encoding: str = "utf-8", *, tty: bool = False) -> None:
        super().__init__()
        self._encoding, self._tty = encoding, tty

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def isatty(self) -> bool:
        return self._tty


def shown(pair: Pair | list[Pair], width: int = 80, *, encoding: str = "utf-8", **options: object) -> str:
    screen = Screen(encoding)
    pairs = pair if isinstance(pair, list) else [pair]
    show(pairs, stream=screen, width=width, **({"color": "never"} | options))  # type: ignore[arg-type]
    return screen.getvalue()


def golden(name: str, text: str) -> None:
    path = GOLDENS / name
    if os.environ.get("DEDUPE_GOLDENS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("scene", sorted(SCENES))
@pytest.mark.parametrize("width", WIDTHS)
def test_golden(scene: str, width: int) -> None:
    golden(f"{scene}-{width}.txt", shown(SCENES[scene](), width))


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_golden_in_colour(scene: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    text = shown(SCENES[scene](), 80, color="always")
    golden(f"{scene}-80.ansi", text)
    assert SGR.sub("", text) == shown(SCENES[scene](), 80)
    assert "\x1b" not in SGR.sub("", text)


def test_golden_side() -> None:
    golden(
        "side-160.txt",
        shown([SCENES[n]() for n in ("article", "news", "mixed", "loops")], 160, layout="side"),
    )


@pytest.mark.parametrize("scene", sorted(SCENES))
@pytest.mark.parametrize("width", [20, 30, *WIDTHS])
@pytest.mark.parametrize("wide", [False, True])
def test_rows_fit(scene: str, width: int, *, wide: bool) -> None:
    measure = Measure(ambiguous_wide=wide)
    text = shown(SCENES[scene](), width, ambiguous_wide=wide)
    for row in text.splitlines():
        assert measure.cells(row) <= width or len(row.split()[-1]) > width - 8, row
        assert row == row.rstrip()


@pytest.mark.parametrize("scene", sorted(SCENES))
@pytest.mark.parametrize("width", WIDTHS)
def test_signs_stand_on_every_row(scene: str, width: int) -> None:
    """Between the title of a card and the blank line behind it, each row has its sign or is a note."""
    signs = 2 if width < 60 else 8
    for block in shown(SCENES[scene](), width).split("\n\n")[1:-1]:
        body = [row for row in block.splitlines() if not re.match(r"\d+ | +D\d{3} |noted", row)]
        for row in body:
            gutter = row[:signs]
            assert gutter.strip() == "" or gutter[signs - 2] in "=-~!", row


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252", "no-such-encoding"])
@pytest.mark.parametrize("scene", sorted(SCENES))
def test_narrow_encodings(scene: str, encoding: str) -> None:
    text = shown(SCENES[scene](), encoding=encoding)
    text.encode("ascii" if encoding == "no-such-encoding" else encoding)
    if encoding == "ascii":
        assert "..." in text or scene == "hostile"
    assert scene != "hostile" or "<ESC>" in text


def test_a_lone_surrogate_is_shown() -> None:
    b = Builder("one \udcff line of text\n\none \udcff line of text\n")
    b.repeat("D101", ("one \udcff line of text", 0), ("one \udcff line of text", 1))
    assert "one <U+DCFF> line" in shown(b.pair())


def test_nothing_found_prints_nothing() -> None:
    src, _ = SCENES["news"]()
    assert shown((src, Plan(src.digest, len(src.text)))) == ""


def test_max_shown_announces_what_is_left_out() -> None:
    pairs = [SCENES["article"](), SCENES["news"]()]
    text = shown(pairs, max_shown=4)
    assert "2 more groups not shown: --max-shown 0 shows all" in text
    assert "news" in text
    assert "held back, both stay" not in text
    assert "not shown" not in shown(pairs, max_shown=0)
    assert "\n2 groups held back not shown: --show-held shows them\n" in shown(pairs, show_held=False)


def test_context_of_a_cut() -> None:
    text = "One stands here. Two stands here. The same words again and again. Three stands here. Four.\n"
    b = Builder(f"The same words again and again.\n\n{text}")
    b.repeat("D202", ("The same words again and again.", 0), ("The same words again and again.", 1))
    assert "3 ~ …Two stands here. [-The same words again and again.-] Three stands here.…" in shown(b.pair(), 100)
    assert "3 ~ One stands here. Two stands here. [-" in shown(b.pair(), 110, context=2)


def test_a_loop_of_twenty_thousand_rounds_is_fast() -> None:
    step = "再来一次。"
    b = Builder("开始。" + step * 20_000 + "完了。\n")
    first = len("开始。")
    spans = [Span(first + i * len(step), first + (i + 1) * len(step)) for i in range(20_000)]
    b.repeat("D203", spans[0], *spans[1:])
    start = time.perf_counter()
    text = shown(b.pair())
    assert time.perf_counter() - start < 5
    assert "20,000 rounds, 19,999 go: the first stays" in text
    assert "开始。再来一次。[-再来一次。…19,998 more rounds…-]完了。" in text


def test_lines_that_alternate_are_fast() -> None:
    """A B A B on lines of their own: two groups of ten thousand copies side by side."""
    a, c = "alpha line of the log", "beta line of the log"
    text = f"{a}\n{c}\n" * 10_000
    b, size = Builder(text), len(a) + len(c) + 2
    for at, words in ((0, a), (len(a) + 1, c)):
        spans = [Span(at + i * size, at + i * size + len(words)) for i in range(10_000)]
        b.repeat("D101", spans[0], *spans[1:])
    start = time.perf_counter()
    out = shown(b.pair())
    assert time.perf_counter() - start < 8
    assert "9999 exact copies  3 5 7 9 … 19999" in out


def test_one_huge_line() -> None:
    block = "很长的一行。" * 60_000
    b = Builder(f"{block}\n\n{block}\n")
    b.repeat("D101", Span(0, len(block)), Span(len(block) + 2, 2 * len(block) + 2))
    start = time.perf_counter()
    out = shown(b.pair())
    assert time.perf_counter() - start < 5
    assert re.search(r"…\d{3},\d{3} characters…", out)


def test_more_copies_than_are_shown_singly() -> None:
    line = "The committee met on the first of the month and wrote its report."
    text = line + "\n" + "".join(line.replace("first", f"{i}th") + "\n" for i in range(2, 40))
    b = Builder(text)
    spans = [line_span(text, n) for n in range(1, 40)]
    b.repeat("D201", spans[0], *spans[1:])
    out = shown(b.pair())
    assert out.count("{-") == 12 + out.count("{-only in the copy-}")
    assert "26 more copies  14-39" in out


def test_a_copy_that_is_quite_other_is_shown_whole() -> None:
    kept, copy = "alpha beta gamma delta epsilon zeta", "one beta two three four five"
    b = Builder(f"{kept}\n\n{copy}\n").repeat("D201", kept, copy)
    assert "3 - one beta two three four five\n" in shown(b.pair())


def test_crlf_and_hard_wrapped_lines() -> None:
    prose = "The harbour was closed for three days because\nthe storm had thrown a barge across the mouth\nof the basin, and nobody could move it."
    text = f"{prose}\n\nSomething else.\n\n{prose.replace(chr(10), ' ')}\n".replace("\n", "\r\n")
    kept = prose.replace("\n", "\r\n")
    b = Builder(text).repeat("D102", kept, prose.replace("\n", " "))
    out = shown(b.pair(), 100)
    assert "<CR>" not in out
    assert "¶" not in out
    assert "1 = The harbour was closed for three days because the storm" in out
    assert "twice, 1 goes: line 1-3" not in out
    assert "lines 1-3 stay" in out
    assert "7 - exact copy" in out


def test_lone_carriage_returns_are_shown() -> None:
    line = "10 %\r50 %\r100 % done with this file"
    b = Builder(f"{line}\n\n{line}\n", newline="\n").repeat("D101", (line, 0), (line, 1))
    assert "10 %<CR>50 %<CR>100 % done" in shown(b.pair())


def test_edits_without_a_group() -> None:
    b = Builder("A  doubled space and a stray  one.\n")
    b.edit(("  ", 0), " ").edit(("  ", 1), " ").edit("stray", "lost", "C102", "wrong word")
    out = shown(b.pair(), 100)
    assert "3 fixes" in out
    assert "2 edits: space doubled" in out
    assert "[-stray-]{+lost+}" in out
    assert "{+put in+}" in out


def test_notes_that_no_cut_explains() -> None:
    b = Builder("one\n\ntwo\n").note("two", "D203", "said twice in a row").note("one")
    out = shown(b.pair())
    assert "noted, not changed" in out
    assert "said twice in a row  D203\n    3   two\n" in out
    assert "1 sentence breaks off in the text as it is  W101" in out


def test_a_member_held_back_in_a_group_that_goes() -> None:
    src, plan = SCENES["news"]()
    first, second = plan.groups
    mixed = replace(first, members=(*first.members, second.members[1]))
    out = shown((src, replace(plan, groups=(mixed, second))))
    assert "   13 ! …the plan would {!not!} protect" in out.split("held back, both stay")[0]


def test_a_held_pair_stands_in_one_column() -> None:
    for width in (60, 80, 120, 200):
        rows = [r for r in shown(SCENES["article"](), width).splitlines() if "{!" in r and "differs" not in r]
        columns = {cell_len(row[: row.index("{!")]) for row in rows}
        assert len(rows) == 2
        assert len(columns) == 1


def test_ranges_of_many_members_held() -> None:
    lines = [f"Room {n} has twelve chairs and one long table." for n in range(101, 118)]
    text = "\n".join(lines) + "\n"
    b = Builder(text)
    spans = [line_span(text, i + 1) for i in range(len(lines))]
    at = [(Span(5, 8), Span(s.start + 5, s.start + 8)) for s in spans[1:]]
    b.hold("D401", Reason.NUMBER, spans[0], *spans[1:], at=at)  # type: ignore[arg-type]
    out = shown(b.pair())
    assert "held back, all 17 stay: the numbers differ" in out
    assert out.count("{!101!}") == 1
    assert "4 more places like these" in out


# Colour and width ---------------------------------------------------------------------------------------------

ENVIRONMENTS = [
    ("always", {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
    ("never", {"FORCE_COLOR": "1"}, True, False),
    ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
    ("auto", {"NO_COLOR": ""}, True, True),
    ("auto", {"FORCE_COLOR": "1", "CLICOLOR": "0", "TERM": "dumb"}, False, True),
    ("auto", {"FORCE_COLOR": "0"}, False, False),
    ("auto", {"CLICOLOR_FORCE": "1", "CLICOLOR": "0"}, False, True),
    ("auto", {"CLICOLOR": "0"}, True, False),
    ("auto", {"TERM": "dumb"}, True, False),
    ("auto", {}, True, True),
    ("auto", {}, False, False),
]


@pytest.mark.parametrize(("flag", "env", "tty", "wanted"), ENVIRONMENTS)
def test_colour(flag: str, env: dict[str, str], *, tty: bool, wanted: bool) -> None:
    assert wants_color(flag, Screen(tty=tty), env) is wanted  # type: ignore[arg-type]


def test_no_colour_means_no_escape_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b" not in shown(SCENES["news"](), color="never")
    assert "\x1b[1m" in shown(SCENES["news"](), color="auto")


def test_sixteen_colours() -> None:
    assert color_system({"TERM": "linux"}) == "standard"
    assert color_system({"TERM": "xterm-256color"}) == color_system({"TERM": "dumb"}) == "256"


def test_width() -> None:
    assert width_of(Screen(), {"COLUMNS": "72"}) == 72
    assert width_of(Screen(), {"COLUMNS": "0"}) == width_of(Screen(), {}) == 80


# Wrapping -----------------------------------------------------------------------------------------------------

NO_START = "，。、；：！？）》】」』”’…,.;:!?)]}ー々"
WORDS = st.lists(
    st.sampled_from(
        [
            "园区",
            "的",
            "，",
            "。",
            "“",
            "”",
            "(",
            ")",
            "word",
            "hyphen-ated",
            " ",
            "  ",
            "👨‍👩‍👧",
            "e\u0301",
            "ー",
            "々",
            "1234",
            "《",
            "》",
        ]
    ),
    max_size=40,
).map("".join)


@settings(deadline=None, derandomize=True, max_examples=200)
@given(WORDS, st.integers(8, 40))
def test_wrap_loses_only_spaces_and_fits(text: str, width: int) -> None:
    rows = ["".join(p.text for p in row) for row in Measure().wrap([Piece(text)], width)]
    assert "".join("".join(rows).split()) == "".join(text.split())
    assert all(cell_len(row.rstrip()) <= width for row in rows)


def test_wrap_keeps_closers_and_openers() -> None:
    text = "他说：“快办、准办。”（一次办好）《办法》里写着word，人人都懂。" * 4
    for width in range(12, 60):
        rows = ["".join(p.text for p in row) for row in Measure().wrap([Piece(text)], width)]
        assert not [row for row in rows if row[0] in NO_START]
        assert not [row for row in rows if row[-1] in "“（《"]
        assert not [a + b for a, b in pairwise(rows) if re.search(r"[a-z]$", a) and re.match(r"[a-z]", b)]


def test_wrap_never_breaks_a_mark() -> None:
    for width in range(8, 40):
        rows = Measure().wrap([Piece("前面的字"), *CUT.around([Piece("去掉的字。")]), Piece("后面的字")], width)
        joined = ["".join(p.text for p in row) for row in rows]
        assert not [row for row in joined if row.startswith("-]") or row.endswith("[-")]


def test_long_words_are_cut_where_the_row_ends() -> None:
    rows = Measure().wrap([Piece("x" * 25)], 10)
    assert [len(row[0].text) for row in rows] == [10, 10, 5]


def test_styles_survive_the_wrap() -> None:
    pieces = [Piece("one two "), Piece("<ESC>", raw=True, solid=True), Piece(" four")]
    rows = Measure().wrap(pieces, 9)
    assert [[(p.text, p.raw) for p in row] for row in rows] == [
        [("one two", False)],
        [("<ESC>", True)],
        [("four", False)],
    ]


def test_ambiguous_characters_take_a_cell_more() -> None:
    assert Measure().cells("“…”") == 3
    assert Measure(ambiguous_wide=True).cells("“…”") == 6


def test_news_lines_are_numbered_as_in_the_file() -> None:
    out = shown(SCENES["news"]())
    assert [NEWS.splitlines()[n - 1][:11] for n in (3, 7, 9, 11)] == ["The council"] * 4
    assert re.findall(r"^ +(\d+) [=-] ", out, re.MULTILINE) == ["3", "7", "9", "11"]


# Any plan -----------------------------------------------------------------------------------------------------


@st.composite
def any_plan(draw: st.DrawFn) -> Pair:
    """A text of odd pieces with groups and edits anywhere, sensible or not."""
    atoms = [
        "园区。",
        "word ",
        "3.5 ",
        "\n",
        "\n\n",
        "\r\n",
        "\t",
        "“",
        "”",
        "\x1b[1m",
        "\u202e",
        "👨‍👩‍👧",
        "e\u0301",
        "…",
        "a" * 30,
        " ",
    ]
    text = "".join(draw(st.lists(st.sampled_from(atoms), min_size=4, max_size=60)))
    places = sorted(draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=16, unique=True)))
    spans = [Span(a, b) for a, b in zip(places[::2], places[1::2], strict=False)]
    b = Builder(text)
    first, *others = draw(st.permutations(spans))
    cut = draw(st.integers(0, len(others)))
    if others[:cut]:
        b.repeat(draw(st.sampled_from(["D101", "D201", "D202", "D203", "D204"])), first, *sorted(others[:cut]))
    held = sorted(others[cut:])
    if held:
        b.hold("D401", Reason.NUMBER, first, *held, at=[(Span(first.start, first.start + 1), s) for s in held])
    b.note(draw(st.sampled_from(spans)))
    src, plan = b.pair()
    return replace(src, newline=draw(st.sampled_from(["\n", "\r\n", "\r", "mixed", ""]))), plan


@settings(deadline=None, derandomize=True, max_examples=120)
@given(any_plan(), st.integers(20, 130), st.integers(0, 2), st.sampled_from(["inline", "side"]))
def test_any_plan_can_be_shown(pair: Pair, width: int, context: int, layout: str) -> None:
    text = shown(pair, width, context=context, layout=layout)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert [row for row in text.splitlines() if cell_len(row) > width + 2] == []
    for at, group in enumerate(pair[1].groups):
        screen = Screen()
        Cards(*pair, stream=screen, whole=True, width=width, color="never").explain(at)
        assert group.id in screen.getvalue()


def test_a_closed_pipe_is_left_to_the_caller() -> None:
    class Closed(Screen):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        show([SCENES["news"]()], stream=Closed(), width=80, color="never")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "linked"),
    [
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"VTE_VERSION": "7200"}, True),
        ({"VTE_VERSION": "4900"}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "screen-256color", "TERM_PROGRAM": "vscode"}, False),
        ({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"}, False),
        ({"TERM": "xterm", "FORCE_HYPERLINK": "1"}, True),
        ({"TERM": "dumb", "FORCE_HYPERLINK": "1"}, False),
    ],
)
def test_where_links_are_known(environment: dict[str, str], linked: bool) -> None:
    assert wants_links("auto", Terminal(), environment) == linked
    assert not wants_links("auto", io.StringIO(), environment)
    assert not wants_links("never", Terminal(), environment)


def test_numbers_lead_to_their_lines_where_the_terminal_has_links(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [SCENES["article"]()]
    plain = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    show(pairs, stream=plain, width=80, color="always")
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    linked = Terminal()
    show(pairs, stream=linked, width=80, color="always")
    name = pairs[0][0].path
    assert f"{name}#63" in linked.getvalue()
    assert _LINK.sub("", linked.getvalue()) == plain.getvalue()
