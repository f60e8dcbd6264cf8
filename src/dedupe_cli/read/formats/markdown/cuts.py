"""Where the edits of a Markdown text begin and end: whole lines, whole items, or stretches inside a paragraph."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from dedupe_cli.model import Span
from dedupe_cli.text.compose import is_cut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.model import Edit
    from dedupe_cli.read.formats.markdown.blocks import Blocks, Node


@dataclass(frozen=True, slots=True)
class Unit:
    """Edits that go or stay together: ``gone`` are the blocks that they take out, or ``node`` the one that they cut."""

    edits: tuple[Edit, ...]
    gone: tuple[Node, ...] = ()
    node: Node | None = None


def units(blocks: Blocks, prose: str, edits: Sequence[Edit]) -> list[Unit]:
    """Turn edits of a text into edits of its blocks, in the order of the text."""
    inside, tops = _divided(blocks, prose, edits)
    dead = {id(top) for top, _ in tops}
    rows: dict[int, _Row] = {}
    for top, _ in tops:
        if id(top.parent) not in rows:
            rows[id(top.parent)] = _Row(top.parent.children if top.parent else [top], dead)
    whole = [_whole(blocks, top, own, rows[id(top.parent)]) for top, own in tops]
    return _apart(sorted([u for u in (*whole, *inside) if u.edits], key=lambda u: u.edits[0].span))


def _divided(blocks: Blocks, prose: str, edits: Sequence[Edit]) -> tuple[list[Unit], list[tuple[Node, list[Edit]]]]:
    """Return the cuts inside of paragraphs that stay, and the outermost blocks that go, each with its edits."""
    pieces = _pieces(blocks, edits)
    gone = {id(node) for node, own in pieces if _is_gone(prose, node, own)}
    inside = [_inside(prose, node, own) for node, own in pieces if id(node) not in gone and node.kind == "paragraph"]
    _add_emptied(blocks.root, gone)
    tops: list[tuple[Node, list[Edit]]] = []
    for node, own in pieces:
        if id(node) not in gone:
            continue
        top = _top(node, gone)
        if tops and tops[-1][0] is top:
            tops[-1][1].extend(own)
        else:
            tops.append((top, own))
    return inside, tops


def _apart(found: Sequence[Unit]) -> list[Unit]:
    """Give what two units would take (lines of quotation marks alone) to the first of them."""
    out: list[Unit] = []
    floor = 0
    for unit in found:
        edits = unit.edits
        if edits[0].span.start < floor:
            behind = [(edit, Span(max(edit.span.start, floor), max(edit.span.end, floor))) for edit in edits]
            edits = tuple(edit.at(span) for edit, span in behind if span or edit.span == span)
        if edits:
            out.append(replace(unit, edits=edits))
            floor = edits[-1].span.end
    return out


def _pieces(blocks: Blocks, edits: Sequence[Edit]) -> list[tuple[Node, list[Edit]]]:
    """Give to each block the parts of the edits that lie in it; ``extent`` is where its prose begins and ends."""
    nodes = [*blocks.paragraphs, *blocks.sealed]
    extents = [node.extent for node in nodes]
    order = sorted(range(len(nodes)), key=lambda at: (extents[at].start, extents[at].end))
    ends = [extents[at].end for at in order]
    found: dict[int, list[Edit]] = {}
    for edit in edits:
        at = bisect_left(ends, edit.span.start + 1)
        while at < len(ends) and (extent := extents[order[at]]).start < edit.span.end:
            part = Span(max(edit.span.start, extent.start), min(edit.span.end, extent.end))
            if part == edit.span:
                found.setdefault(at, []).append(edit)
            elif not edit.replacement:
                found.setdefault(at, []).append(edit.at(part))
            at += 1
    return [(nodes[order[at]], own) for at, own in sorted(found.items())]


def _is_gone(prose: str, node: Node, own: Sequence[Edit]) -> bool:
    """Tell whether edits leave no letter of a block."""
    at = node.extent.start
    for edit in own:
        if edit.replacement or any(c.isalnum() for c in prose[at : edit.span.start]):
            return False
        at = edit.span.end
    return not any(c.isalnum() for c in prose[at : node.extent.end])


def _inside(prose: str, node: Node, own: Sequence[Edit]) -> Unit:
    """Cut inside a paragraph: no mark of quotation is parted from its line, no line is left empty."""
    out: list[Edit] = []
    floor = run = behind = node.prose[0].start
    for edit in own:
        run = edit.span.start if edit.span.start > behind else run
        behind = edit.span.end if is_cut(edit) else -1
        span = edit.span
        if is_cut(edit):
            span = _snapped(prose, node.prose, span, floor, run)
        elif span.start < floor:  # a cut went on to the next line over what a cleaner changed there
            if span.end <= floor and not any(map(str.isalnum, edit.replacement)):
                continue
            out[-1] = replace(out[-1], span=Span(out[-1].span.start, span.start))
        if span or edit.replacement:
            out.append(edit.at(span))
            floor = span.end
    return Unit(tuple(out), node=node)


def _snapped(prose: str, lines: Sequence[Span], span: Span, floor: int, run: int) -> Span:
    """Move the ends of a cut out of what stands between two lines; from ``run`` on all before it goes, too."""
    last = bisect_left(lines, span.end, key=lambda line: line.start) - 1
    first = bisect_right(lines, span.start, key=lambda line: line.start) - 1
    start, end = span.start, min(span.end, lines[last].end)
    whole = end == lines[last].end
    if start >= lines[first].end and first + 1 < len(lines):  # between two lines
        start = lines[first].end if whole else lines[first + 1].start
    head = run == lines[bisect_right(lines, run, key=lambda line: line.start) - 1].start
    if (start == lines[first].start or head) and whole and last + 1 < len(lines):
        end = lines[last + 1].start
    elif whole:
        while start > floor and prose[start - 1].isspace():
            start -= 1
    start = max(start, floor)
    return Span(start, max(start, end))


def _add_emptied(root: Node, gone: set[int]) -> None:
    """Add to the blocks that are ``gone`` all those that hold nothing but such blocks."""
    for node in list(root.every())[::-1] if gone else ():
        if node.children and all(id(child) in gone for child in node.children):
            gone.add(id(node))


def _top(node: Node, gone: set[int]) -> Node:
    """Return the outermost block that holds nothing but paragraphs that go."""
    while (above := node.parent) is not None and above.kind != "root" and id(above) in gone:
        node = above
    return node


class _Row:
    """The blocks in another one, and how many of them stay before each."""

    def __init__(self, nodes: Sequence[Node], dead: set[int]) -> None:
        self.nodes = nodes
        self.place = {id(node): at for at, node in enumerate(nodes)}
        self.staying = [0, *accumulate(id(node) not in dead for node in nodes)]


def _whole(blocks: Blocks, top: Node, own: Sequence[Edit], row: _Row) -> Unit:
    """Take a block out with its lines, or, when a marker that stays is on its first line, from there on."""
    span = _extent(blocks, top, row)
    edges = [span.start, *(e.span.start for e in own[1:]), span.end]
    edits = [e.at(Span(a, b)) for e, a, b in zip(own, edges, edges[1:], strict=False) if b > a]
    return Unit(tuple(edits), gone=(top,))


def _extent(blocks: Blocks, top: Node, row: _Row) -> Span:
    place = row.place[id(top)]
    heads = row.staying[place] == 0
    later = row.nodes[place + 1] if place + 1 < len(row.nodes) else None
    if heads and later is not None and _keeps_marker(blocks, top, row.nodes[0]):
        inner = top.kind == "list_item" and top.parent is not None and top.parent.kind == "ordered_list"
        ends = [top, later]
        if inner and all(each.children for each in ends):
            ends = [each.children[0] for each in ends]
        return Span(ends[0].begin, ends[1].begin)
    if later is not None and row.staying[-1] > row.staying[place + 1]:
        behind = blocks.number(top.end) + 1
        while behind < later.first and blocks.is_blank(behind):
            behind += 1
        return Span(blocks.starts[top.first], blocks.starts[behind])
    before = blocks.number(top.begin) - 1
    while before >= 0 and blocks.is_blank(before):
        before -= 1
    start = blocks.line(before).end if before >= 0 else 0
    return Span(start, top.end)


def _keeps_marker(blocks: Blocks, top: Node, first: Node) -> bool:
    """Tell whether a number or a bullet that stays stands before the first of some blocks."""
    if top.parent is not None and top.parent.kind == "ordered_list":
        return True
    return bool(blocks.text[blocks.starts[first.first] : first.begin].strip(" \t>"))
