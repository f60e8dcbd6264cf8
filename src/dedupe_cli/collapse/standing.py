"""What stays although it is said again: sentences in the entries of a reference, each of which stands for itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.collapse.passages import Gaps, passages
from dedupe_cli.collapse.repeats import repeats_of
from dedupe_cli.model import Reason, Safety
from dedupe_cli.text.entries import in_entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.collapse.state import Decisions, Removal
    from dedupe_cli.collapse.view import View
    from dedupe_cli.model import Repeat, Span

# A passage of so many units is worth saying once, wherever it stands.
LONG = 40
# Of one passage, pieces that lie no further apart are counted together.
_BESIDE = 10


def entries_apart(view: View, decisions: Decisions, ignored: Sequence[Span]) -> tuple[Decisions, list[Repeat]]:
    """Take the removals out of what was decided that are short passages in entries; return them as held back."""
    if view.unit == "line" or not decisions.removals:
        return decisions, []
    spans = [view.fold.span(removal.start, removal.end) for removal in decisions.removals]
    inside = [in_entry(view.text, span) for span in spans]
    if not any(inside):
        return decisions, []
    gaps = Gaps(view.text, [*ignored, *spans])
    rows = [(_kept(view, removal), (span,)) for removal, span in zip(decisions.removals, spans, strict=True)]
    stay: list[int] = []
    for passage in passages(rows, gaps, _BESIDE):
        size = sum(view.units(decisions.removals[n].start, decisions.removals[n].end) for n in passage)
        if size < LONG:
            stay += [n for n in passage if inside[n]]
    if not stay:
        return decisions, []
    held = set(stay)
    kept = replace(decisions, removals=[decisions.removals[n] for n in stay])
    gone = {decisions.removals[n].block for n in stay}
    rest = [removal for n, removal in enumerate(decisions.removals) if n not in held]
    return replace(decisions, removals=rest, gone=decisions.gone - gone), [_as_held(r) for r in repeats_of(view, kept)]


def _kept(view: View, removal: Removal) -> tuple[Span, ...]:
    return tuple(sorted(view.fold.span(piece.a0, piece.a1) for piece in removal.pieces if piece.a1 > piece.a0))


def _as_held(repeat: Repeat) -> Repeat:
    cuts = tuple(replace(cut, span=cut.copy[0], held=(Reason.ENTRY,)) for cut in repeat.cuts)
    return replace(repeat, cuts=cuts, safety=Safety.UNSAFE)
