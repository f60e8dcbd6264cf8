"""Bytes to text and back: what is accepted, what is refused, and with which words."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedupe_cli.errors import DecodeError, DedupeError, ReadError, SettingsError, StaleSourceError
from dedupe_cli.read import load as load_module
from dedupe_cli.read.decode import Decoding, decode, newline_style
from dedupe_cli.read.load import encode, load

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
    assert encode(source, source.text) == TEXT.encode(codec)


@pytest.mark.parametrize(("codec", "plain"), MARKED.items())
def test_a_byte_order_mark_decides(codec: str, plain: str) -> None:
    data = TEXT.encode(codec)
    for name in (codec, plain, None, "auto"):
        source = decode(data, "a", name)
        assert (source.text, source.encoding) == (TEXT, plain)
        assert encode(source, source.text) == data


@pytest.mark.parametrize("codec", ["utf-16", "utf-32", "utf-8-sig"])
def test_no_mark_is_added_where_there_was_none(codec: str) -> None:
    data = TEXT.encode(MARKED[codec])
    source = decode(data, "a", codec)
    assert source.text == TEXT
    assert encode(source, source.text) == data


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
    assert encode(source, source.text) == data


@settings(deadline=None)
@given(st.binary(max_size=60), st.sampled_from([None, "gb18030", "big5", "utf-16", "shift_jis", "hz", "utf-7"]))
def test_any_bytes_come_back_or_are_refused(data: bytes, codec: str | None) -> None:
    try:
        source = decode(data, "a", codec)
    except DedupeError as error:
        assert error.message.startswith("a: ")
        assert error.hint
    else:
        assert encode(source, source.text) == data


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


ZH = "图书馆每天早上九点开门，看书的人都要先在门口登记，然后才可以进去，还书的时候不用。"
TRADITIONAL = "圖書館每天早上九點開門，看書的人都要先在門口登記，然後才可以進去，還書的時候不用。"
JA = "図書館は毎朝九時に開きます。本を読む人は、入口で名前を書いてから入ることになっています。"
KO = "도서관은 매일 아침 아홉 시에 문을 엽니다. 책을 읽는 사람은 먼저 입구에서 이름을 적어야 합니다."
RU = "Библиотека открывается каждый день в девять часов утра, и все читатели сначала записываются у входа."
EL = "Η βιβλιοθήκη ανοίγει κάθε πρωί στις εννέα και όλοι οι αναγνώστες γράφουν πρώτα το όνομά τους."
FR = "La bibliothèque ouvre à neuf heures ; les élèves s'y présentent près de l'entrée, où l'on prête même des cartes."
CS = "Knihovna se každý den otevírá v devět ráno a čtenáři se nejdříve zapíší u vchodu, než jdou dál."
LANGUAGES = [
    (ZH, "gb18030"), (TRADITIONAL, "big5"), (TRADITIONAL, "gb18030"), (JA, "shift_jis"), (KO, "euc_kr"),
    (RU, "cp1251"), (EL, "cp1253"), (FR, "cp1252"), (CS, "cp1250"),
    *((text, codec) for text in (ZH, JA, KO, "Plain English, in wide characters.")
      for codec in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "codec"), LANGUAGES)
def test_an_encoding_is_known_by_its_letters(text: str, codec: str) -> None:
    source = decode(text.encode(codec), "a")
    assert (source.text, source.guessed) == (text, True)
    assert source.encoding == codec
    assert encode(source, source.text) == text.encode(codec)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 21])
@pytest.mark.parametrize(("text", "codec"), LANGUAGES)
def test_no_guess_is_wrong(text: str, codec: str, size: int) -> None:
    data = text[:size].encode(codec)
    try:
        source = decode(data, "a")
    except DecodeError as error:
        assert error.hint
    else:
        assert source.text.encode(source.encoding) == data
        assert source.text == text[:size] or not source.guessed


def test_a_long_text_is_judged_where_it_leaves_ascii() -> None:
    text = "abc def\n" * 20_000 + ZH * 3000
    assert decode(text.encode("gb18030"), "a").text == text


def test_what_cannot_be_read_to_its_end_is_no_guess() -> None:
    with pytest.raises(DecodeError, match="not valid UTF-8"):
        decode((ZH * 2000).encode("gb18030") + b"\xff\xff", "a")


@settings(deadline=None)
@given(st.binary(max_size=40), st.sampled_from([None, "gb18030", "ascii", "shift_jis", "utf-8"]))
def test_kept_bytes_come_back(data: bytes, codec: str | None) -> None:
    try:
        source = decode(data, "a", Decoding(codec, on_error="keep"))
    except DecodeError as error:
        assert b"\0" in data or "would not give back" in error.message
    else:
        assert encode(source, source.text) == data


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


SIGNS = (
    "“The kettle isn’t mine,” said the ferryman, “it’s my sister’s.” He put it down – slowly – and waited… “She’ll come,” "
    "he said. The others didn’t answer; they knew she wouldn’t.\n"
)


def test_signs_that_every_windows_page_reads_alike_are_enough() -> None:
    source = decode(SIGNS.encode("cp1252"), "a")
    assert (source.text, source.encoding) == (SIGNS, "cp1252")
    assert encode(source, source.text) == SIGNS.encode("cp1252")
    only = Decoding(encodings=("big5", "windows-1251"))
    assert decode(SIGNS.encode("cp1252"), "a", only).text == SIGNS


@pytest.mark.parametrize("text", ["He said “no”.\n", "a”b”c”d”e”f”g”h“ i“ j“ k“\n", SIGNS + "Ã×Ý“x”\n"])
def test_signs_that_are_few_or_stand_anywhere_are_not(text: str) -> None:
    with pytest.raises(DecodeError):
        decode(text.encode("cp1252"), "a")
