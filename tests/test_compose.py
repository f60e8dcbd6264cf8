"""Edits after edits, as edits of the first text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe_cli import plan
from dedupe_cli.model import Edit, Plan, Safety, Span
from dedupe_cli.planning.successive_plans import composed
from dedupe_cli.text.compose import Shift, compose, is_cut
from dedupe_cli.text.rewrite import rewrite


@st.composite
def edits(draw: st.DrawFn, text: str) -> list[Edit]:
    """Edits of a text, in order and apart; cuts and cleaners' edits."""
    out = []
    at = 0
    while at < len(text):
        start = at + draw(st.integers(0, 3))
        end = start + draw(st.integers(1, 4))
        if end > len(text) or not draw(st.booleans()):
            break
        cut = draw(st.booleans())
        new = "" if cut else draw(st.text("xyz", max_size=3))
        out.append(Edit(Span(start, end), new, "D101" if cut else "C101", "", Safety.EXACT, 0 if cut else -1))
        at = end
    return out


@given(st.data())
def test_composed_edits_do_what_both_did(data: st.DataObject) -> None:
    text = data.draw(st.text("abcdefg", max_size=30))
    first = data.draw(edits(text))
    middle = rewrite(text, first)
    second = data.draw(edits(middle))
    both = compose(text, first, second)
    assert rewrite(text, both) == rewrite(middle, second)
    gone = {i for edit in first if is_cut(edit) for i in range(edit.span.start, edit.span.end)}
    told = {i for edit in both if is_cut(edit) for i in range(edit.span.start, edit.span.end)}
    assert gone <= told, "what a cut took belongs to a cut"


@given(st.data())
def test_places_go_back_to_where_they_came_from(data: st.DataObject) -> None:
    text = "".join(chr(0x4E00 + i) for i in range(data.draw(st.integers(0, 30))))
    first = data.draw(edits(text))
    middle = rewrite(text, first)
    shift = Shift(text, first)
    start = data.draw(st.integers(0, len(middle)))
    span = Span(start, data.draw(st.integers(start, len(middle))))
    back = shift.origin(span)
    assert [c for c in span.of(middle) if c > "z"] == [c for c in rewrite_inside(text, back, first) if c > "z"]
    parts = shift.origins(span)
    assert parts[0].start == back.start
    assert parts[-1].end == back.end


def rewrite_inside(text: str, span: Span, first: list[Edit]) -> str:
    gone = {i for edit in first for i in range(edit.span.start, edit.span.end)}
    return "".join(c for i, c in enumerate(text) if span.start <= i < span.end and i not in gone)


def test_what_was_put_in_beside_a_character_does_not_come_from_it() -> None:
    behind = Shift("xyp文", [Edit(Span(2, 3), "p ", "C108", "", Safety.EXACT)])
    assert [behind.origin(Span(*each)) for each in ((3, 5), (2, 4), (0, 3), (3, 4))] == [
        Span(3, 4), Span(2, 3), Span(0, 3), Span(3, 3),
    ]  # fmt: skip
    before = Shift("xyp文", [Edit(Span(2, 3), " p", "C108", "", Safety.EXACT)])
    assert [before.origin(Span(*each)) for each in ((0, 3), (2, 4), (3, 5), (2, 3))] == [
        Span(0, 2), Span(2, 3), Span(2, 4), Span(2, 2),
    ]  # fmt: skip


def test_a_cleaner_that_joins_two_lines_moves_nothing_over_a_cut_between_them() -> None:
    cut = Edit(Span(7, 9), "", "D101", "", Safety.EXACT, 0)
    joined = Edit(Span(0, 10), "ferryman", "C111", "", Safety.EXACT)
    found = compose("ferry-\nx\nman", [cut], [joined])
    assert [(edit.span, edit.replacement, edit.rule) for edit in found] == [
        (Span(5, 7), "", "C111"), (Span(7, 9), "", "D101"),
    ]  # fmt: skip


def test_a_word_put_together_twice_is_parted_where_its_letters_are() -> None:
    first = Edit(Span(1, 8), "\nsrdr", "C111", "", Safety.EXACT)
    second = Edit(Span(2, 10), "srdruo", "C111", "", Safety.EXACT)
    found = compose("! sr-\ndr-\nuo", [first], [second])
    assert [(edit.span, edit.replacement) for edit in found] == [(Span(1, 2), "\n"), (Span(2, 12), "srdruo")]


def test_a_cut_through_what_a_cleaner_joined_takes_its_own_letters() -> None:
    joined = Edit(Span(0, 8), "abcdef", "C111", "", Safety.EXACT)
    cut = Edit(Span(3, 6), "", "D203", "", Safety.EXACT, 0)
    found = compose("abc-\ndef", [joined], [cut])
    assert [(edit.span, edit.replacement) for edit in found] == [(Span(0, 5), "abc"), (Span(5, 8), "")]


def test_an_edit_that_takes_nothing_is_refused() -> None:
    cut = Edit(Span(0, 1), "", "C101", "", Safety.EXACT)
    with pytest.raises(ValueError, match="takes nothing"):
        compose("ab", [cut], [Edit(Span(0, 0), "x", "C101", "", Safety.EXACT)])


def test_a_cut_up_to_what_a_cleaner_put_in_takes_all_that_stood_before_it() -> None:
    spaced = Edit(Span(2, 3), "p ", "C108", "", Safety.EXACT)
    cut = Edit(Span(0, 3), "", "D203", "", Safety.EXACT, 0)
    found = compose("xyp文", [spaced], [cut])
    assert [(edit.span, edit.replacement, edit.rule) for edit in found] == [
        (Span(0, 3), "", "D203"), (Span(3, 3), " ", "C108"),
    ]  # fmt: skip


@pytest.mark.parametrize(("kept", "safety"), [(Span(5, 9), Safety.SIMILAR), (Span(6, 8), Safety.EXACT)])
def test_a_copy_of_what_is_pieced_together_later_is_exact_only_letter_by_letter(kept: Span, safety: Safety) -> None:
    """The kept text of the first cut loses *cd* to *xcdy*, or to *cd*."""
    text = "abcd xcdy abcd"
    first = Edit(Span(10, 14), "", "D202", "", Safety.EXACT, 0, (Span(0, 4),))
    second = Edit(Span(2, 4), "", "D202", "", Safety.EXACT, 0, (kept,))
    group = plan("The mill stands on the river, and nobody knows it.\n" * 2).groups[0]
    plans = (Plan("", len(text) - gone, (edit,), (group,)) for edit, gone in ((first, 0), (second, 4)))
    found = composed(text, *plans).edits
    assert [(edit.span, edit.safety) for edit in found] == [(Span(2, 4), Safety.EXACT), (Span(10, 14), safety)]
