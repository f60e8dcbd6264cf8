"""Spans that are looked up: their union, what touches it, what is outside of it."""

from __future__ import annotations

import random

import pytest

from dedupe_cli.model import Span
from dedupe_cli.text.spans import outside, touches, union


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([(3, 3)], []),
        ([(4, 6), (0, 2)], [(0, 2), (4, 6)]),
        ([(0, 2), (2, 5)], [(0, 5)]),
        ([(0, 9), (2, 3), (8, 12), (13, 14)], [(0, 12), (13, 14)]),
    ],
)
def test_the_union_is_disjoint_and_in_order(spans: list[tuple[int, int]], expected: list[tuple[int, int]]) -> None:
    assert union(Span(*each) for each in spans) == tuple(Span(*each) for each in expected)


@pytest.mark.parametrize("seed", range(20))
def test_what_touches_a_union_shares_a_character_with_one_of_its_spans(seed: int) -> None:
    rng = random.Random(seed)
    spans = [Span(at, at + rng.randrange(6)) for at in (rng.randrange(60) for _ in range(rng.randrange(8)))]
    places = {place for span in spans for place in range(span.start, span.end)}
    for start in range(66):
        for end in range(start + 1, 66, 5):
            assert touches(Span(start, end), union(spans)) == any(start <= place < end for place in places)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_outside_has_no_character_of_a_cut(seed: int) -> None:
    rng = random.Random(seed)

    def some() -> list[Span]:
        return [Span(at, at + rng.randrange(9)) for at in (rng.randrange(60) for _ in range(rng.randrange(8)))]

    spans, cuts = some(), some()
    places = {place for cut in cuts for place in range(cut.start, cut.end)}
    left = [place for span in spans for place in range(span.start, span.end) if place not in places]
    found = outside(spans, cuts)
    assert [place for span in found for place in range(span.start, span.end)] == left
    assert all(found)
