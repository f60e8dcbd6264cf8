"""Which format a file has: asked for, by its name, or, for standard input, by how it begins."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from dedupe_cli.read.decode import decode
from dedupe_cli.read.formats.unread import refuse_unread

if TYPE_CHECKING:
    from dedupe_cli.model import Source
    from dedupe_cli.read.decode import Decoding

# The words of --type, and the endings of names that mean them.
ENDINGS: dict[str, tuple[str, ...]] = {
    "text": ("txt", "text"),
    "vtt": ("vtt",),
    "srt": ("srt",),
    "whisper": ("json", "tsv"),
    "markdown": ("md", "markdown", "mdown", "mkd", "mkdn"),
}
TYPES = tuple(ENDINGS)
_BY_ENDING = {ending: kind for kind, endings in ENDINGS.items() for ending in endings}

_WHISPER = re.compile(r"start\tend\ttext\r?\n")
_BEGINNINGS = {
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
) -> Source:
    """Take the text out of the bytes of one file.

    ``kind`` is a word of :data:`TYPES` (``None`` and ``auto``: by the name); ``name`` stands for the name of
    standard input. Raises :class:`~dedupe_cli.errors.ReadError` for a file that is not what its name says.
    """
    called = (name or "") if path == "-" else path
    ending = os.path.splitext(called)[1][1:].lower()  # noqa: PTH122  names of files need not be text
    if kind in {None, "auto"}:
        refuse_unread(data, ending, "standard input" if path == "-" else path)
        kind = _BY_ENDING.get(ending)
    source = decode(data, path, encoding)
    if ending == "tsv" and kind == "whisper" and not _WHISPER.match(source.text):
        kind = "text"
    if kind is None:
        kind = _looks_like(source.text) if path == "-" and not name else "text"
    if kind == "markdown":
        from dedupe_cli.read.formats.markdown import Markdown  # noqa: PLC0415  each format when it is met

        return Markdown().open(source)
    if kind in {"vtt", "srt"}:
        from dedupe_cli.read.formats.subtitles import open_subtitles  # noqa: PLC0415  each format when it is met

        return open_subtitles(source, kind)
    if kind == "whisper":
        from dedupe_cli.read.formats.whisper import open_whisper  # noqa: PLC0415

        return open_whisper(source)
    return source


def _looks_like(text: str) -> str:
    """Tell what standard input is by how it begins."""
    return next((kind for kind, pattern in _BEGINNINGS.items() if pattern.match(text)), "text")
