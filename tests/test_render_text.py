"""Escapes, words and numbers, the summary on stderr, one group in full."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe_cli.model import Decision, Difference, Kind, Plan, Reason, Span
from dedupe_cli.render import phrases
from dedupe_cli.render.phrases import hints, summary, warnings
from dedupe_cli.render.pieces import glyphs, plain
from dedupe_cli.render.terminal import Cards
from render_plans import Builder, source
from render_scenes import SCENES, Pair
from test_render_terminal import golden

ESCAPES = [
    ("\x1b[31m", "<ESC>[31m"),
    ("\x07\x08\r\x00\x7f", "<BEL><BS><CR><NUL><DEL>"),
    ("\x9b2J", "<U+009B>2J"),
    ("\u202eab\u202c", "<U+202E>ab<U+202C>"),
    ("a\u200bb\ufeffc\u00add", "a<U+200B>b<U+FEFF>c<U+00AD>d"),
    ("a\u2028b", "a<U+2028>b"),
    ("\ud800", "<U+D800>"),
    ("👨\u200d👩", "👨\u200d👩"),
    ("می\u200cخواهم", "می\u200cخواهم"),
    ("a\u200d b", "a<U+200D> b"),
    ("\u200ca", "<U+200C>a"),
    ("a\tb", "a→   b"),
    ("a\nb", "a¶b"),
    ("e\u0301", "e\u0301"),
    ("\U000e0041", "<U+E0041>"),
    ("高新区 [bold] :smile:", "高新区 [bold] :smile:"),
]


@pytest.mark.parametrize(("text", "wanted"), ESCAPES)
def test_escapes(text: str, wanted: str) -> None:
    assert plain(text) == wanted


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.text(st.characters(), max_size=30), st.sampled_from(["utf-8", "ascii", "gbk", "latin-1"]))
def test_nothing_that_a_terminal_obeys_gets_through(text: str, encoding: str) -> None:
    out = plain(text, glyphs(encoding))
    assert out.encode(encoding).decode(encoding) == out
    assert not [c for c in out if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(0, "0"), (2126, "2126"), (9999, "9999"), (10_000, "10,000"), (1_234_567, "1,234,567")],
)
def test_numbers(value: int, wanted: str) -> None:
    assert phrases.number(value) == wanted


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (98.2, 100, "98-100 %"),
        (100, 100, "100 %"),
        (99.96, 99.97, "99.9 %"),
        (99.6, 99.6, "99.6 %"),
        (83.4, 83.1, "83 %"),
    ],
)
def test_percent(low: float, high: float, wanted: str) -> None:
    assert phrases.percent(low, high) == wanted


@pytest.mark.parametrize(
    ("part", "whole", "wanted"),
    [
        (0, 10, "0 %"),
        (0, 0, "0 %"),
        (1, 1000, "under 1 %"),
        (36, 100, "36 %"),
        (999, 1000, "over 99 %"),
        (5, 5, "100 %"),
    ],
)
def test_share(part: int, whole: int, wanted: str) -> None:
    assert phrases.share(part, whole) == wanted


@pytest.mark.parametrize(
    ("places", "wanted"),
    [
        ([(94, 94), (96, 96)], ["94", "96"]),
        ([(14, 15), (16, 17), (18, 18)], ["14-18"]),
        ([(1, 3), (2, 2), (9, 9)], ["1-3", "9"]),
        ([], []),
    ],
)
def test_ranges(places: list[tuple[int, int]], wanted: list[str]) -> None:
    assert phrases.ranges(places) == wanted


def test_lists_are_shortened_beyond_twelve() -> None:
    words = [str(n) for n in range(1, 14)]
    assert phrases.shortened(words[:12], "…") == words[:12]
    assert phrases.shortened(words, "…") == ["1", "2", "3", "4", "…", "13"]


# stderr -------------------------------------------------------------------------------------------------------


def test_summary_of_the_article() -> None:
    pair = SCENES["article"]()
    gone, size = pair[1].removed, len(pair[0].text)
    share = round(100 * gone / size)
    wanted = f"13 cuts in 3 groups: {gone} of {size} characters ({share} %)"
    held = "1 pair held back (a number differs)"
    assert summary([pair]) == f"{wanted} would go; {held}"
    assert summary([pair], done=True) == f"{wanted} went; {held}"
    assert hints([pair]) == [
        "dedupe clean -w samples/gaoxinqu.txt",
        f"dedupe explain {pair[1].held_back[0].id} samples/gaoxinqu.txt says why",
    ]
    assert warnings([pair]) == ["1 cut leaves a broken sentence (W101)"]


def test_summary_of_several_files() -> None:
    src = source("nothing here\n")
    pairs = [SCENES["article"](), SCENES["news"](), (src, Plan(src.digest, len(src.text)))]
    text = summary(pairs)
    assert text.startswith("16 cuts in 4 groups in 2 of 3 files: ")
    assert text.endswith("2 pairs held back (a negation differs in 1, a number differs in 1)")
    assert hints(pairs)[0] == "dedupe clean -w FILE"


def test_summary_of_nothing() -> None:
    src = source("nothing here\n")
    pair = (src, Plan(src.digest, len(src.text)))
    assert summary([pair]) == "no repeats found"
    assert hints([pair]) == warnings([pair]) == []


def test_summary_of_held_back_alone() -> None:
    src, plan = SCENES["news"]()
    held = replace(plan, groups=plan.groups[1:], edits=())
    assert summary([(src, held)]) == "nothing to remove; 1 pair held back (a negation differs)"
    assert hints([(src, held)]) == [f"dedupe explain {plan.groups[1].id} news/2026-05.md says why"]


def test_summary_counts_what_is_held_back_among_others() -> None:
    src, plan = SCENES["news"]()
    first, second = plan.groups
    mixed = replace(first, members=(*first.members, replace(second.members[1], decision=Decision.HOLD)))
    assert "1 copy held back in groups of which others go" in summary([(src, replace(plan, groups=(mixed,)))])


def test_a_name_that_a_shell_would_read_is_not_quoted_to_people() -> None:
    src, plan = SCENES["hostile"]()
    assert hints([(src, plan)])[0] == "dedupe clean -w FILE"
    assert warnings([(src, plan)], raw=True) == ["1 file with control characters: the patch holds them as they are"]
    assert warnings([(src, plan)]) == []


def test_all_of_it_is_ascii() -> None:
    pairs = [make() for make in SCENES.values()]
    assert all(text.isascii() for text in [summary(pairs), *hints(pairs), *warnings(pairs, raw=True)])


# explain ------------------------------------------------------------------------------------------------------


def explained(pair: Pair, at: int, width: int = 100) -> str:
    out = io.StringIO()
    Cards(*pair, stream=out, whole=True, width=width, color="never").explain(at)
    return out.getvalue()


def test_explain_shows_the_card_whole_and_why() -> None:
    pair = SCENES["article"]()
    text = explained(pair, 0)
    assert text.startswith("samples/gaoxinqu.txt\n")
    assert "1  11 times, 10 go: line 63 stays" in text
    assert "line 63 stays: --keep best takes the most complete" in text
    assert "{+园区+}为提升营商环境，把“快办" in text
    assert "9 exact copies  94 96 98 100 102 104 106 108 110" in text
    assert "…" not in text


def test_explain_breaks_the_score_down() -> None:
    kept, copy = "The gate opens at eight every morning.", "The gate opens at nlne every morning!"
    b = Builder(f"{kept}\n\n{copy}\n")
    at, to = b.text.index("eight"), b.text.index("nlne")
    differences = (
        Difference(Span(at, at + 5), Span(to, to + 4), Kind.CONTENT, Reason.WORD, 2.25),
        Difference(Span(len(kept) - 1, len(kept)), Span(len(b.text) - 2, len(b.text) - 1), Kind.FORM),
        Difference(Span(at, at), Span(to, to + 1), Kind.NOISE, None, -1.5),
    )
    text = explained(b.repeat("D201", kept, copy, differences=differences).pair(), 0)
    assert "differences: 1 form, 1 noise, 1 content" in text
    assert "“eight” / “nlne”  content +2.2, a word differs" in text
    assert "nothing / “n”  noise -1.5" in text


def test_explain_says_how_sure_it_is_and_what_would_change_it() -> None:
    row = "The gate opens at eight every morning."
    b = Builder(f"{row}\n\n{row}\n")
    src, plan = b.repeat("D101", Span(0, len(row)), Span(len(row) + 2, 2 * len(row) + 2)).pair()
    group = replace(plan.groups[0], evidence=(("score", 2.0), ("exact", 1.5), ("short", -0.5)))
    text = explained((src, replace(plan, groups=(group,), settings={"confidence": 50.0})), 0)
    assert "88.1 % sure to be an accident; --confidence 50 is asked for" in text
    assert "+1.5  the same letter for letter" in text
    assert "it stays with --confidence 89" in text


def test_explain_of_a_held_group() -> None:
    pair = SCENES["news"]()
    text = explained(pair, 1)
    assert "held back because a negation differs" in text
    assert "only --apply all may let it go" in " ".join(text.split())
    assert "nothing / “not”  content +5.0, a negation differs" in text


def test_text_renderers_do_not_load_rich() -> None:
    """Only the terminal view needs it, and start-up counts."""
    code = (
        "import sys; import dedupe_cli.render.phrases, dedupe_cli.render.unified, dedupe_cli.text.position; "
        "sys.exit(any(m in sys.modules for m in ('rich', 'numpy', 'rapidfuzz')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_explain_golden() -> None:
    pair = SCENES["news"]()
    text = "\n".join(explained(pair, at, width=80) for at in range(len(pair[1].groups)))
    golden("explain-80.txt", text)
