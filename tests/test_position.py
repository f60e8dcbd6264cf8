"""Offsets into lines, columns and bytes, against a slow and obvious oracle."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe_cli.model import Span
from dedupe_cli.text.position import LineTable, Point

# Emoji with joiners, combining marks, tabs, newlines of every kind, a lone surrogate, a byte order mark inside.
ATOMS = [
    "a",
    "é",
    "e\u0301",
    "路",
    "𠮷",
    "👨‍👩‍👧",
    "🇨🇳",
    "\t",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\ufeff",
    "\u2028",
    "\x0b",
    "\x85",
]
TEXTS = st.lists(st.sampled_from(ATOMS), max_size=40).map("".join)
TUNED = settings(deadline=None, derandomize=True, max_examples=150)


def slow(text: str, offset: int) -> tuple[int, int]:
    """Line and column by walking the text."""
    line, start, i = 1, 0, 0
    while i < len(text):
        size = 2 if text[i : i + 2] == "\r\n" else 1
        if text[i] in "\r\n":
            if i + size > offset:
                break
            line, start = line + 1, i + size
        i += size
    return line, offset - start + 1


@TUNED
@given(TEXTS, st.data())
def test_lines_and_columns(text: str, data: st.DataObject) -> None:
    table = LineTable(text)
    at = data.draw(st.integers(0, len(text)))
    assert (table.line(at), table.column(at)) == slow(text, at)
    head = text[table.starts[table.line(at) - 1] : at]
    assert table.point(at).utf8_column == len(head.encode()) + 1


@TUNED
@given(
    TEXTS,
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"]),
    st.data(),
)
def test_bytes(text: str, encoding: str, data: st.DataObject) -> None:
    """Long enough for several chunks; the file begins with its byte order mark."""
    text = text * data.draw(st.sampled_from([1, 40, 400]))
    bom = data.draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    at = data.draw(st.integers(0, len(text)))
    codec = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, encoding)
    table = LineTable(text, encoding, bom)
    assert table.byte(at) == len(bom) + len(text[:at].encode(codec))
    line, column = slow(text, at)
    before = text[at - column + 1 : at].encode()
    assert table.point(at) == Point(line, column, at, table.byte(at), len(before) + 1)


@TUNED
@given(TEXTS)
def test_every_line_is_found(text: str) -> None:
    table = LineTable(text)
    lines = [table.span(n).of(text) for n in range(1, len(table.starts) + 1)]
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert lines == plain.split("\n")
    assert table.count == len([*plain.split("\n")]) - (1 if plain.endswith("\n") or not plain else 0)


@pytest.mark.parametrize(
    ("text", "offset", "line", "column"),
    [
        ("", 0, 1, 1),
        ("a", 1, 1, 2),
        ("a\nb", 1, 1, 2),
        ("a\nb", 2, 2, 1),
        ("a\r\nb", 2, 1, 3),
        ("a\r\nb", 3, 2, 1),
        ("a\rb", 2, 2, 1),
        ("\n\n", 2, 3, 1),
        ("高\t新", 2, 1, 3),
    ],
)
def test_cases(text: str, offset: int, line: int, column: int) -> None:
    table = LineTable(text)
    assert (table.line(offset), table.column(offset)) == (line, column)


def test_undecodable_bytes_count_as_themselves() -> None:
    text = b"a\xff\xfe\xe8\xb7\xaf".decode("utf-8", "surrogateescape")
    assert [LineTable(text).byte(i) for i in range(len(text) + 1)] == [0, 1, 2, 3, 6]
    assert LineTable("a\ud800b").byte(2) == 4


def test_span_of_a_line_leaves_the_newline_out() -> None:
    assert LineTable("ab\r\ncd").span(1) == Span(0, 2)
    assert LineTable("ab\r\ncd").span(2) == Span(4, 6)
