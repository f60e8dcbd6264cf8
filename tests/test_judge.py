"""The judge: noise or content, with the right reason; cases in cases/judge.toml."""

from __future__ import annotations

import random
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from dedupe_cli.judge import judge
from dedupe_cli.judge.forms import form_breaks
from dedupe_cli.judge.judge import STRETCH, Judge, Judged, _stretches
from dedupe_cli.judge.verdicts import Verdicts
from dedupe_cli.model import Kind, Reason
from dedupe_cli.settings import Settings, make
from dedupe_cli.text.alignment import Alignment, Block, align
from dedupe_cli.text.fold import fold

CASES = tomllib.loads((Path(__file__).parent / "cases" / "judge.toml").read_text(encoding="utf-8"))["case"]
MARK = re.compile(r"(?:\[\[|\{\{)(.*?)\|(.*?)(?:\]\]|\}\})")


def pair(kept: Any, copy: Any) -> Any:
    folded = fold(kept + "\n\n" + copy)
    middle = folded.index(len(kept) + 2)
    found = Alignment(0, middle, middle, len(folded), align(folded, 0, middle, middle, len(folded)))
    return folded, found


def judged(kept: Any, copy: Any) -> Any:
    folded, found = pair(kept, copy)
    return folded, Judge(folded, [found]).judge(found)


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_case(case: Any) -> None:
    kept, copy = MARK.sub(r"\1", case["text"]), MARK.sub(r"\2", case["text"])
    folded, found = judged(kept, copy)
    content = [j for j in found if j.kind is Kind.CONTENT]
    if "reason" not in case:
        assert not content
        assert all(j.reason is None and j.score < 0 for j in found)
        return
    assert Reason(case["reason"]) in {j.reason for j in content}
    assert all(j.score > 0 for j in content)
    low = len(kept) + 2 + case["text"].split("[[")[0].count("")  # errors before the change are of equal length
    assert content[0].block.a0 <= folded.index(low)


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_turned(case: Any) -> None:
    """What is content stays content when the two texts change places."""
    kept, copy = MARK.sub(r"\2", case["text"]), MARK.sub(r"\1", case["text"])
    _, found = judged(kept, copy)
    assert any(j.kind is Kind.CONTENT for j in found) == ("reason" in case)


def test_equal_texts_have_no_differences() -> None:
    text = "门卫每天晚上十点关门，早上六点开门。"
    folded, found = pair(text, text)
    judge = Judge(folded, [found])
    assert judge.judge(found) == ()
    assert judge.rate(found) == 0


def test_rate_grows_with_the_errors() -> None:
    text = "河水在夜里又涨了半米，沿岸的住户把粮食和被子搬到楼上，孩子们趴在窗口看水。" * 2
    few = text.replace("粮", "娘", 1)
    many = few.replace("窗", "囱", 1).replace("搬", "般", 1).replace("涨", "账", 1)
    rates = []
    for copy in (few, many):
        folded, found = pair(text, copy)
        rates.append(Judge(folded, [found]).rate(found))
    assert 0 < rates[0] < rates[1] < 0.1


def test_the_same_exchange_everywhere_is_a_name() -> None:
    kept = "汤某到了门口，汤某没有敲门，后来汤某从后院走了，邻居看见汤某提着箱子。"
    _, found = judged(kept, kept.replace("汤", "马"))
    assert {j.kind for j in found} == {Kind.CONTENT}


def test_variants_are_form_but_evidence_of_noise() -> None:
    kept = "他們說這個國家的歷史很長，古書裏記載了許多戰爭與和平的故事，後來的人讀了都覺得有意思。"
    copy = "他们说这个国家的历史很长，古书里记载了许多战争与和平的故事，后来的人读了都觉得有意思。"
    assert judged(kept, copy)[1] == ()
    other = ("很長", "很久"), ("很长", "很久")
    (clean,) = judged(kept, kept.replace(*other[0]))[1]
    (edition,) = judged(kept, copy.replace(*other[1]))[1]
    assert clean.kind is Kind.CONTENT
    assert edition.score < clean.score


@pytest.mark.parametrize(
    ("left_out", "kept", "copy"),
    [
        ("case", "The Board met on Monday.", "The board met on Monday."),
        ("width", "共有ＡＢ两个方案。", "共有AB两个方案。"),
        ("punct", "好，我去；你留下。", "好，我去，你留下。"),
        ("space", "so it be gan again", "so it began again"),
        ("han", "這個方案很好。", "这个方案很好。"),
    ],
)
def test_form_that_counts(left_out: Any, kept: Any, copy: Any) -> None:
    folded, found = pair(kept, copy)
    assert found.blocks == ()
    assert form_breaks(folded, found, Settings()) == ()
    others = make(normalize=Settings().normalize - {left_out})
    breaks = form_breaks(folded, found, others)
    assert breaks
    assert all(j.kind is Kind.CONTENT for j in breaks)
    only = make(normalize=frozenset({left_out}))
    assert form_breaks(folded, found, only) == ()


def test_order_and_number_of_pairs_do_not_matter_for_a_clean_pair() -> None:
    text = "渔船在天亮以前出港，傍晚带着满舱的鱼回来。"
    folded = fold("\n\n".join([text, text, text.replace("傍晚", "中午")]))
    size = len(folded) // 3
    same = Alignment(0, size, size, 2 * size)
    other = Alignment(0, size, 2 * size, 3 * size, align(folded, 0, size, 2 * size, 3 * size))
    for order in ([same, other], [other, same]):
        (found,) = Judge(folded, order).judge(other)
        assert found.kind is Kind.CONTENT


def two_pairs(first: tuple[str, str], second: tuple[str, str]) -> tuple[Judged, ...]:
    """Two copies in one text; returns what the second one is judged to be."""
    texts = (first[0], second[0], first[1], second[1])
    folded = fold("\n\n".join(texts))
    starts = [folded.index(sum(len(t) + 2 for t in texts[:i])) for i in range(4)] + [len(folded)]
    found = [
        Alignment(starts[a], starts[a + 1], starts[b], starts[b + 1], align(folded, starts[a], starts[a + 1], starts[b], starts[b + 1]))
        for a, b in ((0, 2), (1, 3))
    ]  # fmt: skip
    return Judge(folded, found).judge(found[1])


LETTER = (
    "The letter lay on the kitchen table for three days before anybody opened it, and by then the rain had come"
    " through the window and washed away half of the address and all of the stamp."
)
NOISY = LETTER.replace("kitchen", "kltehen").replace("window", "wiudcw").replace("stamp", "strmq")
BRIDGE = "The officer at the bridge counted the carts twice and wrote the result into a small brown book."


def test_a_clear_error_in_a_clean_pair_counts_a_doubtful_one_does_not() -> None:
    spoilt = BRIDGE.replace("officer", "ofllcer")
    assert {j.kind for j in two_pairs((LETTER, NOISY), (BRIDGE, spoilt))} == {Kind.NOISE}
    unlike = BRIDGE.replace("officer", "oqwicer")
    assert {j.kind for j in two_pairs((LETTER, LETTER), (BRIDGE, unlike))} == {Kind.CONTENT}


@pytest.mark.parametrize(("word", "other"), [("officer", "sergeant"), ("twice", "once"), ("brown", "green")])
def test_another_word_in_a_clean_pair_holds_however_noisy_others_are(word: str, other: str) -> None:
    found = two_pairs((LETTER, NOISY), (BRIDGE, BRIDGE.replace(word, other)))
    assert {j.kind for j in found} == {Kind.CONTENT}


def test_words_said_twice_and_aligned_one_time_off_are_no_difference() -> None:
    text = "夜班的司机叫老郭师傅，老郭师傅每天开最后一趟车回场，车上常常只有他一个人。"
    folded, found = pair(text, text)
    shift, size, middle = len("老郭师傅"), len("夜班的司机叫"), found.b0
    once = (
        Block(size, size, middle + size, middle + size + shift),
        Block(size + shift, size + 2 * shift, middle + size + 2 * shift, middle + size + 2 * shift),
    )
    off = Alignment(found.a0, found.a1, found.b0, found.b1, once)
    assert Judge(folded, [off]).judge(off) == ()


def test_what_is_really_put_in_and_taken_out_stays_so() -> None:
    kept = "老郭师傅每天晚上开最后一趟车回场，车上常常只有他一个人，收音机开得很响。"
    copy = kept.replace("每天晚上", "").replace("收音机", "每天晚上收音机")
    _, found = judged(kept, copy)
    assert {j.kind for j in found} == {Kind.CONTENT}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("kept", "copy", "number"),
    [
        ("10", "今1", False),
        ("120", "1和0", False),
        ("10", "12", True),
        ("约8", "近9", True),
    ],
)
def test_a_number_that_lost_a_digit_to_a_letter_is_damage(kept: str, copy: str, number: bool) -> None:
    text = "港口开通了{}条货运航线，旅客在船上可以过夜，第二天早上到岸。码头上有人等着，挥动帽子和手帕，"
    text += "搬行李的工人蹲在缆桩旁边抽烟，海鸥绕着烟囱飞，谁也不急着走开。"
    worn = text.replace("旅客", "旅苦").replace("早上", "旱上")
    folded, found = pair(text.format(kept), worn.format(copy))
    verdicts = Verdicts(folded, [found], Settings()).of(found)
    assert any(j.reason is Reason.NUMBER and j.kind is Kind.CONTENT for j in verdicts) == number


@pytest.mark.parametrize("count", [1, 63, 64, 65, 128, 300])
def test_a_long_alignment_is_sampled_in_stretches(count: int) -> None:
    blocks = tuple(Block(9 + 10 * n, 10 + 10 * n, 5009 + 10 * n, 5010 + 10 * n) for n in range(count))
    whole = Alignment(0, 10 * count + 5, 5000, 5000 + 10 * count + 5, blocks)
    parts = list(_stretches(whole))
    assert [block for part in parts for block in part.blocks] == list(blocks)
    assert all(len(part.blocks) <= STRETCH for part in parts)
    assert (parts[0].a0, parts[0].b0, parts[-1].a1, parts[-1].b1) == (whole.a0, whole.b0, whole.a1, whole.b1)
    assert all((one.a1, one.b1) == (two.a0, two.b0) for one, two in pairwise(parts))
    assert sum(part.equal() for part in parts) == whole.equal()


def test_a_sample_of_a_long_alignment_tells_its_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """One alignment of very many differences is not looked at in full to estimate the noise."""
    rng = random.Random(4)
    words = " ".join("".join(rng.choices("etaoinshrdlu", k=rng.randint(2, 8))) for _ in range(4000))
    copy = "".join(rng.choice("etaoinshrdlu") if c.isalpha() and rng.random() < 0.03 else c for c in words)
    folded, found = pair(words, copy)
    whole = Judge(folded, [found])
    monkeypatch.setattr(judge, "SAMPLE", len(found.blocks) // 3)
    part = Judge(folded, [found])
    assert len(part._looks) <= 0.4 * len(whole._looks)
    assert abs(part._usual - whole._usual) < 0.1 * whole._usual
