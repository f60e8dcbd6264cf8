"""A file as edits leave it: its bytes, and what is read of them like it was read before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.read.decode import Decoding
from dedupe_cli.read.formats.choose import open_source
from dedupe_cli.text.rewrite import rewrite

if TYPE_CHECKING:
    from dedupe_cli.model import Edit, Source


def encode(source: Source, text: str) -> bytes:
    """Encode a text as the source was encoded."""
    errors = source.errors
    if errors == "strict" and source.encoding == "utf-8":
        errors = "surrogatepass"
    return source.bom + text.encode(source.encoding, errors)


def read_again(source: Source, data: bytes) -> Source:
    """Read the new bytes of a file in its encoding and as the format that it had."""
    how = Decoding(source.encoding, on_error="error" if source.errors == "strict" else "keep")
    return open_source(data, source.path, how, kind=source.container.name if source.container else "text")


def edited(source: Source, edits: Sequence[Edit]) -> Source:
    """Return a source as edits of its text leave it."""
    if source.container is None:
        from hashlib import sha256  # noqa: PLC0415  not for --help

        text = rewrite(source.text, edits)
        digest = sha256(encode(source, text)).hexdigest()
        return replace(source, text=text, digest=digest)
    file, lowered = source.container.lower(source, edits)
    return read_again(source, encode(file, rewrite(file.text, lowered)))
