"""Where the edits of a Markdown text begin and end: whole lines, whole items, or stretches inside a paragraph.

What they would leave is parsed, and must be the blocks that were planned. A text is parsed once when it can take all of
them. Where it cannot, those that do not fit are looked for in one section of the text after another: a heading or a
paragraph that stays, at the margin and below a blank line, begins a section, whatever stands before it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise

from dedupe_cli.model import Edit, Span
from dedupe_cli.read.formats.markdown.blocks import Blocks, Node, parse_blocks, read_blocks, shape
from dedupe_cli.read.formats.markdown.masking import masked_blocks
from dedupe_cli.read.formats.rows import fitting_units
from dedupe_cli.text.compose import is_cut
from dedupe_cli.text.letters import says
from dedupe_cli.text.rewrite import rewrite
from dedupe_cli.text.spans import says_besides, touches, union


@dataclass(frozen=True, slots=True)
class Unit:
    """Edits that go or stay together: ``gone`` are the blocks that they take out, or ``node`` the one that they cut."""

    edits: tuple[Edit, ...]
    gone: tuple[Node, ...] = ()
    node: Node | None = None


def units(blocks: Blocks, prose: str, edits: Sequence[Edit], *, each: bool = False) -> list[Unit]:
    """Turn edits of a text into edits of its blocks, in the order of the text.

    Blocks that stand in a row and go by one edit are one unit, or, for ``each``, one each: a text may have as many
    blocks as letters.
    """
    inside, tops = _divided(blocks, prose, edits)
    dead = {id(top) for top, _ in tops}
    rows: dict[int, _Row] = {}
    whole: list[tuple[_Row, int, int, Sequence[Edit]]] = []
    for top, own in tops:
        assert top.parent is not None
        row = rows.get(id(top.parent)) or rows.setdefault(id(top.parent), _Row(top.parent.children, dead))
        first = at = row.find(top)
        if whole and not each and len(own) == 1 and whole[-1][2:] == (at, own) and whole[-1][0] is row:
            between = range(row.nodes[at - 1].last, top.first)
            first = whole.pop()[1] if blocks.fixed.isdisjoint(between) else at
        whole.append((row, first, at + 1, own))
    found = [*inside, *(_whole(blocks, *stretch) for stretch in whole)]
    return _apart(sorted([unit for unit in found if unit.edits], key=lambda unit: unit.edits[0].span))


def _divided(blocks: Blocks, prose: str, edits: Sequence[Edit]) -> tuple[list[Unit], list[tuple[Node, Sequence[Edit]]]]:
    """Return the cuts inside of paragraphs that stay, and the outermost blocks that go, each with its edits."""
    inside: list[Unit] = []
    dying: list[tuple[Node, Sequence[Edit]]] = []
    at = 0
    alone = [(edit,) for edit in edits]
    both = enumerate([*blocks.paragraphs, *blocks.sealed])
    for start, end, _, node in sorted((*node.bounds, number, node) for number, node in both):
        while at < len(edits) and edits[at].span.end <= start:
            at += 1
        if at == len(edits):
            break
        edit = edits[at]
        if edit.span.start <= start < end <= edit.span.end and not edit.replacement:  # one cut may take very many
            dying.append((node, alone[at]))
            continue
        stop = at
        while stop < len(edits) and edits[stop].span.start < end:
            stop += 1
        if stop == at:
            continue
        # A cleaner's edit must lie in one block.
        own = [e for e in edits[at:stop] if not e.replacement or (start <= e.span.start and e.span.end <= end)]
        if own and _is_gone(prose, start, end, own):
            dying.append((node, own))
        elif own and node.kind == "paragraph" and node.prose:
            inside.append(_inside(prose, node, own))
    gone = _with_emptied([node for node, _ in dying])
    tops: list[tuple[Node, Sequence[Edit]]] = []
    for top, some in groupby(dying, key=lambda each: _top(each[0], gone)):
        mine: list[Edit] = []
        for _, more in some:
            mine += more[1:] if mine and more[0] is mine[-1] else more
        tops.append((top, mine))
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


def _is_gone(prose: str, start: int, end: int, own: Sequence[Edit]) -> bool:
    """Tell whether edits leave no letter of a block."""
    if any(edit.replacement for edit in own):
        return False
    if own[0].span.start <= start and end <= own[0].span.end:
        return True
    return not says_besides(prose, [edit.span for edit in own], Span(start, end))


def _inside(prose: str, node: Node, own: Sequence[Edit]) -> Unit:
    """Cut inside a paragraph: no mark of quotation is parted from its line, no line is left empty."""
    out: list[Edit] = []
    start, end = node.bounds
    floor = run = behind = start
    for edit in own:
        span = Span(max(edit.span.start, start), min(edit.span.end, end))
        run = span.start if span.start > behind else run
        behind = span.end if is_cut(edit) else -1
        if is_cut(edit):
            span = _snapped(prose, node.prose, span, floor, run)
        elif span.start < floor:  # a cut went on to the next line over what a cleaner changed there
            if span.end <= floor and not says(edit.replacement):
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


def _with_emptied(dying: Sequence[Node]) -> set[int]:
    """Return the blocks that go, and all those that hold nothing but such blocks."""
    gone, todo = set(map(id, dying)), list(dying)
    staying: dict[int, int] = {}
    for node in todo:
        if (above := node.parent) is None or above.kind == "root":
            continue
        staying[id(above)] = staying.get(id(above), len(above.children)) - 1
        if not staying[id(above)]:
            gone.add(id(above))
            todo.append(above)
    return gone


def _top(node: Node, gone: set[int]) -> Node:
    """Return the outermost block that holds nothing but paragraphs that go."""
    while (above := node.parent) is not None and above.kind != "root" and id(above) in gone:
        node = above
    return node


class _Row:
    """The blocks in another one, and how many of them stay before each."""

    def __init__(self, nodes: Sequence[Node], dead: set[int]) -> None:
        self.nodes = nodes
        self.staying = [0, *accumulate(id(node) not in dead for node in nodes)]
        self._at = 0

    def find(self, node: Node) -> int:
        """Return the place of one of the blocks; they are asked for in their order."""
        while self.nodes[self._at] is not node:
            self._at += 1
        return self._at


def _whole(blocks: Blocks, row: _Row, first: int, stop: int, own: Sequence[Edit]) -> Unit:
    """Take blocks in a row out with their lines, or, when a marker that stays is on the first line, from there on."""
    gone = row.nodes[first:stop]
    span = _extent(blocks, row, first, stop)
    edges = [span.start, *(e.span.start for e in own[1:]), span.end]
    edits = [e.at(Span(a, b)) for e, a, b in zip(own, edges, edges[1:], strict=False) if b > a]
    return Unit(tuple(edits), gone=tuple(gone))


def _extent(blocks: Blocks, row: _Row, first: int, stop: int) -> Span:
    top, bottom = row.nodes[first], row.nodes[stop - 1]
    later = row.nodes[stop] if stop < len(row.nodes) else None
    if row.staying[first] == 0 and later is not None and _keeps_marker(blocks, top, row.nodes[0]):
        inner = top.kind == "list_item" and top.parent is not None and top.parent.kind == "ordered_list"
        ends = [top, later]
        if inner and all(each.children for each in ends):
            ends = [each.children[0] for each in ends]
        return Span(ends[0].begin, ends[1].begin)
    if later is not None and row.staying[-1] > row.staying[stop]:
        behind = blocks.number(bottom.end) + 1
        while behind < later.first and blocks.is_blank(behind):
            behind += 1
        return Span(blocks.starts[top.first], blocks.starts[behind])
    before = blocks.number(top.begin) - 1
    while before >= 0 and blocks.is_blank(before):
        before -= 1
    start = blocks.line(before).end if before >= 0 else 0
    return Span(start, bottom.end)


def _keeps_marker(blocks: Blocks, top: Node, first: Node) -> bool:
    """Tell whether a number or a bullet that stays stands before the first of some blocks."""
    if top.parent is not None and top.parent.kind == "ordered_list":
        return True
    return bool(blocks.text[blocks.starts[first.first] : first.begin].strip(" \t>"))


BOM = "\ufeff"
# Characters that a section has at least.
_LEAST = 512


@dataclass(frozen=True)
class _Section:
    """A part of a text that is parsed for itself, what is matched of it, its outermost blocks, where it begins.

    ``read`` parses it; that remembers only whole texts, as a section for itself is not asked for again.
    """

    text: str
    prose: str
    nodes: Sequence[Node]
    start: int = 0
    read: Callable[[str], Blocks] = parse_blocks

    def fits(self, chosen: Sequence[Unit]) -> bool:
        """Parse what the units would leave: its prose and its blocks must be what was planned."""
        edits = sorted((self._here(e) for unit in chosen for e in unit.edits), key=lambda e: e.span)
        text = rewrite(self.text, edits)
        if text.startswith(BOM) and not self.text.startswith(BOM):
            return False  # whoever reads the file next takes it for its mark
        new = self.read(text)
        if masked_blocks(new) != rewrite(self.prose, edits):
            return False
        gone = {id(node) for unit in chosen for node in unit.gone}
        return shape(new.root.children) == shape(self.nodes, gone)

    def _here(self, edit: Edit) -> Edit:
        return edit.at(Span(edit.span.start - self.start, edit.span.end - self.start)) if self.start else edit


def fitting_blocks(blocks: Blocks, prose: str, found_as: Callable[..., list[Unit]]) -> list[Unit]:
    """Return the units that a text can take, in order; ``prose`` is what is matched of it.

    ``found_as(each=...)`` are those that are wanted, of a row of blocks one, or one each.
    """
    whole = _Section(blocks.text, prose, blocks.root.children, read=read_blocks)
    rows = found_as(each=False)
    if whole.fits(rows):
        return rows
    found = found_as(each=True)
    sections = _sections(blocks, found)
    fitting = [unit for section, own in sections for unit in fitting_units(own, section.fits)]
    # A section for itself may take what makes another block of the next one.
    return fitting if sections and whole.fits(fitting) else fitting_units(found, whole.fits)


def _sections(blocks: Blocks, found: Sequence[Unit]) -> list[tuple[_Section, Sequence[Unit]]]:
    """Return the sections of a text with the units in each; none where one is read as something else for itself."""
    tops = blocks.root.children
    edges = [(0, 0), *((blocks.starts[tops[at].first], at) for at in _heads(blocks, found))]
    begin = [unit.edits[0].span.start for unit in found]
    out: list[tuple[_Section, Sequence[Unit]]] = []
    at = 0
    for (start, first), (end, last) in pairwise([*edges, (len(blocks.text), len(tops))]):
        stop = bisect_left(begin, end, lo=at)
        own, at = found[at:stop], stop
        if own and len(edges) > 1:
            part = parse_blocks(blocks.text[start:end])
            if shape(part.root.children) != shape(tops[first:last]):
                return []
            out.append((_Section(part.text, masked_blocks(part), tops[first:last], start), own))
    return out


def _heads(blocks: Blocks, found: Sequence[Unit]) -> list[int]:
    """Find the outermost blocks that begin a section."""
    touched = union(edit.span for unit in found for edit in unit.edits)
    out: list[int] = []
    start = 0
    for number, node in enumerate(blocks.root.children):
        at = blocks.starts[node.first]
        if node.kind not in {"heading", "paragraph"} or at - start < _LEAST or blocks.text[at].isspace():
            continue
        if blocks.is_blank(node.first - 1) and not touches(Span(blocks.starts[node.first - 1], node.end), touched):
            out.append(number)
            start = at
    return out
