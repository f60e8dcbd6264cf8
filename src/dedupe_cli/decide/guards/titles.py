"""Nothing is cut inside a title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.text.split import BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.collapse.view import View
    from dedupe_cli.decide.state import Removal


def cuts_title(view: View, parts: Sequence[Removal]) -> bool:
    """Tell whether a part of a heading, of a row or of code would go: they go as wholes."""
    whole = (BlockKind.HEADING, BlockKind.TABLE, BlockKind.CODE)
    return any(not part.whole and view.kind(part.block) in whole for part in parts)
