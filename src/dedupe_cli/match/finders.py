"""The finders of repetition in place, in their order.

Captions come first, because no least length applies in them; overlaps before loops, which would take them
for two rounds and keep the joint; damaged rounds before whole ones, which are their witnesses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.match.captions import find_caption_removals
from dedupe_cli.match.drift import find_drift
from dedupe_cli.match.loops import find_loop_removals
from dedupe_cli.match.overlap import find_overlap_removals
from dedupe_cli.match.worn import find_worn_removals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedupe_cli.match.removal import Removal
    from dedupe_cli.match.scene import Scene

    Finder = Callable[[Scene], list[Removal]]

FINDERS: Sequence[Finder] = (
    find_caption_removals,
    find_overlap_removals,
    find_worn_removals,
    find_loop_removals,
    find_drift,
)
