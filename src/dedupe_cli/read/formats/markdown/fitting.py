"""Which edits a Markdown text can take: what they would leave is parsed, and must be the blocks that were planned.

A text is parsed once when it can take all of them. Where it cannot, those that do not fit are looked for in one section
of the text after another: a heading or a paragraph that stays, at the margin and below a blank line, begins
a section, whatever stands before it.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe_cli.model import Span
from dedupe_cli.read.formats.groups import fitting_units
from dedupe_cli.read.formats.markdown.blocks import read_blocks
from dedupe_cli.read.formats.markdown.masking import masked_blocks
from dedupe_cli.text.rewrite import rewrite
from dedupe_cli.text.spans import touches, union

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.model import Edit
    from dedupe_cli.read.formats.markdown.blocks import Blocks, Node
    from dedupe_cli.read.formats.markdown.cuts import Unit

BOM = "\ufeff"
# Characters that a section has at least.
_LEAST = 512


@dataclass(frozen=True)
class _Section:
    """A part of a text that is parsed for itself: where it begins, and how many tokens of the whole stand before it.

    ``prose`` is what is matched of it.
    """

    blocks: Blocks
    prose: str
    start: int = 0
    first: int = 0

    def fits(self, chosen: Sequence[Unit]) -> bool:
        """Parse what the units would leave: its prose and its blocks must be what was planned."""
        edits = sorted((self._here(e) for unit in chosen for e in unit.edits), key=lambda e: e.span)
        text = rewrite(self.blocks.text, edits)
        if text.startswith(BOM) and not self.blocks.text.startswith(BOM):
            return False  # whoever reads the file next takes it for its mark
        new = read_blocks(text)
        if masked_blocks(new) != rewrite(self.prose, edits):
            return False
        gone = [range(*node.tokens) for unit in chosen for node in unit.gone]
        dead = {index - self.first for tokens in gone for index in tokens}
        return new.kinds == tuple(kind for index, kind in enumerate(self.blocks.kinds) if index not in dead)

    def _here(self, edit: Edit) -> Edit:
        return (
            replace(edit, span=Span(edit.span.start - self.start, edit.span.end - self.start)) if self.start else edit
        )


def fitting_blocks(blocks: Blocks, prose: str, found: Sequence[Unit]) -> list[Unit]:
    """Return the units that a text can take, in order; ``prose`` is what is matched of it."""
    whole = _Section(blocks, prose)
    if whole.fits(found):
        return list(found)
    sections = _sections(blocks, found)
    fitting = [unit for section, own in sections for unit in fitting_units(own, section.fits)]
    # A section for itself may take what makes another block of the next one.
    return fitting if sections and whole.fits(fitting) else fitting_units(found, whole.fits)


def _sections(blocks: Blocks, found: Sequence[Unit]) -> list[tuple[_Section, Sequence[Unit]]]:
    """Return the sections of a text with the units in each; none where one is read as something else for itself."""
    edges = [(0, 0), *((blocks.starts[node.first], node.tokens[0]) for node in _heads(blocks, found))]
    begin = [unit.edits[0].span.start for unit in found]
    out: list[tuple[_Section, Sequence[Unit]]] = []
    at = 0
    for (start, first), (end, last) in pairwise([*edges, (len(blocks.text), len(blocks.kinds))]):
        stop = bisect_left(begin, end, lo=at)
        own, at = found[at:stop], stop
        if own and len(edges) > 1:
            part = read_blocks(blocks.text[start:end])
            if part.kinds != blocks.kinds[first:last]:
                return []
            out.append((_Section(part, masked_blocks(part), start, first), own))
    return out


def _heads(blocks: Blocks, found: Sequence[Unit]) -> list[Node]:
    """Find the blocks that begin a section."""
    touched = union(edit.span for unit in found for edit in unit.edits)
    out: list[Node] = []
    start = 0
    for node in blocks.root.children:
        at = blocks.starts[node.first]
        if node.kind not in {"heading", "paragraph"} or at - start < _LEAST or blocks.text[at].isspace():
            continue
        if blocks.is_blank(node.first - 1) and not touches(Span(blocks.starts[node.first - 1], node.end), touched):
            out.append(node)
            start = at
    return out
