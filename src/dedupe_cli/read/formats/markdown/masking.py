"""What of a Markdown text is matched: its prose, with all else filled with signs that never repeat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe_cli.model import Span
from dedupe_cli.read.formats.markdown.inline import unread
from dedupe_cli.text.mask import masked, stamped

if TYPE_CHECKING:
    from dedupe_cli.read.formats.markdown.blocks import Blocks

# The number of a version in a title: what stands under it is of that one.
_VERSION = re.compile(r"(?<![\w.])v?\d+(?:\.\d+)+(?!\w)", re.IGNORECASE)


def masked_blocks(blocks: Blocks) -> str:
    """Mask all but prose; marks of quotation become spaces, numbers of lists bullets, targets and tags a word each."""
    whole = (Span(node.prose[0].start, node.prose[-1].end) for node in blocks.paragraphs)
    text = stamped(blocks.text, [span for each in whole for span in unread(blocks.text, each)])
    markers = [blocks.marker(node) for node in blocks.root.every() if node.kind == "list_item"]
    heads = (node for node in blocks.root.every() if node.kind == "heading")
    versions = [Span(*found.span()) for node in heads for found in _VERSION.finditer(text, node.begin, node.end)]
    # No letter of what may go is masked: all later signs would be others when it is gone.
    left = sorted([*markers, *versions, *(span for node in blocks.paragraphs for span in node.prose)])
    edges = [0, *(at for span in left for at in (span.start, span.end)), len(blocks.text)]
    chars = list(masked(text, map(Span, edges[::2], edges[1::2])))
    for marker in markers:
        chars[marker.start : marker.end] = "-" + " " * (len(marker) - 1)
    for node in blocks.root.every():
        if node.kind == "blockquote":
            for line in range(node.first, node.last):
                for at in blocks.quotes(line):
                    chars[at] = " "
    return "".join(chars)
