"""The numbers that blocks begin with: items, clauses, articles, chapters; and what they say of a repeat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dedupe_cli.document.view import View

_LABEL = re.compile(
    r"""(?x)\s*(?:\*\*|\#{1,6}\s+)?(?:
      第(?P<han>[0-9〇零一二两三四五六七八九十百千]{1,8})(?P<unit>[条條款项項章節节編编部回卷篇])
    | (?P<word>Article|Section|Clause|Chapter|Part|Appendix|ARTICLE|SECTION|CHAPTER)\s+(?P<latin>\d{1,4}|[IVXLC]{1,6})\b
    | (?P<open>[(（\[]?)(?P<item>[0-9０-９]{1,3}|[一二三四五六七八九十百]{1,4}|[a-zA-Z])(?P<close>[)）\].．、])(?!\d)
    | (?P<ring>[①-⑳])
    )"""
)
_LISTS = 2
# Blocks before and behind one in which a number of its list is looked for.
_LIST = 4
_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


class Number(NamedTuple):
    """What a block is numbered with: ``style`` is the same for the members of one list."""

    style: str
    value: int


def numbers_of(text: str, start: int, end: int) -> tuple[Number, ...]:
    """Return the number that a block begins with, and the one of the list that begins right behind it: ``8. (1)``."""
    out: list[Number] = []
    for _ in range(_LISTS):
        found = _LABEL.match(text, start, min(end, start + 40))
        if found is None:
            break
        out.append(_number(found))
        start = found.end()
    return tuple(out)


def _number(found: re.Match[str]) -> Number:
    if found["han"]:
        return Number(found["unit"], _value(found["han"]))
    if found["latin"]:
        return Number(found["word"].casefold(), _value(found["latin"]))
    if found["ring"]:
        return Number("ring", ord(found["ring"]) - ord("①") + 1)
    item = found["item"]
    if item.isascii() and item.isalpha():
        return Number(f"letter{found['open']}{found['close']}", ord(item.casefold()) - ord("a") + 1)
    return Number(f"{'digit' if item[0].isdigit() else 'han'}{found['open']}{found['close']}", _value(item))


def _value(said: str) -> int:
    if said[0].isdigit():
        return int(said)
    if said[0] in _ROMAN:
        values = [_ROMAN[c] for c in said]
        return sum(-v if n + 1 < len(values) and v < values[n + 1] else v for n, v in enumerate(values))
    total, digit = 0, 0
    for char in said:
        if char in _TENS:
            total += max(digit, 1) * _TENS[char]
            digit = 0
        else:
            digit = digit * 10 + _DIGITS.get(char, 0) if digit and said.isdigit() else _DIGITS.get(char, 0)
    return total + digit


class Numbers:
    """The numbers of the blocks of a text, each looked at once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[int, tuple[Number, ...]] = {}

    def evidence(self, mine: tuple[int, int], other: tuple[int, int]) -> dict[str, float]:
        """Return what the numbers say of both places, as first and last blocks.

        Whether they differ, or the copy is the next member of its list; whether either is out of the order of its list.
        """
        numbers = self._number(mine[0]), self._number(other[0])
        order = self._order(*mine), self._order(*other)
        return {
            "steps": float((None not in numbers and numbers[0] != numbers[1]) or (order[0][0] and not order[1][1])),
            "disorder": float(any(out for _, out in order)),
        }

    def _order(self, first: int, last: int) -> tuple[bool, bool]:
        """Tell whether blocks are the next member of a list, and whether they are out of its order."""
        mine, end = self._number(first), self._number(last)
        before, behind = self._beside(first, mine, -1), self._beside(last, mine, 1)
        if mine is None:
            return False, False
        if before is None and behind is None:
            return False, mine.value != 1
        if before is None:
            return end is not None and behind is not None and behind.value == end.value + 1, False
        follows = mine.value == before.value + 1
        passes = behind is not None and behind.value == before.value + 1
        return follows, not follows and (passes or mine.value != 1)

    def _number(self, block: int) -> Number | None:
        return next(iter(self._of(block)), None)

    def _of(self, block: int) -> tuple[Number, ...]:
        if block not in self._known:
            self._known[block] = numbers_of(self._view.text, *self._view.bounds(block))
        return self._known[block]

    def _beside(self, block: int, mine: Number | None, step: int) -> Number | None:
        """Return the number before or behind a block that is of the same list."""
        if mine is None:
            return None
        for near in range(1, _LIST + 1):
            at = block + step * near
            if not 0 <= at < len(self._view):
                break
            for found in self._of(at):
                if found.style == mine.style:
                    return found
        return None
