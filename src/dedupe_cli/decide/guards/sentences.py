"""No whole sentence becomes a broken one: what was written on, in one sentence with what goes, holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dedupe_cli.decide.entry_evidence import leads
from dedupe_cli.document.split import BlockKind
from dedupe_cli.model import Kind

if TYPE_CHECKING:
    from dedupe_cli.decide.state import Removal
    from dedupe_cli.document.view import View

# Marks of emphasis, and Chinese words that belong to the word before them: no sentence and no clause begins with one.
_MARKS = " \t*_`"
_BOUND = frozenset("的地得了着过等们之")


def breaks_sentence(view: View, parts: Sequence[Removal]) -> bool:
    """Tell whether the words beside a stretch were written for it: in its own sentence, or where nothing is damaged."""
    return any(
        not part.whole
        and (
            _is_clause(view, part)
            or (
                not part.is_damaged
                and (
                    _begins_small(view, part)
                    or _goes_on(view, part)
                    or _leaves_label(view, part)
                    or _leads_on(view, part)
                )
            )
        )
        for part in parts
    )


def _is_clause(view: View, part: Removal) -> bool:
    """Tell whether a stretch says nearly the same as another one of its sentence: of two clauses each says its own."""
    if not any(item.kind is Kind.NOISE for item in part.judged):
        return False
    _, first, last, _ = view.sentence_of(part.start, part.end)
    return first < part.start and all(first <= piece.a0 and piece.a1 <= last for piece in part.pieces)


def _begins_small(view: View, part: Removal) -> bool:
    """Tell whether a stretch begins inside a sentence with a small letter, where the kept text has a capital one."""
    kept = min(part.pieces, key=lambda piece: piece.b0).kept_at(part.start)
    if view.is_border(part.start) or not view.is_border(kept):
        return False
    mine, other = view.text[view.fold.at[part.start]], view.text[view.fold.at[kept]]
    return mine.islower() and other == mine.upper()


def _goes_on(view: View, part: Removal) -> bool:
    """Tell whether a word that belongs to the last one of a stretch follows on it."""
    at, end = part.end, view.edges(part.block)[1]
    return at < end and view.fold.string[at] in _BOUND and not view.between(at)


def _leaves_label(view: View, part: Removal) -> bool:
    """Tell whether of a block nothing but what leads to a stretch would stay: ``2. Status: `` and nothing."""
    low, high = view.edges(part.block)
    return low < part.start and part.end == high and leads(view.between(part.start).strip(_MARKS))


def _leads_on(view: View, part: Removal) -> bool:
    """Tell whether a stretch is the end of a sentence that leads to items: to these its beginning leads, too."""
    if not part.broken or part.end < view.edges(part.block)[1] or not leads(view.said(part.block)):
        return False
    return part.block + 1 < len(view) and view.kind(part.block + 1) is BlockKind.ITEM
