"""Lines as units: held against what `uniq` and a table of lines do, and the stream against the plan."""

from __future__ import annotations

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from dedupe_cli import clean
from dedupe_cli.api import plan
from dedupe_cli.decide.line_stream import Adjacent
from dedupe_cli.render.plan import counted
from dedupe_cli.settings import Keep, make

WORDS = st.sampled_from(["fig", "plum", "李子", "7", "a-b", "ab", "it rains", "--", "", "The ferry is late again."])
TEXTS = st.lists(WORDS, max_size=12).flatmap(
    lambda lines: st.sampled_from(
        ["\n".join(lines), "".join(f"{x}\n" for x in lines), "".join(f"{x}\r\n" for x in lines)]
    )
)
# Lines that may be damaged, and whose neighbours may say something else.
LONG = st.sampled_from(
    [
        "The night ferry to the islands carries bread, newspapers and forty sacks of flour on Mondays.",
        "The night ferry to the islands carries bread, newspapers and fifty sacks of flour on Mondays.",
        "The niqht ferry to tbe islands carries bread, newsqapers and forty sacks of flour on Mondays.",
        "THE NIGHT FERRY to the islands carries bread - newspapers - and forty sacks of flour on Mondays",
        "水渠从山脚一直修到村口，前后用了三年，石头都是村里人自己抬下来的。",
        "水渠从山脚一直修到村口，前后用了五年，石头都是村里人自己抬下来的。",
        "",
    ]
)


@given(TEXTS)
def test_short_lines_are_those_of_a_table_of_lines(text: str) -> None:
    seen: set[str] = set()
    stay = []
    for line in text.split("\n"):
        if line.strip(" \r-") and line.strip() in seen:
            continue
        seen.add(line.strip())
        stay.append(line.rstrip("\r"))
    assert [x for x in clean(text, unit="line").splitlines() if x] == [x for x in stay if x]


@given(TEXTS)
def test_neighbours_are_those_of_uniq(text: str) -> None:
    found = [line for line in clean(text, unit="line", adjacent=True).splitlines() if line.strip("-")]
    assert found == [line for line, _ in groupby(text.splitlines()) if line.strip("-")]


@given(st.lists(LONG, max_size=8), st.booleans(), st.integers(1, 60))
def test_a_stream_is_worked_on_as_a_file_is(lines: list[str], final: bool, size: int) -> None:
    text = "\r\n".join(lines) + "\r\n" * final
    settings = make(unit="line", adjacent=True)
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    for counting in (False, True):
        stream = Adjacent(settings, counting=counting)
        out = [item for piece in pieces for item in stream.feed(piece)] + list(stream.feed("", end=True))
        assert "".join(line for _, line in out) == clean(text, unit="line", adjacent=True)
        if counting:
            shown = "".join(f"{count:7d} {line}" for count, line in out)
            assert shown == counted(text, plan(text, unit="line", adjacent=True))
            assert sum(count for count, _ in out) == len(text.splitlines())


@given(st.lists(LONG, max_size=8), st.sampled_from(["best", "first", "last", "longest"]), st.booleans())
def test_cleaning_lines_twice_changes_nothing_more(lines: list[str], keep: Keep, adjacent: bool) -> None:
    once = clean("\n".join(lines), unit="line", keep=keep, adjacent=adjacent)
    assert clean(once, unit="line", keep=keep, adjacent=adjacent) == once
