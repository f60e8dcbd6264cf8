"""Tokens and the word diff."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe_cli.text.diff import runs, share_changed, tokens, units

TOKENS = [
    ("园区ABC公司", ["园", "区", "ABC", "公", "司"]),
    ("don't stop", ["don't", "stop"]),
    ("week-end", ["week-end"]),
    ("3.5亿元，1,200", ["3.5", "亿", "元", "，", "1,200"]),
    ("2024-05-01 12:30", ["2024", "-", "05", "-", "01", "12:30"]),
    ("“好。”", ["“", "好", "。", "”"]),
    ("e\u0301te\u0301 ok", ["e\u0301te\u0301", "ok"]),
    ("コンピュータは速い", ["コンピュータ", "は", "速", "い"]),
    ("สวัสดี", ["ส", "วั", "ส", "ดี"]),
    ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
    ("привет, мир", ["привет", ",", "мир"]),
    ("안녕 하세요", ["안녕", "하세요"]),
    ("مرحبا بكم", ["مرحبا", "بكم"]),
    ("👨‍👩‍👧 go", ["👨‍👩‍👧", "go"]),
    ("a\n\n  b\nc", ["a", "\n", "b", "\n", "c"]),
    ("a\tb　c", ["a", "b", "c"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "wanted"), TOKENS)
def test_tokens(text: str, wanted: list[str]) -> None:
    assert [t.text for t in tokens(text)] == wanted


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_tokens_cover_all_but_white_space(text: str) -> None:
    items = tokens(text)
    assert all(a.end <= b.start for a, b in pairwise(items))
    covered = "".join(text[t.start : t.end] for t in items)
    assert "".join(covered.split()) == "".join(text.split())


def told(a: str, b: str) -> str:
    """The diff as text: ``[copy/kept]`` where they differ."""
    left, right = tokens(a), tokens(b)
    out = []
    for run in runs(left, right) or []:
        kept = " ".join(t.text for t in left[run.a0 : run.a1])
        copy = " ".join(t.text for t in right[run.b0 : run.b1])
        out.append(kept if run.equal else f"[{copy}/{kept}]")
    return " ".join(out)


DIFFS = [
    ("the new budget on Tuesday", "its new budget Tuesday", "[its/the] new budget [/on] Tuesday"),
    (
        "The mayor said the plan",
        "The mayor of the town told us the plan",
        "The mayor [of the town told us/said] the plan",
    ),
    ("园区为提升", "为提升", "[/园 区] 为 提 升"),
    ("甲\n乙", "甲乙", "甲 [/\n] 乙"),
    ("a b", "a  b", "a b"),
    ("same", "same", "same"),
    # A small word between two long changes is chance.
    ("a b c d e f g", "x y z d u v w", "[x y z d u v w/a b c d e f g]"),
    (
        "one two three , four five six",
        "un deux trois , quatre cinq six",
        "[un deux trois/one two three] , [quatre cinq/four five] six",
    ),
]


@pytest.mark.parametrize(("kept", "copy", "wanted"), DIFFS)
def test_runs(kept: str, copy: str, wanted: str) -> None:
    assert told(kept, copy) == wanted


@settings(deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from("abc ,。甲\n"), max_size=30),
    st.lists(st.sampled_from("abc ,。甲\n"), max_size=30),
)
def test_runs_rebuild_both_texts(kept: list[str], copy: list[str]) -> None:
    a, b = tokens("".join(kept)), tokens("".join(copy))
    found = runs(a, b)
    assert found is not None
    assert [t for r in found for t in a[r.a0 : r.a1]] == a
    assert [t for r in found for t in b[r.b0 : r.b1]] == b
    assert all(x.equal != y.equal for x, y in pairwise(found))
    for run in found:
        if run.equal:
            assert [t.text for t in a[run.a0 : run.a1]] == [t.text for t in b[run.b0 : run.b1]]


def test_too_long_to_compare() -> None:
    a, b = tokens("a " * 20_000), tokens("b " * 20_000)
    assert runs(a, b) is None


def test_counts() -> None:
    items = tokens("共3家, ok.")
    assert units(items) == 4
    assert share_changed(runs(tokens("a b"), tokens("a c")) or []) == 0.5
    assert share_changed([]) == 0.0
