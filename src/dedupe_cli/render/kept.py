"""The text of a group that stays, by paragraphs, with what copies voted into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.render.escape import shown
from dedupe_cli.render.phrases import count
from dedupe_cli.render.pieces import STAYS, Line, Piece, Role
from dedupe_cli.render.view import View, last_part
from dedupe_cli.render.votes import vote_note, vote_pieces
from dedupe_cli.render.words import ellipsis
from dedupe_cli.text.diff import tokens

if TYPE_CHECKING:
    from dedupe_cli.model import Member, Span

# Rows of a text that stays, and of each paragraph of several.
ROWS, FEW_ROWS = 6, 3
# Paragraphs of a kept block: more are shown by their first and last.
_PARAGRAPHS = 6


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
    return [*lines, *vote_note(view, member.spans)]


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
    voted, marks = vote_pieces(view, span)
    label = view.label(span.start)
    if voted:
        return Line(STAYS, label, (*before, *voted), "", after, limit, marks=marks)
    return Line(STAYS, label, tuple(before), view.flat(span.start, span.end), after, limit)
