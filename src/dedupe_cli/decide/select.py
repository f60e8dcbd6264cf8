"""The order of the decision: the largest candidates first, each against text that stays.

Blocks that were cut short go first, then copies of a better one, then runs of blocks that stand again in the same order
(one block is the shortest run), then stretches inside of blocks. Each is weighed by its own evidence first; what all of
them say about the text is evidence for those that stayed. What may not go in the later place may in the earlier one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dedupe_cli.decide.choose_kept import between, choose
from dedupe_cli.decide.context import Context
from dedupe_cli.decide.cover import Cover, cover, only_numbers
from dedupe_cli.decide.held import holds_block, is_spliced
from dedupe_cli.decide.inside import cut_inside, may_be_cut
from dedupe_cli.decide.runs import Run, touches_number
from dedupe_cli.decide.state import NOTHING, Decisions, Earlier, Removal
from dedupe_cli.decide.truncated_copies import lacks_clause, remove_cut_short, remove_earlier

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dedupe_cli.document.view import View
    from dedupe_cli.judge.verdicts import Verdicts
    from dedupe_cli.settings import Settings
    from dedupe_cli.text.alignment import Alignment
    from dedupe_cli.text.indexed import Indexed

# After so many pairs that were held back, those that are held back by a number anyway are not judged any further: they
# are told with nothing but the numbers that differ, and where (W103).
MANY = 1000
# Progress is told after so many blocks.
_TOLD = 100


def decide(
    view: View,
    alignments: Sequence[Alignment],
    popularity: Indexed,
    verdicts: Verdicts,
    settings: Settings,
    tell: Callable[[int, int], None] | None = None,
    *,
    weighs: bool = True,
    only: NDArray[np.bool_] | None = None,
    earlier: Earlier = NOTHING,
    asks: bool = False,
) -> Decisions:
    """Decide what goes of one text; see the law of collapse in ``ARCHITECTURE.md``.

    In text order, and always against text that stays: what was kept for one copy is never removed for another.
    ``tell(done, total)`` is told now and then how many of the blocks are decided. ``weighs``,
    ``earlier`` and ``asks``: see :class:`Context`. ``only``: the blocks that are decided on; what all repeats of the
    text say is evidence for each only where all of them are.
    """
    context = Context(view, alignments, popularity, verdicts, settings, only, weighs=weighs, earlier=earlier, asks=asks)
    if settings.keep not in {"first", "last"}:
        for block in sorted(context.by_kept):
            remove_cut_short(context, block)
    _prefer_kept(context)
    run, inside = Run(context), []
    for done, block in enumerate(sorted(context.by_copy)):
        if tell and done % _TOLD == 0:
            tell(done, len(context.by_copy))
        if block not in context.state.gone and not _is_whole(context, run, block):
            inside.append(block)
    run.decide()
    run.again()
    if settings.unit in {"auto", "sentence"}:
        for block in inside:
            _stretches(context, block)
        run.again()
    if only is None:
        context.learn()
        run.again(at_all=True)
    if settings.unit in {"auto", "sentence"} and settings.keep not in {"first", "last"}:
        remove_earlier(context)
    return context.state


def _prefer_kept(context: Context) -> None:
    """Remove the copies of a group of whole blocks in which a later one is to stay."""
    for copies in choose(context.view, context.by_copy, context.settings.keep, context.verdicts.damage):
        if not context.state.free(*context.view.edges(copies.kept)):
            continue
        for block in copies.blocks:
            low, high = context.view.edges(block)
            if block == copies.kept or context.is_brief(block) or not context.state.free(low, high):
                continue
            pair = between(context.view, context.by_copy, block, copies.kept)
            covered = cover(context.view, block, [pair], context.verdicts) if pair else None
            if covered is not None and not covered.blocking and context.takes(block, covered):
                context.offer([context.whole(block, covered)])
            elif covered is not None and covered.blocking:
                context.state.leave([context.whole(block, covered)], "content")


def _is_whole(context: Context, run: Run, block: int) -> bool:
    """Add a block to the run if text that stays says all of it; tell whether nothing in it is to be looked for."""
    reaches = run.reaches(block)
    if not reaches:
        run.decide()
        if block in context.state.gone:
            return True
    if run.has(block):
        return True
    if context.is_brief(block) and not (reaches or _goes_on(context, block) or may_be_cut(context, block)):
        _leave_short(context, block)
        return True  # no finding is as short
    low, high = context.view.edges(block)
    parts = [piece for a in context.by_copy[block] if context.state.stands(piece := a.clip(low, high))]
    if not parts:
        return True
    if context.refused >= MANY:
        numbers = only_numbers(context.view, block, parts, context.verdicts)
        if numbers is not None:
            context.hold(numbers[:1], numbers[1])
            context.state.brief.append((low, high))
            return True
    found = None
    if reaches and (following := run.following(block, parts)):
        found = _covered(context, block, following)
    if found is None or found.blocking:
        found = _covered(context, block, parts) or found
    if found is None:
        return False
    if not found.blocking:
        return _added(context, run, block, found)
    if 2 * sum(piece.equal() for piece in found.pieces) >= high - low:  # else a turn of phrase
        context.state.leave([context.whole(block, found)], "content")
    if holds_block(context, block, found) and not is_spliced(context, block, found):
        context.hold(found.pieces, found.blocking)
        return True
    return False


def _leave_short(context: Context, block: int) -> None:
    """Record a block that is too short to be a finding, if anybody asks."""
    if not context.state.asks:
        return
    low, high = context.view.edges(block)
    parts = tuple(piece for a in context.by_copy[block] if context.state.stands(piece := a.clip(low, high)))
    if parts:
        context.state.leave([Removal(low, high, block, whole=True, pieces=parts[:1])], "short")


def _covered(context: Context, block: int, parts: Sequence[Alignment]) -> Cover | None:
    """Return what covers a block, if it stands."""
    covered = cover(context.view, block, parts, context.verdicts)
    return covered if covered is not None and context.stands(covered.pieces) else None


def _added(context: Context, run: Run, block: int, covered: Cover) -> bool:
    clause = lacks_clause(context, block, covered) if context.settings.apply != "all" else None
    if clause is not None:
        context.hold(covered.pieces[-1:], [clause])
        return True
    if not context.takes(block, covered):
        context.state.leave([context.whole(block, covered)], "relied" if context.similar(covered.pieces) else "unlike")
        return False
    if context.is_brief(block) and any(touches_number(context, item.block) for item in covered.judged):
        return True  # the number of a page, of a row: hardly anything else is said
    removal: Removal = context.whole(block, covered)
    if not run.takes(removal):
        run.decide()
        if block in context.state.gone:
            return True
        if not context.stands(covered.pieces):  # what said it went with the run
            return _is_whole(context, run, block)
    run.add(removal)
    return True


def _goes_on(context: Context, block: int) -> bool:
    """Tell whether a passage that covers a short block runs on into one of its neighbours."""
    low, high = context.view.edges(block)
    return any(a.b0 < low or a.b1 > high for a in context.by_copy[block])


def _stretches(context: Context, block: int) -> None:
    """Look for stretches in a block that may go."""
    if block in context.state.gone:
        return
    low, high = context.view.edges(block)
    pairs = [(a, a.clip(low, high)) for a in context.by_copy[block]]
    pairs = [pair for pair in pairs if context.state.stands(pair[1])]
    if pairs:
        cut_inside(context, block, pairs)
