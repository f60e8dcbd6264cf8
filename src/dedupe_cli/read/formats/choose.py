"""Which format a file has, and which are read no further: for these, programs that make something readable of them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from dedupe_cli.errors import ReadError
from dedupe_cli.policy import TYPES
from dedupe_cli.read.decode import Decoding, decode, refuse_binary

if TYPE_CHECKING:
    from dedupe_cli.cache import Cache
    from dedupe_cli.model import Source

_OFFICE = "soffice --headless --convert-to docx {file}, or save it as .docx"
_SLIDES = "soffice --headless --convert-to pdf {file}, then pdftotext -layout"
_SHEET = "soffice --headless --convert-to csv {file}"
_BOOK = "ebook-convert {file} book.txt (Calibre), or pandoc -t plain"

# Ending -> what it is, and how it becomes something that is read.
_KINDS = {
    "doc": ("an old Word document", _OFFICE),
    "dot": ("an old Word template", _OFFICE),
    "docm": ("a Word document with macros", _OFFICE),
    "wps": ("a WPS or Works document", _OFFICE),
    "wpd": ("a WordPerfect document", _OFFICE),
    "odt": ("an OpenDocument text", _OFFICE),
    "rtf": ("rich text", _OFFICE),
    "pages": ("a Pages document", "export it as Word or plain text"),
    "pdf": ("a PDF file", "pdftotext -layout {file}; a scanned one needs ocrmypdf first"),
    "djvu": ("a DjVu file", "djvutxt {file}"),
    "epub": ("an e-book", _BOOK),
    "mobi": ("an e-book", _BOOK),
    "azw3": ("an e-book", _BOOK),
    "ppt": ("a presentation", _SLIDES),
    "pptx": ("a presentation", _SLIDES),
    "odp": ("a presentation", _SLIDES),
    "xls": ("a spreadsheet", _SHEET),
    "xlsx": ("a spreadsheet", _SHEET),
    "et": ("a spreadsheet", _SHEET),
    "ods": ("a spreadsheet", _SHEET),
    "parquet": ("a Parquet file", "duckdb -c \"COPY (FROM '{file}') TO 'out.jsonl'\""),
}
# First bytes -> what they are; the ending says it better where there is one.
_UNREAD = (
    (b"%PDF-", "a PDF file", _KINDS["pdf"][1]),
    (b"{\\rtf", "rich text", _OFFICE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document", _OFFICE),
    (b"PK\x03\x04", "a ZIP archive, or a document made of one", "unzip -l {file} shows what is in it"),
    (b"\x1f\x8b", "compressed by gzip", "gzip -dc {file} | dedupe clean; records: --type jsonl"),
    (b"\x28\xb5\x2f\xfd", "compressed by Zstandard", "zstd -dc {file} | dedupe clean; records: --type jsonl"),
    (b"BZh", "compressed by bzip2", "bzip2 -dc {file} | dedupe clean"),
    (b"\xfd7zXZ\0", "compressed by xz", "xz -dc {file} | dedupe clean"),
    (b"PAR1", *_KINDS["parquet"]),
)


def refuse_unread(data: bytes, ending: str, name: str) -> None:
    """Raise :class:`ReadError` for a file of a kind that is not read; the hint names the program that converts it.

    ``ending`` is that of its name, in lower case and without the dot. What has the ending but begins like text
    is no such file.
    """
    what, how = _KINDS.get(ending, ("", ""))
    if what and b"\0" not in data[:4096] and not any(data.startswith(mark) for mark, *_ in _UNREAD):
        what = ""
    if not what:
        what, how = next(((w, h) for mark, w, h in _UNREAD if data.startswith(mark)), ("", ""))
    if what:
        raise ReadError(f"{name}: is {what}, which is not read", hint=how.format(file="FILE"))


# Files of records, each a text of its own: they are not read as one text.
RECORDS = frozenset({"jsonl", "csv", "tsv"})
_PACKED = frozenset({"gz", "zst"})
_BY_ENDING = {ending: kind for kind, endings in TYPES.items() for ending in endings}

# A name in the list of the parts of a Word document, which stands at the end of the archive.
_WORD, _HEAD = b"word/document.xml", 1 << 16
_WHISPER = re.compile(r"start\tend\ttext\r?\n")
_BEGINNINGS = {
    "html": re.compile(
        r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
    ),
    "whisper": _WHISPER,
    "vtt": re.compile(r"WEBVTT(?=[ \t\r\n]|\Z)"),
    "srt": re.compile(r"\s*\d+[ \t]*(?:\r\n?|\n)\d+:\d\d:\d\d[,.]\d{1,3}[ \t]+-->"),
}


def open_source(
    data: bytes,
    path: str,
    encoding: str | Decoding | None = None,
    *,
    kind: str | None = None,
    name: str | None = None,
    store: Cache | None = None,
) -> Source:
    """Take the text out of the bytes of one file.

    ``kind`` is a word of :data:`~dedupe_cli.policy.TYPES` (``None`` and ``auto``: by the name); ``name`` stands for
    the name of standard input, ``store`` is where the prose of Markdown is kept. Raises
    :class:`~dedupe_cli.errors.ReadError` for a file that is not what its name says.
    """
    called = (name or "") if path == "-" else path
    ending = os.path.splitext(called)[1][1:].lower()  # noqa: PTH122  names of files need not be text
    if kind in {None, "auto"} and (ending == "docx" or (not called and _WORD in data[:_HEAD] + data[-_HEAD:])):
        kind = "docx"
    if kind == "docx":
        from dedupe_cli.read.formats.word.document import open_docx  # noqa: PLC0415  each format when it is met

        return open_docx(data, path)
    if kind in {None, "auto"}:
        refuse_unread(data, ending, "standard input" if path == "-" else path)
        kind = _BY_ENDING.get(ending)
    source = decode(data, path, encoding)
    if kind == "tsv" and _WHISPER.match(source.text):
        kind = "whisper"
    if kind in RECORDS:
        name = "standard input" if path == "-" else path
        raise ReadError(f"{name}: a file of records, not one text", hint="dedupe clean, diff and check read records")
    if kind is None:
        kind = "text"
        if path == "-" and not name:  # told by how it begins
            kind = next((kind for kind, pattern in _BEGINNINGS.items() if pattern.match(source.text)), kind)
            if _is_object(source.text):
                raise ReadError("standard input: looks like lines of JSON", hint="--type jsonl, or --type text")
    if kind == "markdown":
        from dedupe_cli.read.formats.markdown.document import Markdown  # noqa: PLC0415  each format when it is met

        return Markdown().open(source, store)
    if kind in {"vtt", "srt"}:
        from dedupe_cli.read.formats.captions.subtitles import open_subtitles  # noqa: PLC0415  each format when it is met

        return open_subtitles(source, kind)
    if kind == "html":
        from dedupe_cli.read.formats.html.page import open_html  # noqa: PLC0415

        return open_html(source)
    if kind == "whisper":
        from dedupe_cli.read.formats.captions.whisper import open_whisper  # noqa: PLC0415

        return open_whisper(source)
    return source


def refuse_beginning(
    head: bytes, path: str, encoding: str | Decoding | None, *, kind: str | None = None, name: str | None = None
) -> None:
    """Refuse by its first bytes what :func:`open_source` would refuse for them, before all of it is read."""
    called = (name or "") if path == "-" else path
    ending = os.path.splitext(called)[1][1:].lower()  # noqa: PTH122  as above
    if kind == "docx" or head.startswith(b"PK") or (kind in {None, "auto"} and ending == "docx"):
        return
    shown = "standard input" if path == "-" else path
    if kind in {None, "auto"}:
        refuse_unread(head, ending, shown)
    refuse_binary(head, shown, encoding)


def records_kind(path: str, kind: str | None, name: str | None) -> str:
    """Return which kind of records a file holds by its name, or nothing when it is one text."""
    if kind in RECORDS:
        return str(kind)
    if kind not in {None, "auto"}:
        return ""
    stem, ending = os.path.splitext((name or "") if path == "-" else path)  # noqa: PTH122  as above
    if ending[1:].lower() in _PACKED:
        ending = os.path.splitext(stem)[1]  # noqa: PTH122
    found = _BY_ENDING.get(ending[1:].lower(), "")
    if found == "tsv" and _is_whisper(path):
        return ""
    return found if found in RECORDS else ""


def _is_whisper(path: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123  as above
            return _WHISPER.match(file.read(32).decode("latin-1")) is not None
    except (OSError, ValueError):
        return False  # reading it says what is wrong


def _is_object(text: str) -> bool:
    """Tell whether the first line is an object of JSON, and the whole of it."""
    line = text[: text.find("\n") + 1 or len(text)] if text.startswith("{") else ""
    if not line.rstrip().endswith("}"):
        return False
    import json  # noqa: PLC0415  only for what looks like it

    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
