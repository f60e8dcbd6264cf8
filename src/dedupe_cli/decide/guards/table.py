"""The guards in their order, and the word for each in what is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dedupe_cli.decide.guards.amendments import is_amendment
from dedupe_cli.decide.guards.marks import breaks_marks
from dedupe_cli.decide.guards.quotations import is_announced
from dedupe_cli.decide.guards.sentences import breaks_sentence
from dedupe_cli.decide.guards.tags import breaks_tags
from dedupe_cli.decide.guards.titles import cuts_title

if TYPE_CHECKING:
    from dedupe_cli.decide.state import Removal
    from dedupe_cli.document.view import View

    Guard = Callable[[View, Sequence[Removal]], bool]

GUARDS: tuple[tuple[str, Guard], ...] = (
    ("title", cuts_title),
    ("tags", breaks_tags),
    ("marks", breaks_marks),
    ("sentence", breaks_sentence),
    ("amendment", is_amendment),
    ("quotation", is_announced),
)
# What these keep may be said once too often all the same: it may go in its other place.
TEARS = frozenset({"marks", "sentence"})


def guarded(view: View, parts: Sequence[Removal]) -> str:
    """Return the word for the first guard that keeps a candidate, empty where none does."""
    return next((word for word, holds in GUARDS if holds(view, parts)), "")
