"""What of a Markdown text is matched: its prose, and blocks that are equal as wholes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe_cli.model import Span
from dedupe_cli.read.formats.markdown.inline import unread
from dedupe_cli.text.mask import masked, sealed, stamped

if TYPE_CHECKING:
    from dedupe_cli.read.formats.markdown.blocks import Blocks


# The name of a tag.
_NAME = re.compile(r"(?<=</)[A-Za-z][\w.-]*|(?<=<)[A-Za-z][\w.-]*")


def masked_blocks(blocks: Blocks) -> str:
    """Seal blocks that are no prose, mask what is in no block; targets, tags and names of tags are a word each.

    Marks of quotation become spaces, numbers of lists bullets.
    """
    whole = (Span(node.prose[0].start, node.prose[-1].end) for node in blocks.paragraphs)
    text = stamped(blocks.text, [span for each in whole for span in unread(blocks.text, each)])
    shut = [node.span for node in blocks.sealed]
    text = sealed(text, shut)
    markers = [blocks.marker(node) for node in blocks.root.every() if node.kind == "list_item"]
    # No letter of what may go is masked: all later signs would be others when it is gone.
    left = sorted([*markers, *shut, *(span for node in blocks.paragraphs for span in node.prose)])
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
