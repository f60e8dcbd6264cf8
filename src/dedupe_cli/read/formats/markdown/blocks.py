"""The blocks of a Markdown text with their places: what is prose, what holds it, what stands between.

markdown-it-py says on which lines a block lies; where in those lines its prose begins is found by comparing
them with the content that the parser took out of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dedupe_cli.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

_NEWLINE = re.compile(r"\r\n?|\n")
_MARKER = re.compile(r"(?:[-+*]|[0-9]{1,9}[.)])")
_INDENT = re.compile(r"[ \t]*")
_BLANK = re.compile(r"[ \t>]*")
# Blocks that are not looked into; a paragraph is one where its lines are not what the parser says.
_WHOLE = frozenset(
    {"fence", "code_block", "html_block", "table", "hr", "paragraph", "heading", "definitions", "front_matter"}
)
# Metadata between rules at the very beginning: YAML and TOML.
_FRONT = {"---": {"---", "..."}, "+++": {"+++"}}


@dataclass(slots=True, eq=False)
class Node:
    """One block: its kind (``paragraph``, ``list_item``, ``fence``, ...), lines and tokens as half-open ranges.

    ``begin`` is the offset of its first character behind indentation and the marks of what holds it; ``end``
    that behind its last visible character. ``prose`` holds a span for each line of a paragraph.
    """

    kind: str
    first: int
    last: int
    tokens: tuple[int, int]
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
    def extent(self) -> Span:
        """Its prose from the first line to the last, or all of it where it has none."""
        return Span(self.prose[0].start, self.prose[-1].end) if self.prose else self.span

    def every(self) -> Iterator[Node]:
        """Yield this block and all that are in it, in the order of the text."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo += node.children[::-1]


@dataclass(frozen=True, slots=True)
class Blocks:
    """All blocks of a text. ``starts`` are the offsets of its lines, ``ends`` those of what ends them.

    ``kinds`` are the names of its tokens in order.

    ``fixed`` are the numbers of lines that the parser leaves out: of definitions, and of front matter, which the
    ``front`` first ones are.
    """

    text: str
    root: Node
    starts: Sequence[int]
    ends: Sequence[int]
    kinds: tuple[str, ...]
    paragraphs: tuple[Node, ...]
    fixed: frozenset[int]
    front: int = 0

    @property
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


@lru_cache(maxsize=2)  # a text is asked for its blocks by who opens, fits and checks it, and so is what is left of it
def read_blocks(text: str) -> Blocks:
    """Parse a Markdown text. What is nested deeper than the parser follows (20 levels) is in no block."""
    from dedupe_cli.read.formats.markdown.parser import parser  # noqa: PLC0415  only Markdown files need it

    newlines = [m.span() for m in _NEWLINE.finditer(text)]
    starts = [0, *(end for _, end in newlines)]
    ends = [*(start for start, _ in newlines), len(text)]
    front = _front(text, starts)
    heads = _again(text, starts, front)
    environment: dict[str, Any] = {}
    tokens = parser().parse(_without(text, starts, heads), environment)
    references = [*environment.get("references", {}).values(), *environment.get("duplicate_refs", ())]
    defined = {line for each in references for line in range(*each["map"])}
    kinds = tuple(token.type for token in tokens)
    root = _tree(tokens, len(starts))
    fixed = frozenset({*defined, *(line for head in heads for line in head)})
    blocks = Blocks(text, root, starts, ends, kinds, (), fixed, front)
    _add_fixed(root, "front_matter", heads)
    _add_fixed(root, "definitions", _in_rows(defined))
    return replace(blocks, paragraphs=_place(blocks, tokens))


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
    """Return a text in which the lines of front matter are empty: they count, but they are no Markdown."""
    out, at = [], 0
    for head in heads:
        end = starts[head.stop] if head.stop < len(starts) else len(text)
        out += [text[at : starts[head.start]], "\n" * len(head)]
        at = end
    return "".join([*out, text[at:]])


def _in_rows(lines: set[int]) -> list[range]:
    """Return lines as stretches that follow on each other."""
    firsts = sorted(line for line in lines if line - 1 not in lines)
    lasts = sorted(line for line in lines if line + 1 not in lines)
    return [range(first, last + 1) for first, last in zip(firsts, lasts, strict=True)]


def _add_fixed(root: Node, kind: str, rows: Sequence[range]) -> None:
    """Put blocks that the parser leaves out where they stand, unless another block is there."""
    ends = [node.last for node in root.children]
    for row in rows:
        at = bisect_right(ends, row.start)
        if at == len(ends) or root.children[at].first >= row.stop:
            root.children.append(Node(kind, row.start, row.stop, (0, 0), root))
    root.children.sort(key=lambda node: node.first)


def _front(text: str, starts: Sequence[int]) -> int:
    """Return how many lines the front matter takes."""
    rows = [text[a:b].rstrip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    ends = _FRONT.get(rows[0], ())
    return next((number + 1 for number, row in enumerate(rows) if number and row in ends), 0)


def _tree(tokens: Sequence[Token], lines: int) -> Node:
    """Build the tree of blocks; tables and what has no lines are not looked into."""
    root = node = Node("root", 0, lines, (0, len(tokens)), None)
    closed: list[Node] = []
    kinds = {token.type: token.type.removesuffix("_open") for token in tokens}
    table = 0
    for index, token in enumerate(tokens):
        called = token.type
        if called == "inline":
            continue
        table += token.nesting if called.startswith("table_") else 0
        if token.nesting < 0:
            if closed and called == f"{closed[-1].kind}_close" and not (table and closed[-1].kind != "table"):
                done = closed.pop()
                done.tokens = (done.tokens[0], index + 1)
                node = done.parent or root
        elif token.map and not (table and called != "table_open"):
            low, high = token.map
            made = Node(kinds[called], low, high, (index, index + 1), node)
            node.children.append(made)
            if token.nesting > 0:
                closed.append(made)
                node = made
    return root


def _place(blocks: Blocks, tokens: Sequence[Token]) -> tuple[Node, ...]:
    """Find where every block begins and ends, and the prose of the paragraphs; return those that have it."""
    found: list[Node] = []
    # A block, where it begins if a marker is before it, and how many quotations it stands in.
    todo = [(node, -1, 0) for node in blocks.root.children]
    while todo:
        node, begin, depth = todo.pop()
        node.begin = begin if begin >= 0 else _begin(blocks, node.first, depth)
        node.end = _end(blocks, node)
        if node.kind in {"paragraph", "heading"}:
            node.prose = _prose(blocks, node, tokens[node.tokens[0] + 1].content)
            found += [node] if node.prose else []
        if not node.children:
            continue
        inner = -1
        if node.kind == "list_item":
            inner = _INDENT.match(blocks.text, blocks.marker(node).end).end()  # type: ignore[union-attr]
        elif node.kind in {"bullet_list", "ordered_list"}:
            inner = node.begin
        elif node.kind == "blockquote":
            depth += 1
            if blocks.text[node.begin : node.begin + 1] == ">":
                inner = _INDENT.match(blocks.text, node.begin + 1).end()  # type: ignore[union-attr]
        for child in node.children:
            same_line = child is node.children[0] and child.first == node.first
            todo.append((child, inner if same_line else -1, depth))
    return tuple(sorted(found, key=lambda n: n.begin))


def _begin(blocks: Blocks, number: int, depth: int) -> int:
    """Return where a block begins on its first line, behind the marks of the quotations around it."""
    at, end = blocks.starts[number], blocks.ends[number]
    at = _INDENT.match(blocks.text, at, end).end()  # type: ignore[union-attr]
    while depth and blocks.text[at : at + 1] == ">":
        at = _INDENT.match(blocks.text, at + 1, end).end()  # type: ignore[union-attr]
        depth -= 1
    return at


def _end(blocks: Blocks, node: Node) -> int:
    last = node.last
    while last > node.first + 1 and blocks.is_blank(last - 1):
        last -= 1
    return blocks.ends[last - 1]


def _prose(blocks: Blocks, node: Node, content: str) -> tuple[Span, ...]:
    """Return the prose of each line of a paragraph; nothing when the lines are not what the parser says."""
    rows = content.split("\n")
    if len(rows) != node.last - node.first:
        return ()
    out = []
    for number, row in enumerate(rows, node.first):
        start, shown = blocks.starts[number], row.strip()
        raw = blocks.text[start : blocks.ends[number]].rstrip()
        if not shown or not raw.endswith(shown):
            return ()
        out.append(Span(start + len(raw) - len(shown), start + len(raw)))
    return tuple(out)
