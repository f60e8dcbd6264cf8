"""The other layout: what stays at the left, what goes or is held back at the right."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from dedupe_cli.render.pieces import STAYS, Card, Line, Piece

if TYPE_CHECKING:
    from dedupe_cli.render.terminal_layout import Layout, Row

# Below this width (cells) two columns cannot be read.
LEAST = 112
_BETWEEN = 3


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
