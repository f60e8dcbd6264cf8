"""Work grows with the text, also where a file is nothing but hostile: what is counted is steps, never seconds."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

import command
from dedupe_cli import api
from dedupe_cli.gate import markdown
from dedupe_cli.gate import rst as rest
from dedupe_cli.model import Span
from dedupe_cli.read.formats.captions import subtitles
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.read.formats.html import page
from dedupe_cli.read.formats.html.blocks import Page
from dedupe_cli.read.formats.markdown import fitting
from dedupe_cli.search import in_place
from dedupe_cli.settings import Settings

if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType


def steps(patch: pytest.MonkeyPatch, module: ModuleType | type, name: str, size: Callable[..., int]) -> Counter[str]:
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
    passes = steps(monkeypatch, in_place, "find_near_removals", lambda *_: 1)
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


@pytest.mark.parametrize("unit", ["<a b='", '<a b="', "<a ", "</a ", "<!-- a ", "<![CDATA[ ", "<? ", "<!a ", "<p "])
def test_what_nobody_closes_is_read_once(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    """It goes to the end of the page; its end is not looked for again at the next bracket."""
    looked = steps(monkeypatch, Page, "updatepos", lambda *_: 1)
    read = Page(f"<p>The mill stands on the river.</p>{unit * 500}")
    assert [row.text for row in read.rows] == ["The mill stands on the river."]
    assert looked["updatepos"] <= 12


class Counted:
    """A pattern that counts how often it is asked for."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern, self.asked = pattern, 0

    def match(self, text: str) -> re.Match[str] | None:
        self.asked += 1
        return self.pattern.match(text)


@pytest.mark.parametrize("unit", ["```\n", "~~~\n\n", "```a\n", "````\n```\n"])
def test_fences_on_every_line(monkeypatch: pytest.MonkeyPatch, unit: str) -> None:
    counted = Counted(markdown._FENCE)
    monkeypatch.setattr(markdown, "_FENCE", counted)
    markdown.parts(unit * 400, {"code"})
    assert counted.asked <= 2.2 * 400 * unit.count("\n")


class Rows(list[Any]):
    """Lines that count how many of them are copied."""

    copied = 0

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        Rows.copied += len(found) if isinstance(at, slice) else 0
        return found


def test_no_lines_are_copied_for_each_fence() -> None:
    text = "```\n" * 400
    rows = Rows(Span(at, at + 4) for at in range(0, len(text), 4))
    assert len(list(markdown._named(text, rows))) == 200
    assert Rows.copied <= 2 * len(rows)


def test_borders_of_tables_that_nothing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(rest._BORDER)
    monkeypatch.setattr(rest, "_BORDER", counted)
    rest.rest_parts("=== ===\na\n" * 400, {"tables"})
    assert counted.asked <= 4 * 800


def test_what_no_text_begins_with_is_told_before_it_is_read(tmp_path: Path) -> None:
    """A file of a terabyte with nothing in it: no machine could read it."""
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(1 << 40)
    for done in (
        command.dedupe("clean", "a.txt", cwd=tmp_path),
        command.dedupe("check", "-q", "a.txt", cwd=tmp_path),
    ):
        assert done.returncode == 2
        assert b"error: a.txt: looks binary (byte 0 is NUL)\n" in done.stderr


def test_a_cue_of_many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stays of it is looked for once, not at each line that goes."""
    looked = steps(monkeypatch, subtitles, "open_tags", lambda _text, _kind, span: len(span))
    found = []
    for times in (100, 200):
        looked.clear()
        text = "1\n00:00:01,000 --> 00:00:02,000\n" + f"<i>{command.FIRST}</i>\n" * times
        assert cleaned(text, "srt").count(command.FIRST) == 1
        found.append(looked["open_tags"])
    assert 0 < found[1] <= 2.2 * found[0]


def test_which_cues_go_is_found_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counted(set[int]):
        taken = 0

        def __sub__(self, other: object) -> Any:
            Counted.taken += 1
            return super().__sub__(other)  # type: ignore[operator]

    monkeypatch.setattr(subtitles.Subtitles, "_shown_cues", lambda self: Counted(row.cue for row in self.rows))
    text = "".join(
        f"{n}\n00:{n // 60:02d}:{n % 60:02d},000 --> 00:{n // 60:02d}:{n % 60:02d},900\n{command.FIRST}\n\n"
        for n in range(1, 200)
    )
    assert cleaned(text, "srt").count(command.FIRST) == 1
    assert 0 < Counted.taken <= 4
