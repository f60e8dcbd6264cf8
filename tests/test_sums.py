"""Running sums, and folds that are made in pieces: as narrow as they are, they are those of the whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe_cli.text import fold as folding
from dedupe_cli.text import sums
from dedupe_cli.text.fold import fold
from dedupe_cli.text.indexed import different
from dedupe_cli.text.sums import LARGEST, Sums

TEXTS = st.text("ab1９.,，０ éﬃﬁ한發发乙\u0301\ud800\U00020000ﷺ½٫\n", max_size=60)


@pytest.mark.parametrize("piece", [16, 1 << 18])
@given(numbers=st.lists(st.integers(0, LARGEST), max_size=70), data=st.data())
@settings(max_examples=150, deadline=None)
def test_sums_are_those_of_all_numbers(piece: int, numbers: list[int], data: st.DataObject) -> None:
    values = np.array(numbers, dtype=np.uint8)
    plain = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sums, "_PLAIN", data.draw(st.sampled_from((-1, 1 << 16))))
        patch.setattr(sums, "_PIECE", piece)
        found = Sums(len(values), lambda start, end: values[start:end])
    assert found.at(np.arange(len(plain))).tolist() == plain.tolist()
    goals = np.arange(-2, int(plain[-1]) + 3)
    assert found.first(goals).tolist() == np.searchsorted(plain, goals).tolist()
    start = data.draw(st.integers(0, len(values)))
    end = data.draw(st.integers(start, len(values)))
    assert found.between(start, end) == plain[end] - plain[start]


@given(numbers=st.lists(st.floats(0, 6), max_size=70), long=st.booleans())
@settings(max_examples=150, deadline=None)
def test_real_sums_are_those_of_all_numbers(numbers: list[float], long: bool) -> None:
    values = np.array(numbers)
    plain = np.concatenate(([0], np.cumsum(values)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sums, "_PLAIN", -1 if long else 1 << 16)
        found = Sums(len(values), lambda start, end: values[start:end], real=True)
    off = 1e-4 if long else 1e-9
    assert np.abs(found.at(np.arange(len(plain))) - plain).max() <= off
    assert abs(found.between(len(values) // 2, len(values)) - (plain[-1] - plain[len(values) // 2])) <= off


@given(text=TEXTS, piece=st.integers(1, 8))
@settings(max_examples=300, deadline=None)
def test_a_fold_in_pieces_is_that_of_the_whole(text: str, piece: int) -> None:
    whole = fold(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folding, "_PIECE", piece)
        found = fold(text)
        assert found.string == whole.string
        for name in ("codes", "plain", "offsets", "classes"):
            assert getattr(found, name).tolist() == getattr(whole, name).tolist(), name
        assert found.weights(0, len(found)).tolist() == whole.weights(0, len(whole)).tolist()


def test_codes_are_as_narrow_as_they_can_be() -> None:
    assert [fold(text).codes.itemsize for text in ("abc", "ab发", "ab\U00020000", "")] == [1, 2, 4, 1]
    assert [fold(text).string for text in ("aé", "發", "\U00020000")] == ["ae\u0301", "发", "\U00020000"]


@given(numbers=st.lists(st.integers(0, 9), max_size=20))
def test_different_values_are_those_of_numpy(numbers: list[int]) -> None:
    values = np.array(numbers, dtype=np.int64)
    assert different(values).tolist() == np.unique(values).tolist()
