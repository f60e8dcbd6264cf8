"""Work grows with the text, also where a file is nothing but hostile: what is counted is steps, never seconds."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from dedupe_cli import api
from dedupe_cli.match import in_place
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.read.formats.html import page
from dedupe_cli.read.formats.markdown import fitting
from dedupe_cli.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


def steps(patch: pytest.MonkeyPatch, module: ModuleType, name: str, size: Callable[..., int]) -> Counter[str]:
    """Count what one function of a module does, by the size of what it is given."""
    counted: Counter[str] = Counter()
    function = getattr(module, name)

    def told(*args: object) -> object:
        counted[name] += size(*args)
        return function(*args)

    patch.setattr(module, name, told)
    return counted


def cleaned(text: str, kind: str) -> str:
    return api.run(open_source(text.encode(), f"growth.{kind}"), Settings()).text


def test_signs_in_a_row_are_not_taken_for_sentences_that_break_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each one would go in a pass of its own."""
    passes = steps(monkeypatch, in_place, "find_near_removals", lambda _scene: 1)
    text = "~~~\n" * 400
    assert cleaned(text, "md") == text
    assert passes["find_near_removals"] <= 3


@pytest.mark.parametrize("unit", ["<p>a", "<p>The mill stands on the river.</p>\n", "<div><p>a</div> ", "<ul><li>a"])
def test_blocks_that_go_in_a_row(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    looked = steps(monkeypatch, page, "_behind_text", lambda *_: 1)
    found = []
    for times in (100, 200):
        looked.clear()
        cleaned(f"<body>{unit * times}</body>", "html")
        found.append(looked["_behind_text"])
    assert 0 < found[1] <= 2.2 * found[0]


def test_what_a_markdown_text_cannot_take_is_looked_for_section_by_section(monkeypatch: pytest.MonkeyPatch) -> None:
    """Items that are said again under numbers that would be others."""
    read = steps(monkeypatch, fitting, "read_blocks", len)
    found = []
    for size in (100, 200):
        rng = random.Random(5)
        pieces, ends = ("1. ", "\\\\", "“", "__", "他说了一句话。", ")"), ("\n\n", "\n\n", "\n")
        text = "".join(rng.choice(pieces) + rng.choice(ends) for _ in range(size * 10))
        read.clear()
        cleaned(text, "md")
        found.append(read["read_blocks"] / len(text))
    assert found[1] <= 1.6 * found[0], "so often the whole text"
