"""What of a Markdown text is matched: its prose, and blocks that are equal as wholes.

Targets of links, tags and code of templates stand inside of a paragraph and are not read with it.
"""

from __future__ import annotations

import re
import zlib
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.document.boxes import COLON, NAME
from dedupe_cli.model import Span
from dedupe_cli.text.mask import CLOSES, MASK, STAMP, masked, sealed, stamped

if TYPE_CHECKING:
    from dedupe_cli.read.formats.markdown.blocks import Blocks

# The target of a link, with a title; one pair of brackets may stand in an address.
_TITLE = r"(?:[ \t\n]+(?:\"[^\"\n]*\"|'[^'\n]*'))?"
_TARGET = rf"(?<=\]\()[ ]*(?:<[^<>\n]*>|[^\s()<>]+(?:\([^\s()]*\)[^\s()]*)*){_TITLE}[ ]*(?=\))"
_LABEL = r"(?<=\]\[)[^\[\]\n]+(?=\])"
_BARE = r"\b(?:https?|ftp)://[^\s<>()\[\]\"'`，。、；：！？）】」』”’]+"
_ADDRESS = rf"<(?:[a-z][a-z0-9+.-]*:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>|{_BARE}"
_TAG = r"</?[A-Za-z][\w.:-]*(?:\s[^<>]*)?/?>"
_TEMPLATE = r"\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}|\{/\*[^*\n]*\*/\}|\{#[\w-]+\}|\{:[^{}\n]*\}"
_INLINE = re.compile(f"{_TARGET}|{_LABEL}|{_ADDRESS}|{_TAG}|{_TEMPLATE}")
# Without one of these there is nothing of all that.
_MAY = re.compile(r"\]\(|\]\[|<|://|\{")
# What stands in the place of what is no prose, beside signs.
_PLAIN = tuple(range(ord(sign), ord(sign) + 1) for sign in "_- ")
_START = attrgetter("start")
# The name of a tag, and of a box, before which a word may stand that closes it.
_NAME = re.compile(rf"(?:</?|{NAME})([A-Za-z][\w.-]*)")


def masked_blocks(blocks: Blocks) -> str:
    """Seal blocks that are no prose, mask what is in no block; targets, tags and names of tags are a word each.

    Marks of quotation become spaces, numbers of lists bullets.
    """
    every = list(blocks.root.every())
    text = blocks.text
    if _MAY.search(text):
        text = stamped(text, [span for node in blocks.paragraphs for span in _unread(text, *node.bounds)])
    shut = [node.span for node in blocks.sealed]
    text = sealed(text, shut)
    markers = [blocks.marker(node) for node in every if node.kind == "list_item"]
    # No letter of what may go is masked: all later signs would be others when it is gone.
    left = [*markers, *shut, *(span for node in blocks.paragraphs for span in node.prose)]
    left.sort(key=_START)
    edges = [0, *(at for span in left for at in (span.start, span.end)), len(text)]
    between = zip(edges[::2], edges[1::2], strict=True)
    chars = list(masked(text, [Span(start, end) for start, end in between if text[start:end].strip()]))
    for node in blocks.sealed:
        if node.kind == "html_block":
            _show_names(chars, blocks.text, node.span)
    for marker in markers:
        chars[marker.start : marker.end] = "-" + " " * (len(marker) - 1)
    seen = 0  # what stands in a quotation within another one was seen in that
    for node in every:
        if node.kind == "blockquote":
            for line in range(max(node.first, seen), node.last):
                for at in blocks.quotes(line):
                    chars[at] = " "
            seen = max(seen, node.last)
    return "".join(chars)


def _show_names(chars: list[str], text: str, span: Span) -> None:
    """Make a word of each name in a block of HTML, and of the first sign of a line of colons: it closes a box."""
    for name in _NAME.finditer(text, span.start, span.end):
        chars[name.start(2) : name.end(2)] = stamped(name[2].lower(), [Span(0, len(name[2]))])
        if name[1]:
            chars[name.start(1) : name.end(1)] = CLOSES * len(name[1])
    if not span.of(text).strip(":"):
        chars[span.start] = COLON


def _unread(text: str, start: int, end: int) -> list[Span]:
    """Return what of a stretch of a text, in its order, is not read with it."""
    if not _MAY.search(text, start, end):
        return []
    return [Span(*found.span()) for found in _INLINE.finditer(text, start, end) if found[0].strip()]


def read_masked(data: bytes, text: str) -> str | None:
    """Return the mask of a text that was packed and kept; ``None`` when it is damaged, or says other things."""
    unpacked = zlib.decompressobj()
    try:
        made = unpacked.decompress(data, 4 * len(text) + 1).decode("utf-8", "surrogatepass")
    except (zlib.error, UnicodeDecodeError):
        return None
    if len(made) != len(text) or not unpacked.eof or unpacked.unused_data:
        return None
    one, other = (np.frombuffer(each.encode("utf-32-le", "surrogatepass"), dtype=np.uint32) for each in (made, text))
    masks = one[one != other]
    known = [(masks >= signs.start) & (masks < signs.stop) for signs in (MASK, STAMP, *_PLAIN)]
    return made if np.all(np.logical_or.reduce(known)) else None
