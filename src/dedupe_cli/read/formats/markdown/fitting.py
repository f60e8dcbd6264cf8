"""Which edits a Markdown text can take: what they would leave is parsed, and must be the blocks that were planned.

A text is parsed once when it can take all of them. Where it cannot, those that do not fit are looked for in one section
of the text after another: a heading or a paragraph that stays, at the margin and below a blank line, begins
a section, whatever stands before it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe_cli.model import Edit, Span
from dedupe_cli.read.formats.groups import fitting_units
from dedupe_cli.read.formats.markdown.blocks import Blocks, Node, read_blocks, shape
from dedupe_cli.read.formats.markdown.masking import masked_blocks
from dedupe_cli.text.rewrite import rewrite
from dedupe_cli.text.spans import touches, union

if TYPE_CHECKING:
    from dedupe_cli.read.formats.markdown.cuts import Unit

BOM = "\ufeff"
# Characters that a section has at least.
_LEAST = 512


@dataclass(frozen=True)
class _Section:
    """A part of a text that is parsed for itself, what is matched of it, its outermost blocks, where it begins."""

    text: str
    prose: str
    nodes: Sequence[Node]
    start: int = 0

    def fits(self, chosen: Sequence[Unit]) -> bool:
        """Parse what the units would leave: its prose and its blocks must be what was planned."""
        edits = sorted((self._here(e) for unit in chosen for e in unit.edits), key=lambda e: e.span)
        text = rewrite(self.text, edits)
        if text.startswith(BOM) and not self.text.startswith(BOM):
            return False  # whoever reads the file next takes it for its mark
        new = read_blocks(text)
        if masked_blocks(new) != rewrite(self.prose, edits):
            return False
        gone = {id(node) for unit in chosen for node in unit.gone}
        return shape(new.root.children) == shape(self.nodes, gone)

    def _here(self, edit: Edit) -> Edit:
        return edit.at(Span(edit.span.start - self.start, edit.span.end - self.start)) if self.start else edit


def fitting_blocks(blocks: Blocks, prose: str, found_as: Callable[..., list[Unit]]) -> list[Unit]:
    """Return the units that a text can take, in order; ``prose`` is what is matched of it.

    ``found_as(each=...)`` are those that are wanted, of a row of blocks one, or one each.
    """
    whole = _Section(blocks.text, prose, blocks.root.children)
    rows = found_as(each=False)
    if whole.fits(rows):
        return rows
    found = found_as(each=True)
    sections = _sections(blocks, found)
    fitting = [unit for section, own in sections for unit in fitting_units(own, section.fits)]
    # A section for itself may take what makes another block of the next one.
    return fitting if sections and whole.fits(fitting) else fitting_units(found, whole.fits)


def _sections(blocks: Blocks, found: Sequence[Unit]) -> list[tuple[_Section, Sequence[Unit]]]:
    """Return the sections of a text with the units in each; none where one is read as something else for itself."""
    tops = blocks.root.children
    edges = [(0, 0), *((blocks.starts[tops[at].first], at) for at in _heads(blocks, found))]
    begin = [unit.edits[0].span.start for unit in found]
    out: list[tuple[_Section, Sequence[Unit]]] = []
    at = 0
    for (start, first), (end, last) in pairwise([*edges, (len(blocks.text), len(tops))]):
        stop = bisect_left(begin, end, lo=at)
        own, at = found[at:stop], stop
        if own and len(edges) > 1:
            part = read_blocks(blocks.text[start:end])
            if shape(part.root.children) != shape(tops[first:last]):
                return []
            out.append((_Section(part.text, masked_blocks(part), tops[first:last], start), own))
    return out


def _heads(blocks: Blocks, found: Sequence[Unit]) -> list[int]:
    """Find the outermost blocks that begin a section."""
    touched = union(edit.span for unit in found for edit in unit.edits)
    out: list[int] = []
    start = 0
    for number, node in enumerate(blocks.root.children):
        at = blocks.starts[node.first]
        if node.kind not in {"heading", "paragraph"} or at - start < _LEAST or blocks.text[at].isspace():
            continue
        if blocks.is_blank(node.first - 1) and not touches(Span(blocks.starts[node.first - 1], node.end), touched):
            out.append(number)
            start = at
    return out
