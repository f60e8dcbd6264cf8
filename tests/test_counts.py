"""Looking for words and pairs counts what counting all of them counts."""

from __future__ import annotations

import random

import pytest

from dedupe_cli.judge.counts import MOST, Counts
from dedupe_cli.text.fold import fold

TEXTS = (
    "Don't do it; don’t DO it. Undo it, dont!",
    "The cat sat. Concatenate the_cat, the-cat and CAT's cats.",
    "Straße strasse STRASSE, ﬁne fine K k ſo so",
    "donʼt dont 'dont' ''dont",
    "aaa aa a aaaa 3.5 35 中国abc中国 abc中",
    "é é e naïve naive",
    "",
)


@pytest.mark.parametrize("text", TEXTS)
def test_words_and_pairs_are_counted_as_by_a_table(text: str) -> None:
    folded = fold(text)
    string = folded.string
    words = {string[a:b] for a in range(len(string)) for b in range(a + 1, min(len(string), a + 9) + 1)}
    looking, counting = Counts(folded, string), Counts(folded, string)
    looking._left = dict.fromkeys(looking._left, 1 << 30)
    counting._left = dict.fromkeys(counting._left, 0)
    for word in sorted(words):
        assert looking.word(word) == counting.word(word), word
        if len(word) == 2:
            assert looking.pair(word) == counting.pair(word), word


@pytest.mark.parametrize("text", TEXTS)
def test_stretches_that_stand_again_are_told_as_by_looking_for_them(text: str) -> None:
    folded = fold(text)
    string = folded.string
    looking, counting = Counts(folded, string), Counts(folded, string)
    looking._left["threes"], counting._left["threes"] = 1 << 30, 0
    for stretch in sorted({string[a:b] for a in range(len(string)) for b in range(a + 2, min(len(string), a + 6) + 1)}):
        again = string.find(stretch, string.find(stretch) + 1) >= 0
        assert looking.is_again(stretch) is counting.is_again(stretch) is again, stretch


def test_many_questions_are_answered_by_counting_everything() -> None:
    rng = random.Random(5)
    text = " ".join("".join(rng.choices("abc", k=3)) for _ in range(200))
    folded = fold(text)
    counts = Counts(folded, folded.string)
    kinds = sorted(set(text.split()))
    for _ in range(20):
        assert [counts.word(kind) for kind in kinds] == [min(MOST, text.split().count(kind)) for kind in kinds]
    assert "_words" in vars(counts)


def test_all_is_counted_at_once_where_many_questions_are_expected() -> None:
    folded = fold("The cats sat. " * 2 + "Nothing else is said. " * 50)
    counts = Counts(folded, folded.string)
    counts.expect(10)
    assert counts.word("cats") == 2
    assert "_words" not in vars(counts)
    counts.expect(1000)
    assert counts.word("sat") == 2
    assert "_words" in vars(counts)
