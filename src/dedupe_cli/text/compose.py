"""Two lists of edits, one after the other, as one list on the first text.

The second list counts in the text that the first one makes. An edit that names a counterpart (a cut) stays what
it is, and takes what a cleaner changed inside of it; cleaners' edits that meet join.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from dedupe_cli.model import Edit, Span
from dedupe_cli.text.fold import fold_char
from dedupe_cli.text.letters import letters


def is_cut(edit: Edit) -> bool:
    """Tell whether an edit takes away what is said elsewhere."""
    return edit.group >= 0 and not edit.replacement


class Shift:
    """Where the characters of an edited ``text`` came from; ``edits`` are in order and apart.

    Of what was put in beside a character that stays, the character is no origin.
    """

    def __init__(self, text: str, edits: Sequence[Edit]) -> None:
        self._text, self._edits = text, edits
        self._starts: list[int] = []
        self._ends: list[int] = []
        moved = 0
        for edit in edits:
            start = edit.span.start + moved
            self._starts.append(start)
            self._ends.append(start + len(edit.replacement))
            moved += len(edit.replacement) - len(edit.span)

    def _begin(self, offset: int) -> int:
        """Return the first offset of what the character at ``offset`` came from."""
        at = bisect_right(self._starts, offset) - 1
        if at < 0:
            return offset
        span = self._edits[at].span
        if offset >= self._ends[at]:
            return offset - self._ends[at] + span.end
        behind = offset - self._starts[at] >= len(span)
        return span.end if behind and self._edits[at].replacement.startswith(span.of(self._text)) else span.start

    def _end(self, offset: int) -> int:
        """Return the offset behind what the character before ``offset`` came from."""
        at = bisect_left(self._starts, offset) - 1
        if at < 0:
            return offset
        span = self._edits[at].span
        if offset > self._ends[at]:
            return offset - self._ends[at] + span.end
        before = self._ends[at] - offset >= len(span)
        return span.start if before and self._edits[at].replacement.endswith(span.of(self._text)) else span.end

    def origin(self, span: Span) -> Span:
        """Return the stretch of the first text that a stretch of the edited one came from."""
        start = self._begin(span.start)
        return Span(start, max(start, self._end(span.end))) if span else Span(start, start)

    def origins(self, span: Span) -> tuple[Span, ...]:
        """Return the same without what cuts took out of it."""
        whole = self.origin(span)
        low, high = bisect_left(self._starts, span.start), bisect_right(self._ends, span.end)
        out, at = [], whole.start
        for edit in self._edits[low:high]:
            if is_cut(edit) and at <= edit.span.start and edit.span.end <= whole.end:
                out.append(Span(at, edit.span.start))
                at = edit.span.end
        return tuple(part for part in (*out, Span(at, whole.end)) if part) or (whole,)


class _Piece(NamedTuple):
    """A piece of the edited text: where it came from, what it says, and the edit that made it, if one did."""

    span: Span
    text: str
    edit: Edit | None = None
    letters: int = 0  # those of the first text that the edit changed


def compose(text: str, first: Sequence[Edit], second: Sequence[Edit]) -> list[Edit]:
    """Return the edits of ``text`` that have the effect of ``first`` and then of ``second``.

    Every edit of ``second`` must take something; one that only puts in raises :class:`ValueError`.
    """
    if not first or not second:
        return [*first, *second]
    pieces = _Pieces(text, first)
    out: list[Edit] = []
    at = 0
    for edit in second:
        out += pieces.edits(edit.span.start - at)
        head, middle, tail = _around_a_cut(edit, pieces)
        out += pieces.edits(head)
        out += _merged(middle, pieces.take(len(middle.span), last=True))
        out += pieces.edits(tail)
        at = edit.span.end
    out += pieces.rest()
    return [edit for edit in _settled(out) if edit.span.of(text) != edit.replacement]


def _around_a_cut(edit: Edit, pieces: _Pieces) -> tuple[int, Edit, int]:
    """Return an edit that goes on over a cut without what it leaves at its ends, and how much that is.

    A cleaner may put two lines together between which a third one went. What it does not change moves nowhere.
    """
    if is_cut(edit) or not pieces.hold_a_cut(len(edit.span)):
        return 0, edit, 0
    old, new = pieces.text(len(edit.span)), edit.replacement
    head = min(_alike(old, new), len(old) - 1)
    tail = min(_alike(old[:head:-1], new[head:][::-1]), len(old) - 1 - head)
    span = Span(edit.span.start + head, edit.span.end - tail)
    return head, replace(edit, span=span, replacement=new[head : len(new) - tail]), tail


def _alike(one: str, other: str) -> int:
    """Count the characters that two strings begin with."""
    unlike = (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(unlike, min(len(one), len(other)))


class _Pieces:
    """The edited text as a stack of pieces, taken from the front by numbers of characters."""

    def __init__(self, text: str, edits: Sequence[Edit]) -> None:
        pieces, at = [], 0
        self._text = text
        for edit in edits:
            if edit.span.start > at:
                pieces.append(_Piece(Span(at, edit.span.start), text[at : edit.span.start]))
            gone, new = letters(edit.span.of(text)), letters(edit.replacement)
            pieces.append(_Piece(edit.span, edit.replacement, edit, 0 if gone == new else len(gone) + 1))
            at = edit.span.end
        if at < len(text):
            pieces.append(_Piece(Span(at, len(text)), text[at:]))
        self._stack = pieces[::-1]

    def take(self, size: int, *, last: bool = False) -> list[_Piece]:
        """Take ``size`` characters; with ``last``, deletions behind them stay, else they come along."""
        out: list[_Piece] = []
        while self._stack and (size or not (last or self._stack[-1].text)):
            piece = self._stack.pop()
            if len(piece.text) > size:
                puts_in = piece.text.startswith(piece.span.of(self._text)) and len(piece.span) <= size
                piece, rest = _split(self._text, piece, size, owner=last and not puts_in)
                self._stack.append(rest)
            out.append(piece)
            size -= len(piece.text)
        return out

    def text(self, size: int) -> str:
        """Return the next ``size`` characters; they are not taken."""
        out, rest = [], size
        for piece in reversed(self._stack):
            if rest <= 0:
                break
            out.append(piece.text[:rest])
            rest -= len(piece.text)
        return "".join(out)

    def hold_a_cut(self, size: int) -> bool:
        """Tell whether a cut stands between the next ``size`` characters."""
        at = 0
        for piece in reversed(self._stack):
            if at >= size:
                return False
            if at and piece.edit is not None and is_cut(piece.edit):
                return True
            at += len(piece.text)
        return False

    def edits(self, size: int) -> list[Edit]:
        """Take ``size`` characters that stay as they are; return the edits among them."""
        return _edits(self.take(size))

    def rest(self) -> list[Edit]:
        """Return the edits that are left."""
        return _edits(self._stack[::-1])


def _edits(pieces: Sequence[_Piece]) -> list[Edit]:
    return [replace(p.edit, span=p.span, replacement=p.text) for p in pieces if p.edit]


def _split(text: str, piece: _Piece, size: int, *, owner: bool) -> tuple[_Piece, _Piece]:
    """Split a piece where its letters are divided, as each part may say no others than it takes.

    What was replaced besides (all, if its letters are others now) belongs to the second part when ``owner``, else to
    the first. What stands behind a character that stays, such as a space, is put in by the second part alone.
    """
    span, head, tail = piece.span, piece.text[:size], piece.text[size:]
    middle = span.start + (size if piece.edit is None else _divided(span.of(text), head, tail, owner=owner))
    one, other = Span(span.start, middle), Span(middle, span.end)
    return piece._replace(span=one, text=head), piece._replace(span=other, text=tail)


def _divided(gone: str, head: str, tail: str, *, owner: bool) -> int:
    """Return where what goes has the letters of ``head`` before it and those of ``tail`` behind it, if it has them."""
    places = [at for at, char in enumerate(gone) if fold_char(char)]
    before, behind = _folded(head), _folded(tail)
    if _folded(gone) != before + behind or len(places) != len(before) + len(behind):
        return 0 if owner else len(gone)
    if owner:
        return places[len(before) - 1] + 1 if before else 0
    return places[len(before)] if behind else len(gone)


def _merged(edit: Edit, pieces: Sequence[_Piece]) -> list[Edit]:
    """Return an edit of the second list on the first text, around the cuts that lie in it."""
    if not pieces:
        raise ValueError(f"edit {edit.span.start}..{edit.span.end} takes nothing")
    named = edit if is_cut(edit) else _name(edit, pieces)
    out: list[Edit] = []
    new, start = edit.replacement, pieces[0].span.start
    for piece in pieces:
        if piece.edit is not None and is_cut(piece.edit):
            out += [replace(named, span=Span(start, piece.span.start), replacement=new), piece.edit]
            new, start = "", piece.span.end
    return [*out, replace(named, span=Span(start, pieces[-1].span.end), replacement=new)]


def _name(edit: Edit, pieces: Sequence[_Piece]) -> Edit:
    """Name the rule of a cleaner's edit: the one that changed the most letters."""
    before = [p for p in pieces if p.edit is not None and not is_cut(p.edit)]
    most = max(before, key=lambda p: p.letters, default=None)
    if most is None or most.edit is None or letters("".join(p.text for p in pieces)) != letters(edit.replacement):
        return edit
    return most.edit if most.letters else edit


def _folded(text: str) -> str:
    return "".join(map(fold_char, text))


def _settled(edits: Sequence[Edit]) -> list[Edit]:
    """Drop what changes nothing; let what only puts in join the cleaner's edit that it touches."""
    out: list[Edit] = []
    for edit in edits:
        if not edit.span and not edit.replacement:
            continue
        if out and _touches(out[-1], edit):
            named = out[-1] if out[-1].span else edit
            span = Span(out[-1].span.start, edit.span.end)
            out[-1] = replace(named, span=span, replacement=out[-1].replacement + edit.replacement)
        else:
            out.append(edit)
    return out


def _touches(before: Edit, edit: Edit) -> bool:
    if is_cut(before) or is_cut(edit) or before.span.end != edit.span.start:
        return False
    return not edit.span or not before.span
