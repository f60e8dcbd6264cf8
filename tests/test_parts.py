"""A long text is searched for repetition in place part by part."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

import test_cases
from dedupe_cli import clean
from dedupe_cli.search import parts
from dedupe_cli.search.in_place import scenes_of
from dedupe_cli.search.parts import parts_of
from dedupe_cli.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """Texts of the cases, with filler between them; another case among them changes few of these texts."""
    rng = random.Random(seed)
    chosen = sorted(CASES, key=lambda text: crc32(f"{seed} {text}".encode("utf-8", "surrogatepass")))[:12]
    return "\n\n".join(part for text in chosen for part in (filler(rng, rng.randint(10, 40)), text.strip("\n"))) + "\n"


def without_blank_lines(seed: int) -> str:
    """The same with no blank line; every third one has line ends of two characters, and blank lines of these."""
    text = mixed(seed)
    return text.replace("\n", "\r\n") if seed % 3 == 0 else re.sub("\n\n+", "\n", text)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of some paragraphs."""
    monkeypatch.setattr(parts, "PART", 1 << 11)
    monkeypatch.setattr(parts, "_NEAR", 1 << 11)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", range(12))
def test_parts_are_all_of_a_text(seed: int) -> None:
    whole = fold((mixed, without_blank_lines)[seed % 2](seed))
    found = parts_of(whole)
    assert len(found) > 2
    folds = [part.fold(whole) for part in found]
    assert "".join(each.text for each in folds) == whole.text
    assert "".join(each.string for each in folds) == whole.string
    for part, each in zip(found, folds, strict=True):
        assert [part.start + at for at in each.offsets.tolist()] == whole.offsets[part.low : part.high].tolist()
        assert not part.start or whole.text[part.start - 1] == "\n"


@pytest.mark.parametrize("make", [mixed, without_blank_lines])
@pytest.mark.parametrize(
    "seed",
    [
        *range(7),
        pytest.param(30, marks=pytest.mark.xfail(strict=True, reason="at a border half a neighbourhood tells a loop")),
    ],
)
def test_what_is_left_of_a_text_in_parts_is_what_is_left_of_the_whole(
    seed: int, make: Callable[[int], str], request: pytest.FixtureRequest
) -> None:
    text = make(seed)
    whole = clean(text)
    request.getfixturevalue("small")
    assert len(parts_of(fold(text))) > 1
    left = clean(text)
    assert left == whole
    assert clean(left) == left


@pytest.mark.usefixtures("small")
def test_no_border_in_a_loop() -> None:
    rng = random.Random(1)
    around = filler(rng, 60)
    loop = "\n\n".join([filler(rng, 3)] * 30)
    text = f"{around}\n\n{loop}\n\n{filler(rng, 60)}"
    borders = [part.start for part in parts_of(fold(text))]
    assert len(borders) > 2
    for border in borders:
        assert not len(around) + 2 < border < len(around) + len(loop), border


@pytest.mark.usefixtures("small")
def test_a_loop_over_a_border_goes_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(2)
    unit = filler(rng, 3)
    text = "\n\n".join([filler(rng, 9), *[unit] * 30, filler(rng, 9)]) + "\n"
    whole = clean(text)
    monkeypatch.setattr(parts, "_is_border", lambda _text, _at: True)
    assert len(list(scenes_of(fold(text)))) >= 3
    assert clean(text) == whole
    assert whole.count(unit) == 1
