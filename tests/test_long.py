"""Long texts: minimizers, links of Symbols, and what is told of stretches that were not looked at fully."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe_cli import apply_plan, clean, plan
from dedupe_cli.decide import entry_evidence as standing
from dedupe_cli.decide import select, weights
from dedupe_cli.decide import sentences_near_loops as loops
from dedupe_cli.search import seeds
from dedupe_cli.search.find import LEAST_PASSAGE, find
from dedupe_cli.search.hashes import links
from dedupe_cli.search.kgrams import LONG_STEP, LONG_WEIGHT
from dedupe_cli.search.removal import TOLD
from dedupe_cli.search.seeds import link
from dedupe_cli.search.tandem import NARROW, Symbols
from dedupe_cli.text.fold import fold

HAN = [chr(0x4E00 + i) for i in range(2500)]


def han(seed: int, size: int) -> str:
    return "".join(np.random.default_rng(seed).choice(HAN, size))


@given(st.integers(0, 10**6), st.integers(0, 40), st.integers(0, 40), st.sampled_from(("han", "letters")))
@settings(max_examples=60, deadline=None)
def test_every_equal_stretch_has_a_minimizer(seed: int, before: int, between: int, script: str) -> None:
    """The lightest passage that is looked at is found in a long text wherever it stands."""
    rng = np.random.default_rng(seed)
    letters = [chr(c) for c in range(0x61, 0x7B)] if script == "letters" else HAN
    size = -(-LEAST_PASSAGE // (5 if script == "letters" else 11))
    copy = "".join(rng.choice(letters, size))
    text = "".join(rng.choice(letters, before)) + copy + "".join(rng.choice(letters, between)) + "ж" + copy + "ы"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seeds, "LONG", 0)
        found = link(fold(text))
    assert found.weight == LONG_WEIGHT
    shift = len(copy) + between + 1
    here = [(a, b) for a, b, s in zip(found.first, found.ends, found.shift, strict=True) if s == shift]
    assert any(a <= before + shift and b >= before + shift + size for a, b in here)


def test_a_long_text_keeps_fewer_places(monkeypatch: pytest.MonkeyPatch) -> None:
    text = fold(han(3, 4000) * 2)
    every = link(text)
    monkeypatch.setattr(seeds, "LONG", 0)
    fewer = link(text)
    assert (every.shift[0], fewer.shift[0]) == (4000, 4000)
    assert len(fewer.popularity) == len(text) - LONG_WEIGHT // 11 + 1
    assert (fewer.popularity.part(0, len(fewer.popularity) - LONG_STEP) == 2).mean() > 0.99
    assert find(text).alignments[0].b1 == 8000


@given(st.lists(st.integers(0, 2), max_size=60), st.integers(1, 3))
@settings(max_examples=200, deadline=None)
def test_links_of_wider_windows_are_those_of_a_sort_of_them(values: list[int], times: int) -> None:
    symbols = Symbols(np.array(values * times, dtype=np.uint64))
    for width in (NARROW + 1, 3 * NARROW):
        found = symbols.wider(*symbols.narrow, width)
        assert [each.tolist() for each in found] == [each.tolist() for each in links(symbols.hashes.all(width))]


def test_keys_that_fall_together_are_told_apart() -> None:
    """The place is written over the low bits of a key: what differs there alone is looked at again."""
    keys = np.array([5, 6, 5, 7, 6, 5 + (1 << 40), 5], dtype=np.uint64)
    later, earlier = links(keys)
    assert (later.tolist(), earlier.tolist()) == ([2, 4, 6], [0, 1, 2])


def test_a_very_long_loop_inside_a_word_is_told() -> None:
    """What is not compared with all that is like it is a finding (W103); in a short one all is looked at."""
    prose = "The mill stands on the river, and nobody has lived there since the flood took the bridge.\n\n"
    notes = [note for note in plan(prose + "abcdefghij" * 18_000 + "\n").notes if note.rule == "W103"]
    assert notes
    assert all(note.span.start >= len(prose) for note in notes)
    assert not [note for note in plan(prose + "abcdefghij" * 200 + "\n").notes if note.rule == "W103"]


def test_the_last_rounds_of_a_very_long_loop_are_told_as_one() -> None:
    sentence = "The mill stands on the river.\n"
    made = plan(sentence * (TOLD + 300))
    assert len(made.edits) == TOLD + 1
    assert apply_plan(sentence * (TOLD + 300), made) == sentence
    assert len(plan(sentence * 300).edits) == 299


LINE = (
    "The request of host {} in the northern data centre was answered after {} ms by the second gateway of the chain.\n"
)


@pytest.fixture
def _sure(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is found goes, whatever speaks for its being meant."""
    for table in ("BLOCKS", "STRETCH"):
        monkeypatch.setattr(weights, table, getattr(weights, table) | {"base": 20.0})


@pytest.mark.usefixtures("_sure")
def test_in_a_long_loop_that_counts_only_lines_with_the_same_numbers_are_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = [LINE.format(1000 + 7 * i, 17 + i * i) for i in range(300)]
    text = "".join(lines)
    quick = plan(text)
    assert [(group.rule, group.held) for group in quick.groups] == [("D401", True)]
    lines[250] = lines[20]
    twice = "".join(lines)
    again = plan(twice)
    assert [edit.span.of(twice) for edit in again.edits] == [lines[20]]
    assert [(group.rule, group.held) for group in again.groups] == [("D101", False), ("D401", True)]
    monkeypatch.setattr(loops, "LONG_LOOP", 1000)
    slow = plan(text)
    assert (quick.edits, quick.groups) == (slow.edits, slow.groups)


def test_what_is_held_back_by_a_number_without_a_look_at_the_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """After many pairs that were held back (W103); nothing of it may go, and the numbers are named as always."""
    monkeypatch.setattr(select, "MANY", 3)
    other = (
        "In the southern centre, however, gateway {} had to be started {} times before it gave an answer to anybody.\n"
    )
    order = (0, 1, 1, 0, 1, 0, 0, 0, 1, 0, 1, 1)
    text = "\n".join((LINE, other)[kind].format(100 + 7 * i, 12 + i * i) for i, kind in enumerate(order))
    made = plan(text)
    assert not made.edits
    notes = [note for note in made.notes if note.rule == "W103"]
    assert len(notes) == 1
    assert "number" in notes[0].message
    assert notes[0].span.of(text).startswith("The request of host 135")
    monkeypatch.setattr(select, "MANY", 1000)
    assert not plan(text).notes


@pytest.mark.usefixtures("_sure")
def test_equal_paragraphs_are_found_among_many_that_are_alike() -> None:
    trees = ["alder", "birch", "cedar", "elm", "fir", "hazel", "larch", "maple", "oak", "pine", "rowan", "spruce"]
    said = [
        f"the settings of the {trees[k % 12]} in profile {trees[k // 12]} are read and written by the daemon of the "
        f"house when the button of the {trees[k * 7 % 12]} is pressed in the hall"
        for k in range(100)
    ]
    again = random.Random(3).sample(said, 50)
    assert clean("\n\n".join([*said, *again]) + "\n") == "\n\n".join(said) + "\n"


def test_runs_of_short_paragraphs_are_found_among_many_that_are_alike() -> None:
    rng = random.Random(5)
    trees = ["alder", "birch", "cedar", "elm", "fir", "hazel", "larch", "maple", "oak", "pine", "rowan", "spruce"]
    orders = [
        f"{do} the {tree}."
        for do in ["Paint", "Water", "Cut", "Plant", "Move", "Sell", "Draw", "Count"]
        for tree in trees
    ]
    said = ["\n\n".join(rng.sample(orders, 8)) for _ in range(100)]
    again = rng.sample(said, 50)
    assert clean("\n\n".join([*said, *again]) + "\n", confidence=1.0) == "\n\n".join(said) + "\n"


def test_code_of_one_long_paragraph_is_read_once_for_all_its_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copies of a sentence each may be many, and what is kept for them one paragraph of a megabyte."""
    said = [f"{han(at, 40)} `name_{at}` {han(at + 100, 40)}。" for at in range(40)]
    read: list[int] = []

    def counted(text: str) -> list[standing._Name]:
        read.append(len(text))
        return named(text)

    named = standing._named
    monkeypatch.setattr(standing, "_named", counted)
    whole = "".join(said)
    other = [one.replace(" `", "， `") for one in said]  # other marks: names may differ
    again = "\n\n".join(f"{han(at + 200, 30)}。{one}" for at, one in enumerate(other))
    assert clean(f"{whole}\n\n{again}\n", confidence=1.0).count("`name_") == len(said)
    assert len(read) > len(said)
    assert sum(size > len(whole) // 2 for size in read) == 1
