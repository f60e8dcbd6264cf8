"""Borders of paragraphs and sentences: labelled cases, and what holds for any text."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe_cli.document import rows
from dedupe_cli.document.split import BlockKind, blocks, is_wrapped, kind, sentences, split
from dedupe_cli.model import Span
from dedupe_cli.text.lines import NEWLINES

if TYPE_CHECKING:
    from collections.abc import Sequence

CASES = Path(__file__).parent / "cases"
SIGNS = str.maketrans({"↵": "\n", "→": "\t", "␣": " ", "⇟": "\f", "↓": "\u2028", "␍": "\r"})
INK = re.compile(r"[^\s\u200b\u2060\ufeff]")


def ink(text: str) -> int:
    """Number of visible characters: borders are counted in them, so white space at a border does not matter."""
    return len(INK.findall(text))


def borders(parts: list[str]) -> set[int]:
    return {ink("".join(parts[:n])) for n in range(1, len(parts))}


def found(text: str, spans: Sequence[Span]) -> set[int]:
    return {ink(text[: s.end]) for s in spans[:-1]}


def sentence_cases() -> list[str]:
    rows = (CASES / "split.sentences.txt").read_text(encoding="utf-8").splitlines()
    return [row for row in rows if row and not row.startswith("#")]


def block_cases() -> list[tuple[str, str]]:
    raw = (CASES / "split.blocks.txt").read_text(encoding="utf-8")
    heads = re.split(r"^==== (.*)\n", raw, flags=re.MULTILINE)[1:]
    return list(zip(heads[::2], (body.removesuffix("\n") for body in heads[1::2]), strict=True))


def score_sentences(row: str) -> tuple[int, int, str]:
    """Right borders, all borders (wanted or found), and what is wrong."""
    text = row.replace("¦", "").translate(SIGNS)
    wanted = borders(row.translate(SIGNS).split("¦"))
    spans = sentences(text, Span(0, len(text)))
    got = found(text, spans)
    wrong = "" if got == wanted else f"{row}\n    got " + "¦".join(s.of(text) for s in spans)
    return len(got & wanted), len(got | wanted), wrong


def score_blocks(name: str, body: str) -> tuple[int, int, str]:
    parts = re.split(r"¶([a-z]*)", body)
    pieces = [part.translate(SIGNS) for part in parts[::2]]
    text = "".join(pieces)
    spans = blocks(text)
    wanted, got = borders(pieces[:-1]), found(text, spans)
    wrong = "" if got == wanted else f"{name}: got " + " ¶ ".join(repr(s.of(text)) for s in spans)
    if not wrong:
        kinds = [(k, kind(text, s).value) for k, s in zip(parts[1::2], spans, strict=True)]
        wrong = "".join(f"\n{name}, block {n}: {b}, not {a}" for n, (a, b) in enumerate(kinds) if a and a != b)
    return len(got & wanted), len(got | wanted), wrong


def total(scores: list[tuple[int, int, str]]) -> tuple[int, int, str]:
    return sum(s[0] for s in scores), sum(s[1] for s in scores), "\n".join(s[2] for s in scores if s[2])


def test_borders_of_labelled_cases_are_right() -> None:
    scores = [score_sentences(row) for row in sentence_cases() if not row.startswith("✗")]
    scores += [score_blocks(*case) for case in block_cases()]
    assert len(scores) >= 150
    right, every, wrong = total(scores)
    assert right >= 0.99 * every, f"{right} of {every} borders are right\n{wrong}"


def test_no_labelled_case_is_wrong() -> None:
    """Stricter than the share of borders: what is known to be wrong is marked as such, and nothing else is."""
    scores = [score_sentences(row) for row in sentence_cases() if not row.startswith("✗")]
    wrong = total(scores + [score_blocks(*case) for case in block_cases()])[2]
    assert not wrong, wrong


@pytest.mark.parametrize("row", [row[1:] for row in sentence_cases() if row.startswith("✗")])
def test_known_failure_still_fails(row: str) -> None:
    assert score_sentences(row)[2], f"this case is right now, remove its ✗: {row}"


PIECES = st.sampled_from(
    ["河水退了。", "他说：“走吧！”", "The road was long.", "Dr. Ames", "e.g.", "3.5", "……", "...", "?", "”", "\n", "\n\n",
     "\r\n", "\r", "\u2028", "\x85", "\f", " ", "　", "\t", "- ", "1. ", "```", "|", "a", "b\u0301", "\ud800", "\x00",
     "\u200b", "\ufeff", "👩‍👧", "นั่ง", "؟", "—— ", "#", "x = 1;", "{", "Name: Ann", "no end of the line here and"]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=60))


def check_cover(text: str, spans: Sequence[Span]) -> None:
    """Spans are in order, do not overlap, are not blank at their ends, and hold all that can be seen."""
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(INK.match(text, s.end - 1) for s in spans)
    assert ink("".join(s.of(text) for s in spans)) == ink(text)


@given(TEXTS)
def test_blocks_and_lines_cover_what_can_be_seen(text: str) -> None:
    check_cover(text, blocks(text))
    check_cover(text, split(text, "line"))
    starts = {0, *(m.end() for m in re.finditer(f"\r\n|[{NEWLINES}]", text))}
    assert all(s.start in starts for s in blocks(text)), "a block begins where a line begins"
    lines = split(text, "line")
    assert {s.end for s in blocks(text)} <= {s.end for s in lines}


@given(TEXTS)
def test_sentences_cover_their_block(text: str) -> None:
    check_cover(text, split(text, "sentence"))
    for block in blocks(text):
        own = sentences(text, block)
        assert own
        assert all(block.covers(s) and INK.match(text, s.start) for s in own)
        assert isinstance(kind(text, block), BlockKind)
        assert not is_wrapped(text, block) or re.search(f"[{NEWLINES}]", block.of(text))


@given(st.lists(PIECES.filter(lambda p: not set(p) & set(NEWLINES)) | st.just("\n"), max_size=40).map("".join))
def test_newline_style_does_not_matter(text: str) -> None:
    plain = [re.sub(r"\s+", " ", s.of(text)) for s in split(text)]
    for style in ("\r\n", "\r", "\u2028"):
        other = text.replace("\n", style)
        assert [re.sub(r"\s+", " ", s.of(other)) for s in split(other)] == plain
        assert [kind(other, b) for b in blocks(other)] == [kind(text, b) for b in blocks(text)]


@given(TEXTS, TEXTS)
def test_a_blank_line_makes_two_texts_independent(first: str, second: str) -> None:
    if "```" in first + second:
        return
    both = f"{first}\n\n{second}"
    shift = len(first) + 2
    assert blocks(both) == [*blocks(first), *(Span(s.start + shift, s.end + shift) for s in blocks(second))]


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="word"):
        split("a", "word")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", " ", "\n" * 9, "\r\n \r\n", "　\u200b\n"])
def test_nothing_to_see_is_in_no_block(text: str) -> None:
    assert blocks(text) == [] == split(text) == split(text, "line")


# Lines as they stand in wrapped prose, items, code, verse, tables, headings; some blank.
LINES = st.sampled_from(
    (
        "The river rises in the hills north of the town and runs south for",
        "a day's walk, past two mills that nobody has worked since the war,",
        "before it meets the sea.",
        "- an item that is long enough to be broken where the line is full, and",
        "  goes on below its words, indented as far as they are, for a line or",
        "    int total = 0;",
        "for (i = 0; i < n; i++) {",
        "}",
        "```",
        "~~~ text",
        "# Heading",
        "| a | b |",
        "江水从北边的山里流出来，向南走上一天的路程，经过两座自从打仗以后就没有",
        "人再用过的磨坊，然后流进大海。",
        "春眠不觉晓",
        "1. first",
        "",
        "   ",
    )
)


@given(
    st.lists(st.tuples(LINES, st.integers(1, 40)), max_size=30),
    st.sampled_from(("\n", "\r\n")),
    st.sampled_from((200, 1500)),
)
@settings(max_examples=150, deadline=None)
def test_lines_that_are_found_in_parts_are_those_of_the_whole(
    runs: list[tuple[str, int]], newline: str, size: int
) -> None:
    text = newline.join(line for line, times in runs for _ in range(times))
    whole = rows.Rows.of(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_PART", size)
        patch.setattr(rows, "_FURTHER", size)
        parts = list(rows._parts(text))
        found = rows.Rows.of(text)
    assert [first for _, first, _, _ in parts[1:]] == [last for _, _, last, _ in parts[:-1]]
    for name in ("start", "end", "joined"):
        assert getattr(found, name).tolist() == getattr(whole, name).tolist(), name


def test_a_long_text_is_not_parted_inside_an_item(monkeypatch: pytest.MonkeyPatch) -> None:
    prose = "Words of a paragraph that is wrapped in the usual way, as\nthose of letters are when they are written by hand.\n"
    item = "- an item of very many lines, each of which goes on below\n"
    text = prose * 400 + item + "  the words of the item, for as long as there is one more\n" * 800
    whole = rows.Rows.of(text)
    monkeypatch.setattr(rows, "_PART", 10_000)
    monkeypatch.setattr(rows, "_FURTHER", 1000)
    found, parts = rows.Rows.of(text), list(rows._parts(text))
    assert len(parts) > 3
    assert max(low for low, *_ in parts) <= len(prose) * 400
    assert found.joined[-800:].all()
    assert found.joined.tolist() == whole.joined.tolist()
