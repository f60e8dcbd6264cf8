"""Bytes to text and back: what is accepted, what is refused, and with which words."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedupe_cli import api
from dedupe_cli.errors import DedupeError, ReadError, SettingsError, StaleSourceError
from dedupe_cli.read import load as load_module
from dedupe_cli.read.decode import decode, newline_style
from dedupe_cli.read.load import load

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "一二三 abc\r\nдва\n"
UNMARKED = ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030"]
MARKED = {
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
}


@pytest.mark.parametrize("codec", UNMARKED)
def test_an_encoding_that_is_named(codec: str) -> None:
    source = decode(TEXT.encode(codec), "a", codec)
    assert (source.text, source.encoding, source.bom) == (TEXT, codec, b"")
    assert api.encode(source, source.text) == TEXT.encode(codec)


@pytest.mark.parametrize(("codec", "plain"), MARKED.items())
def test_a_byte_order_mark_decides(codec: str, plain: str) -> None:
    data = TEXT.encode(codec)
    for name in (codec, plain, None, "auto"):
        source = decode(data, "a", name)
        assert (source.text, source.encoding) == (TEXT, plain)
        assert api.encode(source, source.text) == data


@pytest.mark.parametrize("codec", ["utf-16", "utf-32", "utf-8-sig"])
def test_no_mark_is_added_where_there_was_none(codec: str) -> None:
    data = TEXT.encode(MARKED[codec])
    source = decode(data, "a", codec)
    assert source.text == TEXT
    assert api.encode(source, source.text) == data


def test_a_mark_of_another_encoding_is_not_taken_away() -> None:
    source = decode(b"\xff\xfeabc", "a", "latin-1")
    assert source.text == "ÿþabc"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.sampled_from([*UNMARKED, *MARKED]))
def test_bytes_come_back(text: str, codec: str) -> None:
    data = text.encode(codec)
    try:
        source = decode(data, "a", codec)
    except ReadError as error:  # some codes of gb18030 have two byte forms; it is refused, not changed
        assert "would not give back" in error.message
        return
    assert api.encode(source, source.text) == data


@given(st.binary(max_size=60), st.sampled_from([None, "gb18030", "big5", "utf-16", "shift_jis", "hz", "utf-7"]))
def test_any_bytes_come_back_or_are_refused(data: bytes, codec: str | None) -> None:
    try:
        source = decode(data, "a", codec)
    except DedupeError as error:
        assert error.message.startswith("a: ")
        assert error.hint
    else:
        assert api.encode(source, source.text) == data


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("", ""),
        ("a", ""),
        ("a\nb", "\n"),
        ("a\r\n", "\r\n"),
        ("a\rb\r", "\r"),
        ("a\r\nb\n", "mixed"),
        ("a\n\rb", "mixed"),
    ],
)
def test_newline_style(text: str, style: str) -> None:
    assert newline_style(text) == style


def test_an_unknown_encoding_is_told_by_name() -> None:
    with pytest.raises(SettingsError, match="unknown encoding 'utf-9'") as caught:
        decode(b"", "a", "utf-9")
    assert "utf-8" in caught.value.hint


def test_a_file_that_changes_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("text")
    versions = iter([(4, 1), (9, 2)])
    monkeypatch.setattr(load_module, "_version", lambda _info: next(versions))
    with pytest.raises(StaleSourceError, match="changed while it was being read"):
        load(tmp_path / "a")


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"x" * 200_000))
    writer.start()
    assert load(pipe).text == "x" * 200_000
    writer.join()


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(load_module, "open", refused, raising=False)
    with pytest.raises(ReadError, match="permission denied") as caught:
        load(tmp_path / "a")
    assert caught.value.hint


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.txt")
    with open(name, "wb") as file:  # noqa: PTH123
        file.write(b"abc")
    assert load(name).text == "abc"


def test_a_name_with_a_nul() -> None:
    with pytest.raises(ReadError, match="null byte"):
        load("a\0b")
