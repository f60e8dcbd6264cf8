"""Markdown: paragraphs are the text; headings, code, tables, HTML, definitions and front matter are left alone.

A paragraph that goes takes its lines with it, an item of a list that holds nothing else its marker. What the
result would be is parsed before it is taken: edits that would make other blocks of it are left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from dedupe_cli.model import Span, Spot
from dedupe_cli.read.formats.groups import fitting_units, protected
from dedupe_cli.read.formats.markdown.blocks import inline_parser, read_blocks
from dedupe_cli.read.formats.markdown.cuts import Unit, units
from dedupe_cli.read.formats.markdown.inline import unread
from dedupe_cli.text.mask import masked, stamped
from dedupe_cli.text.rewrite import rewrite

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedupe_cli.model import Edit, Plan, Source
    from dedupe_cli.read.formats.markdown.blocks import Blocks

BOM = "\ufeff"
# Marks that show in the text when their other half is gone.
_MARKS = frozenset("*_`[]<>~")


@dataclass(frozen=True, slots=True)
class Markdown:
    """The container of Markdown texts: the text of the source is the file itself."""

    name: str = "markdown"
    why: str = "the Markdown around it would change"
    binary: bool = False

    def spots(self, source: Source) -> Callable[[Span], tuple[Spot, Spot]]:  # noqa: ARG002  others need it
        """Return where a span stands: the text is the file."""
        return lambda span: (Spot(span.start), Spot(span.end))

    def open(self, source: Source) -> Source:
        """Return the source with everything masked that is no prose."""
        return replace(source, masked=_masked(read_blocks(source.text)), container=self)

    def settle(self, source: Source, plan: Plan) -> Plan:
        """Fit the edits of a plan to the blocks of the text."""
        blocks = read_blocks(source.text)
        found = units(blocks, source.prose, plan.edits)
        whole = [unit for unit in found if _is_whole(source.text, unit)]
        fitting = fitting_units(whole, partial(_fits, blocks, source.prose))
        edits = tuple(sorted((e for unit in fitting for e in unit.edits), key=lambda e: e.span))
        return replace(plan, edits=edits, groups=protected(plan.groups, edits))

    def lower(self, source: Source, edits: Sequence[Edit]) -> tuple[Source, tuple[Edit, ...]]:
        """Return the source and its edits: they are those of the file."""
        return source, tuple(edits)


def _masked(blocks: Blocks) -> str:
    """Mask all but prose; marks of quotation become spaces, numbers of lists bullets, targets and tags a word each."""
    whole = (Span(node.prose[0].start, node.prose[-1].end) for node in blocks.paragraphs)
    text = stamped(blocks.text, [span for each in whole for span in unread(blocks.text, each)])
    markers = [blocks.marker(node) for node in blocks.root.every() if node.kind == "list_item"]
    # No letter of what may go is masked: all later signs would be others when it is gone.
    left = sorted([*markers, *(span for node in blocks.paragraphs for span in node.prose)])
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


def _is_whole(text: str, unit: Unit) -> bool:
    """Tell whether a cut inside a paragraph leaves links and code whole, and no mark without its other half."""
    if unit.node is None:
        return True
    low, high = unit.node.prose[0].start, unit.node.prose[-1].end
    rest, at = [], low
    for edit in unit.edits:
        rest += [text[at : edit.span.start], edit.replacement]
        at = edit.span.end
    old, loose_before = _inline(text[low:high])
    new, loose_after = _inline("".join([*rest, text[at:high]]))
    there = iter(old)
    return loose_after <= loose_before and all(each in there for each in new)


def _inline(content: str) -> tuple[list[tuple[str, ...]], int]:
    """Return links, code and other marks of a paragraph in order, and how many characters mark nothing."""
    [token] = inline_parser().parseInline(content)
    marks, loose = [], 0
    for child in token.children or ():
        if child.type == "text":
            loose += sum(c in _MARKS for c in child.content)
        elif child.type not in {"softbreak", "hardbreak"}:
            marks.append((child.type, child.content, *(str(value) for value in child.attrs.values())))
    return marks, loose


def _fits(blocks: Blocks, prose: str, chosen: Sequence[Unit]) -> bool:
    """Parse what the units would leave: its prose and its blocks must be what was planned."""
    edits = sorted((e for unit in chosen for e in unit.edits), key=lambda e: e.span)
    text = rewrite(blocks.text, edits)
    if text.startswith(BOM) and not blocks.text.startswith(BOM):
        return False  # whoever reads the file next takes it for its mark
    new = read_blocks(text)
    if _masked(new) != rewrite(prose, edits):
        return False
    gone = [range(*node.tokens) for unit in chosen for node in unit.gone]
    dead = {index for tokens in gone for index in tokens}
    return new.kinds == tuple(kind for index, kind in enumerate(blocks.kinds) if index not in dead)
