"""The blocks of a Markdown text with their places: what is prose, what holds it, what stands between.

markdown-it-py says on which lines a block lies; where in those lines its prose begins is found by comparing
them with the content that the parser took out of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from dedupe_cli.model import Span

if TYPE_CHECKING:
    from dedupe_cli.read.formats.markdown.parser import Block

_NEWLINE = re.compile(r"\r\n?|\n")
_MARKER = re.compile(r"(?:[-+*]|[0-9]{1,9}[.)])")
_INDENT = re.compile(r"[ \t]*")
_BLANK = re.compile(r"[ \t>]*")
# Blocks that are not looked into; a paragraph is one where its lines are not what the parser says.
_WHOLE = frozenset(
    {"fence", "code_block", "html_block", "table", "hr", "paragraph", "heading", "definitions", "front_matter"}
)
_FIXED = frozenset({"definitions", "front_matter"})
_RULE = "***"
_IN_TABLE = frozenset({"thead", "tbody", "tr", "th", "td"})
# Metadata between rules at the very beginning: YAML and TOML.
_FRONT = {"---": {"---", "..."}, "+++": {"+++"}}


@dataclass(slots=True, eq=False)
class Node:
    """One block: its kind (``paragraph``, ``list_item``, ``fence``, ...), and its lines, a half-open range.

    ``begin`` is the offset of its first character behind indentation and the marks of what holds it; ``end``
    that behind its last visible character. ``prose`` holds a span for each line of a paragraph.
    """

    kind: str
    first: int
    last: int
    parent: Node | None
    children: list[Node] = field(default_factory=list)
    begin: int = 0
    end: int = 0
    prose: tuple[Span, ...] = ()

    @property
    def span(self) -> Span:
        """All of it, from its first character to its last."""
        return Span(self.begin, max(self.begin, self.end))

    @property
    def bounds(self) -> tuple[int, int]:
        """Where its prose begins and ends, or all of it where it has none."""
        return (self.prose[0].start, self.prose[-1].end) if self.prose else (self.begin, max(self.begin, self.end))

    def every(self) -> Iterator[Node]:
        """Yield this block and all that are in it, in the order of the text."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo += node.children[::-1]


@dataclass(frozen=True, eq=False)
class Blocks:
    """All blocks of a text. ``starts`` are the offsets of its lines, ``ends`` those of what ends them.

    ``paragraphs`` are those that hold prose, in the order of the text.

    ``fixed`` are the numbers of lines that the parser leaves out: of definitions, and of front matter, which the
    ``front`` first ones are.
    """

    text: str
    root: Node
    starts: Sequence[int]
    ends: Sequence[int]
    paragraphs: list[Node]
    fixed: frozenset[int]
    front: int = 0

    @cached_property
    def sealed(self) -> list[Node]:
        """The blocks that go or stay as wholes, in the order of the text: code, tables, HTML, rules."""
        every = (node for node in self.root.every() if not node.children and not node.prose and node.kind in _WHOLE)
        return sorted(every, key=lambda node: node.begin)

    @property
    def defined(self) -> list[int]:
        """The numbers of the lines of definitions."""
        heads = (node for node in self.root.children if node.kind == "front_matter")
        return sorted(self.fixed.difference(*(range(node.first, node.last) for node in heads)))

    def line(self, number: int) -> Span:
        """Return a line without its newline."""
        return Span(self.starts[number], self.ends[number])

    def is_blank(self, number: int) -> bool:
        """Tell whether a line holds nothing but white space and marks of quotation."""
        if number in self.fixed:
            return False
        return _BLANK.fullmatch(self.text, self.starts[number], self.ends[number]) is not None

    def marker(self, item: Node) -> Span:
        """Return the bullet or the number of a list item."""
        found = _MARKER.match(self.text, item.begin)
        return Span(*found.span()) if found else Span(item.begin, item.begin)

    def quotes(self, number: int) -> list[int]:
        """Return the offsets of the marks of quotation that a line begins with."""
        span = self.line(number)
        head = _BLANK.match(self.text, span.start, span.end).end()  # type: ignore[union-attr]
        return [at for at in range(span.start, head) if self.text[at] == ">"]

    def number(self, offset: int) -> int:
        """Return the number of the line of an offset, from 0."""
        return bisect_right(self.starts, offset) - 1


def shape(nodes: Sequence[Node], gone: Collection[int] = ()) -> list[tuple[str, int]]:
    """Return kind and depth of blocks and of all in them, but of those that are ``gone``.

    Definitions and front matter are left out: the parser knows nothing of them.
    """
    out: list[tuple[str, int]] = []
    todo = [(node, 0) for node in reversed(nodes)]
    while todo:
        node, depth = todo.pop()
        if id(node) not in gone and node.kind not in _FIXED:
            out.append((node.kind, depth))
            todo += [(child, depth + 1) for child in reversed(node.children)]
    return out


# Who opens, fits and checks a text asks for its blocks, and for those of what is left; what does not fit is between.
@lru_cache(maxsize=3)
def read_blocks(text: str) -> Blocks:
    """Parse a Markdown text, or return what was made of it before."""
    return parse_blocks(text)


def parse_blocks(text: str) -> Blocks:
    """Parse a Markdown text anew. What is nested deeper than the parser follows (20 levels) is in no block."""
    from dedupe_cli.read.formats.markdown.parser import parsed  # noqa: PLC0415  only Markdown files need it

    newlines = [m.span() for m in _NEWLINE.finditer(text)]
    starts = [0, *(end for _, end in newlines)]
    ends = [*(start for start, _ in newlines), len(text)]
    front = _front(text, starts)
    heads = _again(text, starts, front)
    found, references = parsed(_without(text, starts, heads))
    defined = {line for lines in references for line in lines}
    fixed = frozenset({*defined, *(line for head in heads for line in head)})
    blocks = Blocks(text, Node("root", 0, len(starts), None), starts, ends, [], fixed, front)
    rules = {head.start for head in heads}
    _add_found(blocks, [each for each in found if each.type != "hr" or each.lines.start not in rules])
    _add_fixed(blocks, "front_matter", heads)
    _add_fixed(blocks, "definitions", _in_rows(defined))
    return blocks


def _again(text: str, starts: Sequence[int], front: int) -> list[range]:
    """Return the lines of the front matter, and of all that is the same further down: the page was pasted with it."""
    if not front:
        return []
    said = text[: starts[front]] if front < len(starts) else text
    out, at = [range(front)], text.find("\n" + said, len(said) - 1)
    while at >= 0:
        first = bisect_right(starts, at + 1) - 1
        out.append(range(first, first + front))
        at = text.find("\n" + said, at + len(said))
    return out


def _without(text: str, starts: Sequence[int], heads: Sequence[range]) -> str:
    """Return a text in which a rule and empty lines stand for front matter: no list goes on over it."""
    out, at = [], 0
    for head in heads:
        end = starts[head.stop] if head.stop < len(starts) else len(text)
        out += [text[at : starts[head.start]], _RULE, "\n" * len(head)]
        at = end
    return "".join([*out, text[at:]])


def _in_rows(lines: set[int]) -> list[range]:
    """Return lines as stretches that follow on each other."""
    firsts = sorted(line for line in lines if line - 1 not in lines)
    lasts = sorted(line for line in lines if line + 1 not in lines)
    return [range(first, last + 1) for first, last in zip(firsts, lasts, strict=True)]


def _add_fixed(blocks: Blocks, kind: str, rows: Sequence[range]) -> None:
    """Put blocks that the parser leaves out where they stand, unless another block is there."""
    root = blocks.root
    ends = [node.last for node in root.children]
    for row in rows:
        at = bisect_right(ends, row.start)
        if at == len(ends) or root.children[at].first >= row.stop:
            node = Node(kind, row.start, row.stop, root)
            node.begin, node.end = _begin(blocks, row.start, 0), _end(blocks, node, 0)
            root.children.append(node)
    root.children.sort(key=lambda node: node.first)


def _front(text: str, starts: Sequence[int]) -> int:
    """Return how many lines the front matter takes."""
    ends = _FRONT.get(text[: starts[1] if len(starts) > 1 else len(text)].rstrip())
    if ends is None:
        return 0
    rows = [text[a:b].rstrip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    return next((number + 1 for number, row in enumerate(rows) if number and row in ends), 0)


def _add_found(blocks: Blocks, found: Sequence[Block]) -> None:
    """Build the tree of blocks, each with its place; tables are not looked into."""
    # The blocks around, each with where its first block begins if a marker is before it, and in how many quotations.
    path = [(blocks.root, -1, 0)]
    for each in found:
        if each.type in _IN_TABLE:
            continue
        del path[each.level + 1 :]
        parent, inner, depth = path[-1]
        node = Node(each.type, each.lines.start, each.lines.stop, parent)
        beside = inner >= 0 and not parent.children and node.first == parent.first
        node.begin = inner if beside else _begin(blocks, node.first, depth)
        node.end = _end(blocks, node, depth) if node.last > node.first + 1 else blocks.ends[node.first]
        parent.children.append(node)
        if each.content is not None:
            node.prose = _prose(blocks, node, each.content)
            blocks.paragraphs.extend([node] if node.prose else [])
        else:
            depth += node.kind == "blockquote"
            path.append((node, _inner(blocks, node), depth))


def _inner(blocks: Blocks, node: Node) -> int:
    """Return where the first block in another one begins on the same line."""
    at = node.begin
    if node.kind == "list_item":
        at = blocks.marker(node).end
    elif node.kind == "blockquote" and blocks.text.startswith(">", at):
        at += 1
    else:
        return at if node.kind in {"bullet_list", "ordered_list"} else -1
    return _INDENT.match(blocks.text, at).end()  # type: ignore[union-attr]


def _begin(blocks: Blocks, number: int, depth: int) -> int:
    """Return where a block begins on its first line, behind the marks of the quotations around it."""
    at, end = blocks.starts[number], blocks.ends[number]
    at = _INDENT.match(blocks.text, at, end).end()  # type: ignore[union-attr]
    while depth and blocks.text[at : at + 1] == ">":
        at = _INDENT.match(blocks.text, at + 1, end).end()  # type: ignore[union-attr]
        depth -= 1
    return at


def _end(blocks: Blocks, node: Node, depth: int) -> int:
    """Return where a block ends: blank lines behind it are none of it, but those that go on with a quotation."""
    last = node.last
    while last > node.first + 1 and blocks.is_blank(last - 1) and len(blocks.quotes(last - 1)) <= depth:
        last -= 1
    return blocks.ends[last - 1]


def _prose(blocks: Blocks, node: Node, content: str) -> tuple[Span, ...]:
    """Return the prose of each line of a paragraph; nothing when the lines are not what the parser says."""
    rows = content.split("\n")
    if len(rows) != node.last - node.first:
        return ()
    if len(rows) == 1:
        line = _shown(blocks, node.first, rows[0])
        return () if line is None else (line,)
    out = []
    for number, row in enumerate(rows, node.first):
        line = _shown(blocks, number, row)
        if line is None:
            return ()
        out.append(line)
    return tuple(out)


def _shown(blocks: Blocks, number: int, row: str) -> Span | None:
    """Return where a row stands in its line, at the end but for white space; nothing when it does not."""
    start, shown = blocks.starts[number], row.strip()
    raw = blocks.text[start : blocks.ends[number]].rstrip()
    end = start + len(raw)
    return Span(end - len(shown), end) if shown and raw.endswith(shown) else None


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
