"""Parts of a Markdown text that stand twice: code, tables, headings and the like, where a project asks for them.

They take no part in the matching of prose, and nothing takes them out: they are compared as wholes, for equality but
for white space, and told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe_cli.finding import Finding, Status
from dedupe_cli.gate.messages import quoted
from dedupe_cli.gate.rules import rules
from dedupe_cli.gate.sketch import content_hash, sketch
from dedupe_cli.model import Decision, Span
from dedupe_cli.read.formats.markdown.blocks import read_blocks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from dedupe_cli.gate.markers import Marker
    from dedupe_cli.gate.places import Places
    from dedupe_cli.model import Source
    from dedupe_cli.read.formats.markdown.blocks import Blocks

RULE = "D101"
# Names of the parser, the part that they are, what it is called in a message.
_KINDS = {
    "fence": ("code", "code"),
    "code_block": ("code", "code"),
    "html_block": ("html", "HTML"),
    "table": ("tables", "a table"),
    "heading": ("headings", "a heading"),
}
# White space within a line means nothing here.
_FLOWING = frozenset({"tables", "headings", "definitions", "front_matter"})
# Headings are short; of the others only long ones are worth a finding.
_ANY_LENGTH = frozenset({"headings"})
_UNIT = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\\W_\u3400-\u9fff\uf900-\ufaff]+")
_FENCE = re.compile(r"(?:---|\+\+\+|\.\.\.)\s*")


def repeated_parts(
    source: Source, wanted: Collection[str], least: int, places: Places, markers: Sequence[Marker] = ()
) -> tuple[list[Finding], list[Marker]]:
    """Return a finding for each part of the wanted kinds that stands more than once, ``least`` units long at least.

    ``wanted`` are names such as ``code``; a unit is a Han character or a word. What a marker hides is suppressed: also
    return the markers that hide something.
    """
    found: dict[tuple[str, str], list[tuple[str, Span]]] = {}
    for name, called, span in _parts(source.text, wanted):
        lines = span.of(source.text).splitlines()
        rows = [" ".join(line.split()) for line in lines] if name in _FLOWING else _dedented(lines)
        key = "\n".join(rows)
        if not any(marker.line.overlaps(span) for marker in markers) and (
            name in _ANY_LENGTH or len(_UNIT.findall(key)) >= least
        ):
            found.setdefault((name, key), []).append((called, span))
    out: list[Finding] = []
    used: list[Marker] = []
    for (name, key), some in found.items():
        if len(some) < 2:
            continue
        spans = [span for _, span in some]
        first = places.where(spans[:1])
        many = f", {len(some)} copies" if len(some) > 2 else ""
        hiding = [marker for marker in markers if marker.hides(RULE, spans)]
        used += hiding
        out.append(
            Finding(
                rule=RULE,
                severity=rules()[RULE].severity,
                message=f"exact copy of {first} ({some[0][0]}{many}); it is told only, clean leaves it",
                fingerprint=content_hash(name, key),
                quote=quoted(key),
                asked=True,
                members=tuple(
                    places.place((span,), Decision.PROTECTED if at else Decision.KEEP) for at, span in enumerate(spans)
                ),
                status=Status.SUPPRESSED if hiding else Status.NEW,
                sketch=sketch(key),
            )
        )
    return out, used


def _parts(text: str, wanted: Collection[str]) -> Iterator[tuple[str, str, Span]]:
    """Yield name, what it is called and place of each part, in the order of the text."""
    blocks = read_blocks(text)
    for node in blocks.root.every():
        name, called = _KINDS.get(node.kind, ("", ""))
        comment = node.kind == "html_block" and text.startswith("<!--", node.begin)
        if name in wanted and not comment:
            yield name, called, Span(node.begin, node.end)
    if "definitions" in wanted:
        for number in blocks.defined:
            yield "definitions", "a definition", _shown(blocks, number)
    if "front_matter" in wanted:
        for number in range(blocks.front):
            span = _shown(blocks, number)
            if span and not _FENCE.fullmatch(span.of(text)):
                yield "front_matter", "front matter", span


def _shown(blocks: Blocks, number: int) -> Span:
    line = blocks.line(number)
    body = line.of(blocks.text)
    return Span(line.start + len(body) - len(body.lstrip()), line.start + len(body.rstrip()))


def _dedented(lines: Sequence[str]) -> list[str]:
    """Take away what all lines but the first are indented by: where a block stands means nothing."""
    rest = [line for line in lines[1:] if line.strip()]
    depth = min((len(line) - len(line.lstrip()) for line in rest), default=0)
    return [lines[0].rstrip(), *(line[depth:].rstrip() for line in lines[1:])] if lines else []
