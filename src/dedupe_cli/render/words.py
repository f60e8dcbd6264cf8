"""What a copy shows: its head and tail, or only how it differs from the text that stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dedupe_cli.language import _
from dedupe_cli.render.phrases import number
from dedupe_cli.render.pieces import LOST, ONLY, Glyphs, Mark, Piece, Role, shown
from dedupe_cli.text.diff import BREAK, Run, Token, runs, share_changed, tokens, units

# A text of so many characters is shown whole where there is room; a longer one loses its middle.
LONG = 2400
_HEAD, _END = 1600, 500
# Where a clause ends.
CLAUSE_MARKS = frozenset("，。、；：！？,.;:!?…—\n")
# Punctuation that brings its own room.
_FULL_WIDTH = frozenset("，。、；：！？（）《》【】「」『』")
# Tokens beside a difference, and at the ends of a cut.
AROUND, FIRST, LAST = 6, 12, 8
# Above this share of differing tokens a diff is harder to read than the text.
_TOO_DIFFERENT = 0.6
# Above this many differences people look at the texts side by side anyway.
_TOO_MANY = 40


@dataclass(frozen=True, slots=True)
class Changes:
    """The word diff of a copy against the kept text, ready to print.

    ``pieces`` is empty when the copy is better shown whole; ``form``: only white space, punctuation or case
    differ; ``places`` counts the differences.
    """

    pieces: tuple[Piece, ...]
    form: bool
    places: int
    marks: frozenset[Mark] = frozenset()


def gap(count: int, glyph: Glyphs, what: str = "") -> Piece:
    """Return the mark of what is left out: ``…101…``."""
    words = number(count) + (f" {what}" if what else "")
    return Piece(f"{glyph.ellipsis}{words}{glyph.ellipsis}", Role.DIM, solid=True)


def spaced_gap(head: str, hidden: int, tail: str, glyph: Glyphs, what: str = "") -> list[Piece]:
    """Return the mark of what is left out, a space on each side unless full-width punctuation leaves room."""
    before = "" if head[-1:] in _FULL_WIDTH else " "
    after = "" if tail[:1] in _FULL_WIDTH else " "
    return [p for p in (Piece(before), gap(hidden, glyph, what), Piece(after)) if p.text]


def ellipsis(glyph: Glyphs) -> Piece:
    """Return a dim ellipsis."""
    return Piece(glyph.ellipsis, Role.DIM, solid=True, closes=True)


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
    return [*shown(head, role, glyph), *spaced_gap(head, hidden, tail, glyph), *shown(tail, role, glyph)]


def long(text: str, role: Role, glyph: Glyphs) -> list[Piece]:
    """Show a text; a long one without its middle."""
    if len(text) <= LONG:
        return shown(text, role, glyph)
    hidden = gap(len(text) - _HEAD - _END, glyph, _("characters"))
    return [*shown(text[:_HEAD], role, glyph), hidden, *shown(text[-_END:], role, glyph)]


def _stops(items: Sequence[Token], at: int) -> bool:
    """Tell whether a clause ends before token ``at``."""
    return 0 < at < len(items) and items[at - 1].text in CLAUSE_MARKS and items[at].unit


def changes(
    kept: str, copy: str, glyph: Glyphs, *, first: int = 0, last: int = 0, part: bool = False, whole: bool = False
) -> Changes:
    """Compare a copy with the kept text; ``first`` and ``last`` tokens are shown at the ends in any case.

    ``part``: the copy is compared with the part of the kept text that it covers; what lies before and behind
    is no difference. ``whole``: nothing is left out.
    """
    pair = _Pair(kept, copy, tokens(kept), tokens(copy), glyph)
    found = runs(pair.a, pair.b)
    if found is None:
        return Changes((), form=False, places=_TOO_MANY + 1)
    if part:
        found = _covered(found)
    places = [r for r in found if not r.equal]
    form = not any(_says(pair.a[r.a0 : r.a1]) or _says(pair.b[r.b0 : r.b1]) for r in places) or _folds(kept, copy)
    if share_changed(found) > _TOO_DIFFERENT or len(places) > _TOO_MANY:
        return Changes((), form=form, places=len(places))
    out: list[Piece] = []
    for i, run in enumerate(found):
        last_one = i == len(found) - 1
        sides = (AROUND if i else first, last if last_one else AROUND) if not whole else (len(pair.b), 0)
        out += pair.equal(run, sides, inner=i > 0 and not last_one) if run.equal else pair.changed(run)
    marks = {LOST for r in places if r.b1 > r.b0} | {ONLY for r in places if r.a1 > r.a0}
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


def _clause_start(items: Sequence[Token], size: int) -> int:
    """Begin what stands before a difference at a clause mark, when one is near."""
    near = range(size - 2, min(size + 5, len(items) - 1))
    return next((n for n in near if items[-n - 1].text in CLAUSE_MARKS), size)


@dataclass(frozen=True, slots=True)
class _Pair:
    """The kept text and a copy with their tokens ``a`` and ``b``."""

    kept: str
    copy: str
    a: list[Token]
    b: list[Token]
    glyph: Glyphs

    def equal(self, run: Run, sides: tuple[int, int], *, inner: bool) -> list[Piece]:
        """Show so many tokens at both ends of an equal run, and an ellipsis for the rest."""
        low, high = sides
        part = self.b[run.b0 : run.b1]
        if len(part) <= low + high + 3:
            return self._goes(part[0].start, part[-1].end)
        high = _clause_start(part, high) if high and (inner or not low) else high
        behind = len(part) - high
        begin = self._goes(part[0].start, part[low - 1].end) if low else []
        end = self._goes(part[behind].start, part[-1].end) if high else []
        if not (begin and end):
            return [*begin, ellipsis(self.glyph), *end]
        if not inner:
            head, tail = part[low - 1].text, part[behind].text
            return [*begin, *spaced_gap(head, units(part[low:behind]), tail, self.glyph), *end]
        before = self._goes(part[low - 1].end, part[low].start)
        after = self._goes(part[behind - 1].end, part[behind].start)
        return [*begin, *before, ellipsis(self.glyph), *after, *end]

    def changed(self, run: Run) -> list[Piece]:
        """Show a difference; the white space around it stays outside of the marks."""
        lost, only = self.b[run.b0 : run.b1], self.a[run.a0 : run.a1]
        out: list[Piece] = []
        if lost:
            out += LOST.around(self._words(self.copy, lost, Role.LOST))
        if only:
            out += ONLY.around(self._words(self.kept, only, Role.KEPT))
        text, items = (self.copy, self.b) if lost else (self.kept, self.a)
        low, high = (run.b0, run.b1) if lost else (run.a0, run.a1)
        return [*self._space(text, items, low), *out, *self._space(text, items, high)]

    def _goes(self, start: int, end: int) -> list[Piece]:
        return shown(self.copy[start:end], Role.GOES, self.glyph)

    def _words(self, text: str, items: Sequence[Token], role: Role) -> list[Piece]:
        if any(t.text == BREAK for t in items):
            body = "".join("\n" if t.text == BREAK else text[t.start : t.end] for t in items)
            return shown(body, role, self.glyph)
        body = text[items[0].start : items[-1].end]
        return ends(body, role, self.glyph) if len(items) > FIRST + LAST + 4 else shown(body, role, self.glyph)

    def _space(self, text: str, items: Sequence[Token], at: int) -> list[Piece]:
        """Return the white space before token ``at``, when there is any between two tokens of one block."""
        if not 0 < at < len(items):
            return []
        between = text[items[at - 1].end : items[at].start]
        return shown(between, Role.GOES, self.glyph) if "\n" not in between else []
