"""A first look: where it says that nothing stands twice, all that looks closer finds nothing; at many texts, the same."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import test_cases
from dedupe_cli import plan, rounds
from dedupe_cli.search import said_once as said
from dedupe_cli.search.first_look import LONGEST, UNKNOWN, Look, look
from dedupe_cli.search.in_place import find_near, scenes_of, search
from dedupe_cli.search.said_once import said_once
from dedupe_cli.text.fold import fold
from strategies import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HAN, LATIN = "的一是在不了有和人这中大为上个国我以要他后後里裏", "abcdeA"
NUMBERS = ("1", "2", "3.5", "1,000", "12,5", "十", "三", "2020", "Ⅳ", "①", "½")
ODD = ("é", "ﬁ", "e\u0301", "한", "ก", "カ", "%", "$", "🙂", "\u200b", "٣", "〇", "々")
MARKS = ("，", "。", " ", ". ", "\n", "\n\n", "、", "！", ", ", "…", "", "\r\n", "\u2028", " - ", "|")
CASES = [case.input for case in test_cases.CASES if len(case.input) < 20_000]


def word(rng: random.Random, kinds: Sequence[Callable[[random.Random], str]]) -> str:
    return rng.choice(kinds)(rng)


KINDS: Sequence[Callable[[random.Random], str]] = (
    lambda rng: "".join(rng.choices(HAN, k=rng.randint(1, 5))),
    lambda rng: "".join(rng.choices(LATIN, k=rng.randint(1, 6))),
    lambda rng: rng.choice(NUMBERS),
    lambda rng: rng.choice(ODD),
)
MIXTURES = ([0], [1], [0, 2], [1, 2], [0, 1, 2], [0, 1, 2, 3])


def small_repeats(seed: int) -> str:
    """Words, a few of which are said again: at once or later, as they are, with other numbers or another word."""
    rng = random.Random(seed)
    kinds = [KINDS[at] for at in rng.choice(MIXTURES)]
    marks = MARKS if rng.random() < 0.7 else ("", " ")
    pieces = [word(rng, kinds) + rng.choice(marks) for _ in range(rng.randint(2, 30))]
    for _ in range(rng.randint(0, 3)):
        at = rng.randrange(len(pieces))
        unit = pieces[at : at + rng.randint(1, 6)]
        said = [
            piece
            for _ in range(rng.choice((1, 1, 2, 3, 11)))
            for piece in rng.choice((unit, unit, [*unit[:-1], word(rng, kinds)], _counted(rng, unit)))
        ]
        place = at + len(unit) if rng.random() < 0.7 else rng.randrange(len(pieces) + 1)
        pieces[place:place] = said
    return "".join(pieces) + rng.choice(("", "。", "."))


def _counted(rng: random.Random, unit: Sequence[str]) -> list[str]:
    return [str(rng.randint(1, 99999)) + piece[-1:] if piece[:1].isdigit() else piece for piece in unit]


def assert_no_closer(text: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Look closer where the first look says that there is no need; tell whether it did."""
    first = look(text)
    if not first.in_place or not len(fold(text)):
        return False
    scenes = scenes_of(fold(text))
    found = search(scenes, list)
    assert not found.going
    assert not found.held
    assert not find_near(scenes, np.ones(len(text), dtype=bool), lambda _low, _high: False)
    quick = plan(text)
    with monkeypatch.context() as patch:
        patch.setattr(rounds, "look", lambda _text: UNKNOWN)
        slow = plan(text)
    assert quick == slow
    assert not (first.anywhere and quick.groups)
    return True


@given(texts())
def test_looking_closer_finds_nothing(text: str) -> None:
    assert_no_closer(text, pytest.MonkeyPatch())


def test_the_same_of_small_repeats(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(assert_no_closer(small_repeats(seed), monkeypatch) for seed in range(300)) > 60


def test_the_same_of_the_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(assert_no_closer(text, monkeypatch) for text in CASES) > 10


def assert_all_alike(some: Sequence[str]) -> int:
    """Hold what is said of texts together against the look at each; tell how many say everything once."""
    told = list(said_once(some))
    assert told == [look(text).anywhere for text in some]
    return sum(told)


@given(st.lists(texts(), max_size=5))
def test_texts_together_are_told_as_each_is(some: list[str]) -> None:
    assert_all_alike(some)


def test_the_same_of_many_small_repeats() -> None:
    assert assert_all_alike([small_repeats(seed) for seed in range(4000)]) > 1000


def test_the_same_of_the_cases_together() -> None:
    some = [*CASES, "", "\x00", "a" * LONGEST, "\ud800 and half a pair", "é" * 30, "Sie kam um 10:30, er um 11.30 Uhr."]
    assert assert_all_alike(some * 3) == 3 * assert_all_alike(some)
    assert assert_all_alike([]) == 0


def test_most_texts_that_say_everything_once_are_not_looked_at_each(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [text for text in CASES if look(text).anywhere]
    asked: list[str] = []

    def counted(text: str) -> Look:
        asked.append(text)
        return look(text)

    monkeypatch.setattr(said, "look", counted)
    assert all(said_once(some))
    assert len(asked) < len(some) / 2


@pytest.mark.parametrize(
    "text",
    [
        "The ferryman keeps his tools in a box that once held oranges from the south.",
        "摆渡的老人把工具收在一只装过橘子的木箱里，箱子上还贴着南方的商标。",
        "He paid 40 crowns for the horse and 12 more for the saddle, 3.5 of them in advance.",
        "他花40块钱买了那匹马，又花十二块钱配了一副马鞍。",
        "One\n\nline\n\nbehind\n\nthe\n\nother\n\nsays\n\nsomething\n\nnew.",
        "",
    ],
)
def test_a_text_that_says_everything_once_is_done_at_once(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert look(text).anywhere
    monkeypatch.setattr(rounds, "search", None)  # the stages would need these
    monkeypatch.setattr(rounds, "find", None)
    assert not plan(text).edits


@pytest.mark.parametrize(
    "text",
    [
        "no " * 12,
        "水" * 12,
        "好的好的。好的好的！好的好的。好的好吧。",  # damaged rounds: three of them whole, four characters each
        "第1步完成了。第2步完成了。第3步完成了。",
        "The first 10 were sold. The first 1234567 were sold.",
        "他们决定明天再来。他们决定明天再来。",
        "a b\na b c\nd e\nd e f\ng h\ng h i\nj k\nj k l",
        "春眠不觉\n春眠不觉\n处处闻啼\n处处闻啼\n夜来风雨\n夜来风雨",  # three captions of twelve letters each
        "走。\n来。\n去。\n看。\n" * 2,  # two rounds of so many sentences that few letters are enough
        "走。\n来。\n去。\n看一。\n走。\n来。\n去。\n看二。\n",
        "한。é\n\naad\n\né\n\n" * 2,
        "天哪春眠不觉\n春眠不觉处处闻啼\n处处闻啼夜来风雨\n夜来风雨花",
    ],
)
def test_what_may_be_said_again_is_looked_at(text: str) -> None:
    assert not look(text).in_place


def test_lines_that_only_share_words_are_no_captions() -> None:
    lines = (
        "The ferryman keeps the tools", "the box that once held oranges", "then another one that the south",
        "sends up the river in winter", "winter takes all that is left", "leaving the boat to the ice",
    )  # fmt: skip
    assert look("\n".join(lines)).anywhere


def test_a_name_that_stands_twice_is_no_passage() -> None:
    assert look("高新区管委会今天开会。代表们说，高新区管委会已经同意。") == (True, True)


def test_two_names_that_stand_twice_may_be_one() -> None:
    found = look("高新区管委会今天开会，东湖镇政府派人。代表们说，高新区管委会已经同意，东湖镇政府也是。")
    assert found == (True, False)
