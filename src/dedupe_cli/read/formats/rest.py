"""The parts of reStructuredText that repeat on purpose: literal blocks, tables, headings, marks around the prose."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from dedupe_cli.document.directives import DIRECTIVE, HISTORY, PROSE
from dedupe_cli.model import Span

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
_EXPLICIT = re.compile(r"\.\.(?:[ \t]|$)")
# Directives whose body is no prose.
_LITERAL = frozenset({
    "code", "code-block", "sourcecode", "parsed-literal", "productionlist", "doctest", "testcode", "testoutput",
    "testsetup", "testcleanup", "math", "raw", "index", "toctree", "highlight", "graphviz", "digraph", "image",
    "figure", "include", "literalinclude", "kernel-doc", "kernel-figure", "kernel-render", "kernel-include",
})  # fmt: skip
# ... whose body is a table.
_TABLES = frozenset({"csv-table", "list-table", "flat-table", "table", "tabularcolumns"})
_BORDER = re.compile(r"[ \t]*(?:\+[-=+]{3,}|={2,}(?:[ \t]+={2,})+[ \t]*$)")
_GRID = re.compile(r"[ \t]*[|+]")
_PROMPT = re.compile(r"[ \t]*>>>")
_FIELD = re.compile(r":(?![ \t:`])[^:`]*[^:`\s]:(?:[ \t]|$)")
_RULE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}$")
_END = re.compile(r"(?:[.!?][\"')\]]*\s|[。！？])\s*")
_MARK = re.compile(r"[ \t]*(?:[-*+•]|(?:\d+|#|[a-zA-Z])[.)]|\(\w+\))[ \t]+")
_TAB = 8


def is_rest(path: str) -> bool:
    """Tell whether a file is reStructuredText, by its name."""
    return path.lower().endswith((".rst", ".rst.txt"))


def rest_parts(text: str, wanted: Collection[str]) -> list[Span]:
    """Return the wanted parts in text order.

    Known are ``literal`` (blocks, prompts), ``tables``, ``headings`` and ``code``: literal parts, what directives,
    fields, targets and comments say of themselves, and sentences that introduce a literal block.
    """
    names = {*wanted, *(("literal", "marks") if "code" in wanted else ())}
    return [span for name, span in _Parts.of(text).all() if name in names]


@dataclass
class _Parts:
    """The lines of a text: where they are, what they say, how deep they are indented."""

    text: str
    rows: list[Span]
    lines: list[str]
    depth: list[int]

    @classmethod
    def of(cls, text: str) -> _Parts:
        rows = [Span(*m.span()) for m in _LINE.finditer(text) if m[0]]
        lines = [row.of(text).rstrip() for row in rows]
        wide = [line.expandtabs(_TAB) for line in lines]
        return cls(text, rows, lines, [len(line) - len(line.lstrip()) for line in wide])

    def all(self) -> Iterator[tuple[str, Span]]:
        """Yield the name of each part and its place, in text order."""
        at = 0
        while at < len(self.lines):
            name, end = self._named(at) if self.lines[at] else ("", at + 1)
            if name:
                yield name, Span(self.rows[at].start, self.rows[end - 1].end)
            elif self.lines[at]:
                end = self._paragraph(at)
                if self.lines[end - 1].endswith("::"):
                    yield "marks", self._last_sentence(at, end)
                    at, end = end, self._below(end - 1, self._text_depth(end - 1))
                    if end > at:
                        yield "literal", Span(self.rows[at].start, self.rows[end - 1].end)
            at = end

    def _named(self, at: int) -> tuple[str, int]:
        """Return the name of what begins at a line, empty for a paragraph, and the line behind it."""
        line = self.lines[at]
        shown = line.lstrip()
        if _PROMPT.match(line):
            return "literal", self._until_blank(at)
        if _BORDER.match(line):
            return "tables", self._table(at)
        if _EXPLICIT.match(shown):
            return self._explicit(at, shown)
        if _FIELD.match(shown):
            return "marks", self._below(at)
        return self._heading(at, shown)

    def _explicit(self, at: int, shown: str) -> tuple[str, int]:
        found = DIRECTIVE.match(shown)
        if found is None:
            return "marks", self._below(at)
        name, rest = found[1], found[2]
        if name in _LITERAL:
            return "literal", self._below(at)
        if name in _TABLES:
            return "tables", self._below(at)
        if name in HISTORY:
            return "marks", self._below(at)
        if name in PROSE and not rest.strip():
            return "marks", at + 1
        return "marks", self._until_blank(at)

    def _heading(self, at: int, shown: str) -> tuple[str, int]:
        """Return the lines of a title with the line under it, or of such a line alone."""
        if _RULE.match(shown):
            over = self.lines[at + 2 : at + 3] == [self.lines[at]] and self.lines[at + 1]
            return "headings", at + (3 if over else 1)
        below = self.lines[at + 1] if at + 1 < len(self.lines) else ""
        same = at + 1 < len(self.lines) and self.depth[at] == self.depth[at + 1]
        return ("headings", at + 2) if same and _RULE.match(below.lstrip()) else ("", at + 1)

    def _paragraph(self, at: int) -> int:
        """Return the line behind a paragraph: up to a blank line, or to one that begins something else."""
        end = at + 1
        while end < len(self.lines) and self.lines[end] and not self._named(end)[0]:
            if self.lines[end - 1].endswith("::") and self.depth[end] > self.depth[end - 1]:
                break
            end += 1
        return end

    def _last_sentence(self, at: int, end: int) -> Span:
        """Return the last sentence of the lines ``at..end``."""
        whole = Span(self.rows[at].start, self.rows[end - 1].end)
        ends = [m.end() for m in _END.finditer(self.text, whole.start, whole.end) if m.end() < whole.end]
        return Span(ends[-1], whole.end) if ends else whole

    def _until_blank(self, at: int) -> int:
        while at < len(self.lines) and self.lines[at]:
            at += 1
        return at

    def _text_depth(self, at: int) -> int:
        """Return where the words of a line begin: behind the mark of an item."""
        mark = _MARK.match(self.lines[at].expandtabs(_TAB))
        return mark.end() if mark else self.depth[at]

    def _below(self, at: int, depth: int | None = None) -> int:
        """Return the line behind the block that is indented more than the line ``at``, or than ``depth``."""
        end, depth = at + 1, self.depth[at] if depth is None else depth
        for number in range(at + 1, len(self.lines)):
            if self.lines[number] and self.depth[number] <= depth:
                break
            end = number + 1 if self.lines[number] else end
        return end

    def _table(self, at: int) -> int:
        """Return the line behind a grid table, or behind the last border of a simple one."""
        if _GRID.match(self.lines[at]):
            while at < len(self.lines) and _GRID.match(self.lines[at]):
                at += 1
            return at
        borders = self._borders.get(self.depth[at], [])
        after = bisect_right(borders, at)
        return borders[after] + 1 if after < len(borders) else at + 1

    @cached_property
    def _borders(self) -> dict[int, list[int]]:
        """The borders that may end a simple table, by how deep they are indented: a blank line follows."""
        out: dict[int, list[int]] = {}
        for number, (line, below) in enumerate(zip(self.lines, [*self.lines[1:], ""], strict=True)):
            if not below and _BORDER.match(line):
                out.setdefault(self.depth[number], []).append(number)
        return out
