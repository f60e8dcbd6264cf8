"""The cues of WebVTT and SubRip files with the places of everything in them.

Formats: W3C, WebVTT (the blocks and tags of sections 4 and 6); SubRip has no standard: a number, a line of times,
text until the next such pair, since blank lines do stand inside of cues.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe_cli.model import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

_LINE = re.compile(r"[^\r\n]*(\r\n?|\n|\Z)")
_TIMES = {
    "vtt": re.compile(r"[ \t]*((?:\d{2,}:)?\d\d:\d\d\.\d{3})[ \t]+-->[ \t]+((?:\d{2,}:)?\d\d:\d\d\.\d{3})(?=[ \t]|$)"),
    "srt": re.compile(
        r"[ \t]*(\d+:\d{1,2}:\d{1,2}[,.]\d{1,3})[ \t]*-->[ \t]*(\d+:\d{1,2}:\d{1,2}[,.]\d{1,3})(?=[ \t]|$)"
    ),
}
_TAG = {"vtt": re.compile(r"<[^<>]*>"), "srt": re.compile(r"</?[A-Za-z][^<>]*>|\{\\[^{}]*\}")}
_VOICE = re.compile(r"<v(?:\.[^ \t>]*)?[ \t]+([^<>]*[^<>\s])[ \t]*>")
# More digits are no number of a cue.
_NUMBER = re.compile(r"[ \t]*\d{1,18}[ \t]*")
_NAME = re.compile(r"<(/?)([A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a cue: its place in the file, the text between its tags, the name of who speaks (may be empty).

    ``goes_on``: the name holds for the lines behind it, too, up to the next name or the end of the cue.
    """

    cue: int
    span: Span
    text: tuple[Span, ...]
    voice: Span | None = None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue: its block from the first line to the last, number or name, times (places and seconds), all its lines."""

    block: Span
    label: Span
    start: Span
    end: Span
    first: float
    last: float
    lines: tuple[Span, ...]


class _Lines:
    """The lines of a file, two numbers each: a file has many more of them than of cues."""

    def __init__(self, text: str) -> None:
        self.starts, self.ends = array("q"), array("q")
        for found in _LINE.finditer(text):
            if found.end() > found.start():
                self.starts.append(found.start())
                self.ends.append(found.start(1))

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, at: int) -> Span:
        return Span(self.starts[at], self.ends[at])


def read_cues(text: str, kind: str) -> list[Cue]:
    """Find the cues of a file; ``kind`` is ``vtt`` or ``srt``."""
    lines, pattern = _Lines(text), _TIMES[kind]
    heads = array("q", (at for at in range(len(lines)) if pattern.match(text, lines.starts[at], lines.ends[at])))
    out = []
    for at, index in enumerate(heads):
        times = pattern.match(text, lines.starts[index], lines.ends[index])
        assert times is not None
        label = _label(text, lines, index, kind, heads[at - 1] if at else -1)
        stop = heads[at + 1] if at + 1 < len(heads) else len(lines)
        if at + 1 < len(heads) and _label(text, lines, stop, kind, index):
            stop -= 1
        payload = [lines[number] for number in range(index + 1, stop)]
        if kind == "vtt":
            payload = payload[: next((i for i, line in enumerate(payload) if not line), len(payload))]
        while kind == "srt" and payload and not payload[-1].of(text).strip():
            payload.pop()
        block = Span(label.start if label else lines[index].start, (payload or [lines[index]])[-1].end)
        first, last = (Span(*times.span(i)) for i in (1, 2))
        seconds = [_seconds(time.of(text)) for time in (first, last)]
        out.append(Cue(block, label, first, last, seconds[0], seconds[1], tuple(payload)))
    return out


def read_rows(text: str, kind: str, cues: Sequence[Cue]) -> list[Row]:
    """Return the lines of all cues that show something."""
    out = []
    for number, cue in enumerate(cues):
        for line in cue.lines:
            pieces, at = [], line.start
            for tag in _TAG[kind].finditer(text, line.start, line.end):
                pieces.append(Span(at, tag.start()))
                at = tag.end()
            pieces.append(Span(at, line.end))
            shown = tuple(p for p in pieces if p) if pieces[1:] or not line else (line,)
            voices = list(_VOICE.finditer(text, line.start, line.end)) if kind == "vtt" else []
            if any(p.of(text).strip() for p in shown):
                first = next(piece.start for piece in shown if piece.of(text).strip())
                own = [voice for voice in voices if voice.end() <= first][-1:] or voices[:1]
                open_ = bool(voices) and text.rfind("</v>", voices[-1].end(), line.end) < 0
                out.append(Row(number, line, shown, Span(*own[0].span(1)) if own else None, goes_on=open_))
    return out


def open_tags(text: str, kind: str, line: Span) -> tuple[list[Span], list[Span]]:
    """Return the tags of a stretch whose other half is not in it: those that open, those that close."""
    opened: list[tuple[str, Span]] = []
    loose = []
    for tag in _TAG[kind].finditer(text, line.start, line.end):
        found = _NAME.match(tag[0])
        if found is None:
            continue  # a time, or a code of its own
        if not found[1]:
            opened.append((found[2], Span(*tag.span())))
        elif opened and opened[-1][0] == found[2]:
            opened.pop()
        else:
            loose.append(Span(*tag.span()))
    return [span for _, span in opened], loose


def _label(text: str, lines: _Lines, index: int, kind: str, before: int) -> Span:
    """Return the line with the number or name of a cue, or nothing."""
    at = index - 1
    if at <= before or (kind == "vtt" and at <= 0):
        return Span(lines[index].start, lines[index].start)
    line = lines[at]
    named = bool(line) and (at == before + 1 or not lines[at - 1]) if kind == "vtt" else False
    if named or (kind == "srt" and _NUMBER.fullmatch(text, line.start, line.end)):
        return line
    return Span(lines[index].start, lines[index].start)


def _seconds(time: str) -> float:
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = 60 * total + float(part)
    return total
