"""Loops that count: rounds that are the same but for their numbers.

Where only the labels at the line starts count up ("1. ...", "2. ...") the rounds say the same. Any other
number that differs is content, and the loop is held back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import Indel

from dedupe_cli.document.structure import is_item
from dedupe_cli.model import Reason, Span
from dedupe_cli.search.loops import Loop, loop_of, promising, taken_out
from dedupe_cli.search.removal import Removal, Round, token_span
from dedupe_cli.search.tandem import Symbols, find_runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.search.gaps import Gaps
    from dedupe_cli.search.scene import Scene
    from dedupe_cli.search.tokens import Tokens
    from dedupe_cli.text.fold import Fold

# A numbered list that says one thing: so many rounds, or items of a round that come again, and items at least.
_ROUNDS, _LINES, _ITEMS = 3, 5, 4
_SEEN = 400  # tokens whose numbers are looked at as labels


def find_drift(scene: Scene) -> list[Removal]:
    """Find loops with counting labels (to be removed) and with other changing numbers (held back)."""
    tokens, gaps = scene.tokens, scene.gaps
    if not tokens.number.any():
        return []
    out: list[Removal] = []
    taken = np.zeros(len(tokens) + 1, dtype=bool)
    runs = find_runs(Symbols(tokens.masked))
    for start, end, period in promising(runs, gaps):
        if taken[start:end].any():
            continue
        loop = loop_of(gaps, start, end, period)
        if loop is None or not len(_changed(tokens, loop)):
            continue
        found = _counted(scene, loop)
        if found is not None:
            taken[start : loop.high] = True
            out.append(found)
    return out


def _counted(scene: Scene, loop: Loop) -> Removal | None:
    """Remove a loop whose labels count, or hold it back where other numbers change."""
    tokens, gaps = scene.tokens, scene.gaps
    labelled = loop._replace(low=_label(scene, loop)) if loop.whole else loop
    lines = int(np.count_nonzero(gaps.newline[loop.low : loop.low + loop.period]))
    enough = labelled.rounds * lines >= _ITEMS and (labelled.rounds >= _ROUNDS or lines >= _LINES)
    if enough and _only_labels(tokens, gaps, labelled):
        found = taken_out(scene, labelled, counted=True)
        if found is not None:
            return _measured(scene, found)
    elif taken_out(scene, loop) is None:
        return None
    low, high, period = loop.low, loop.high, loop.period
    copy, kept = token_span(gaps, low, high), token_span(gaps, low - period, low)
    return Removal((Round(copy, copy, (kept,)),), "D401", (Reason.NUMBER,))


def counting(
    whole: Fold, scenes: Iterable[tuple[int, Scene]], loops: Sequence[Span], wordless: Sequence[Span] = ()
) -> NDArray[np.int32]:
    """Return the number of its loop for each folded place of a sentence that no other one of a loop equals.

    0 is all the rest. A sentence of such a loop says with each of its numbers something else, but where all of them
    come again: it has no copy among the others. Nor has anything in loops that are ``wordless``: all of these is
    numbered. ``scenes`` are those of the text, each with where its part begins.
    """
    out = np.zeros(len(whole), dtype=np.int32)
    for number, loop in enumerate(wordless, len(loops) + 1):
        out[slice(*whole.range(loop))] = number
    for start, scene in scenes:
        here = Span(start, start + len(scene.fold.text))
        own = [(number, loop) for number, loop in enumerate(loops, 1) if loop.overlaps(here)]
        marks = out[whole.index(start) :][: len(scene.fold)]
        numbers = np.concatenate([[0], np.cumsum(scene.tokens.number)]) if own else np.zeros(0, dtype=np.int64)
        for number, loop in own:
            first, alone = _alone(scene, numbers, loop.start - start, loop.end - start)
            marks[first : first + len(alone)][alone] = number
    return out


def _alone(scene: Scene, numbers: NDArray[np.int64], start: int, end: int) -> tuple[int, NDArray[np.bool_]]:
    """Return the first folded place between two offsets, and for each from there whether it lies in a sentence alone.

    That is one that has a number and no equal between them; ``numbers`` counts those before each token.
    """
    tokens, gaps = scene.tokens, scene.gaps
    first, last = np.searchsorted(tokens.start, (start, end)).tolist()
    inside = np.flatnonzero(gaps.strong[first + 1 : last] | gaps.newline[first + 1 : last]) + first + 1
    low, high = np.concatenate([[first], inside]), np.append(inside, last)
    _, which, count = np.unique(tokens.symbols.hashes.of(low, high), return_inverse=True, return_counts=True)
    alone = (count[which] == 1) & (numbers[high] > numbers[low])
    places = tokens.borders(first, last)
    edges = np.zeros(places[-1] - places[0] + 1, dtype=np.int8)
    edges[places[low[alone] - first] - places[0]] += 1
    edges[places[high[alone] - first] - places[0]] -= 1
    return int(places[0]), np.cumsum(edges[:-1], dtype=np.int8) > 0


def _measured(scene: Scene, removal: Removal) -> Removal:
    """Give every round its similarity: percent of equal folded characters (normalised Indel)."""
    folded = scene.fold
    text = folded.string

    def measure(item: Round) -> Round:
        copy, kept = (text[slice(*folded.range(s))] for s in (item.copy, item.kept[0]))
        return item._replace(similarity=100.0 * Indel.normalized_similarity(copy, kept))

    return removal._replace(rounds=tuple(measure(x) for x in removal.rounds))


def _label(scene: Scene, loop: Loop) -> int:
    """Find the first line of a loop that begins with a number; the start of the loop where none does."""
    here = slice(loop.low, min(loop.high, loop.low + loop.period))
    heads = np.flatnonzero(scene.gaps.newline[here] & scene.tokens.number[here])
    return loop.low + int(heads[0]) if len(heads) else loop.low


def _changed(tokens: Tokens, loop: Loop) -> NDArray[np.int64]:
    """Tokens that are not what stood one period before."""
    low, high, period = loop.low, loop.high, loop.period
    return np.flatnonzero(tokens.ids[low:high] != tokens.ids[low - period : high - period]) + low


def _only_labels(tokens: Tokens, gaps: Gaps, loop: Loop) -> bool:
    """Tell whether every changed number begins a line, as each round does."""
    low = loop.low
    label = bool(loop.whole and tokens.number[low] and gaps.newline[low] and gaps.newline[low - loop.period])
    heads = [head for head in _changed(tokens, loop).tolist() if head < low + _SEEN]
    return label and bool(gaps.newline[_changed(tokens, loop)].all()) and all(_is_label(gaps, head) for head in heads)


def _is_label(gaps: Gaps, head: int) -> bool:
    """Tell whether a number is that of an item."""
    at = gaps.open(head)
    return is_item(gaps.text, at) or is_item(gaps.text, int(gaps.tokens.start[head]))
