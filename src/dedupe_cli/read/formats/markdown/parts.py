"""The parts of a Markdown text that a project may leave out, or ask for: code, tables, headings, quotations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from dedupe_cli.model import Span
from dedupe_cli.read.formats.markdown.blocks import read_blocks

# What the parser calls them.
_PARTS = {
    "fence": "code", "code_block": "code", "html_block": "html", "table": "tables", "heading": "headings",
    "blockquote": "quotes",
}  # fmt: skip
_BORDER = re.compile(r"(?:---|\+\+\+|\.\.\.)\s*")


def markdown_parts(text: str, wanted: Collection[str]) -> Iterator[tuple[str, Span]]:
    """Yield name and place of each part, in the order of the text; of definitions and front matter each line.

    Known are ``code``, ``html``, ``tables``, ``headings``, ``quotes``, ``definitions`` and ``front_matter``. Comments
    are none.
    """
    blocks = read_blocks(text)
    for node in blocks.root.every():
        name = _PARTS.get(node.kind, "")
        comment = node.kind == "html_block" and text.startswith("<!--", node.begin)
        if name in wanted and not comment:
            yield name, Span(node.begin, node.end)
    for name, numbers in (("definitions", blocks.defined), ("front_matter", range(blocks.front))):
        for span in (blocks.line(number).trimmed(text) for number in numbers if name in wanted):
            if span and not (name == "front_matter" and _BORDER.fullmatch(span.of(text))):
                yield name, span
