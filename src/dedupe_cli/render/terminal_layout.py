"""From cards to rows of a given width: gutters, elision in the middle, conflicts in one column; or in two columns."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from dedupe_cli.language import _
from dedupe_cli.render.phrases import count, lines
from dedupe_cli.render.pieces import (
    DIFFERS,
    MARKS,
    SIGN_ROLES,
    SIGNS,
    STAYS,
    Card,
    Glyphs,
    Line,
    Piece,
    Pinned,
    Role,
    shown,
)
from dedupe_cli.render.terminal_style import link_to
from dedupe_cli.render.words import CLAUSE_MARKS, ellipsis, spaced_gap
from dedupe_cli.text.diff import tokens, units

if TYPE_CHECKING:
    from dedupe_cli.render.terminal_style import Measure

# Cells of a text column that is still easy to read; under NARROW the line number stands on a row of its own.
COLUMN, NARROW = 100, 60
_GUTTER = 5
# Below this width (cells) two columns cannot be read.
LEAST = 112
_BETWEEN = 3
# Share of the room before a conflict; a context begins at a clause mark when that leaves this many tokens.
_BEFORE, _LEAST, _BEHIND = 0.62, 4, 12
# Equal tokens before a conflict that are enough to show it in one column.
_ALIGNED = 3
# Rows more than the limit that are shown all the same: leaving out a few words saves nothing.
_SLACK = 1
# Tokens at the end of a kept text whose middle is left out: from the nearest clause mark in this range.
_TAIL = (8, 20)
# Above this length (characters) what is left out is counted in characters: counting words would take seconds.
_COUNTED = 100_000

Row = list[Piece]


@dataclass(frozen=True, slots=True)
class Layout:
    """Width, measure and glyphs of one output; ``digits`` is the width of the longest number of a ``unit``.

    ``links``: the terminal knows links; ``file`` is what the numbers are lines of, where they are linked.
    """

    width: int
    measure: Measure
    glyphs: Glyphs
    digits: int = _GUTTER
    unit: str = "line"
    links: bool = False
    file: str = ""

    @property
    def narrow(self) -> bool:
        """Whether line numbers stand on rows of their own."""
        return self.width < NARROW

    @property
    def gutter(self) -> int:
        """Cells left of the text."""
        return 2 if self.narrow else max(_GUTTER, self.digits) + 3

    @property
    def column(self) -> int:
        """Cells of the text column."""
        return max(8, min(self.width - self.gutter, COLUMN))

    # Cards --------------------------------------------------------------------------------------------------

    def head(self, name: str, counts: str) -> list[Row]:
        """Show the name of a file and what its plan holds."""
        title, words = Piece(name, Role.NAME, link=self._link()), Piece(counts, Role.DIM)
        if self.measure.cells(name) + 3 + self.measure.cells(counts) <= self.width:
            return [[title, Piece("   "), words]]
        return [*self.measure.wrap([title], self.width), *self.measure.wrap([words], self.width)]

    def card(self, card: Card, number: int) -> list[Row]:
        """One card: its title and its lines."""
        rows = self.title(card, number, min(self.width, COLUMN + self.gutter))
        waiting: list[Line] = []
        for line in card.lines:
            if line.pinned and (not waiting or waiting[0].pinned.pair == line.pinned.pair):  # type: ignore[union-attr]
                waiting.append(line)
                continue
            rows += self._pins(waiting)
            waiting = [line] if line.pinned else []
            rows += [] if line.pinned else self._line(line, self._body(line))
        return [*rows, *self._pins(waiting)]

    def title(self, card: Card, number: int, whole: int) -> list[Row]:
        """Show what a card is about, and its tag at the right of ``whole`` cells."""
        mark = f"{number}" if card.counted else ""
        lead = (f"{mark} " if self.narrow else f"{mark} ".ljust(3)) if mark else ""
        title, tag = Piece(card.title, Role.HEAD), Piece(card.tag, Role.DIM)
        used = len(lead) + self.measure.cells(card.title)
        wide = self.measure.cells(card.tag)
        if used + 2 + wide <= whole:
            space = Piece(" " * (whole - used - wide))
            return [[Piece(lead, Role.HEAD), title, space, tag]]
        rows = self.measure.wrap([title], max(8, self.width - len(lead)))
        indent = Piece(" " * len(lead), Role.HEAD)
        out = [[indent if i else Piece(lead, Role.HEAD), *row] for i, row in enumerate(rows)]
        return [*out, *([indent, *row] for row in self.measure.wrap([tag], max(8, self.width - len(lead))))]

    def _line(self, line: Line, rows: Sequence[Row]) -> list[Row]:
        """Put sign and number before the rows of one line."""
        role = SIGN_ROLES[line.sign]
        sign = Piece(line.sign or " ", role)
        if self.narrow:
            one = line.label and not line.several
            head = [[sign, Piece(" "), Piece(lines(self.unit, [line.label]), role)]] if one else []
            return [*head, *([sign, Piece(" "), *row] for row in rows)]
        wide = self.gutter - 3
        out = []
        for i, row in enumerate(rows):
            shown_label = line.label if not i and not line.several else ""
            space = Piece(" " * (wide - len(shown_label)))
            label = Piece(shown_label, Role.HEAD if line.sign == STAYS else Role.TEXT, link=self._link(shown_label))
            out.append([space, label, Piece(" "), sign, Piece(" "), *row])
        return out

    def _link(self, label: str = "") -> str:
        """Return where a number leads, empty where nothing is linked."""
        if not self.file or (label and not label.isdecimal()):
            return ""
        return link_to(self.file, label)

    # Long texts ---------------------------------------------------------------------------------------------

    def _body(self, line: Line) -> list[Row]:
        """Wrap a line; a body that takes more than its limit of rows loses its middle."""
        wide = self.column
        most = line.limit * wide
        if not line.limit or len(line.body) <= 2 * most:
            whole = [
                *_file(line),
                *line.before,
                *shown(line.body, line.role, self.glyphs),
                *self._noted(line),
                *line.after,
            ]
            rows = self.measure.wrap(whole, wide)
            if not line.limit or len(rows) <= line.limit + _SLACK:
                return rows
        return self._elided(line, most)

    def _noted(self, line: Line) -> list[Piece]:
        """Show what is said of a place, and of several where they are."""
        words = [line.note, line.label] if line.several else [line.note]
        return [Piece("  ".join(filter(None, words)), Role.TEXT if line.sign else Role.DIM)]

    def _elided(self, line: Line, most: int) -> list[Row]:
        body, wide = line.body, self.column
        large = len(body) > _COUNTED
        items = tokens(body[:most]) if large else tokens(body)
        end = body[-400:] if large else body
        tail_items = tokens(end)
        tail = end[tail_items[_tail_start([t.text for t in tail_items])].start :]
        room = len(items) if large else max(0, len(items) - len(tokens(tail)))

        def build(size: int) -> list[Row]:
            head = body[: items[size - 1].end] if size else ""
            hidden = len(body) - len(head) - len(tail) if large else units(items[size:room])
            left_out = spaced_gap(head, hidden, tail, self.glyphs, _("characters") if large else "")
            pieces = [*shown(head, line.role, self.glyphs), *left_out]
            return self.measure.wrap(
                [*_file(line), *line.before, *pieces, *shown(tail, line.role, self.glyphs), *line.after], wide
            )

        sizes = range(1, min(room, most) + 1)
        return build(bisect_right(sizes, line.limit, key=lambda size: len(build(size))))

    # Conflicts ----------------------------------------------------------------------------------------------

    def _pins(self, lines: Sequence[Line]) -> list[Row]:
        """Lay out the two rows of a conflict with the same context before it."""
        pins = [line.pinned for line in lines if line.pinned]
        if not pins:
            return []
        size = self._context(pins)
        return [row for line in lines if line.pinned for row in self._line(line, [self._pin(line.pinned, size)])]

    def _mark(self, pin: Pinned) -> list[Piece]:
        if not pin.conflict:
            return []
        pieces = shown(pin.conflict, Role.HELD, self.glyphs)
        most = self.column // 2
        if self.measure.width(pieces) > most:
            pieces = [*self.measure.wrap(pieces, most - 8)[0], ellipsis(self.glyphs)]
        return DIFFERS.around(pieces)

    def _context(self, pins: Sequence[Pinned]) -> int:
        """Tokens before the conflict that fit in all rows, from a clause mark where there is one."""
        room = (
            self.column
            - 2 * self.measure.cells(self.glyphs.ellipsis)
            - max(self.measure.width(self._mark(p)) for p in pins)
        )
        fits = []
        for pin in pins:
            items = tokens(pin.before)
            size = 0
            while size < len(items) and self._cells(pin.before[items[-size - 1].start :]) <= room * _BEFORE:
                size += 1
            fits.append((size, items))
        short = [size for size, items in fits if size < len(items)]
        most = min(short) if short else max(size for size, _ in fits)
        items = fits[0][1]
        equal = _same_end([[t.text for t in i] for _, i in fits])
        if _ALIGNED <= equal < most:
            most = equal
        if most >= len(items):
            return most
        starts = [s for s in range(_LEAST, most + 1) if s < len(items) and items[-s - 1].text in CLAUSE_MARKS]
        return max(starts, default=most)

    def _cells(self, text: str) -> int:
        return self.measure.width(shown(text, glyph=self.glyphs))

    def _pin(self, pin: Pinned, size: int) -> Row:
        items = tokens(pin.before)
        size = min(size, len(items))
        before = pin.before[items[-size].start :] if size else pin.before[len(pin.before) :]
        cut = pin.cut or size < len(items)
        row = [ellipsis(self.glyphs)] if cut else []
        row += [*shown(before, glyph=self.glyphs), *self._mark(pin)]
        room = self.column - self.measure.width(row) - self.measure.cells(self.glyphs.ellipsis)
        behind = tokens(pin.after)
        end = 0
        while end < min(len(behind), _BEHIND) and self._cells(pin.after[: behind[end].end]) <= room:
            end += 1
        after = pin.after[: behind[end - 1].end] if end else ""
        return [*row, *shown(after, glyph=self.glyphs), *([ellipsis(self.glyphs)] if end < len(behind) else [])]

    # Ends ---------------------------------------------------------------------------------------------------

    def legend(self, cards: Sequence[Card]) -> list[Row]:
        """One line that lists the signs and marks that were used."""
        signs = {line.sign for card in cards for line in card.lines}
        marks = {mark for card in cards for line in card.lines for mark in line.marks}
        words = [f"{sign} {_(meaning)}" for sign, meaning in SIGNS.items() if sign in signs]
        words += [_(mark.meaning) for mark in MARKS if mark in marks]
        return self.items(words)

    def items(self, words: Sequence[str]) -> list[Row]:
        """Show words dim, side by side; rows end between them."""
        pieces = [piece for word in words for piece in (Piece(word, Role.DIM, solid=True), Piece("  ", Role.DIM))]
        return self.measure.wrap(pieces[:-1], self.width)

    def note(self, words: str) -> list[Row]:
        """Show a dim line of its own."""
        return self.measure.wrap([Piece(words, Role.DIM)], self.width)


def _file(line: Line) -> list[Piece]:
    return [Piece(f"{line.file}  ", Role.NAME)] if line.file else []


def _same_end(texts: Sequence[Sequence[str]]) -> int:
    """Count the tokens at the end that all texts share."""
    size = 0
    while all(size < len(t) for t in texts) and len({t[-size - 1] for t in texts}) == 1:
        size += 1
    return size


def _tail_start(words: Sequence[str]) -> int:
    """Index of the token where the tail of a long text begins."""
    low, high = _TAIL
    for back in range(low, min(high, len(words) - 1)):
        if words[-back - 1] in CLAUSE_MARKS:
            return len(words) - back
    return max(0, len(words) - low)


def more(hidden: int) -> str:
    """Say that groups were left out."""
    return _("{what} not shown: --max-shown 0 shows all", what=count(hidden, "more group"))


def side_card(layout: Layout, card: Card, number: int) -> list[Row]:
    """Lay a card out in two columns; in one when only one of them has text."""
    left, right = _split(card)
    if not left or not right or layout.width < LEAST:
        return layout.card(card, number)
    half = replace(layout, width=(min(layout.width, 2 * (100 + layout.gutter)) - _BETWEEN) // 2)
    head = layout.title(card, number, 2 * half.width + _BETWEEN)
    rows = [half.card(Card("", "", tuple(lines)), 0)[1:] for lines in (left, right)]
    return [*head, *(_joined(half, a, b) for a, b in zip_longest(*rows, fillvalue=[]))]


def _split(card: Card) -> tuple[list[Line], list[Line]]:
    """Sort lines into what stays and the rest; of a conflict the first row stays."""
    left: list[Line] = []
    right: list[Line] = []
    pairs: set[int] = set()
    for line in card.lines:
        first = line.pinned is not None and line.pinned.pair not in pairs
        if line.pinned:
            pairs.add(line.pinned.pair)
        (left if line.sign == STAYS or first else right).append(line)
    return left, right


def _joined(half: Layout, left: Row, right: Row) -> Row:
    space = half.width - half.measure.width(left) + _BETWEEN
    return [*left, Piece(" " * space), *right]
