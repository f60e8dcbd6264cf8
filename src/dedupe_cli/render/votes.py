"""A kept text that copies voted on: what goes and what is put in, inside of its line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.language import _, said
from dedupe_cli.render.phrases import count
from dedupe_cli.render.pieces import CUT, LOST, NEW, Line, Mark, Piece, Role
from dedupe_cli.render.words import changes

if TYPE_CHECKING:
    from dedupe_cli.model import Span
    from dedupe_cli.render.view import View

# A text of so many characters is shown whole.
_SHORT = 480
# The diff is that of a copy (the text as it was) against a kept text (as it will be): here it is one text.
_ROLES = {Role.GOES: Role.TEXT, Role.LOST: Role.GOES}
_BRACKETS = {LOST.left: CUT.left, LOST.right: CUT.right}


def vote_pieces(view: View, span: Span) -> tuple[list[Piece], frozenset[Mark]]:
    """Return a stretch of a kept text with the votes on it, nothing when there are none or too many to read.

    What lies between them is left out, unless the stretch is short or the view is of the whole.
    """
    if not view.votes(span):
        return [], frozenset()
    text = view.flat(span.start, span.end)
    diff = changes(view.voted(span), text, view.glyphs, whole=view.whole or len(text) <= _SHORT)
    return [_as_edit(p) for p in diff.pieces], frozenset({CUT, NEW} if diff.pieces else ())


def vote_note(view: View, spans: tuple[Span, ...]) -> list[Line]:
    """Return the line that counts the votes on a kept text."""
    votes = [vote for span in spans for vote in view.votes(span)]
    if not votes:
        return []
    words = _("{what} of what stays changed {how}", what=count(len(votes), "place"), how=said(votes[0].reason))
    return [Line(note=words)]


def _as_edit(piece: Piece) -> Piece:
    text = _BRACKETS.get(piece.text, piece.text) if piece.role is Role.LOST and piece.solid else piece.text
    return replace(piece, text=text, role=_ROLES.get(piece.role, piece.role))
