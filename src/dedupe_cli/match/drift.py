"""Loops that count: rounds that are the same but for their numbers.

Where only the labels at the line starts count up ("1. ...", "2. ...") the rounds say the same. Any other
number that differs is content, and the loop is held back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import Indel

from dedupe_cli.match.guards import refuses
from dedupe_cli.match.loops import decide, promising
from dedupe_cli.match.removal import Removal, Round, remove, token_span
from dedupe_cli.match.symbols import Symbols
from dedupe_cli.match.tandem import find_runs
from dedupe_cli.model import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedupe_cli.match.gaps import Gaps
    from dedupe_cli.match.scene import Scene
    from dedupe_cli.match.tokens import Tokens
    from dedupe_cli.model import Span

_ROUNDS = 3  # of a numbered list that says one thing
_LETTERS = 24  # of each of its rounds


def find_drift(scene: Scene) -> list[Removal]:
    """Find loops with counting labels (to be removed) and with other changing numbers (held back)."""
    tokens, gaps = scene.tokens, scene.gaps
    if not tokens.number.any():
        return []
    out: list[Removal] = []
    taken = np.zeros(len(tokens) + 1, dtype=bool)
    for start, end, period in promising(find_runs(Symbols(tokens.masked, tokens.symbols, tokens.number)), tokens):
        if taken[start:end].any():
            continue
        found = decide(gaps, start, end, period)
        if found is None or scene.is_protected(found[0], found[1]):
            continue
        low, high, framed = found
        changed = _changed(tokens, low, high, period)
        if not len(changed) or refuses(gaps, low, high, period):
            continue
        taken[start:high] = True
        low = _label(scene, low, high, period) if framed else low
        if framed and _only_labels(tokens, gaps, low, period, changed) and high - low >= (_ROUNDS - 1) * period:
            out.append(_measured(scene, remove(gaps, low, high, (low - period, low), framed=True)))
        else:
            copy, kept = token_span(gaps, low, high), token_span(gaps, low - period, low)
            out.append(Removal((Round(copy, copy, (kept,)),), "D401", (Reason.NUMBER,)))
    return out


def counting(scene: Scene, loops: Sequence[Span]) -> NDArray[np.int32]:
    """Return the number of its loop for each folded place of a sentence that no other one of a loop equals.

    0 is all the rest. A sentence of such a loop says with each of its numbers something else, but where all of them
    come again: it has no copy among the others.
    """
    tokens, gaps = scene.tokens, scene.gaps
    out = np.zeros(len(scene.fold), dtype=np.int32)
    numbers = np.concatenate([[0], np.cumsum(tokens.number)])
    for number, span in enumerate(loops, 1):
        first, last = np.searchsorted(tokens.start, (span.start, span.end)).tolist()
        inside = np.flatnonzero(gaps.strong[first + 1 : last] | gaps.newline[first + 1 : last]) + first + 1
        low, high = np.concatenate([[first], inside]), np.append(inside, last)
        _, which, count = np.unique(tokens.symbols.hashes.of(low, high), return_inverse=True, return_counts=True)
        alone = (count[which] == 1) & (numbers[high] > numbers[low])
        for start, end in zip(tokens.first[low[alone]].tolist(), tokens.last[high[alone] - 1].tolist(), strict=True):
            out[start:end] = number
    return out


def _measured(scene: Scene, removal: Removal) -> Removal:
    """Give every round its similarity: percent of equal folded characters (normalised Indel)."""
    folded = scene.fold
    text = folded.string

    def measure(item: Round) -> Round:
        copy, kept = (text[slice(*folded.range(s))] for s in (item.copy, item.kept[0]))
        return item._replace(similarity=100.0 * Indel.normalized_similarity(copy, kept))

    return removal._replace(rounds=tuple(measure(x) for x in removal.rounds))


def _label(scene: Scene, low: int, high: int, period: int) -> int:
    """Find the first line of a run that begins with a number; the start of the run where none does."""
    here = slice(low, min(high, low + period))
    heads = np.flatnonzero(scene.gaps.newline[here] & scene.tokens.number[here])
    return low + int(heads[0]) if len(heads) else low


def _changed(tokens: Tokens, low: int, high: int, period: int) -> NDArray[np.int64]:
    """Tokens that are not what stood one period before."""
    return np.flatnonzero(tokens.ids[low:high] != tokens.ids[low - period : high - period]) + low


def _only_labels(tokens: Tokens, gaps: Gaps, low: int, period: int, changed: NDArray[np.int64]) -> bool:
    """Tell whether every changed number begins a line, as each round does."""
    label = bool(tokens.number[low] and gaps.newline[low] and gaps.newline[low - period])
    return label and bool(gaps.newline[changed].all()) and tokens.size(low - period, low) >= _LETTERS
