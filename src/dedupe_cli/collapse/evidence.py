"""What speaks for noise and what for content in one difference: values with names, to be weighed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.collapse.han import han_evidence
from dedupe_cli.collapse.latin import Exchange, exchange, latin_evidence

if TYPE_CHECKING:
    from dedupe_cli.collapse.differences import Letters, Piece
    from dedupe_cli.collapse.features import Evidence


def subject(letters: Letters, piece: Piece) -> Piece | Exchange:
    """Return what the evidence of a piece depends on: with words, the same for all that exchange the same."""
    block, places = piece.block, letters.han
    han = places.find(1, max(0, block.a0 - 1), block.a1 + 1) >= 0 or places.find(1, block.b0, block.b1) >= 0
    return piece if han else exchange(letters, piece)


def evidence(letters: Letters, what: Piece | Exchange) -> Evidence:
    """Collect the evidence of a :func:`subject`; what depends on the pair is added when it is weighed."""
    return latin_evidence(letters, what) if isinstance(what, Exchange) else han_evidence(letters, what)
