"""Markdown: paragraphs are the text; headings, code, tables, HTML, definitions and front matter are left alone.

A paragraph that goes takes its lines with it, an item of a list that holds nothing else its marker. What the
result would be is parsed before it is taken: edits that would make other blocks of it are left out.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from dedupe_cli.model import Edit, Plan, Source, Span, Spot
from dedupe_cli.read.formats.markdown.blocks import read_blocks
from dedupe_cli.read.formats.markdown.cuts import Unit, fitting_blocks, units
from dedupe_cli.read.formats.markdown.masking import masked_blocks, read_masked
from dedupe_cli.read.formats.rows import protected

if TYPE_CHECKING:
    from dedupe_cli.cache import Cache

# Marks that show in the text when their other half is gone; without one of the others, too, nothing is marked.
_MARKS = frozenset("*_`[]<>~")
_MAY_MARK = re.compile(r"[*_`\[\]<>~\\&]")


@dataclass(frozen=True, slots=True)
class Markdown:
    """The container of Markdown texts: the text of the source is the file itself."""

    name: str = "markdown"
    why: str = "the Markdown around it would change"
    binary: bool = False

    def spots(self, source: Source) -> Callable[[Span], tuple[Spot, Spot]]:  # noqa: ARG002  others need it
        """Return where a span stands: the text is the file."""
        return lambda span: (Spot(span.start), Spot(span.end))

    def open(self, source: Source, store: Cache | None = None) -> Source:
        """Return the source with everything masked that is no prose; ``store`` knows the prose of earlier ones."""
        return replace(source, masked=_masked(source.text, store), container=self)

    def settle(self, source: Source, plan: Plan) -> Plan:
        """Fit the edits of a plan to the blocks of the text."""
        blocks = read_blocks(source.text)

        def found(*, each: bool) -> list[Unit]:
            every = units(blocks, source.prose, plan.edits, each=each)
            return [unit for unit in every if _is_whole(source.text, unit)]

        fitting = fitting_blocks(blocks, source.prose, found)
        edits = tuple(sorted((e for unit in fitting for e in unit.edits), key=lambda e: e.span))
        return replace(plan, edits=edits, groups=protected(plan.groups, edits))

    def lower(self, source: Source, edits: Sequence[Edit]) -> tuple[Source, tuple[Edit, ...]]:
        """Return the source and its edits: they are those of the file."""
        return source, tuple(edits)


def _masked(text: str, store: Cache | None) -> str:
    if store is None:
        return masked_blocks(read_blocks(text))
    from dedupe_cli.cache import kept  # noqa: PLC0415  it loads SQLite

    return kept(
        store,
        "mask",
        (text,),
        lambda: masked_blocks(read_blocks(text)),
        lambda masked: zlib.compress(masked.encode("utf-8", "surrogatepass"), 1),
        lambda data: read_masked(data, text),
    )


def _is_whole(text: str, unit: Unit) -> bool:
    """Tell whether a cut inside a paragraph leaves links and code whole, and no mark without its other half."""
    if unit.node is None:
        return True
    low, high = unit.node.prose[0].start, unit.node.prose[-1].end
    rest, at = [], low
    for edit in unit.edits:
        rest += [text[at : edit.span.start], edit.replacement]
        at = edit.span.end
    new, loose_after = _inline("".join([*rest, text[at:high]]))
    if not new and not loose_after:
        return True
    old, loose_before = _inline(text[low:high])
    there = iter(old)
    return loose_after <= loose_before and all(each in there for each in new)


@lru_cache(maxsize=4)  # a paragraph is asked for with each edit that it may lose, and again by whoever fits the rest
def _inline(content: str) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Return links, code and other marks of a paragraph in order, and how many characters mark nothing."""
    from dedupe_cli.read.formats.markdown.parser import inline_parser  # noqa: PLC0415  only where a paragraph is cut

    if not _MAY_MARK.search(content):
        return (), 0
    [token] = inline_parser().parseInline(content)
    marks, loose = [], 0
    for child in token.children or ():
        if child.type == "text":
            loose += sum(c in _MARKS for c in child.content)
        elif child.type not in {"softbreak", "hardbreak"}:
            marks.append((child.type, child.content, *(str(value) for value in child.attrs.values())))
    return tuple(marks), loose
