"""Facts about words and characters that ship with the package."""

from __future__ import annotations

from typing import Any

import pytest

from dedupe_cli.text import lexicon
from dedupe_cli.text.fold import fold
from dedupe_cli.text.variants import han_variants


def same(one: Any, other: Any) -> Any:
    table = han_variants()
    return table.get(ord(one), ord(one)) == table.get(ord(other), ord(other))


@pytest.mark.parametrize(
    "pair",
    [
        "后後",
        "里裡",
        "干乾",
        "发髮",
        "台臺",
        "图図",
        "实実",
        "读読",
        "真眞",
        "峰峯",
        "为爲",
        "疏疎",
        "野埜",
        "只祗",
        "饰餙",
        "惭慙",
        "体體",
        "没沒",
        "岩嵒",
    ],
)
def test_forms_of_one_character(pair: Any) -> None:
    assert same(*pair)


@pytest.mark.parametrize(
    "pair", ["他她", "象像", "做作", "己已", "未末", "账帐", "沈沉", "分份", "欠缺", "予豫", "复覆", "藉借"]
)
def test_characters_of_their_own(pair: Any) -> None:
    assert not same(*pair)


def test_the_table_is_closed() -> None:
    table = han_variants()
    assert len(table) > 4000
    assert not set(table.values()) & set(table)


def test_fold_uses_the_table() -> None:
    assert fold("漢語國家").string == fold("汉语国家").string


@pytest.mark.parametrize(
    ("word", "tag"),
    [("北京", "p"), ("今年", "t"), ("公司", "n"), ("的", "f"), ("提高", "v"), ("外交部", "o")],
)
def test_han_words(word: Any, tag: Any) -> None:
    assert lexicon.han_words()[word][0] == tag


def test_the_list_of_words_is_a_mapping() -> None:
    words = lexicon.han_words()
    every = list(words)
    assert len(every) == len(set(every)) == len(words) > 100_000
    assert {"北", "北京", "的", "图书馆"} <= set(every)
    assert all(word in words and words.get(word) == words[word] for word in every[::1000])
    assert [words.get(word) for word in ("", "x", "北x", "\U0003fffd")] == [None] * 4
    assert "北x" not in words
    with pytest.raises(KeyError):
        words["北x"]


def test_frequent_words_cost_less() -> None:
    words = lexicon.han_words()
    assert lexicon.CLASS_LOG[words["的"][1]] > lexicon.CLASS_LOG[words["图书馆"][1]]
    ranks = lexicon.latin_words()
    assert ranks["the"] < ranks["library"] < ranks["quay"]
    assert "tlieir" not in ranks


def test_alike() -> None:
    assert lexicon.sound_alike("在", "再")
    assert not lexicon.sound_alike("在", "有")
    assert lexicon.look_alike("己", "已")
    assert lexicon.look_alike("晴", "睛")
    assert not lexicon.look_alike("山", "的")
    assert lexicon.stroke_unlike("from", "horn") < 0.1
    assert lexicon.stroke_unlike("smith", "jones") > 0.4


@pytest.mark.parametrize(
    ("one", "other"), [("南", "北"), ("增", "减"), ("he", "she"), ("march", "may"), ("two", "nine")]
)
def test_contrasts(one: Any, other: Any) -> None:
    assert lexicon.contrast(one, other)
    assert lexicon.contrast(other, one)


@pytest.mark.parametrize(("one", "other"), [("大", "的"), ("day", "days"), ("he", "be"), ("two", "two")])
def test_no_contrasts(one: Any, other: Any) -> None:
    assert not lexicon.contrast(one, other)
