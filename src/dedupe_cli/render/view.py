"""One text and its plan, as the cards look at them: cuts, notes, and what stands around a cut."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import category

from dedupe_cli.model import Edit, Note, Plan, Source, Span, Spot
from dedupe_cli.render.block_borders import Borders
from dedupe_cli.text.fold import is_han
from dedupe_cli.text.position import LineTable

if TYPE_CHECKING:
    from dedupe_cli.render.pieces import Glyphs

# The note on what a cut leaves behind.
BROKEN = "W101"
# Cuts and blanks beside a cut that are looked at: a loop may have 20,000 of them on one line.
_STEPS = 64
# Punctuation that goes with the words before or behind it, and how much of it.
_OPENING, _CLOSING, _DRESS = frozenset({"Ps", "Pi"}), frozenset({"Pe", "Pf", "Po", "Pd"}), 6
_SENTENCE = re.compile(r"[。！？!?…]+[”’\"'」』）)》】]*\s*|[.](?=\s)[”’\"'）)]*\s*|\n+")
_CLAUSE = re.compile(r"[。！？!?…，、；：,;:—]+[”’\"'」』）)》】]*\s*|[.](?=\s)\s*|\n+")


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch that goes, in one piece: edits of one group that only white space divides.

    ``start`` and ``end`` are without the white space at the ends; ``whole``: nothing else stays of its block.
    """

    start: int
    end: int
    whole: bool
    edits: tuple[Edit, ...]

    @property
    def span(self) -> Span:
        """The region as a span."""
        return Span(self.start, self.end)


@dataclass(frozen=True)
class View:
    """A source, its plan, the glyphs that the output has, and how much of the text is to be seen.

    ``context``: sentences on either side of a cut inside a paragraph; ``whole``: texts and differences are shown with
    all that is around them, not only by their ends.
    """

    source: Source
    plan: Plan
    glyphs: Glyphs
    context: int = 1
    whole: bool = False

    @cached_property
    def text(self) -> str:
        """The text that the spans of the plan count in, as it is read."""
        return self.source.said

    @cached_property
    def _spots(self) -> Callable[[Span], tuple[Spot, Spot]] | None:
        container = self.source.container
        return container.spots(self.source) if container and self.text else None

    @cached_property
    def table(self) -> LineTable:
        """Lines of the file; of one that is no text, those of the text in it."""
        container = self.source.container
        file = container.lower(self.source, ())[0] if container and not container.binary else self.source
        return LineTable(file.text)

    @property
    def unit(self) -> str:
        """What is counted: the lines of the file or, where it is no text, its paragraphs."""
        return "paragraph" if self.source.container and self.source.container.binary else "line"

    @cached_property
    def highest(self) -> int:
        """The largest number of a line or paragraph."""
        return self.line(len(self.text)) if self.unit == "paragraph" else self.table.count

    def line(self, offset: int) -> int:
        """Line of the file in which an offset of the text stands, or the number of its paragraph."""
        if self._spots is None:
            return self.table.line(offset)
        spot = self._spots(Span(offset, offset))[0]
        return self.table.line(spot.at) if spot.part is None or spot.part.text is None else spot.part.number

    def where(self, span: Span) -> str:
        """Write where a span begins and ends: lines and columns of the file, or the columns of a paragraph."""
        return "-".join(f"{line}:{column}" for line, column in self.corners(span))

    def corners(self, span: Span) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return where a span begins and ends, as line (or paragraph) and column."""
        first, last = self._spots(span) if self._spots else (Spot(span.start), Spot(span.end))
        return self._corner(first), self._corner(last)

    def _corner(self, spot: Spot) -> tuple[int, int]:
        if self.unit == "paragraph" and spot.part:
            return spot.part.number, spot.at + 1
        place = self.table.point(spot.at)
        return place.line, place.column

    @cached_property
    def _going(self) -> list[Edit]:
        return [e for e in self.plan.edits if not _is_vote(e)]

    @cached_property
    def _starts(self) -> list[int]:
        return [e.span.start for e in self._going]

    @cached_property
    def _ends(self) -> list[int]:
        return [e.span.end for e in self._going]

    @cached_property
    def edits(self) -> dict[int, list[Edit]]:
        """The edits by group, votes on the kept text apart."""
        out: dict[int, list[Edit]] = {}
        for edit in self._going:
            out.setdefault(edit.group, []).append(edit)
        return out

    @cached_property
    def _votes(self) -> list[Edit]:
        return [e for e in self.plan.edits if _is_vote(e)]

    def votes(self, span: Span) -> list[Edit]:
        """Return the votes of copies (``--keep merged``) on a stretch of a kept text."""
        low = bisect_left(self._votes, span.start, key=lambda e: e.span.start)
        high = bisect_right(self._votes, span.end, key=lambda e: e.span.end)
        return self._votes[low:high]

    @cached_property
    def notes(self) -> tuple[dict[int, list[Note]], list[Note]]:
        """The notes on what a cut leaves behind, by its group, and the others."""
        starts = [edit.span.start for edit in self.plan.edits]
        beside: dict[int, list[Note]] = {}
        rest: list[Note] = []
        for note in self.plan.notes:
            i = bisect_left(starts, note.span.start)
            edits = self.plan.edits[max(0, i - 1) : i + 2]
            near = [e.group for e in edits if note.rule == BROKEN and e.group >= 0 and self._leaves(e, note)]
            (beside.setdefault(near[0], []) if near else rest).append(note)
        return beside, rest

    def _leaves(self, edit: Edit, note: Note) -> bool:
        """Tell whether a note is about the block of which an edit takes a part."""
        start, end = self.trim(edit.span.start, edit.span.end)
        between = (note.span.end, start) if note.span.end <= start else (end, note.span.start)
        return not self.is_whole(start, end) and not self.borders.between(*between)

    @cached_property
    def borders(self) -> Borders:
        """Where the blocks of the text begin and end."""
        return Borders(self.text, self.source.newline)

    def passage(self, spans: Sequence[Span], *, voted: bool = False) -> str:
        """Return the text of spans: a line feed for each paragraph break, wrapped lines joined.

        ``voted``: with what copies voted into it.
        """
        parts: list[str] = []
        spans = [self.dressed(s) for s in spans]
        for i, span in enumerate(spans):
            if i and "\n" in self.text[spans[i - 1].end : span.start].replace("\r", "\n"):
                parts.append("\n")
            parts.append(self.voted(span) if voted else self.flat(span.start, span.end))
        return "".join(parts).strip()

    def voted(self, span: Span) -> str:
        """Return the text of one stretch with what copies voted into it, newlines as in :meth:`passage`."""
        parts, at = [], span.start
        for vote in self.votes(span):
            parts += [self.flat(at, vote.span.start), vote.replacement]
            at = vote.span.end
        return "".join([*parts, self.flat(at, span.end)])

    def dressed(self, span: Span) -> Span:
        """Widen a span by the punctuation that belongs to it: matching knows letters and digits only."""
        start, end = span.start, span.end
        while start > max(0, span.start - _DRESS) and category(self.text[start - 1]) in _OPENING:
            start -= 1
        while end < min(len(self.text), span.end + _DRESS) and category(self.text[end]) in _CLOSING:
            end += 1
        return Span(start, end)

    def flat(self, start: int, end: int) -> str:
        """Return the text of one stretch, newlines as in :meth:`passage`."""
        text = self.text[start:end]
        if self.source.newline == "\r":
            text = text.replace("\r", "\n")
        if "\n" not in text:
            return text
        out, last = [], 0
        for m in re.finditer(r"[^\S\n]*\n\s*", text):
            at = start + m.start() + m.group().index("\n")
            joined = m.group().count("\n") == 1 and self.borders.is_soft(at)
            glue = self._glue(at, start + m.end()) if joined else "\n"
            out += [text[last : m.start()], glue]
            last = m.end()
        return "".join([*out, text[last:]])

    def _glue(self, before: int, after: int) -> str:
        left = self.text[:before][-1:] if before < 2 else self.text[before - 1]
        right = self.text[after : after + 1]
        return "" if left and right and _wide(left) and _wide(right) else " "

    def is_whole(self, start: int, end: int) -> bool:
        """Tell whether nothing but white space stays of the block around ``start..end``."""
        return self._begins(start) and self._finishes(end)

    def _begins(self, at: int) -> bool:
        """Walk back over what goes and white space; tell whether that reaches the beginning of the block."""
        for _ in range(_STEPS):
            if at == 0 or self.borders.is_at(at - 1):
                return True
            i = bisect_left(self._ends, at)
            if i < len(self._ends) and self._starts[i] < at:
                if self.borders.between(self._starts[i], at):
                    return True
                at = self._starts[i]
            elif self.text[at - 1].isspace():
                at -= 1
            else:
                return False
        return False

    def _finishes(self, at: int) -> bool:
        """Walk forward in the same way, to the end of the block."""
        for _ in range(_STEPS):
            if at == len(self.text) or self.borders.is_at(at):
                return True
            i = bisect_right(self._starts, at) - 1
            if i >= 0 and self._ends[i] > at:
                if self.borders.between(at, self._ends[i]):
                    return True
                at = self._ends[i]
            elif self.text[at].isspace():
                at += 1
            else:
                return False
        return False

    def regions(self, group: int) -> list[Region]:
        """Return what goes because of one group, in text order."""
        runs: list[list[Edit]] = []
        for edit in self.edits.get(group, ()):
            if runs and not self.text[runs[-1][-1].span.end : edit.span.start].strip():
                runs[-1].append(edit)
            else:
                runs.append([edit])
        out = []
        for run in runs:
            region = self._region(run)
            if region.whole or len(run) == 1 or not self.borders.between(region.start, region.end):
                out.append(region)
            else:  # one cut ends a paragraph, the next one begins another
                out += map(self._region, self._by_block(run))
        return out

    def _region(self, run: Sequence[Edit]) -> Region:
        start, end = self.trim(run[0].span.start, run[-1].span.end)
        return Region(start, end, self.is_whole(start, end), tuple(run))

    def _by_block(self, run: Sequence[Edit]) -> list[list[Edit]]:
        """Divide edits where a block ends between the words of two of them."""
        out: list[list[Edit]] = [[run[0]]]
        for before, edit in pairwise(run):
            end, start = self.trim(*_ends(before))[1], self.trim(*_ends(edit))[0]
            if self.borders.between(end, start):
                out.append([edit])
            else:
                out[-1].append(edit)
        return out

    def trim(self, start: int, end: int) -> tuple[int, int]:
        """Leave out white space at both ends."""
        span = Span(start, end).trimmed(self.text)
        return span.start, span.end

    def lines(self, start: int, end: int) -> tuple[int, int]:
        """First and last line of a stretch, of what it says: white space at its ends is in none."""
        start, end = self.trim(start, end)
        return self.line(start), self.line(max(start, end - 1))

    def label(self, offset: int) -> str:
        """Line number of an offset."""
        return str(self.line(offset))

    def staying(self, start: int, end: int) -> str:
        """Return the text of a stretch without what goes there (an ellipsis in its place)."""
        out, at = [], start
        i = bisect_right(self._ends, start)
        while i < len(self._starts) and self._starts[i] < end:
            out.append(self.flat(at, max(at, self._starts[i])))
            if self.text[max(start, self._starts[i]) : min(end, self._ends[i])].strip():
                out.append(self.glyphs.ellipsis)
            at = max(at, self._ends[i])
            i += 1
        return "".join([*out, self.flat(at, end) if at < end else ""])


def _ends(edit: Edit) -> tuple[int, int]:
    return edit.span.start, edit.span.end


def _is_vote(edit: Edit) -> bool:
    """Tell whether an edit puts other characters into a kept text; cleaners' edits have no group."""
    return edit.group >= 0 and bool(edit.replacement)


def last_part(text: str, *, clause: bool = False, parts: int = 1) -> str:
    """Return the last sentences (or the last clause) of what stands before a place."""
    pattern = _CLAUSE if clause else _SENTENCE
    stops = [m.end() for m in pattern.finditer(text) if m.end() < len(text.rstrip())]
    return text[stops[-parts] :] if len(stops) >= parts else text


def first_part(text: str, *, parts: int = 1) -> str:
    """Return the first sentences of what stands behind a place."""
    stops = [m.end() for m in _SENTENCE.finditer(text) if text[: m.end()].strip()]
    return text[: stops[parts - 1]].rstrip() if len(stops) >= parts else text


def _wide(char: str) -> bool:
    return is_han(ord(char)) or 0x3000 <= ord(char) <= 0x30FF or 0xFF01 <= ord(char) <= 0xFF60
