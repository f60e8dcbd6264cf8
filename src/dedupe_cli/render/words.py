"""What a copy shows: its head and tail, or only how it differs from the text that stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe_cli.render.escape import Glyphs, shown
from dedupe_cli.render.phrases import number
from dedupe_cli.render.pieces import LOST, ONLY, Piece, Role
from dedupe_cli.text.diff import BREAK, Run, Token, runs, share_changed, tokens, units

if TYPE_CHECKING:
    from collections.abc import Sequence

# Where a clause ends.
CLAUSE_MARKS = frozenset("，。、；：！？,.;:!?…—\n")
# Tokens beside a difference, and at the ends of a cut.
AROUND, FIRST, LAST = 6, 12, 8
# Above this share of differing tokens a diff is harder to read than the text.
_TOO_DIFFERENT = 0.6
# Above this many differences people look at the texts side by side anyway.
_TOO_MANY = 40


@dataclass(frozen=True, slots=True)
class Changes:
    """The word diff of a copy against the kept text, ready to print.

    ``pieces`` is empty when the copy is better shown whole; ``form`` is true when only white space, punctuation or
    case differ; ``places`` counts the differences.
    """

    pieces: tuple[Piece, ...]
    form: bool
    places: int
    marks: frozenset[object] = frozenset()


def gap(count: int, glyph: Glyphs, what: str = "") -> Piece:
    """Return the mark of what is left out: ``…101…``."""
    words = number(count) + (f" {what}" if what else "")
    return Piece(f"{glyph.ellipsis}{words}{glyph.ellipsis}", Role.DIM, solid=True)


def ellipsis(glyph: Glyphs) -> Piece:
    """Return a dim ellipsis."""
    return Piece(glyph.ellipsis, Role.DIM, solid=True)


def ends(text: str, role: Role, glyph: Glyphs, *, first: int = FIRST, last: int = LAST) -> list[Piece]:
    """Show the first and last tokens of a text and how much lies between."""
    items = tokens(text)
    if last:
        first = next((n for n in range(first + 2, first - 5, -1) if _stops(items, n)), first)
        last = next((n for n in range(last - 2, last + 5) if _stops(items, len(items) - n)), last)
    hidden = units(items[first : len(items) - last]) if len(items) > first + last else 0
    if hidden <= 4:  # the mark would take the room that it saves
        return shown(text, role, glyph)
    head, tail = text[: items[first - 1].end], text[items[len(items) - last].start :] if last else ""
    space = Piece(" ", role)
    return [*shown(head, role, glyph), space, gap(hidden, glyph), space, *shown(tail, role, glyph)]


def _stops(items: Sequence[Token], at: int) -> bool:
    """Tell whether a clause ends before token ``at``."""
    return 0 < at < len(items) and items[at - 1].text in CLAUSE_MARKS and items[at].unit


def changes(
    kept: str, copy: str, glyph: Glyphs, *, first: int = 0, last: int = 0, part: bool = False
) -> Changes:
    """Compare a copy with the kept text; ``first`` and ``last`` tokens are shown at the ends in any case.

    ``part``: the copy is compared with the part of the kept text that it covers; what lies before and behind is no
    difference.
    """
    a, b = tokens(kept), tokens(copy)
    found = runs(a, b)
    if found is None:
        return Changes((), form=False, places=_TOO_MANY + 1)
    if part:
        found = _covered(found)
    places = [r for r in found if not r.equal]
    form = all(not _says(a[r.a0 : r.a1]) and not _says(b[r.b0 : r.b1]) for r in places) or _folds(kept, copy)
    if share_changed(found) > _TOO_DIFFERENT or len(places) > _TOO_MANY:
        return Changes((), form=form, places=len(places))
    out: list[Piece] = []
    marks: set[object] = set()
    for i, run in enumerate(found):
        if run.equal:
            low = AROUND if i else first
            high = AROUND if i < len(found) - 1 else last
            out += _equal(copy, b, run, low, high, i == 0, i == len(found) - 1, glyph)
        else:
            out += _changed((kept, a), (copy, b), run, glyph, marks)
    return Changes(tuple(out), form=form, places=len(places), marks=frozenset(marks))


def _covered(found: list[Run]) -> list[Run]:
    """Leave out what only the kept text has at both ends."""
    low = 1 if found and found[0].b0 == found[0].b1 else 0
    high = len(found) - (1 if len(found) > low and found[-1].b0 == found[-1].b1 else 0)
    return found[low:high]


def _says(items: Sequence[Token]) -> bool:
    """Tell whether tokens say something: punctuation and paragraph breaks do not."""
    return any(t.unit for t in items)


def _folds(kept: str, copy: str) -> bool:
    from dedupe_cli.text.fold import fold  # noqa: PLC0415 -- numpy: start-up counts

    return fold(kept).string == fold(copy).string


def _equal(
    text: str, items: Sequence[Token], run: Run, low: int, high: int, head: bool, tail: bool, glyph: Glyphs
) -> list[Piece]:
    """Show an equal run: ``low`` tokens at its beginning, ``high`` at its end; one ellipsis for the rest."""
    part = items[run.b0 : run.b1]
    if len(part) <= low + high + 3:
        return shown(text[part[0].start : part[-1].end], Role.GOES, glyph)
    high = _clause_start(part, high) if high and not tail else high
    begin = text[part[0].start : part[low - 1].end] if low else ""
    end = text[part[-high].start : part[-1].end] if high else ""
    middle = [ellipsis(glyph)] if not (low and high) or not (head or tail) else [
        Piece(" ", Role.GOES), gap(units(part[low : len(part) - high]), glyph), Piece(" ", Role.GOES)
    ]  # fmt: skip
    return [*shown(begin, Role.GOES, glyph), *middle, *shown(end, Role.GOES, glyph)]


def _clause_start(items: Sequence[Token], size: int) -> int:
    """Begin what stands before a difference at a clause mark when there is one near ``size`` tokens before it."""
    near = range(size - 2, min(size + 5, len(items) - 1))
    return next((n for n in near if items[-n - 1].text in CLAUSE_MARKS), size)


def _changed(
    kept: tuple[str, list[Token]], copy: tuple[str, list[Token]], run: Run, glyph: Glyphs, marks: set[object]
) -> list[Piece]:
    """Show a difference; the white space around it stays outside of the marks."""
    out: list[Piece] = _space(copy, run.b0, glyph) if run.b1 > run.b0 else _space(kept, run.a0, glyph)
    for (text, items), low, high, mark in ((copy, run.b0, run.b1, LOST), (kept, run.a0, run.a1, ONLY)):
        if high > low:
            words = _words(text, items[low:high], mark.role, glyph)
            out += mark.around(words)
            marks.add(mark)
    return [*out, *(_space(copy, run.b1, glyph) if run.b1 > run.b0 else _space(kept, run.a1, glyph))]


def _words(text: str, items: Sequence[Token], role: Role, glyph: Glyphs) -> list[Piece]:
    if any(t.text == BREAK for t in items):
        body = "".join("\n" if t.text == BREAK else text[t.start : t.end] for t in items)
        return shown(body, role, glyph)
    if len(items) > FIRST + LAST + 4:
        return ends(text[items[0].start : items[-1].end], role, glyph)
    return shown(text[items[0].start : items[-1].end], role, glyph)


def _space(side: tuple[str, list[Token]], at: int, glyph: Glyphs) -> list[Piece]:
    """The white space before token ``at``, when there is any between two tokens of one block."""
    text, items = side
    if not 0 < at < len(items):
        return []
    between = text[items[at - 1].end : items[at].start]
    return shown(between, Role.GOES, glyph) if between and "\n" not in between else []
