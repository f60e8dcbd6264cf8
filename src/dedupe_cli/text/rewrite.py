"""Text and edits in, text out: the one place where a text is changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dedupe_cli.errors import PlanError

if TYPE_CHECKING:
    from dedupe_cli.model import Edit


def rewrite(text: str, edits: Iterable[Edit]) -> str:
    """Return ``text`` with all edits applied; everything outside of an edit is copied as it is.

    Raises :class:`PlanError` when edits overlap, are out of order, or lie outside of the text.
    """
    pieces: list[str] = []
    at = 0
    for edit in edits:
        if edit.span.start < at or edit.span.end > len(text):
            raise PlanError(f"edit {edit.span.start}..{edit.span.end} overlaps another or lies outside the text")
        pieces.append(text[at : edit.span.start])
        pieces.append(edit.replacement)
        at = edit.span.end
    pieces.append(text[at:])
    return "".join(pieces)
