"""Markers in a text that hide findings: ``dedupe: ignore``, ``ignore-file``, ``off`` ... ``on``.

A marker stands alone on a line, in the comment signs of any format, so that prose about markers is none. It may name
rules in brackets and give a reason behind two dashes: ``<!-- dedupe: ignore [D201] -- quoted on purpose -->``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from dedupe_cli.document.split import blocks
from dedupe_cli.errors import SettingsError
from dedupe_cli.gate.rules import codes
from dedupe_cli.model import Span

# Nothing is given back to another part of the pattern: a line of a million spaces takes no time.
_SPACE = r"[^\S\r\n]*+"
_MARKER = re.compile(
    rf"(?:^|(?<=\r)){_SPACE}(?:<!--|//|\#|%|\.\.|\{{/\*|/\*|;++){_SPACE}dedupe:{_SPACE}(?P<word>\w++(?:-\w++)*+){_SPACE}"
    rf"(?:\[(?P<codes>[^\]\r\n]*+)\]|(?P<bare>[A-Z]\d++(?:{_SPACE},?+{_SPACE}[A-Z]\d++)*+))?+{_SPACE}"
    rf"(?:--(?!>)[^\r\n]*+|(?:-->|\*/\}}|\*/)?+{_SPACE})(?=[\r\n]|\Z)",
    re.MULTILINE,
)
_WORDS = ("ignore", "ignore-file", "off", "on")
_VISIBLE = re.compile(r"\S")


class Marker(NamedTuple):
    """One marker: its line, the region that it is about, the prefixes of codes that it names (none: all rules).

    ``fault`` says what is wrong with one that hides nothing whatever stands there.
    """

    line: Span
    region: Span
    codes: tuple[str, ...] = ()
    fault: str = ""

    def hides(self, code: str, spans: Sequence[Span]) -> bool:
        """Tell whether a finding of a rule at some places is hidden."""
        named = not self.codes or any(code.startswith(each) for each in self.codes)
        return named and not self.fault and any(self.region.overlaps(span) for span in spans)


def may_hold(text: str) -> bool:
    """Tell whether a text may hold markers; cheap."""
    return "dedupe:" in text


def markers(text: str, code: Sequence[Span] = ()) -> list[Marker]:
    """Return the markers of a text in order, but for those in ``code``, where they are examples."""
    if not may_hold(text):
        return []
    found: list[Marker] = []
    opened: tuple[int, Marker] | None = None
    starts = blocks(text)
    for match in _MARKER.finditer(text):
        line = Span(*match.span())
        at = bisect_right(code, line.start, key=lambda part: part.start) - 1
        if at >= 0 and code[at].covers(line):
            continue
        word = match["word"]
        named, fault = _codes(match["codes"])
        if match["bare"]:
            fault = f"rules stand in brackets: [{match['bare']}]"
        if word == "on":
            if opened is None:
                found.append(Marker(line, Span(line.end, line.end), (), "no `dedupe: off` stands before it"))
            else:
                place, begun = opened
                found[place] = Marker(begun.line, Span(begun.line.end, line.start), begun.codes, begun.fault)
                found.append(Marker(line, Span(line.end, line.end)))
                opened = None
            continue
        if word not in _WORDS:
            fault = f"{word!r} is no marker: they are {', '.join(_WORDS)}"
        region = _region(text, word, line, starts)
        marker = Marker(line, region, named, fault)
        if word == "off":
            opened = (len(found), marker)
        found.append(marker)
    return found


def _codes(words: str | None) -> tuple[tuple[str, ...], str]:
    """Return the prefixes that a marker names, and what is wrong with them."""
    try:
        return codes((w for w in re.split(r"[\s,]+", words or "") if w), "marker"), ""
    except SettingsError as error:
        return (), error.message.removeprefix("marker: ")


def _region(text: str, word: str, line: Span, starts: Sequence[Span]) -> Span:
    if word == "ignore-file":
        return Span(0, len(text))
    if word == "off":
        return Span(line.end, len(text))
    first = _VISIBLE.search(text, line.end)
    if first is None:
        return Span(line.end, line.end)
    at = bisect_right(starts, first.start(), key=lambda block: block.end)
    return Span(first.start(), starts[at].end if at < len(starts) else len(text))
