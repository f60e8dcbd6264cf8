"""What is announced as said again stays: "as was said above, …", a paragraph set in emphasis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dedupe_cli.decide.entry_evidence import is_quoted

if TYPE_CHECKING:
    from dedupe_cli.decide.state import Removal
    from dedupe_cli.document.view import View


def is_announced(view: View, parts: Sequence[Removal]) -> bool:
    """Tell whether a part of a candidate is a quotation by its own words."""
    return any(is_quoted(view, part) for part in parts)
