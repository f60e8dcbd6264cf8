"""A long text is searched in parts: what is found is what is found in the whole."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given

import test_cases
from dedupe_cli import plan
from dedupe_cli.search.in_place import find_near, search
from dedupe_cli.search.scale import partitioned as parted
from dedupe_cli.search.scale import parts
from dedupe_cli.search.scale.parts import Blocks, borders_of, is_quiet
from dedupe_cli.search.scene import Scene
from dedupe_cli.text.fold import fold
from strategies import texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedupe_cli.model import Repeat

CASES = [case.input for case in test_cases.CASES if len(case.input) < 20_000]


def filler(rng: random.Random, size: int, latin: float = 0.5) -> str:
    """Paragraphs of words that hardly repeat."""
    out = []
    for _ in range(size):
        if rng.random() < latin:
            words = ["".join(rng.choices("abcdefghiklmnoprstuw", k=rng.randint(2, 9))) for _ in range(30)]
            out.append(" ".join(words).capitalize() + ".")
        else:
            out.append("".join(chr(0x4E00 + rng.randrange(3000)) for _ in range(60)) + "。")
    return "\n\n".join(out)


def mixed(seed: int) -> str:
    """Texts of the cases, with filler between them."""
    rng = random.Random(seed)
    chosen = rng.sample(CASES, 12)
    return "\n\n".join(part for text in chosen for part in (filler(rng, rng.randint(10, 40)), text.strip("\n"))) + "\n"


def without_blank_lines(seed: int) -> str:
    """The same with no blank line; every third one has line ends of two characters, and blank lines of these."""
    text = mixed(seed)
    return text.replace("\n", "\r\n") if seed % 3 == 0 else re.sub("\n\n+", "\n", text)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of some paragraphs."""
    monkeypatch.setattr(parts, "LEAST", 1 << 12)
    monkeypatch.setattr(parts, "PART", 1 << 12)
    monkeypatch.setattr(parts, "_NEAR", 1 << 11)
    monkeypatch.setattr(parts, "_SHORT", 200)
    monkeypatch.setattr(parted, "_ASIDE", 1 << 11)


def by_place(repeats: list[Repeat]) -> list[Repeat]:
    return sorted(repeats, key=lambda r: (r.cuts[0].span, r.rule, r.kept))


def of_the_first(start: int, _end: int) -> bool:
    """Tell whether a range touches the first fifty characters."""
    return start < 50


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("make", [mixed, without_blank_lines])
@pytest.mark.parametrize("seed", range(25))
def test_the_parts_hold_what_the_whole_holds(seed: int, make: Callable[[int], str]) -> None:
    whole = fold(make(seed))
    assert borders_of(whole) or make is without_blank_lines
    found = parted.find_all(whole, evidence=True)
    scene = Scene.of(whole)
    assert by_place(found.repeats) == by_place(search(scene)[0])
    looping = np.zeros(len(whole.text), dtype=bool)
    looping[parted._looping(whole, parts.parts_of(whole, ())[0], scene)] = True
    assert found.looping is not None
    assert np.flatnonzero(found.looping).tolist() == np.flatnonzero(looping).tolist()
    assert np.array_equal(parted.looping_places(whole), looping)
    near = parted.find_near_all(whole, looping, of_the_first, found.borders)
    assert by_place(near) == by_place(find_near(scene, looping, of_the_first))


@pytest.mark.parametrize("make", [mixed, without_blank_lines])
@pytest.mark.parametrize("seed", range(100, 106))
def test_a_plan_in_parts_is_the_plan_of_the_whole(
    seed: int, make: Callable[[int], str], request: pytest.FixtureRequest
) -> None:
    text = make(seed)
    whole = plan(text)
    request.getfixturevalue("small")
    assert borders_of(fold(text)) or make is without_blank_lines
    assert plan(text) == whole


@pytest.mark.usefixtures("small")
def test_most_texts_without_blank_lines_are_parted() -> None:
    """Not all: few lines are near each other that nothing found in place reaches over."""
    assert sum(bool(borders_of(fold(without_blank_lines(seed)))) for seed in range(25)) >= 15


@pytest.mark.usefixtures("small")
def test_no_border_in_a_loop() -> None:
    rng = random.Random(1)
    around = filler(rng, 60)
    loop = "\n\n".join([filler(rng, 3)] * 30)
    text = f"{around}\n\n{loop}\n\n{filler(rng, 60)}"
    whole = fold(text)
    for border in borders_of(whole):
        assert not len(around) + 2 < border < len(around) + len(loop), border
    assert not is_quiet(whole, text.index("\n\n", len(around) + len(loop) // 2) + 2, Blocks(text))


@pytest.mark.usefixtures("small")
def test_a_word_that_stands_in_another_part_is_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """A joint inside a word is told by the word standing nowhere else."""
    rng = random.Random(2)
    said = "The council will meet again in the spring to talk about the plans of the governthe plans of the government."
    texts = [
        f"{filler(rng, 40)}\n\n{said}\n\n{filler(rng, 40)}\n\n{word}{filler(rng, 40)}" for word in ("", "Governthe ")
    ]
    for text in texts:
        whole = fold(text)
        found = parted.find_all(whole)
        assert found.borders
        assert by_place(found.repeats) == by_place(search(Scene.of(whole))[0])


@pytest.mark.usefixtures("small")
def test_a_habit_of_the_whole_is_looked_at_in_the_whole() -> None:
    rng = random.Random(3)
    small = filler(rng, 200, 1.0).lower().replace(".\n\n", ". ")
    small = "\n\n".join(small[at : at + 400] for at in range(0, len(small), 400))
    whole = fold(small)
    assert borders_of(whole)
    found = parted.find_all(whole)
    assert found.borders
    assert found.small
    assert by_place(found.repeats) == by_place(search(Scene.of(whole))[0])


@pytest.mark.usefixtures("small")
def test_a_habit_of_the_first_part_alone_is_none_of_the_others() -> None:
    rng = random.Random(4)
    small = filler(rng, 60, 1.0).lower().replace(".\n\n", ". ")
    small = "\n\n".join(small[at : at + 400] for at in range(0, len(small), 400))
    text = f"{small}\n\n{filler(rng, 400, 1.0).replace('.', '. So it is.')}"
    whole = fold(text)
    assert Scene.of(fold(text[:4000])).gaps.stops[1] > 10
    found = parted.find_all(whole)
    assert found.borders, "it was not searched as a whole"
    assert not found.small
    assert by_place(found.repeats) == by_place(search(Scene.of(whole))[0])


@pytest.mark.parametrize("seed", range(200, 240))
def test_what_is_left_is_known_without_another_search(seed: int) -> None:
    """The last pass of a search is one over what is left: what it holds back is found there again, and no more."""
    rng = random.Random(seed)
    text = "\n\n".join(part.strip("\n") for part in rng.sample(CASES, 6)) + "\n"
    found = search(Scene.of(fold(text)))
    again = search(Scene.of(fold(found.left.fold.text)))
    assert again.left.fold.text == found.left.fold.text
    assert again.repeats == again.again == found.again
    assert all(cut.held for repeat in again.repeats for cut in repeat.cuts)


@pytest.mark.parametrize("seed", range(240, 260))
def test_the_scene_of_what_is_left_serves_for_what_is_near_loops(seed: int) -> None:
    rng = random.Random(seed)
    found = parted.find_all(fold("\n\n".join(part.strip("\n") for part in rng.sample(CASES, 6)) + "\n"))
    assert found.left is not None
    assert found.scene is not None
    looping = parted.looping_places(found.left)
    assert np.array_equal(parted.looping_places(found.left, found.scene), looping)
    looping[:] = True
    near = parted.find_near_all(found.left, looping, of_the_first, [])
    assert parted.find_near_all(found.left, looping, of_the_first, [], scene=found.scene) == near


@given(texts())
def test_a_search_comes_to_rest(text: str) -> None:
    """The same for texts made of repeats, noise, odd Unicode and mixed newlines."""
    found = search(Scene.of(fold(text)))
    assert search(Scene.of(fold(found.left.fold.text))).repeats == found.again
