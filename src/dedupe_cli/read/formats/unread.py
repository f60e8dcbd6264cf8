"""Files that are no text and are not read, and the programs that make something readable of them."""

from __future__ import annotations

from dedupe_cli.errors import ReadError

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
_BEGINNINGS = (
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
    if what and b"\0" not in data[:4096] and not any(data.startswith(mark) for mark, *_ in _BEGINNINGS):
        what = ""
    if not what:
        what, how = next(((w, h) for mark, w, h in _BEGINNINGS if data.startswith(mark)), ("", ""))
    if what:
        raise ReadError(f"{name}: is {what}, which is not read", hint=how.format(file="FILE"))
