"""The parts of a reStructuredText that repeat themselves on purpose: literal blocks, doctests, directives, tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe_cli.model import Span

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_DIRECTIVE = re.compile(r"[ \t]*\.\.[ \t]+[\w:.+-]+::")
# Directives whose body is no prose.
_LITERAL = re.compile(
    r"[ \t]*\.\.[ \t]+(?:code|code-block|sourcecode|parsed-literal|productionlist|doctest|testcode|testoutput|testsetup"
    r"|math|raw|index|toctree|highlight|csv-table|graphviz|image|figure|include|literalinclude)::"
)
_BORDER = re.compile(r"[ \t]*(?:\+[-=+]{3,}|={2,}(?:[ \t]+={2,})+[ \t]*$)")
_GRID = re.compile(r"[ \t]*[|+]")
_PROMPT = re.compile(r"[ \t]*>>>")


def is_rest(path: str) -> bool:
    """Tell whether a file is reStructuredText, by its name."""
    return path.lower().endswith((".rst", ".rst.txt"))


def rest_parts(text: str, wanted: Collection[str]) -> list[Span]:
    """Return the lines of the wanted parts, ``code`` and ``tables``, in text order."""
    rows = [Span(m.start(), m.end()) for m in _LINE.finditer(text) if m.end() > m.start()]
    lines = [row.of(text).rstrip() for row in rows]
    return [Span(rows[first].start, rows[last - 1].end) for name, first, last in _named(lines) if name in wanted]


def _named(lines: list[str]) -> Iterator[tuple[str, int, int]]:
    at = 0
    while at < len(lines):
        line, end, name = lines[at], at + 1, ""
        if _PROMPT.match(line):
            end, name = _until_blank(lines, at), "code"
        elif _BORDER.match(line):
            end, name = _table(lines, at), "tables"
        elif _DIRECTIVE.match(line):
            end, name = (_indented(lines, at) if _LITERAL.match(line) else at + 1), "code"
        elif line.endswith("::"):
            end = _indented(lines, at)
            yield "code", at + 1, end
        if name:
            yield name, at, end
        at = end


def _until_blank(lines: list[str], at: int) -> int:
    while at < len(lines) and lines[at]:
        at += 1
    return at


def _indented(lines: list[str], at: int) -> int:
    """Return the line behind the block that is indented more than the line ``at``."""
    width = len(lines[at]) - len(lines[at].lstrip())
    end = at + 1
    for number in range(at + 1, len(lines)):
        line = lines[number]
        if line and len(line) - len(line.lstrip()) <= width:
            break
        end = number + 1 if line else end
    return end


def _table(lines: list[str], at: int) -> int:
    """Return the line behind a grid table, or behind the last border of a simple one."""
    if _GRID.match(lines[at]):
        while at < len(lines) and _GRID.match(lines[at]):
            at += 1
        return at
    stop = next((n for n in range(at + 1, len(lines) - 1) if _BORDER.match(lines[n]) and not lines[n + 1]), at)
    return stop + 1
