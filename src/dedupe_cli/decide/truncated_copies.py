"""The more complete copy stays: blocks that were cut short go in favour of a later one; versions are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.decide.cover import Cover, cover, is_short
from dedupe_cli.decide.inside import cut_inside
from dedupe_cli.document.split import BlockKind
from dedupe_cli.judge.judge import CERTAIN, Judged
from dedupe_cli.model import Kind, Reason
from dedupe_cli.text.alignment import Alignment, Block
from dedupe_cli.text.pairs import reads

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.decide.context import Context
    from dedupe_cli.decide.state import Decisions, Removal

# A clause that a copy lacks is looked for so far, in folded characters.
CLAUSE_LENGTH = 200
# A later block begins alike when it has no more than so many characters before; it is longer by this weight.
HEAD, LONGER = 5, 40


def remove_cut_short(context: Context, block: int) -> None:
    """Remove a block when a later one begins alike and is longer: the most complete copy stays."""
    low, high = context.view.edges(block)
    if context.is_brief(block) or not context.state.free(low, high):
        return
    found: list[tuple[int, Cover]] = []
    for alignment in context.by_kept[block]:
        piece = Alignment(*alignment.turned_edges(low, high))
        if not is_short(context.view, low, piece.b0) or not is_short(context.view, piece.b1, high):
            continue
        later = context.view.block_at(piece.a0)
        end = context.view.edges(later)[1]
        more = end - piece.a1
        if later == block or not _is_more_complete(context, block, piece, later):
            continue
        covered = cover(context.view, block, [alignment.turned()], context.verdicts)
        if covered is None or covered.blocking or not context.state.stands(covered.pieces[0]):
            continue
        if covered.judged and not _lacks_head(context, block, piece, later):
            continue  # in a noisy pair the passage may only have ended early
        if not _stands_before(context, later):
            found.append((more, covered))
    if found:
        best = max(found, key=lambda item: (item[0], -item[1].kept_start))[1]
        context.offer([context.whole(block, best)])


def remove_earlier(context: Context) -> None:
    """Remove of two places the earlier one where the later may not go: so no sentence is torn, and no mark lost."""
    for parts, _ in list(context.state.rejected):
        if context.features.is_kept_damaged(parts) and (instead := _turned(context, parts)):
            context.offer(instead)
    meant = _meant(context.state)
    for block in sorted(context.by_kept):
        _remove_contained(context, block, meant)
    for turned in [piece.turned() for part in context.state.torn for piece in part.pieces]:
        for block in context.view.blocks_in(turned.b0, turned.b1):
            inside = turned.clip(*context.view.edges(block))
            if context.state.stands(inside):
                cut_inside(context, block, [(turned, inside)])


def _turned(context: Context, parts: Sequence[Removal]) -> list[Removal]:
    """Return the blocks that a candidate would leave, where it says all of them, as what goes instead of it."""
    out: dict[int, Removal] = {}
    for piece in [piece.turned() for part in parts for piece in part.pieces if piece.a0 < piece.a1]:
        block = context.view.block_at(piece.b0)
        covered = cover(context.view, block, [piece], context.verdicts)
        if covered is not None and not covered.blocking and context.takes(block, covered):
            out[block] = context.whole(block, covered)
    return [out[block] for block in sorted(out)]


def _meant(state: Decisions) -> NDArray[np.bool_]:
    """Tell of each folded place whether it stays for what it says, or for what is said of it."""
    meant = np.zeros_like(state.dead)
    stays = [(part.start, part.end) for parts, _ in state.rejected for part in parts]
    stays += [(part.start, part.end) for part, reason in state.kept_back if reason is not Reason.NAME]
    stays += [(held.pair.b0, held.pair.b1) for held in state.held]
    for start, end in stays:
        meant[start:end] = True
    for part in state.torn:
        meant[part.start : part.end] = False
    return meant


def _remove_contained(context: Context, block: int, meant: NDArray[np.bool_]) -> None:
    """Remove a paragraph when a later one says all of it; what is meant there is meant here, too."""
    view, state = context.view, context.state
    low, high = view.edges(block)
    if context.is_brief(block) or view.kind(block) is not BlockKind.PROSE or not state.free(low, high):
        return
    pieces = []
    for turned in [alignment.turned() for alignment in context.by_kept[block]]:
        piece = turned.clip(low, high)
        if state.stands(piece) and not meant[piece.a0 : piece.a1].any():
            pieces.append(turned)
    covered = cover(view, block, pieces, context.verdicts) if pieces else None
    if covered is None or covered.blocking or len(covered.pieces) > 1 or not context.stands(covered.pieces):
        return
    piece = covered.pieces[0]
    later = view.block_at(piece.a0)
    if meant[piece.a0 : piece.a1].any() or not context.decides(later) or view.kind(later) is not BlockKind.PROSE:
        return  # of what is not decided on again it is not known whether it is meant
    begins = view.is_border(piece.a0) or _lacks_head(context, block, piece, later)
    if begins and not _ends_otherwise(context, block, piece) and context.takes(block, covered):
        context.offer([context.whole(block, covered)])


def _is_more_complete(context: Context, block: int, piece: Alignment, later: int) -> bool:
    """Tell whether ``later`` says all of ``block`` and more, so that ``block`` is the one that was cut short."""
    start, end = context.view.edges(later)
    weight = context.view.fold.weight
    whole = piece.b1 >= context.view.edges(block)[1]
    if whole and context.view.trails_off(block):
        return weight(start, piece.a0) + weight(piece.a1, end) > LONGER
    if whole and _lacks_head(context, block, piece, later):
        return True
    if piece.a0 - start > HEAD or (start < piece.a0 and context.view.is_border(piece.a0)):
        return False
    if whole and not context.view.is_terminated(block) and context.view.goes_on(piece.a1):
        return True  # it breaks off
    if _ends_otherwise(context, block, piece):
        return False
    return not is_short(context.view, piece.a1, end) and weight(piece.a1, end) <= weight(*context.view.edges(block))


def _lacks_head(context: Context, block: int, piece: Alignment, later: int) -> bool:
    """Tell whether a block of sentences begins in the middle of one, and the later block has the words before it."""
    low = context.view.edges(block)[0]
    if not context.view.is_terminated(block):
        return False
    if piece.b0 > low or context.view.is_border(piece.a0) or piece.a0 <= context.view.edges(later)[0]:
        return False
    gap, seam = context.view.between(piece.a0), context.view.fold.string[piece.a0 - 1 : piece.a0 + 1]
    if not gap:  # in the middle of a word, which is another one; in Chinese the two sides of a splice do not read
        return reads(seam)
    return context.view.text[int(context.view.fold.offsets[low])].islower() and not gap.strip(" \n,;")


def _ends_otherwise(context: Context, block: int, piece: Alignment) -> bool:
    """Tell whether a block ends with a full stop where the kept sentence goes on: a clause makes the difference."""
    high = context.view.edges(block)[1]
    stopped = context.view.is_terminated(block) and not context.view.trails_off(block)
    return piece.b1 >= high and stopped and context.view.goes_on(piece.a1)


def _stands_before(context: Context, block: int) -> bool:
    """Tell whether all of a block stands in earlier text, so that it goes itself."""
    covered = cover(context.view, block, context.by_copy.get(block, ()), context.verdicts)
    return covered is not None and not covered.blocking


def lacks_clause(context: Context, block: int, covered: Cover) -> Judged | None:
    """Return the clause that a block without noise lacks at its end, as a difference that holds it."""
    last = covered.pieces[-1]
    if covered.judged or not _ends_otherwise(context, block, last):
        return None
    marks = context.view.borders(last.a1, last.a1 + CLAUSE_LENGTH)
    clause = Block(last.a1, marks[0] if marks else last.a1 + 1, last.b1, last.b1)
    return Judged(clause, Kind.CONTENT, Reason.CLAUSE, CERTAIN)
