"""Loops and stutters: what is said again at once, any number of times, also with a last round cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe_cli.match.evidence import are_loops, is_loop
from dedupe_cli.match.gaps import BLANK, CLAUSE, INSIDE, WORD
from dedupe_cli.match.guards import refuses
from dedupe_cli.match.removal import remove
from dedupe_cli.match.tandem import Runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.match.gaps import Gaps
    from dedupe_cli.match.removal import Removal
    from dedupe_cli.match.scene import Scene
    from dedupe_cli.match.tokens import Tokens

_LOOK = 64  # borders that are tried from each end of a run


def find_loop_removals(scene: Scene) -> list[Removal]:
    """Find the loops of a text; no two of them overlap, and none touches what another one keeps."""
    tokens, gaps = scene.tokens, scene.gaps
    out: list[Removal] = []
    taken = np.zeros(len(tokens) + 1, dtype=bool)
    for start, end, period in promising(_hopeful(scene.runs, gaps), tokens):
        if taken[start:end].any():
            continue
        found = decide(gaps, start, end, period)
        if found is None:
            continue
        low, high, framed = found
        if scene.is_protected(low, high) or refuses(gaps, low, high, period):
            continue
        taken[start:high] = True
        out.append(remove(gaps, low, high, (low - period, low), framed=framed))
    return out


def _hopeful(runs: Runs, gaps: Gaps) -> Runs:
    """Leave out the runs in which no sentence or line ends and that are no loop within a sentence; all at once."""
    start, end, period = runs
    borders = np.append(0, np.cumsum(gaps.strong | gaps.newline))
    words = (borders[end + 1] == borders[start]) & (period > 0)
    unit = gaps.tokens.letters[start + period] - gaps.tokens.letters[start]
    good = ~words | are_loops(unit, (end - start) // np.maximum(period, 1), period)
    return Runs(start[good], end[good], period[good])


def promising(runs: Runs, tokens: Tokens) -> list[tuple[int, int, int]]:
    """Keep the runs that could be loops at best, the one that would lose most letters first."""
    start, end, period = runs
    unit = tokens.letters[start + period] - tokens.letters[start]
    rounds = (end - start) / np.maximum(period, 1)
    enough = promising_rounds(unit, rounds) & (rounds >= 2)
    gain = (tokens.letters[end] - tokens.letters[start] - unit)[enough]
    order = np.lexsort((start[enough], -gain))
    table = np.stack([start[enough], end[enough], period[enough]], axis=1)[order]
    return [(int(a), int(b), int(c)) for a, b, c in table.tolist()]


def promising_rounds(unit: NDArray[Any], rounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which runs of so many rounds of so many letters could be loops; two rounds are the least for all."""
    enough: NDArray[np.bool_] = (rounds >= 12) | ((unit >= 4) & (rounds >= 5)) | ((unit >= 8) & (rounds >= 4))
    enough |= ((unit >= 12) & (rounds >= 3)) | (unit >= 15)
    return enough


def decide(gaps: Gaps, start: int, end: int, period: int) -> tuple[int, int, bool] | None:
    """Token range that goes of a run, and whether borders frame it; None when nothing goes."""
    tokens = gaps.tokens
    unit = tokens.size(start, start + period)
    first, last = (
        _first_border(gaps, start + period, end, period),
        _last_border(gaps, start + period, end, period),
    )
    tail = cut_off(gaps, end, period)
    if first is not None and last is not None:
        if last > first:
            if last - first < 2 * period and _goes_on_before(gaps, first - period):
                return None
            around = max(2.0, 1 + (last - first) / period)
            if is_loop(min(unit, tokens.size(first, last)), around, framed=True, words=period):
                return first, max(tail, last), True
            return None
        if tail > last and is_loop(unit, (end - start) / period, framed=True, words=period):
            return last, tail, True
    return _stutter(gaps, start, end, period, tail)


def _goes_on_before(gaps: Gaps, at: int) -> bool:
    """Tell whether the first of two rounds goes on a sentence that begins before it: they say two things."""
    low, high = gaps.raw(at)
    return not (gaps.strong[at] or gaps.text[low:high].strip(" \t"))


def _stutter(gaps: Gaps, start: int, end: int, period: int, tail: int) -> tuple[int, int, bool] | None:
    """Token range that goes of a run inside one sentence: whole rounds, and a tail that breaks off."""
    low, high = _longest_part(gaps, start, end)
    rounds = (high - low) // period
    if rounds < 2:
        return None
    tail = tail if high == end else 0
    closed = bool(gaps.strong[low] and (gaps.strong[high] or tail))
    if not is_loop(gaps.tokens.size(low, low + period), rounds, framed=closed, words=period):
        return None
    at = _phase(gaps, low, high, period)
    if at is None:
        return None
    return at, tail or at + (rounds - 1) * period, False


def _longest_part(gaps: Gaps, start: int, end: int) -> tuple[int, int]:
    """Longest stretch of a run that no sentence border divides."""
    at = np.searchsorted(gaps.places, (start + 1, end))
    inner = gaps.places[at[0] : at[1]]
    borders = np.concatenate([[start], inner[gaps.strong[inner]], [end]])
    best = int(np.argmax(np.diff(borders)))
    return int(borders[best]), int(borders[best + 1])


def _is_border(gaps: Gaps, at: int, period: int) -> bool:
    """Tell a strong border, or a wrapped line end that comes again one period on."""
    return bool(gaps.strong[at] or (gaps.newline[at] and gaps.newline[at - period]))


def _first_border(gaps: Gaps, low: int, high: int, period: int) -> int | None:
    at = int(np.searchsorted(gaps.places, low))
    for place in gaps.places[at : at + _LOOK].tolist():
        if place > high:
            return None
        if _is_border(gaps, place, period):
            return int(place)
    return None


def _last_border(gaps: Gaps, low: int, high: int, period: int) -> int | None:
    at = int(np.searchsorted(gaps.places, high, side="right"))
    for place in gaps.places[max(0, at - _LOOK) : at][::-1].tolist():
        if place < low:
            return None
        if _is_border(gaps, place, period):
            return int(place)
    return None


def _phase(gaps: Gaps, start: int, end: int, period: int) -> int | None:
    """Find where the second round begins in a run without sentence borders: at the strongest border."""
    spare = (end - start) % period
    places = np.arange(start + period, start + period + spare + 1)
    strength = np.minimum(gaps.strength[places], CLAUSE)
    best = int(np.argmax(strength))
    return int(places[best]) if strength[best] >= WORD else None


def cut_off(gaps: Gaps, end: int, period: int) -> int:
    """End of a last round that breaks off at the end of the text or of a block; 0 when the text goes on."""
    tokens, n = gaps.tokens, len(gaps.tokens)
    if end < n and gaps.strength[end + 1] == BLANK and gaps.strength[end] > INSIDE:
        at, of = int(tokens.start[end]), int(tokens.start[end - period])
        rest = gaps.text[at : gaps.close(end + 1)].casefold()
        goes_on = not gaps.ended[end + 1] or (len(rest) > tokens.end[end] - at and not gaps.strong[end + 1 - period])
        if goes_on and gaps.text[of : of + len(rest)].casefold() == rest:
            return end + 1
    if gaps.strength[end] == BLANK and (end == n or not gaps.ended[end]):
        return end
    return 0
