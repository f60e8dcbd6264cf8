"""What stays although it says the same at once: numbers, cells, code, records, verse, labelled clauses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.text.signs import negatives

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.match.gaps import Gaps
    from dedupe_cli.match.tokens import Tokens

_AROUND = 700  # characters looked at on both sides
_RECORD = re.compile(r"[ \t]*[-*]?[ \t]*[\w .()-]{1,24}[:：=][ \t]*\S{0,2}[^\n。.!?！？]{0,40}$")
_CODE = re.compile(r"(?:[ ]{4}|\t)\S|.*[;{}]\s*$|\s*(?:[#/*]{2,}|<!--|</?\w+)")
_ENDS = frozenset(',.;:!?，。；：！？、…”"')
_PARAGRAPH = re.compile(r"^[^\n]*\S[^\n]*$", re.MULTILINE)
_NEAR = 20  # paragraphs on both sides
_LABEL = re.compile(
    r"[ \t\u3000]*(?:第[〇零一二三四五六七八九十百千0-9]+[条章节款项]|[（(][一二三四五六七八九十0-9]+[)）]"
    r"|[一二三四五六七八九十]+、|\d+[.、)]\s|(?:article|section|§)\s*\d)",
    re.IGNORECASE,
)


def refuses(gaps: Gaps, low: int, high: int, period: int) -> bool:
    """Tell whether a run may not lose its tokens ``low <= i < high`` whatever its length."""
    rounds = (high - low) / period + 1
    record = _is_record(gaps, low - period, low) and (rounds < 3 or bool(gaps.newline[low - period + 1 : low].any()))
    if rounds < 3 and _turns_sign(gaps, low, high, period):
        return True
    return record or is_protected(gaps, low - period, high) or (rounds <= 3.5 and is_verse(gaps, low, high))


def _turns_sign(gaps: Gaps, low: int, high: int, period: int) -> bool:
    """Tell whether numbers of one round are negative that are not in the other one."""
    tokens = gaps.tokens
    rounds = ((low - period, low), (low, high))
    kept, copy = (list(negatives(gaps.text, int(tokens.start[a]), int(tokens.end[b - 1])).values()) for a, b in rounds)
    return (kept if high - low >= period else kept[: len(copy)]) != copy


def is_protected(gaps: Gaps, low: int, high: int) -> bool:
    """Tell whether tokens are numbers alone, cells of a table, or code."""
    if gaps.tokens.number[low : min(high, low + _AROUND)].all():
        return True
    if _is_cells(gaps.text, gaps.open(low), int(gaps.tokens.end[high - 1])):
        return True
    return _mostly(_CODE, _lines(gaps, low, high))


def _is_record(gaps: Gaps, low: int, high: int) -> bool:
    """Tell whether the lines of a passage are mostly "Key: value"."""
    return _mostly(_RECORD, _lines(gaps, low, high))


def _lines(gaps: Gaps, low: int, high: int) -> list[str]:
    start, end = gaps.open(low), int(gaps.tokens.end[high - 1])
    return [line for line in gaps.text[start : min(end, start + _AROUND)].split("\n") if line.strip()]


def _mostly(pattern: re.Pattern[str], lines: list[str]) -> bool:
    return bool(lines) and sum(bool(pattern.match(line)) for line in lines) * 2 > len(lines)


def _is_cells(text: str, start: int, end: int) -> bool:
    """Cells between tabs or pipes."""
    low = text.rfind("\n", max(0, start - _AROUND), start) + 1
    high = text.find("\n", end, end + _AROUND)
    line = text[low : high if high >= 0 else min(len(text), end + _AROUND)][:_AROUND]
    return line.count("|") >= 2 or line.strip("\t ").count("\t") >= 2


def is_verse(gaps: Gaps, low: int, high: int) -> bool:
    """Tell whether short lines that do not fill a width stand around a passage."""
    tokens, text = gaps.tokens, gaps.text
    at, to = int(tokens.start[low]), int(tokens.end[high - 1])
    before = text[max(0, at - _AROUND) : at]
    behind = text[to : to + _AROUND]
    block = before.rpartition("\n\n")[2] + text[at : min(to, at + _AROUND)] + behind.partition("\n\n")[0]
    lines = [line.strip() for line in block.split("\n") if line.strip()]
    if len(lines) < 4:
        return False
    widths = [sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in lines]
    return max(widths) <= 64 and (_begins_anew(lines) or not _fills(lines, widths))


def _begins_anew(lines: list[str]) -> bool:
    """Tell whether lines begin with a capital or end with a mark, as verse does, not wrapped prose."""
    capitals = sum(line[0].isupper() for line in lines)
    marks = sum(line[-1] in _ENDS for line in lines)
    return max(capitals, marks) >= 0.8 * len(lines)


def _fills(lines: list[str], widths: list[int]) -> bool:
    """Tell whether most lines are as long as the width allows."""
    full = sum(
        width + 1 + len(line.split(" ", 1)[0]) > max(widths) for width, line in zip(widths[:-1], lines[1:], strict=True)
    )
    return full * 2 > len(lines)


def labelled(text: str, tokens: Tokens) -> NDArray[np.bool_]:
    """Tell of every token whether a quarter of the paragraphs around it are labelled (第X条, （一）, 1.)."""
    heads, marks = [0], [False]
    for match in _PARAGRAPH.finditer(text):
        heads.append(match.start())
        marks.append(bool(_LABEL.match(text, match.start())))
    sums = np.concatenate([[0], np.cumsum(marks)])
    at = np.arange(len(heads))
    low, high = np.maximum(at - _NEAR, 0), np.minimum(at + _NEAR + 1, len(heads))
    share = (sums[high] - sums[low]) / (high - low)
    out: NDArray[np.bool_] = share[np.searchsorted(heads, tokens.start, side="right") - 1] >= 0.25
    return out
