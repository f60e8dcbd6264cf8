"""The headings of a text: which of them a block stands under, and what a list names that has one of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dedupe_cli.document.split import BlockKind

if TYPE_CHECKING:
    from dedupe_cli.document.view import View

# Blocks above a place in a list that are looked at for the item that says what it is about.
_LISTED_ABOVE = 8
# A heading of this weight is told by its words within others: twelve Han characters, 26 letters.
_LONG = 132


class Headings:
    """What is asked of the headings of a text; no block is looked at twice."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._over: dict[int, int] = {}  # of each block that was asked for

    def is_heading(self, block: int) -> bool:
        """Tell whether a block is a heading; what underlines one is none."""
        view = self._view
        return view.kind(block) is BlockKind.HEADING and not (block and view.is_underlined(block - 1))

    def said_over(self, block: int) -> str:
        """Return the heading that a block stands under, or that it is."""
        head = self.over(block)
        return self._view.said(head) if head >= 0 else ""

    def over(self, block: int) -> int:
        """Return the block that is the heading, -1 for none."""
        at = block
        while at >= 0 and at not in self._over and not self.is_heading(at):
            at -= 1
        head = self._over.get(at, at)
        self._over.update(dict.fromkeys(range(max(at, 0), block + 1), head))
        return head

    def are_outlined(self, copies: Sequence[int], kepts: Sequence[int]) -> bool:
        """Tell whether blocks, or those that they repeat, are in a list of what the others are the text of: an agenda.

        What is an item here is a heading there, or stands over the one as a heading and over the other as an item.
        """
        if any(self._is_listed(*both) or self._is_listed(*both[::-1]) for both in zip(copies, kepts, strict=True)):
            return True
        return self._is_headed(copies[0], kepts[0]) or self._is_headed(kepts[0], copies[0])

    def _is_listed(self, head: int, item: int) -> bool:
        """Tell whether a heading is one by its mark, and the other block an item by its own, which is not under it."""
        kinds = self._view.kind(head), self._view.kind(item)
        if kinds != (BlockKind.HEADING, BlockKind.ITEM) or self.over(item) == head:
            return False
        return self._mark(head) != self._mark(item)

    def _mark(self, block: int) -> str:
        """Return what the line of a block begins with, before its first letter."""
        view, at = self._view, self._view.fold.at[self._view.edges(block)[0]]
        return view.text[view.text.rfind("\n", 0, at) + 1 : at].strip()

    def _is_headed(self, block: int, below: int) -> bool:
        """Tell whether the words of the heading over a block are those of an item shortly above another one.

        Long ones may stand in the middle of it: points of an agenda that were run together.
        """
        view, head = self._view, self.over(block)
        words = view.fold.string[slice(*view.edges(head))] if head >= 0 else ""
        long = bool(words) and view.fold.weight(*view.edges(head)) >= _LONG
        for at in range(below if words else -1, max(below - _LISTED_ABOVE, -1), -1):
            said = view.fold.string[slice(*view.edges(at))]
            if (words == said or (long and words in said)) and self._is_listed(head, at):
                return True
        return False
