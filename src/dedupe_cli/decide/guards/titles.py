"""Nothing is cut inside a title, and no title goes for itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dedupe_cli.document.split import BlockKind

if TYPE_CHECKING:
    from dedupe_cli.decide.state import Removal
    from dedupe_cli.document.view import View


def cuts_title(view: View, parts: Sequence[Removal]) -> bool:
    """Tell whether nothing but headings would go, or a part of one, of a row or of code: these go as wholes."""
    whole = (BlockKind.HEADING, BlockKind.TABLE, BlockKind.CODE)
    kinds = [view.kind(part.block) for part in parts]
    inside = any(not part.whole and kind in whole for part, kind in zip(parts, kinds, strict=True))
    return inside or (view.unit != "line" and all(kind is BlockKind.HEADING for kind in kinds))
