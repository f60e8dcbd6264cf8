"""Lines and phrases that somebody wants out wherever they stand (C117)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dedupe_cli.cleaners.cleaner import Fix
from dedupe_cli.model import Span
from dedupe_cli.text.fold import Fold, fold, is_han
from dedupe_cli.text.letters import says

# One wrong letter is looked through for so many of them, five at most.
_PER_ERROR, _MOST = 10, 5
_BRACKETS = {"(": ")", "（": "）", "[": "]", "【": "】", "《": "》", "“": "”", '"': '"', "「": "」"}
_DIGITS = re.compile(r"\d+")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_BLANK_LINES = re.compile(r"(?:[ \t\u3000]*(?:\r\n|\r|\n))*")


def phrases_in(phrases: Sequence[str], text: str) -> Iterable[Fix]:
    """Find phrases that somebody wants out, the first of them first, wherever they stand in a text."""
    if not phrases or not text:
        return
    folded = fold(text)
    found: list[Span] = []
    for phrase in phrases:
        for start, end in _places(folded, fold(phrase).string):
            span = _whole(text, phrase, folded.span(start, end))
            if not any(span.overlaps(other) for other in found):
                found.append(span)
    for span in sorted(found):
        yield Fix(span)


def _places(folded: Fold, phrase: str) -> Iterator[tuple[int, int]]:
    """Yield where a folded phrase stands, with an error or two in a long one; the same stretch but once."""
    string, reach = folded.string, 0
    errors = min(len(phrase) // _PER_ERROR, _MOST)
    step = len(phrase) // (errors + 1)
    starts = set()
    for part in range(errors + 1):  # with so many errors, one of the parts is without any
        piece = phrase[part * step : (part + 1) * step] if errors else phrase
        at = string.find(piece) if piece else -1
        while at >= 0:
            starts.add(at - part * step)
            at = string.find(piece, at + 1)
    for start in sorted(starts):
        if start + len(phrase) + errors <= reach:
            continue
        found = _aligned(string, phrase, start, errors)
        if found and found[0] >= reach and _is_apart(folded, *found):
            yield found
            reach = found[1]


def _aligned(string: str, phrase: str, start: int, errors: int) -> tuple[int, int] | None:
    """Return the stretch near ``start`` that is the phrase but for some errors; numbers must be the same."""
    low = max(0, start)
    if string.startswith(phrase, low):
        return low, low + len(phrase)
    if not errors:
        return None
    low = max(0, start - errors)
    window = string[low : start + len(phrase) + errors]
    # Edit distance of the phrase to any stretch of the window, with where that stretch begins.
    row = [(0, i) for i in range(len(window) + 1)]
    for count, letter in enumerate(phrase, 1):
        last, row = row, [(count, 0)]
        for i, other in enumerate(window):
            change = last[i] if letter == other else (last[i][0] + 1, last[i][1])
            row.append(min(change, (last[i + 1][0] + 1, last[i + 1][1]), (row[i][0] + 1, row[i][1])))
    best, end = min((distance, end) for end, (distance, _) in enumerate(row))
    begin = row[end][1]
    if best > errors or _DIGITS.findall(window[begin:end]) != _DIGITS.findall(phrase):
        return None
    return low + begin, low + end


def _is_apart(folded: Fold, start: int, end: int) -> bool:
    """Tell whether no word is cut: letters of words other than Chinese end where the stretch does."""
    text, span = folded.text, folded.span(start, end)
    for inner, outer in ((span.start, span.start - 1), (span.end - 1, span.end)):
        if 0 <= outer < len(text) and text[outer].isalnum() and not is_han(ord(text[outer])):
            return not (text[inner].isalnum() and not is_han(ord(text[inner])))
    return bool(span)


def _whole(text: str, phrase: str, span: Span) -> Span:
    """Widen a stretch by the marks of the phrase and brackets around it, or to its line when nothing else is on it."""
    start, end = span.start, span.end
    marks = phrase[len(phrase.rstrip("。．.!！?？…:：~～")) :]
    while end < len(text) and text[end] in marks:
        end += 1
    while start and end < len(text) and _BRACKETS.get(text[start - 1]) == text[end]:
        start, end = start - 1, end + 1
    first = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    stop = _NEWLINE.search(text, end)
    last = stop.start() if stop else len(text)
    if not says(text[first:start] + text[end:last]):
        above = text[:first].rstrip(" \t\u3000")[-2:] if first else "\n\n"
        behind = stop.end() if stop else len(text)
        blank = first == 0 or above in {"\n\n", "\r\r"} or text[max(0, first - 4) : first] == "\r\n\r\n"
        return Span(first, _BLANK_LINES.match(text, behind).end() if blank else behind)  # type: ignore[union-attr]
    if start == first or text[start - 1].isspace():
        while end < last and text[end] in " \t\u3000":
            end += 1
    return Span(start, end)
