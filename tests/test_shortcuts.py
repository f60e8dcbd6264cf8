"""What is answered without the whole work is answered alike: shortcuts against what they save."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from dedupe_cli.across.subject import Subject
from dedupe_cli.decide import context as contexts
from dedupe_cli.decide.candidate_index import by_copy, by_kept
from dedupe_cli.decide.select import decide
from dedupe_cli.document.view import View
from dedupe_cli.judge.verdicts import Verdicts
from dedupe_cli.planning.build import _are_same
from dedupe_cli.search import chains as chain
from dedupe_cli.search.chains import Run, runs
from dedupe_cli.search.chance import Chance
from dedupe_cli.search.equal_blocks import with_equal_blocks
from dedupe_cli.search.find import LEAST_PASSAGE, find
from dedupe_cli.search.kgrams import window_ends
from dedupe_cli.search.seeds import link
from dedupe_cli.settings import make
from dedupe_cli.text.alignment import align
from dedupe_cli.text.fold import fold
from strategies import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedupe_cli.decide.state import Held, Removal
    from dedupe_cli.text.alignment import Alignment

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
    alone = [bool(chance.are_chance([one])[0]) for one in chains]
    assert chance.are_chance(chains).tolist() == alone
    assert {True, False} == set(alone)


@pytest.mark.parametrize("seed", range(4))
def test_runs_are_made_alike_of_some_diagonals_at_a_time(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    said = [" ".join("".join(rng.choices("abcdef", k=rng.randint(2, 6))) for _ in range(12)) for _ in range(40)]
    folded = fold(". ".join(rng.choice(said) for _ in range(300)))
    seeds = link(folded)
    chance = Chance.of(folded, seeds.popularity, seeds.weight)
    starts = View(folded).starts
    whole = runs(folded, seeds, chance, starts, LEAST_PASSAGE)
    monkeypatch.setattr(chain, "_PART", len(seeds.shift) // 9)
    monkeypatch.setattr(chain, "_SAMPLE", 50)
    assert len(list(chain._diagonals(seeds.shift))) > 3
    assert runs(folded, seeds, chance, starts, LEAST_PASSAGE) == whole
    assert whole[0]


@pytest.mark.parametrize("more", [1, 7, 63, 64, 100, 300])
def test_what_is_found_does_not_hang_on_how_long_the_text_before_it_is(more: int) -> None:
    """Cells, where many passages cross, are counted from where a block begins."""
    rng = random.Random(5)
    said = [" ".join("".join(rng.choices("abcdef", k=rng.randint(2, 6))) for _ in range(12)) for _ in range(25)]
    text = "\n\n".join(". ".join(rng.choice(said) for _ in range(rng.randint(1, 6))) + "." for _ in range(160))
    found = _passages(text)
    before = "".join(rng.choices("ghijklmnopqrstuvwxyz", k=more)) + ".\n\n"
    assert len(found) > 300
    assert _passages(before + text) == [tuple(place + more for place in row) for row in found]


def _passages(text: str) -> list[tuple[int, ...]]:
    folded = fold(text)
    return [(row.b0, row.b1, row.a0, row.a1) for row in find(folded, view=View(folded)).alignments]


@given(st.text(alphabet="abc12中文字ก%", max_size=400), st.sampled_from([55, 77, 110, 220, 440]))
def test_windows_end_where_a_search_finds_it(text: str, weight: int) -> None:
    """Also where none fits: the end of the text and one."""
    folded = fold(text)
    places = np.arange(len(folded), dtype=np.int64)
    assert window_ends(folded, places, weight).tolist() == folded.sums.first(folded.sums.at(places) + weight).tolist()


@given(texts(), st.sampled_from([1, 12, 30]))
@settings(max_examples=150, deadline=None)
def test_blocks_that_are_left_out_at_once_would_stay(text: str, least: int) -> None:
    found = _decided(text, least)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contexts, "by_copy", lambda view, rows: _touching(view, rows, lambda row: (row.b0, row.b1)))
        patch.setattr(contexts, "by_kept", lambda view, rows: _touching(view, rows, lambda row: (row.a0, row.a1)))
        assert _decided(text, least) == found


def test_phrases_in_long_paragraphs_are_left_out_at_once() -> None:
    one = "On the first morning the harbour lay under fog and no boat went out before noon; the men mended their nets."
    two = (
        "Nobody in the town had slept, as no boat went out before noon; bread was baked late, and the school was shut."
    )
    folded = fold(f"{one}\n\n{two}\n")
    alignments = find(folded).alignments
    assert alignments
    assert not by_copy(View(folded), alignments)
    assert not by_kept(View(folded), alignments)


def _touching(
    view: View, rows: Sequence[Alignment], side: Callable[[Alignment], tuple[int, int]]
) -> dict[int, list[Alignment]]:
    out: dict[int, list[Alignment]] = {}
    for row in rows:
        for block in view.blocks_in(*side(row)):
            out.setdefault(block, []).append(row)
    return out


def _decided(text: str, least: int) -> tuple[list[Removal], list[Held]]:
    folded, settings = fold(text), make(min_length=least)
    view, found = View(folded), find(folded)
    alignments = with_equal_blocks(view, found.alignments, found.popularity, LEAST_PASSAGE)
    done = decide(view, alignments, found.popularity, Verdicts(folded, alignments, settings), settings)
    return done.removals, done.held


@settings(deadline=None)
@given(st.text("ab _-中1"), st.text("ab _-中1", min_size=1, max_size=4))
def test_words_are_counted_as_an_expression_would(text: str, said: str) -> None:
    """How often a text has some words: :meth:`Subject.count` looks at the places where they stand only."""
    slowly = re.findall(rf"(?<!\w){re.escape(said)}(?!\w)", text)
    assert Subject("a.md", text).count(said) == len(slowly)
