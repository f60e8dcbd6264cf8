"""Records: the scanner of tables against the standard library, paths, streams that do not fit into memory."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import command
from dedupe_cli.model import Span
from dedupe_cli.read.formats import records as record_stream
from dedupe_cli.read.formats.json_spans import first, read_string
from dedupe_cli.read.formats.records import RowEnd, find_strings, parse_field, read_records, row_fields

if TYPE_CHECKING:
    from pathlib import Path

CELLS = st.text(alphabet='ab," \n\r\t文😀;', max_size=6)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=4), st.sampled_from([",", "\t"]))
def test_rows_are_read_as_the_standard_library_reads_them(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    data = out.getvalue().encode()
    records = [r.data for r in read_records(io.BytesIO(data), delimiter)]
    assert b"".join(records) == data
    read = [[f.value for f in row_fields(r.decode(), delimiter)] for r in records]
    assert read == rows == list(csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=delimiter))


@given(st.lists(st.text(alphabet='ab,"', max_size=5), min_size=1, max_size=4))
def test_rows_of_any_quotes_come_back_whole(cells: list[str]) -> None:
    text = ",".join(cells) + "\n"
    fields = list(row_fields(text, ","))
    assert fields[0].span.start == 0
    assert fields[-1].span.end == len(text) - 1
    assert all(a.span.end + 1 == b.span.start for a, b in pairwise(fields))
    if text.strip() and RowEnd(b",").feed(text.encode()):
        assert [f.value for f in fields] == next(csv.reader(io.StringIO(text)))


@given(st.text(max_size=8), st.booleans(), st.data())
def test_a_string_of_json_knows_where_its_characters_stand(value: str, ascii_only: bool, data: st.DataObject) -> None:
    text = " " + json.dumps(value, ensure_ascii=ascii_only)
    string = read_string(text, 1)
    assert string.value == value
    low = data.draw(st.integers(0, len(value)))
    high = data.draw(st.integers(low, len(value)))
    place = string.raw(Span(low, high))
    rest = text[: place.start] + text[place.end :]
    assert json.loads(rest) == value[:low] + value[high:]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("text", ["t"]),
        ("messages[*].content", ["a", "b"]),
        ("messages[1].content", ["b"]),
        ("messages", []),
        ("deep.er", ["e"]),
        ("none.text", []),
        ("list[*]", ["x", "y"]),
        ("twice", ["last"]),
    ],
)
def test_paths(path: str, found: list[str]) -> None:
    text = (
        '{"text":"t", "messages" : [{"content":"a"},{"content":"b"}, {"content": 3}],"n":1e5,'
        '"deep":{"er": "e"}, "list": ["x", 1, "y", []], "twice": "first", "twice": "last"}'
    )
    assert [s.value for _, s in find_strings(text, first(text), parse_field(path))] == found


def test_a_record_that_is_too_large_is_handed_on_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_stream, "LARGEST", 5000)
    monkeypatch.setattr(record_stream, "_PIECE", 1000)
    long = '"' + 'abc ""d"" ' * 2000 + '"'
    data = f"text,id\n{long},1\nshort,2\n".encode()
    records = list(read_records(io.BytesIO(data), ","))
    assert b"".join(r.data for r in records) == data
    assert max(len(r.data) for r in records) < 7000
    assert [r.number for r in records if r.fault] == [2]
    assert [r.number for r in records if r.whole] == [1, 3]


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_packed_streams_come_back(packing: str) -> None:
    pytest.importorskip("zstandard")
    data = [b"one\n", b"two\n" * 5000]
    packed = b"".join(record_stream.compressed(iter(data), packing, "x"))
    stream, found = record_stream.decompressed(cast("io.BufferedReader", io.BufferedReader(io.BytesIO(packed))), "x")
    assert found == packing
    assert stream.read() == b"".join(data)


def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path) -> None:
    line = json.dumps({"text": f"{command.FIRST}\n\n{command.SECOND}\n\n{command.FIRST}", "pad": "x" * 30_000})
    (tmp_path / "a.jsonl").write_text("".join(f'{line[:-1]}, "id": {n}}}\n' for n in range(80)), encoding="utf-8")
    outs = [command.dedupe("clean", "-q", "-j", str(jobs), "a.jsonl", cwd=tmp_path).stdout for jobs in (1, 2)]
    assert outs[0] == outs[1]
    assert [json.loads(row)["id"] for row in outs[0].splitlines()] == list(range(80))


def test_records_that_are_compared_come_out_the_same_from_any_number_of_processes(tmp_path: Path) -> None:
    rows = []
    for n in range(90):  # enough bytes for a second process
        own = f"{command.SECOND} It is number {n} on a list that somebody {'keeps' if n % 2 else 'has lost'}."
        text = f"{own}\n\n{command.FIRST if n % 3 == 0 else command.LAST}"
        rows.append({"id": n, "text": text, "pad": "x" * 30_000})
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    how = ("clean", "-q", "--across", "--min-length", "10")
    outs = [command.dedupe(*how, "-j", str(jobs), "a.jsonl", cwd=tmp_path).stdout for jobs in (1, 2)]
    assert outs[0] == outs[1]
    texts = [json.loads(row)["text"] for row in outs[0].splitlines()]
    assert [sum(line in text for text in texts) for line in (command.FIRST, command.LAST)] == [1, 1]
    assert all(f"It is number {n} " in text for n, text in enumerate(texts))
    (tmp_path / "b.jsonl").write_bytes(outs[0])
    assert command.dedupe(*how, "b.jsonl", cwd=tmp_path).stdout == outs[0]


def test_who_compares_many_records_is_told_of_a_better_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "The bell rings."}\n' * 3, "utf-8")
    args = ["clean", "--across", "-n", str(tmp_path / "a.jsonl")]
    assert b"dedupe corpus" not in command.here(args).stderr
    monkeypatch.setattr("dedupe_cli.cli.records._MUCH", 10)
    assert (
        b"hint: all of this is held in memory; dedupe corpus SRC -o DIR works in parts\n" in command.here(args).stderr
    )
