"""What of a Markdown text is matched: its prose, and blocks that are equal as wholes.

Targets of links, tags and code of templates stand inside of a paragraph and are not read with it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe_cli.model import Span
from dedupe_cli.text.mask import masked, sealed, stamped

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
# The name of a tag.
_NAME = re.compile(r"(?<=</)[A-Za-z][\w.-]*|(?<=<)[A-Za-z][\w.-]*")


def masked_blocks(blocks: Blocks) -> str:
    """Seal blocks that are no prose, mask what is in no block; targets, tags and names of tags are a word each.

    Marks of quotation become spaces, numbers of lists bullets.
    """
    whole = (Span(node.prose[0].start, node.prose[-1].end) for node in blocks.paragraphs)
    text = stamped(blocks.text, [span for each in whole for span in _unread(blocks.text, each)])
    shut = [node.span for node in blocks.sealed]
    text = sealed(text, shut)
    markers = [blocks.marker(node) for node in blocks.root.every() if node.kind == "list_item"]
    # No letter of what may go is masked: all later signs would be others when it is gone.
    left = [*markers, *shut, *(span for node in blocks.paragraphs for span in node.prose)]
    left.sort(key=lambda span: span.start)
    edges = [0, *(at for span in left for at in (span.start, span.end)), len(blocks.text)]
    chars = list(masked(text, map(Span, edges[::2], edges[1::2])))
    for node in blocks.sealed:
        for name in _NAME.finditer(blocks.text, node.begin, node.span.end) if node.kind == "html_block" else ():
            chars[name.start() : name.end()] = stamped(name[0].lower(), [Span(0, len(name[0]))])
    for marker in markers:
        chars[marker.start : marker.end] = "-" + " " * (len(marker) - 1)
    for node in blocks.root.every():
        if node.kind == "blockquote":
            for line in range(node.first, node.last):
                for at in blocks.quotes(line):
                    chars[at] = " "
    return "".join(chars)


def _unread(text: str, span: Span) -> list[Span]:
    """Return what of a stretch of a text, in its order, is not read with it."""
    if not _MAY.search(text, span.start, span.end):
        return []
    return [Span(*found.span()) for found in _INLINE.finditer(text, span.start, span.end) if found[0].strip()]
