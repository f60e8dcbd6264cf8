"""Copies that vote on the characters of the kept text (``--keep merged``)."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from dedupe_cli import apply_plan, clean, plan
from dedupe_cli.api import plan_json, read_plan
from dedupe_cli.document.trace import Trace
from dedupe_cli.model import Edit, Safety, Span
from dedupe_cli.render.cards import group_card
from dedupe_cli.render.pieces import Glyphs
from dedupe_cli.render.view import View
from dedupe_cli.text.vote import LONGEST, Change, Reading, agreed
from render_plans import source
from strategies import CHINESE, ENGLISH, noisy, texts
from test_render_terminal import shown

if TYPE_CHECKING:
    from dedupe_cli.settings import Apply

LIGHT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def changed(base: str, changes: list[Change]) -> str:
    out, at = [], 0
    for change in changes:
        assert at <= change.start < change.end <= len(base)
        assert change.new
        assert change.new != base[change.start : change.end]
        out += [base[at : change.start], change.new]
        at = change.end
    return "".join([*out, base[at:]])


def vote(base: str, *others: str) -> str:
    return changed(base, agreed(base, [Reading(text, 0, len(base)) for text in others]))


# What is kept, what the others say, what the vote makes of it.
VOTES: dict[str, tuple[list[str], str]] = {
    "another letter": (["the green boek", "the green book", "the green book"], "the green book"),
    "another character": (["老枰放在门后", "老秤放在门后", "老秤放在门后"], "老秤放在门后"),
    "a letter too few": (["the gren book", "the green book", "the green book"], "the green book"),
    "a letter too many": (["the grreen book", "the green book", "the green book"], "the green book"),
    "at the end of a word": (["the gree book", "the green book", "the green book"], "the green book"),
    "after white space": (["the reen book", "the green book", "the green book"], "the green book"),
    "one letter for two": (["the grcen baok", "the green book", "the grean book"], "the green book"),
    "an error of a copy": (["the green book", "the green boek", "the grean book"], "the green book"),
    "a tie of two": (["the green book", "the grean book"], "the green book"),
    "a tie of four": (["a cat sat", "a cat sat", "a cot sat", "a cot sat"], "a cat sat"),
    "three that all differ": (["a cat sat", "a cot sat", "a cut sat"], "a cat sat"),
    "the largest share wins": (["a cat here", "a cot here", "a cot here", "a cut here", "a cit here"], "a cot here"),
    "doubled letters in one place": (["a bok here", "a book here", "a boook here", "a book here"], "a book here"),
    "a number without a majority": (
        ["costs 1200 now", "costs 1300 now", "costs 1300 now", "costs 1400 now", "costs 1500 now"],
        "costs 1200 now",
    ),
    "a number with a majority": (["costs 1700 now", "costs 1200 now", "costs 1200 now"], "costs 1200 now"),
    "a number that no copy has": (
        ["in 1934 here", "in 1835 here", "in 1845 here", "in 1947 here", "in 1837 here"],
        "in 1934 here",
    ),
    "a number with a letter in it": (["in 2O23 here", "in 2023 here", "in 2023 here"], "in 2023 here"),
    "a Chinese numeral without a majority": (
        ["共有三百人到场", "共有五百人到场", "共有五百人到场", "共有二百人到场", "共有八百人到场"],
        "共有三百人到场",
    ),
    "a Chinese numeral": (["共有三百人到场", "共有五百人到场", "共有五百人到场"], "共有五百人到场"),
    "a decimal point": (["it is 35 m long", "it is 3.5 m long", "it is 3.5 m long"], "it is 3.5 m long"),
    "a sentence mark": (["灯亮了，海鸥睡了。", "灯亮了。海鸥睡了。", "灯亮了。海鸥睡了。"], "灯亮了。海鸥睡了。"),
    "a mark left out": (["灯亮了海鸥睡了。", "灯亮了，海鸥睡了。", "灯亮了，海鸥睡了。"], "灯亮了，海鸥睡了。"),
    "white space stays": (["a  green\nbok", "a green book", "a green book"], "a  green\nbook"),
    "white space is not put in": (["the greenbook", "the green book", "the green book"], "the greenbook"),
    "quotes stay": (["“tbe book”", '"the book"', '"the book"'], "“the book”"),
    "case stays": (["The Green Bock", "THE GREEN BOOK", "the green book"], "The Green Book"),
    "case of the same habits is taken": (
        ["The Green Sook here", "THE GREEN BOOK HERE", "The Green Book here", "The Green Book here"],
        "The Green Book here",
    ),
    "variants stay": (["开门见出", "開門見山", "開門見山"], "开门见山"),
    "a copy without its head": (["the green book", "green book", "green book"], "the green book"),
    "a copy without its tail": (["灯亮了，海鸥睡了", "灯亮了，海鸥", "灯亮了，海鸥"], "灯亮了，海鸥睡了"),
    "a copy without its middle": (
        ["the small green book lies", "the book lies", "the book lies"],
        "the small green book lies",
    ),
    "an error beyond a cut": (
        ["the green boek lies", "the green", "the green", "the green book lies", "the green book lies"],
        "the green book lies",
    ),
    "longer copies add no clause": (["the book lies", "the green book lies", "the green book lies"], "the book lies"),
    "a first letter that all others have": (["he book lies", "the book lies", "the book lies"], "the book lies"),
    "a first letter that not all have": (
        ["he book lies", "the book lies", "the book lies", "he book lies"],
        "he book lies",
    ),
    "unlike texts do not vote": (["the green book", "a ship at sea", "a ship at sea"], "the green book"),
    "combining marks": (["cafe here", "cafe\u0301 here", "cafe\u0301 here"], "cafe\u0301 here"),
}  # fmt: skip


@pytest.mark.parametrize("name", VOTES)
def test_vote(name: str) -> None:
    texts, expected = VOTES[name]
    assert vote(*texts) == expected


def test_a_reading_votes_only_where_it_reaches() -> None:
    base = "the green boek lies there"
    part = Reading("the green", 0, 9, weight=5)
    whole = Reading("the green book lies there", 0, len(base), weight=2)
    assert changed(base, agreed(base, [part, whole])) == "the green book lies there"


def test_what_is_meant_is_no_vote() -> None:
    base = "the green book lies there"
    other = "the grown book lies thore"
    free = Reading(other, 0, len(base), weight=2)
    silent = Reading(other, 0, len(base), weight=2, silent=((4, 9),))
    assert changed(base, agreed(base, [free])) == other
    assert changed(base, agreed(base, [silent])) == "the green book lies thore"


def test_one_vote_a_copy() -> None:
    base = "a cat sat"
    others = [Reading("a cat sat", 0, 9, weight=2), Reading("a cot sat", 0, 9, weight=3)]
    assert agreed(base, others) == []
    assert changed(base, agreed(base, [others[0], Reading("a cot sat", 0, 9, weight=4)])) == "a cot sat"


WORDS = st.text("abcde 12.，的人三é\n", max_size=24)


@LIGHT
@given(WORDS, st.lists(WORDS, max_size=5))
@example(".a三1aaa..", ["1三1", "1三1"])
def test_nothing_is_made_up(base: str, others: list[str]) -> None:
    merged = vote(base, *others)
    assert set(merged) <= set("".join([base, *others]))
    assert [c for c in merged if c.isspace()] == [c for c in base if c.isspace()]


@LIGHT
@given(WORDS, st.integers(1, 5))
def test_one_other_is_never_enough(base: str, times: int) -> None:
    assert vote(base, *[base] * times) == base
    assert vote(base, base + "x") == base


# In a text ------------------------------------------------------------------------------------------------------

PASSAGE = {
    "en": "The clerk of the weighing house copies the tally of every cart into a long ledger before he opens the "
    "gate, and when the ink has dried he reads the column aloud to the driver, who nods or swears.",
    "zh": "过秤的老人先把每辆大车的斤两抄进一本长长的账簿，等墨迹干透，再把那一栏念给赶车的人听，赶车的人有时点头，有时骂上两句，然后才赶着牲口进城门。",
}  # fmt: skip
BETWEEN = {"en": ENGLISH, "zh": CHINESE}


def spoiled(text: str, rng: random.Random, rate: float) -> str:
    """Letters changed, dropped and put in at ``rate``: 60, 20 and 20 %."""
    letters = [c for c in text if c.isalnum()]
    out = []
    for char in text:
        what = rng.random() if char.isalnum() and rng.random() < rate else 2.0
        out.append(rng.choice(letters) if what < 0.6 else "" if what < 0.8 else char)
        if 0.8 <= what < 1:
            out.append(rng.choice(letters))
    return "".join(out)


def told(lang: str, copies: list[str]) -> str:
    return "\n\n".join(x for pair in zip(copies, BETWEEN[lang], strict=False) for x in pair) + "\n"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_five_copies_with_five_percent_errors_leave_a_fifth(lang: str) -> None:
    before, after = 0.0, 0
    for seed in range(8):
        rng = random.Random(seed)
        copies = [spoiled(PASSAGE[lang], rng, 0.05) for _ in range(5)]
        out = clean(told(lang, copies), keep="merged").split("\n\n")
        kept = [p for p in out if p.strip() not in BETWEEN[lang]]
        if len(kept) == 1:
            before += sum(Levenshtein.distance(c, PASSAGE[lang]) for c in copies) / 5
            after += Levenshtein.distance(kept[0], PASSAGE[lang])
    assert before > 20, "hardly a text with one copy left"
    assert after <= before / 5


COPIES = [
    "The clerk copies tbe tally of every cart into a long ledger, and reads the colunn aloud to the driver.",
    "The clerk copies the taly of every cart into a long ledger, and reads the column aloud to tke driver.",
    "The clerk copies the tally of every cart into a lang ledger, and reads the colum aloud to the driver.",
]
TEXT = told("en", COPIES)
RIGHT = "The clerk copies the tally of every cart into a long ledger, and reads the column aloud to the driver."


def replacing(text: str, **options: Any) -> list[Edit]:
    return [e for e in plan(text, **options).edits if e.replacement]


def test_votes_are_edits_with_a_group_and_a_reason() -> None:
    made = plan(TEXT, keep="merged")
    votes = [e for e in made.edits if e.replacement]
    assert [(e.span.of(TEXT), e.replacement) for e in votes] == [("b", "h"), ("n", "m")]
    for each in votes:
        group = made.groups[each.group]
        assert (each.rule, each.safety) == (group.rule, Safety.SIMILAR)
        assert each.reason == "by vote of 3 copies"
        assert any(span.covers(each.span) for span in group.members[group.kept].spans)
    assert apply_plan(TEXT, made).startswith(RIGHT)


@pytest.mark.parametrize("options", [{}, {"keep": "first"}, {"keep": "last"}, {"keep": "merged", "apply": "exact"}])
def test_nothing_is_put_in_unless_asked_for(options: dict[str, Any]) -> None:
    assert replacing(TEXT, **options) == []


def test_two_copies_do_not_vote() -> None:
    assert replacing(told("en", COPIES[:2]), keep="merged") == []


def test_exact_copies_do_not_vote() -> None:
    text = told("en", [COPIES[0]] * 4)
    assert replacing(text, keep="merged") == []
    assert clean(text, keep="merged") == clean(text)


def test_a_stored_plan_with_votes_can_be_applied() -> None:
    src = source(TEXT)
    made = plan(src, keep="merged")
    again = read_plan(plan_json(made, src).encode(), src)
    assert again.edits == made.edits
    assert apply_plan(src, again) == clean(TEXT, keep="merged")


@LIGHT
@given(
    st.one_of(st.lists(noisy(), min_size=3, max_size=8).map("\n\n".join), texts()),
    st.sampled_from(["similar", "all"]),
)
def test_clean_is_idempotent(text: str, apply: Apply) -> None:
    once = clean(text, keep="merged", apply=apply)
    assert clean(once, keep="merged", apply=apply) == once


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("rate", [0.02, 0.06, 0.12])
def test_clean_is_idempotent_with_noise(lang: str, rate: float) -> None:
    for seed in range(3):
        rng = random.Random(seed)
        once = clean(told(lang, [spoiled(PASSAGE[lang], rng, rate) for _ in range(6)]), keep="merged")
        assert clean(once, keep="merged") == once


def test_a_voted_text_is_mapped_back() -> None:
    text = "abcdef ghij klm"
    edits = [
        Edit(Span(1, 2), "X", "", "", Safety.SIMILAR),
        Edit(Span(3, 5), "d", "", "", Safety.SIMILAR),
        Edit(Span(7, 11), "", "", "", Safety.EXACT),
        Edit(Span(12, 13), "kY", "", "", Safety.SIMILAR),
    ]
    voted = "aXcdf  kYlm"
    trace = Trace.after(edits, len(text))
    places = {i: trace.spans(Span(i, i + 1)) for i in range(len(voted))}
    assert {i: s[0].of(text) if s else None for i, s in places.items()} == {
        0: "a", 1: "b", 2: "c", 3: "d", 4: "f", 5: " ", 6: " ", 7: "k", 8: None, 9: "l", 10: "m",
    }  # fmt: skip


def test_the_card_shows_what_the_vote_changes() -> None:
    src = source(TEXT)
    made = plan(src, keep="merged")
    out = "".join(re.sub(r"\n +[=-] ", " ", shown((src, made))).split())
    assert "[-tbe-]{+the+}" in out
    assert "[-colunn-]{+column+}" in out
    assert "2placesofwhatstayschangedbyvoteof3copies" in out
    assert "{-taly-}{+tally+}" in out, "a copy is compared with what will stay"
    assert "tbe" not in out.replace("[-tbe-]", "")
    kept = group_card(View(src, made, Glyphs(), whole=True), 0)
    assert "".join(p.text for p in kept.lines[0].before).startswith("The clerk copies [-tbe-]{+the+} tally")


def test_noise_is_short() -> None:
    base = "the book lies there"
    assert vote(base, *["the " + "x" * LONGEST + "book lies there"] * 2) != base
    assert vote(base, *["the " + "x" * (LONGEST + 1) + "book lies there"] * 2) == base
