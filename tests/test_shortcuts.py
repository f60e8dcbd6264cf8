"""What is answered without the whole work is answered alike: shortcuts against what they save."""

from __future__ import annotations

import random
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from dedupe_cli.collapse.plan import _are_same
from dedupe_cli.collapse.view import View
from dedupe_cli.match import scene as scenes
from dedupe_cli.match.chain import Chance, Run
from dedupe_cli.match.kgrams import window_ends
from dedupe_cli.match.scene import Scene
from dedupe_cli.match.seeds import link
from dedupe_cli.text.alignment import align
from dedupe_cli.text.fold import fold

_ODD = st.text(alphabet="ab1２3.,٫ \n\t\u3000\u00a0é\u0301ﬁ中", max_size=14)


@given(_ODD, _ODD)
def test_texts_that_are_the_same_but_for_white_space_are_folded_alike(one: str, other: str) -> None:
    for two in (other, one.replace(" ", "\n"), one.replace(" ", ""), " ".join(one)):
        if _are_same(one, two):
            assert fold(one).string == fold(two).string


@given(st.text(alphabet="abc", max_size=3), st.text(alphabet="abc", max_size=3))
def test_short_ranges_are_aligned_as_rapidfuzz_does(one: str, other: str) -> None:
    found = align(fold(f"{one}{other}"), 0, len(one), len(one), len(one) + len(other))
    expected = []
    at = to = 0
    for same in Levenshtein.editops(one, other).as_matching_blocks():
        if same.a > at or same.b > to:
            expected.append((at, same.a, len(one) + to, len(one) + same.b))
        at, to = same.a + same.size, same.b + same.size
    assert [tuple(block) for block in found] == expected


@given(
    st.lists(
        st.sampled_from(["ab. ", "C d", "。", "中文。", "12 ", "\n", "\n\n", "# ", "- ", "--", "\u200b", " "]),
        max_size=14,
    ),
    st.sampled_from(["auto", "line"]),
)
def test_a_border_is_told_of_as_all_borders_tell(parts: list[str], unit: Literal["auto", "line"]) -> None:
    view = View(fold("".join(parts)), unit)
    size = len(view.fold)
    for start in range(-1, size + 1 if size else 0):
        for end in range(start, min(start + 4, size + 1)):
            assert view.has_border(start, end) == bool(view.borders(start, end))


@pytest.mark.parametrize("seed", range(4))
def test_chains_are_weighed_together_as_one_by_one(seed: int) -> None:
    rng = random.Random(seed)
    said = [" ".join("".join(rng.choices("abcdef", k=rng.randint(2, 6))) for _ in range(12)) for _ in range(6)]
    folded = fold(". ".join(rng.choice(said) for _ in range(1500)))
    seeds = link(folded)
    chance = Chance.of(folded, seeds.popularity, seeds.weight)
    assert chance is not None
    places = [sorted(rng.sample(range(300, len(folded)), 2 * rng.randint(1, 4))) for _ in range(200)]
    chains = [
        [Run(x0, min(x1, x0 + rng.randint(1, 90)), 200) for x0, x1 in zip(p[::2], p[1::2], strict=True)] for p in places
    ]
    alone = [bool(chance.are_chance([chain])[0]) for chain in chains]
    assert chance.are_chance(chains).tolist() == alone
    assert {True, False} == set(alone)


def test_tokens_are_counted_alike_whether_few_or_many_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(7)
    text = " ".join("".join(rng.choices("abcdef", k=rng.randint(1, 6))) for _ in range(3000))
    once = Scene.of(fold(text)).is_unique(np.arange(3000))
    monkeypatch.setattr(scenes, "_MANY", 1)
    scene = Scene.of(fold(text + " "))
    for place in range(100):
        assert scene.is_unique(np.array([place])).tolist() == [bool(once[place])]
    assert scene.made.ordered is not None  # asked so often, all are in order


@given(st.text(alphabet="abc12中文字ก%", max_size=400), st.sampled_from([55, 77, 110, 220, 440]))
def test_windows_end_where_a_search_finds_it(text: str, weight: int) -> None:
    """Also where none fits: the end of the text and one."""
    folded = fold(text)
    places = np.arange(len(folded), dtype=np.int64)
    assert window_ends(folded, places, weight).tolist() == folded.sums.first(folded.sums.at(places) + weight).tolist()
