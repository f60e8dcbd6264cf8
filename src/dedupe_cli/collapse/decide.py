"""What goes, in a fixed order: what was cut short, copies of a better one, whole blocks, parts of blocks, the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.collapse.beside import remove_beside
from dedupe_cli.collapse.borders import has_comma
from dedupe_cli.collapse.complete import lacks_clause, remove_cut_short
from dedupe_cli.collapse.cover import cover, is_short, only_numbers
from dedupe_cli.collapse.desk import Desk
from dedupe_cli.collapse.inside import VERSION_SHARE, cut_inside, may_be_cut
from dedupe_cli.collapse.keep import between, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedupe_cli.collapse.cover import Cover
    from dedupe_cli.collapse.state import Decisions
    from dedupe_cli.collapse.verdict import Verdicts
    from dedupe_cli.collapse.view import View
    from dedupe_cli.settings import Settings
    from dedupe_cli.text.alignment import Alignment
    from dedupe_cli.text.indexed import Indexed

# A block that does not end like a sentence may be a heading up to this length.
LONG_HEADING = 18
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
) -> Decisions:
    """Decide what goes of one text; see the law of collapse in ``ARCHITECTURE.md``.

    In text order, and always against text that stays: what was kept for one copy is never removed for another.
    ``tell(done, total)`` is told now and then how many of the blocks are decided.
    """
    desk = Desk(view, alignments, popularity, verdicts, settings)
    if settings.keep not in {"first", "last"}:
        for block in sorted(desk.by_kept):
            remove_cut_short(desk, block)
    _prefer_kept(desk)
    for done, block in enumerate(sorted(desk.by_copy)):
        if tell and done % _TOLD == 0:
            tell(done, len(desk.by_copy))
        if block not in desk.state.gone:
            _decide(desk, block)
    remove_beside(desk)
    return desk.state


def _prefer_kept(desk: Desk) -> None:
    """Remove the copies of a group of whole blocks in which a later one is to stay."""
    for copies in choose(desk.view, desk.by_copy, desk.settings.keep):
        if not desk.state.free(*desk.view.edges(copies.kept)):
            continue
        for block in copies.blocks:
            low, high = desk.view.edges(block)
            if block == copies.kept or not desk.may_go(block) or not desk.state.free(low, high):
                continue
            pair = between(desk.view, desk.by_copy, block, copies.kept)
            covered = cover(desk.view, block, [pair], desk.verdicts) if pair else None
            if covered is not None and not covered.blocking and desk.takes(block, covered):
                desk.remove_block(block, covered)


def _decide(desk: Desk, block: int) -> None:
    low, high = desk.view.edges(block)
    if desk.is_brief(block) and not (may_be_cut(desk, block) and desk.is_free_kind(block)):
        desk.later.append(block)  # it can only go beside another one, and no finding is as short
        return
    pairs = [(a, a.clip(low, high)) for a in desk.by_copy[block]]
    pairs = [pair for pair in pairs if desk.state.stands(pair[1])]
    if not pairs:
        return
    parts = [piece for _, piece in pairs]
    if desk.refused >= MANY:
        numbers = only_numbers(desk.view, block, parts, desk.verdicts)
        if numbers is not None:
            desk.hold(numbers[:1], numbers[1])
            desk.state.brief.append((low, high))
            return
    covered = cover(desk.view, block, parts, desk.verdicts)
    if covered is not None and not desk.stands(covered.pieces):
        covered = None
    if covered is not None and not covered.blocking:
        clause = lacks_clause(desk, block, covered) if desk.settings.apply != "all" else None
        if clause is not None:
            desk.hold(covered.pieces[-1:], [clause])
            return
        if desk.takes(block, covered):
            if desk.may_go(block) and not _is_like_heading(desk, block, covered):
                desk.remove_block(block, covered)
            else:
                desk.later.append(block)
                desk.covered[block] = True
            return
    elif covered is not None and _holds_block(desk, block, covered) and not _is_spliced(desk, block, covered):
        desk.hold(covered.pieces, covered.blocking)
        return
    if desk.settings.unit in {"auto", "sentence"} and desk.is_free_kind(block):
        cut_inside(desk, block, pairs)


def _is_like_heading(desk: Desk, block: int, covered: Cover) -> bool:
    """Tell whether a block may be a heading: short, no full stop, and the kept text ends its line there too."""
    if desk.settings.unit == "line" or desk.view.is_terminated(block):
        return False
    kept_end = covered.pieces[-1].a1
    line_ends = "\n" in desk.view.between(kept_end) or kept_end >= len(desk.view.fold)
    return line_ends and desk.view.units(*desk.view.edges(block)) < LONG_HEADING


def _is_spliced(desk: Desk, block: int, covered: Cover) -> bool:
    """Tell whether nothing but scraps at its edges hold a block, where the kept text goes on in mid-sentence.

    Two versions end alike or end both; a copy that was broken off and runs on into other words does neither.
    """
    view, (low, high) = desk.view, desk.view.edges(block)
    for item in covered.blocking:
        a0, a1, b0, b1 = item.block
        if b1 == high and b0 > low:
            seam, rest = a0, (a0, view.edges(view.block_at(max(a0 - 1, 0)))[1])
        elif b0 == low and b1 < high:
            seam, rest = a1, (view.edges(view.block_at(a1))[0], a1)
        else:
            return False
        if a1 - a0 > b1 - b0 or desk.is_border(seam) or has_comma(view, seam) or is_short(view, *rest):
            return False
    return True


def _holds_block(desk: Desk, block: int, covered: Cover) -> bool:
    """Tell whether a content difference holds the whole block rather than its sentence."""
    low, high = desk.view.edges(block)
    main = max(covered.pieces, key=lambda p: p.b1 - p.b0)
    version = (main.b1 - main.b0) >= VERSION_SHARE * (high - low)
    return version and desk.is_quiet(main, covered.judged)
