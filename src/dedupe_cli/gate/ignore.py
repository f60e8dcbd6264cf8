"""Which stretches of a text take no part: marked ones, patterns, accepted passages, parts of a format."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.document.split import blocks
from dedupe_cli.gate.markdown import is_markdown, parts
from dedupe_cli.gate.markers import Marker, markers, may_hold
from dedupe_cli.gate.rst import is_rest, rest_parts
from dedupe_cli.gate.sketch import windows
from dedupe_cli.text.expressions import is_found
from dedupe_cli.text.spans import union

if TYPE_CHECKING:
    from dedupe_cli.model import Source, Span

# A paragraph is an accepted passage when this share of its windows (four Han characters, nine letters) stands in one.
ACCEPTED, WINDOW = 0.5, 44


@dataclass(frozen=True)
class IgnoreRules:
    """What is asked for: whether markers count, regular expressions, texts of accepted passages, parts of formats.

    ``parts`` take no part; ``checked`` are parts of Markdown that are no prose and are compared as wholes.
    """

    markers: bool = True
    patterns: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ()
    parts: frozenset[str] = frozenset()
    checked: frozenset[str] = frozenset()

    @cached_property
    def accepted(self) -> set[str]:
        """The windows of all accepted passages."""
        return set().union(*(windows(text, WINDOW) for text in self.boilerplate))


class Ignored(NamedTuple):
    """What takes no part in one text.

    ``always`` are the spans of patterns, accepted passages and parts, and the lines of markers; ``marked`` are the
    regions of markers besides; both disjoint and in order.
    """

    always: tuple[Span, ...] = ()
    marked: tuple[Span, ...] = ()
    markers: tuple[Marker, ...] = ()


def ignored(source: Source, heed: IgnoreRules) -> Ignored:
    """Return what takes no part in a text. Markers that name rules hide findings later, not the text."""
    text = source.text
    read = parts_of(source.path)
    spans = read(text, heed.parts) if heed.parts and read else []
    fences = read(text, ("literal",)) if read and may_hold(text) else []
    found = markers(text, fences) if heed.markers else []
    if heed.patterns or heed.boilerplate:
        spans += _passages(text, heed)
    # White space at the ends may go with what stands beside it.
    always = union(span.trimmed(text) for span in [*spans, *(marker.line for marker in found)])
    regions = [marker.region.trimmed(text) for marker in found if not marker.codes and not marker.fault]
    return Ignored(always, union([*always, *regions]) if regions else always, tuple(found))


def parts_of(path: str) -> Callable[[str, Collection[str]], list[Span]] | None:
    """Return what finds the parts of a file of this name; ``None`` where there are none."""
    return parts if is_markdown(path) else rest_parts if is_rest(path) else None


def _passages(text: str, heed: IgnoreRules) -> list[Span]:
    """Return the paragraphs in which a pattern is found, and those that are accepted passages."""
    out = []
    for block in blocks(text):
        paragraph = block.of(text)
        hit = any(is_found(pattern, paragraph) for pattern in heed.patterns)
        if hit or (heed.boilerplate and _is_accepted(paragraph, heed.accepted)):
            out.append(block)
    return out


def _is_accepted(text: str, known: set[str]) -> bool:
    mine = windows(text, WINDOW)
    return bool(mine) and len(mine & known) >= ACCEPTED * len(mine)
