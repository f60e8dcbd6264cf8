"""What takes no part in the matching: chains that lie in it are not aligned, alignments are cut around it."""

from __future__ import annotations

import pytest

from dedupe_cli.model import Span
from dedupe_cli.search.apart import apart, reaching_out
from dedupe_cli.search.chains import Run
from dedupe_cli.text.alignment import Alignment
from dedupe_cli.text.fold import fold

# Twenty letters, a dot and a space: "a" stands at 0, "b" at 22, the copies of both behind them.
LINES = [letter * 20 + ". " for letter in "abab"]
FOLD = fold("".join(LINES))
COPY, KEPT = Span(44, 66), Span(0, 22)
BOTH = [Run(40, 60, 40), Run(60, 80, 40)]


@pytest.mark.parametrize(
    ("chain", "ignored", "stays"),
    [
        (BOTH[:1], [COPY], False),
        (BOTH[:1], [KEPT], False),
        (BOTH[:1], [Span(0, 44), Span(44, 88)], False),
        (BOTH[:1], [Span(44, 60)], True),
        (BOTH[:1], [Span(22, 44)], True),
        (BOTH, [COPY], True),
        (BOTH, [COPY, Span(66, 88)], False),
        (BOTH, [KEPT, Span(66, 88)], False),
        (BOTH, [Span(20, 22)], True),
    ],
)
def test_chains_within_what_is_ignored_are_left_out(chain: list[Run], ignored: list[Span], *, stays: bool) -> None:
    assert reaching_out(FOLD, [chain], ignored) == ([chain] if stays else [])


def test_of_many_chains_those_that_reach_out_stay_in_order() -> None:
    found = reaching_out(FOLD, [BOTH[:1], BOTH[1:], BOTH], [COPY])
    assert found == [BOTH[1:], BOTH]
    assert reaching_out(FOLD, [], [COPY]) == []
    assert reaching_out(FOLD, [BOTH], []) == [BOTH]


@pytest.mark.parametrize(
    ("ignored", "left"),
    [
        ([], [(40, 80)]),
        ([COPY], [(60, 80)]),
        ([Span(50, 60)], [(40, 46), (56, 80)]),
        ([Span(6, 16)], [(40, 46), (56, 80)]),
        ([KEPT, Span(70, 76)], [(60, 64), (70, 80)]),
        ([Span(0, 2), Span(82, 88), Span(20, 22)], [(42, 76)]),
        ([Span(0, 88)], []),
    ],
)
def test_alignments_are_cut_around_what_is_ignored(ignored: list[Span], left: list[tuple[int, int]]) -> None:
    found = apart(FOLD, [Alignment(0, 40, 40, 80)], ignored, 1)
    assert [(part.b0, part.b1) for part in found] == left
    assert all(part.b0 - part.a0 == 40 for part in found)
