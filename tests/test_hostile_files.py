"""Files made to do harm, damaged ones, and ones that are not what their name says: a clear error, or passed through.

Nothing hangs, no error is an internal one, and what is refused is as it was.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import zstandard
from docx.oxml.ns import nsdecls

import command
from test_docx import archive

DEEP = 10_000
SAID = command.FIRST
TWO = f"{SAID}\n\n{SAID}\n"
PARAGRAPHS = f"<p>{SAID}</p>\n<p>{SAID}</p>\n"


def cue(first: str, last: str, text: str = SAID) -> str:
    return f"{first} --> {last}\n{text}\n\n"


def encrypted() -> bytes:
    """A document whose archive says that its parts are encrypted, as programs other than Word write it."""
    data = bytearray(archive(b"<x/>"))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 1)
    return bytes(data)


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("a.txt", SAID)
    return out.getvalue()


def wide_window() -> bytes:
    """A record that asks for a gigabyte to be unpacked."""
    wide = zstandard.ZstdCompressionParameters(window_log=30, write_content_size=False)
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    return packer.compress(json.dumps({"text": TWO}).encode()) + packer.flush()


def word(inner: str, head: str = "") -> bytes:
    return archive(f"{head}<w:document {nsdecls('w')}><w:body>{inner}</w:body></w:document>".encode())


@dataclass(frozen=True)
class Hostile:
    """A file, and what is said of it; without an ``error`` it is read, and ``gone`` of its repeats go."""

    name: str
    data: bytes | str
    error: str = ""
    gone: bool = False


RUN = f"<w:p><w:r><w:t>{SAID}</w:t></w:r></w:p>"
FILES = [
    # nested and unfinished
    Hostile("quotes.md", ">" * DEEP + f" {TWO}"),
    Hostile("spaced-quotes.md", "> " * DEEP + f"{SAID}\n\n{SAID}\n\n# x\n\n{SAID}\n", gone=True),
    Hostile("bullets.md", "- " * DEEP + TWO),
    Hostile("stars.md", "*" * DEEP + f"{SAID}\n\n# x\n\n{TWO}", gone=True),
    Hostile("links.md", "[a](" * DEEP + f"\n\n# x\n\n{TWO}", gone=True),
    Hostile("pictures.md", "![" * DEEP + "](" * DEEP + f"\n\n# x\n\n{TWO}", gone=True),
    Hostile("ticks.md", "".join("`" * n + " " for n in range(1, 300)) + f"\n\n# x\n\n{TWO}", gone=True),
    Hostile("divs.md", "<div>" * DEEP + f"\n\n# x\n\n{TWO}", gone=True),
    Hostile("cells.md", "|" * DEEP + "\n" + "|-" * DEEP + f"\n\n# x\n\n{TWO}", gone=True),
    Hostile("inline.html", "<b>" * DEEP + SAID + "</b>" * DEEP + PARAGRAPHS, gone=True),
    Hostile("quotes.html", "<blockquote>" * DEEP + PARAGRAPHS, gone=True),
    Hostile("lists.html", "<ul><li>" * DEEP + PARAGRAPHS, gone=True),
    Hostile("tables.html", "<table><tr><td>" * DEEP + PARAGRAPHS, gone=True),
    Hostile("values.html", '<p a="' * DEEP + PARAGRAPHS, gone=True),
    Hostile("script.html", "<script>" * DEEP + PARAGRAPHS),
    Hostile("entities.html", f"<!doctype html [<!ENTITY a 'aaaaaaaaaa'>]>{PARAGRAPHS}&a;", gone=True),
    Hostile("characters.html", f"<p>&#{'9' * 5000};&#{'0' * 5000}65;&#x{'f' * 5000} {SAID}</p>{PARAGRAPHS}", gone=True),
    # subtitles
    Hostile("no-head.vtt", cue("00:01.000", "00:02.000") * 2, "not WebVTT: it does not begin with WEBVTT"),
    Hostile("longer-head.vtt", "WEBVTTX\n\n" + cue("00:01.000", "00:02.000"), "not WebVTT"),
    Hostile("no-times.vtt", f"WEBVTT\n\n99:99 --> x\n{TWO}"),
    Hostile("backwards.vtt", "WEBVTT\n\n" + cue("00:05.000", "00:04.000") + cue("00:03.000", "00:02.000"), gone=True),
    Hostile("tags.vtt", "WEBVTT\n\n" + cue("00:01.000", "00:02.000", "<b>" * DEEP + SAID) + cue("00:03.000", "00:04.000"), gone=True),
    Hostile("open-tags.vtt", "WEBVTT\n\n" + cue("00:01.000", "00:02.000", "<" * DEEP + SAID)),
    Hostile("letters.srt", "1\n" + cue("aa:bb:cc,ddd", "00:00:02,000"), "not SubRip: no line of times in it"),
    Hostile("cut-off.srt", "1\n" + cue("00:00:01,000", "00:00:0") + "2\n" + cue("00:00:03,000", "00:00:04,000") * 2, gone=True),
    Hostile("minus.srt", "1\n" + cue("-0:00:01,000", "00:00:02,000") + "2\n" + cue("00:00:03,000", "00:00:04,000") * 2, gone=True),
    Hostile("large-times.srt", "1\n" + cue(f"{'9' * 400}:00:01,000", "00:00:02,000") * 2, gone=True),
    *(Hostile(f"larger-times.{kind}", head + cue(f"{'9' * 5000}:00:01{point}000", f"{'9' * 5000}:00:02{point}000") * 2, gone=True)
      for kind, head, point in (("vtt", "WEBVTT\n\n", "."), ("srt", "1\n", ","))),
    Hostile("larger-times.tsv", "start\tend\ttext\n" + f"{'9' * 5000}\t{'9' * 5000}\t{SAID}\n" * 2, gone=True),
    Hostile("large-numbers.srt", f"{'9' * 5000}\n" + cue("00:00:01,000", "00:00:02,000") + f"{'9' * 5000}\n" + cue("00:00:03,000", "00:00:04,000"), gone=True),
    Hostile("no-numbers.srt", cue("00:00:01,000", "00:00:02,000") + cue("00:00:03,000", "00:00:04,000"), gone=True),
    Hostile("head.srt", "WEBVTT\n\n" + cue("00:01.000", "00:02.000"), "not SubRip: it begins with WEBVTT"),
    # JSON
    Hostile("lists.json", "[" * DEEP * 10, "not JSON (maximum recursion depth"),
    Hostile("objects.json", '{"a":' * DEEP * 10 + "1" + "}" * DEEP * 10, "not JSON (maximum recursion depth"),
    Hostile("segment.json", '{"segments":[{"text":"x","x":' + "[" * DEEP + "]" * DEEP + "}]}", "not JSON (maximum recursion depth"),
    Hostile("string.json", '{"segments":"x"}', "no transcript: it has no segments with a text"),
    Hostile("nothing.json", '{"segments":[null]}', "no transcript: it has no segments with a text"),
    Hostile("number.json", '{"segments":[{"start":' + "9" * 5000 + ',"text":"x"}]}', "not JSON (Exceeds the limit"),
    Hostile("numbers.json", json.dumps({"segments": [{"start": float("nan"), "end": 1e308, "text": SAID}] * 2}), gone=True),
    Hostile("large-times.json", json.dumps({"segments": [{"start": 10**400, "end": 10**401, "text": SAID}] * 2}), gone=True),
    Hostile("half.json", json.dumps({"segments": [{"text": f"\ud800 {SAID}"}, {"text": SAID}]}), gone=True),
    Hostile("twice.json", f'{{"segments":[],"segments":[{{"text":"x","text":"{SAID}"}},{{"text":"{SAID}"}}]}}', gone=True),
    # Word
    Hostile("deep.docx", word("<w:sdt>" * DEEP + RUN * 2 + "</w:sdt>" * DEEP), "damaged XML (Excessive depth"),
    Hostile("wide-entities.docx", archive(
        f"<?xml version='1.0' encoding='utf-16'?><!DOCTYPE x [<!ENTITY a 'aa'>]><w:document {nsdecls('w')}>&a;</w:document>".encode("utf-16")
    ), "declares entities"),
    Hostile("in-each-other.docx", word("<w:p><w:r>" * 50 + f"<w:t>{SAID}</w:t>" * 2 + "</w:r></w:p>" * 50), "no longer the same docx"),
    Hostile("many.docx", word("<w:p><w:r><w:t>so</w:t></w:r></w:p>" * 3000), gone=True),
    # not what the name says
    Hostile("text.docx", TWO, "not a Word document"),
    Hostile("encrypted.docx", encrypted(), "encrypted"),
    Hostile("zip.docx", zipped(), "no word/document.xml in it"),
    Hostile("old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "not a Word document"),
    *(Hostile(f"zip.{ending}", zipped(), "is a ZIP archive") for ending in ("txt", "md", "html", "vtt", "srt", "json")),
    Hostile("picture.md", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(50), "looks binary"),
    Hostile("page.vtt", f"<html>{PARAGRAPHS}", "not WebVTT"),
    Hostile("subrip.vtt", "1\n" + cue("00:00:01,000", "00:00:02,000"), "not WebVTT"),
    Hostile("markdown.html", TWO, "not HTML: no tag in it"),
    Hostile("table.json", "a,b\n1,2\n", "not JSON"),
    *(Hostile(f"empty.{ending}", "") for ending in ("md", "html", "vtt", "srt", "json")),
    Hostile("empty.docx", "", "not a Word document"),
]  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_is_refused_or_read(file: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = file.data if isinstance(file.data, bytes) else file.data.encode()
    path = Path(file.name)
    path.write_bytes(data)
    done = command.here(["clean", "-q", "-w", file.name])
    said = done.stderr.decode()
    assert "internal error" not in said
    if file.error:
        assert done.returncode == 2
        assert said.startswith(f"error: {file.name}: ")
        assert file.error in said
        assert "\nhint: " in said
        assert path.read_bytes() == data
        return
    assert done.returncode == 0, said
    assert (path.read_bytes() != data) is file.gone
    again = command.here(["clean", "-q", file.name])
    assert again.stdout == path.read_bytes()
    assert command.here(["check", "-q", file.name]).returncode in {0, 1}


def test_a_packed_stream_that_asks_for_much_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.jsonl.zst").write_bytes(wide_window())
    done = command.here(["clean", "-q", "a.jsonl.zst"])
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: a.jsonl.zst: it would need more memory than is given to unpacking\nhint: ")


UNREAD = {
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "soffice --headless --convert-to docx"),
    "wps": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "soffice --headless --convert-to docx"),
    "dot": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "soffice --headless --convert-to docx"),
    "docm": (zipped(), "soffice --headless --convert-to docx"),
    "odt": (zipped(), "soffice --headless --convert-to docx"),
    "rtf": (b"{\\rtf1 x}", "soffice --headless --convert-to docx"),
    "wpd": (b"\xffWPC\0", "soffice --headless --convert-to docx"),
    "pages": (zipped(), "export it as Word or plain text"),
    "pdf": (b"%PDF-1.7\n\0", "pdftotext -layout FILE"),
    "djvu": (b"AT&TFORM\0", "djvutxt FILE"),
    "epub": (zipped(), "ebook-convert FILE book.txt"),
    "mobi": (b"\0BOOKMOBI", "ebook-convert FILE book.txt"),
    "ppt": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "pdftotext -layout"),
    "pptx": (zipped(), "pdftotext -layout"),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "soffice --headless --convert-to csv FILE"),
    "xlsx": (zipped(), "soffice --headless --convert-to csv FILE"),
    "et": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "soffice --headless --convert-to csv FILE"),
    "ods": (zipped(), "soffice --headless --convert-to csv FILE"),
    "parquet": (b"PAR1\0", "duckdb -c"),
}


@pytest.mark.parametrize("ending", UNREAD)
def test_kinds_that_are_not_read_name_a_program(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data, hint = UNREAD[ending]
    name = f"a.{ending}"
    Path(name).write_bytes(data)
    for words in (["clean", "-w"], ["check"], ["diff"]):
        done = command.here([*words, name])
        assert done.returncode == 2
        assert f"error: {name}: is " in done.stderr.decode()
        assert hint in done.stderr.decode()
    assert Path(name).read_bytes() == data
    Path(f"{name}.txt").write_bytes(data)  # the name does not save it
    assert command.here(["clean", f"{name}.txt"]).returncode == 2
