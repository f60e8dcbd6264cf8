"""The text of a group that stays, by paragraphs, with what copies voted into it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.language import _, said
from dedupe_cli.render.escape import shown
from dedupe_cli.render.phrases import count
from dedupe_cli.render.pieces import CUT, LOST, NEW, STAYS, Line, Mark, Piece, Role
from dedupe_cli.render.view import View, last_part
from dedupe_cli.render.words import changes, ellipsis
from dedupe_cli.text.diff import tokens

if TYPE_CHECKING:
    from dedupe_cli.model import Member, Span

# Rows of a text that stays, and of each paragraph of several.
ROWS, FEW_ROWS = 6, 3
# Paragraphs of a kept block: more are shown by their first and last.
_PARAGRAPHS = 6
# A text of so many characters is shown whole.
_SHORT = 480
# The diff is that of a copy (the text as it was) against a kept text (as it will be): here it is one text.
_ROLES = {Role.GOES: Role.TEXT, Role.LOST: Role.GOES}
_BRACKETS = {LOST.left: CUT.left, LOST.right: CUT.right}


def kept_lines(view: View, member: Member) -> list[Line]:
    """Return a line for each paragraph of a kept text; of many only the first three and the last two."""
    blocks = [block for span in member.spans for block in view.borders.blocks(view.dressed(span))]
    few = view.whole or len(blocks) <= _PARAGRAPHS
    some = blocks if few else [*blocks[:3], *blocks[-2:]]
    limit = ROWS if len(some) <= 2 else FEW_ROWS
    lines = [_line(view, block, 0 if view.whole else limit) for block in some]
    if not few:
        hidden = f"{view.glyphs.ellipsis}{count(len(blocks) - 5, 'more paragraph')}{view.glyphs.ellipsis}"
        lines.insert(3, Line(STAYS, before=(Piece(hidden, Role.DIM),)))
    return [*lines, *_vote_note(view, member.spans)]


def _line(view: View, span: Span, limit: int) -> Line:
    """Show a kept stretch, the clause before it dim when it begins inside of a paragraph."""
    start, end = view.borders.start(span.start), view.borders.end(span.end)
    before: list[Piece] = []
    lead = view.staying(start, span.start)
    if lead.strip():
        clause = last_part(lead, clause=True)
        items = tokens(clause)
        clause = clause[items[-24].start :] if len(items) > 24 else clause
        cut = len(clause) < len(lead) or (start > 0 and not view.borders.begins(start))
        before = [*([ellipsis(view.glyphs)] if cut else []), *shown(clause, Role.DIM, view.glyphs)]
    after = (ellipsis(view.glyphs),) if view.text[span.end : end].strip() else ()
    voted, marks = _vote_pieces(view, span)
    label = view.label(span.start)
    if voted:
        return Line(STAYS, label, (*before, *voted), "", after, limit, marks=marks)
    return Line(STAYS, label, tuple(before), view.flat(span.start, span.end), after, limit)


def _vote_pieces(view: View, span: Span) -> tuple[list[Piece], frozenset[Mark]]:
    """Return a stretch of a kept text with the votes on it, nothing when there are none or too many to read.

    What lies between them is left out, unless the stretch is short or the view is of the whole.
    """
    if not view.votes(span):
        return [], frozenset()
    text = view.flat(span.start, span.end)
    diff = changes(view.voted(span), text, view.glyphs, whole=view.whole or len(text) <= _SHORT)
    return [_as_edit(p) for p in diff.pieces], frozenset({CUT, NEW} if diff.pieces else ())


def _vote_note(view: View, spans: tuple[Span, ...]) -> list[Line]:
    """Return the line that counts the votes on a kept text."""
    votes = [vote for span in spans for vote in view.votes(span)]
    if not votes:
        return []
    words = _("{what} of what stays changed {how}", what=count(len(votes), "place"), how=said(votes[0].reason))
    return [Line(note=words)]


def _as_edit(piece: Piece) -> Piece:
    text = _BRACKETS.get(piece.text, piece.text) if piece.role is Role.LOST and piece.solid else piece.text
    return replace(piece, text=text, role=_ROLES.get(piece.role, piece.role))
