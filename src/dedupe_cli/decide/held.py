"""What a content difference holds back: its sentence, or the whole block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.decide.borders import has_comma
from dedupe_cli.decide.cover import Cover, is_short
from dedupe_cli.decide.inside import VERSION_SHARE

if TYPE_CHECKING:
    from dedupe_cli.decide.context import Context


def is_spliced(context: Context, block: int, covered: Cover) -> bool:
    """Tell whether nothing but scraps at its edges hold a block, where the kept text goes on in mid-sentence.

    Two versions end alike or end both; a copy that was broken off and runs on into other words does neither.
    """
    view, (low, high) = context.view, context.view.edges(block)
    for item in covered.blocking:
        a0, a1, b0, b1 = item.block
        if b1 == high and b0 > low:
            seam, rest = a0, (a0, view.edges(view.block_at(max(a0 - 1, 0)))[1])
        elif b0 == low and b1 < high:
            seam, rest = a1, (view.edges(view.block_at(a1))[0], a1)
        else:
            return False
        if a1 - a0 > b1 - b0 or context.view.is_border(seam) or has_comma(view, seam) or is_short(view, *rest):
            return False
    return True


def holds_block(context: Context, block: int, covered: Cover) -> bool:
    """Tell whether a content difference holds the whole block rather than its sentence.

    It stands in the passage that makes the block a version of another text; what is wrong with the rest, which is
    pieced together from elsewhere, concerns that.
    """
    low, high = context.view.edges(block)
    main = max(covered.pieces, key=lambda p: p.b1 - p.b0)
    mine = [item for item in covered.judged if main.b0 <= item.block.b0 and item.block.b1 <= main.b1]
    version = (main.b1 - main.b0) >= VERSION_SHARE * (high - low)
    return version and bool(context.verdicts.blocking(mine)) and context.is_quiet(main, mine)
