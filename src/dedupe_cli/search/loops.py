"""Loops and stutters: what is said again at once, any number of times, also with a last round cut off."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.model import Span
from dedupe_cli.search.gaps import BLANK, CLAUSE, INSIDE, WORD, Gaps
from dedupe_cli.search.intended_loops import kind_of, only_numbers
from dedupe_cli.search.loop_evidence import NEVER, Evidence, Frame, may_be
from dedupe_cli.search.removal import Removal, remove, token_span
from dedupe_cli.search.repeated_marks import have_same_marks, is_paired, marks, stand_twice

if TYPE_CHECKING:
    from dedupe_cli.search.scene import Scene
    from dedupe_cli.search.tandem import Runs

_LOOK = 64  # borders that are tried from each end of a run
_ROUNDS = 8  # whose marks are compared
_ALWAYS = frozenset({"marks", "numbers", "inside"})  # what no score lets go
_SPOKEN = ('""', "''", "」「", "』『")


class Loop(NamedTuple):
    """Tokens ``low <= i < high`` repeat, with a ``period``, those right before them.

    ``whole``: borders of sentences, lines or clauses stand at both ends and before the round that stays.
    """

    low: int
    high: int
    period: int
    frame: Frame
    whole: bool

    @property
    def rounds(self) -> float:
        """Rounds, the one that stays included."""
        return 1 + (self.high - self.low) / self.period

    @property
    def framed(self) -> bool:
        """Whether sentences or lines go, and not what stands within one."""
        return self.frame in {Frame.SENTENCE, Frame.LINE}


def find_loop_removals(scene: Scene) -> list[Removal]:
    """Find the loops of a text; no two of them overlap, and none touches what another one keeps."""
    out: list[Removal] = []
    taken = np.zeros(len(scene.tokens) + 1, dtype=bool)
    # What stays as rounds of one line stays as half as many rounds of two; but lines with other marks by turns are
    # rounds of two only.
    stay: set[tuple[int, int]] = set()
    for start, end, period in promising(scene.runs, scene.gaps):
        if taken[start:end].any() or (start, end) in stay:
            continue
        loop = loop_of(scene.gaps, start, end, period)
        if loop is None:
            continue
        found = taken_out(scene, loop)
        if found is None and loop.frame is Frame.LINE and scene.stays[-1].reason != "marks":
            stay.add((start, end))
        elif found is not None:
            taken[start : loop.high] = True
            out.append(found)
    return out


def promising(runs: Runs, gaps: Gaps) -> list[tuple[int, int, int]]:
    """Keep the runs that could be loops at best, the one that would lose most letters first."""
    start, end, period = (column[runs.end - runs.start >= 2 * runs.period] for column in runs)
    letters, borders = gaps.tokens.letters, np.append(0, np.cumsum(gaps.strong | gaps.newline))
    again = letters[end] - letters[start + period]
    best = np.flatnonzero(may_be(again, borders[start + period] - borders[start]))
    best = best[np.lexsort((start[best], -again[best]))]
    return list(zip(start[best].tolist(), end[best].tolist(), period[best].tolist(), strict=True))


def loop_of(gaps: Gaps, start: int, end: int, period: int) -> Loop | None:
    """Find what of a run would go: between borders, else whole rounds within a sentence; and a tail that breaks off."""
    first, last = _borders(gaps, start, end, period)
    tail = cut_off(gaps, end, period)
    if first and last > first:
        return Loop(first, max(tail, last), period, _frame(gaps, first, last, period), whole=True)
    if first and tail > last:
        return Loop(last, tail, period, Frame.SENTENCE, whole=True)
    return _stutter(gaps, start, end, period, tail)


def taken_out(scene: Scene, loop: Loop, *, counted: bool = False) -> Removal | None:
    """Return the removal of a loop, or note why it stays."""
    gaps, low, high, period = scene.gaps, loop.low, loop.high, loop.period
    evidence = _evidence(gaps, loop, counted=counted)
    why = _obstacle(scene, loop) if evidence.score >= 0 else "little"
    if not why:
        evidence = evidence._replace(kind=kind_of(scene, low - period, high))
        if evidence.score >= 0:
            return remove(gaps, low, high, (low - period, low), framed=loop.framed)._replace(whole=loop.whole)
        why = evidence.kind.value
    scene.reject((low, high), (low - period, low), why, NEVER if why in _ALWAYS else evidence.score)
    return None


def _evidence(gaps: Gaps, loop: Loop, *, counted: bool) -> Evidence:
    low, high, period = loop.low, loop.high, loop.period
    lines = int(np.count_nonzero(gaps.strong[low - period + 1 : low + 1]))
    kept = token_span(gaps, low - period, low).of(gaps.text)
    copies = (token_span(gaps, at, min(at + period, high)).of(gaps.text) for at in _starts(loop))
    return Evidence(
        letters=gaps.tokens.size(low, high), rounds=loop.rounds, frame=loop.frame, lines=max(lines, 1),
        one_word=period == 1 or (kept.isascii() and len(kept.split(None, 1)) == 1),
        other_case=any(_is_in_other_case(kept, copy) for copy in copies),
        spoken=any(mark in marks(gaps.text[slice(*gaps.raw(low))]) for mark in _SPOKEN), counted=counted,
    )  # fmt: skip


def _starts(loop: Loop) -> range:
    """Return where the first of the rounds begin that would go."""
    return range(loop.low, min(loop.high, loop.low + _ROUNDS * loop.period), loop.period)


def _is_in_other_case(kept: str, copy: str) -> bool:
    """Tell whether letters of a round are large that are small in the other one."""
    return kept[: len(copy)] != copy and kept[: len(copy)].casefold() == copy.casefold()


def _obstacle(scene: Scene, loop: Loop) -> str:
    """Return what keeps a loop from going whatever its score; empty when nothing does."""
    gaps, low, high, period = scene.gaps, loop.low, loop.high, loop.period
    if only_numbers(gaps, low, high):
        return "numbers"
    joint, text = gaps.raw(low), gaps.text
    if joint[0] and text[joint[0] - 1 : joint[1] + 1].isascii() and not any(map(str.isspace, text[slice(*joint)])):
        return "inside"
    rounds = [token_span(gaps, at, min(at + period, high)) for at in (low - period, *_starts(loop))]
    with_joints = [Span(one.start, other.start) for one, other in pairwise(rounds)]
    if not all(have_same_marks(text, *pair) for pair in (*pairwise(with_joints), rounds[-2:])):
        return "marks"
    if (high - low) % period:
        cut, unit = Span(rounds[0].end, rounds[-1].end), Span(rounds[0].start, rounds[1].start)
        return "" if is_paired(cut.of(text)) or not is_paired(unit.of(text)) else "marks"
    last = token_span(gaps, high - 2 * period, high - period), token_span(gaps, high - period, high)
    return "" if stand_twice(gaps.text, *last, sure=loop.whole or loop.rounds > 2) else "marks"


def _frame(gaps: Gaps, first: int, last: int, period: int) -> Frame:
    """Tell what frames rounds between borders: lines of one piece that end with no mark are less than sentences."""
    if not (gaps.strong[first - period] or gaps.newline[first - period]) and last - first <= period:
        return Frame.CLAUSE
    one = np.count_nonzero(gaps.strong[first - period + 1 : first + 1]) <= 1
    return Frame.LINE if one and not (gaps.ended[first] or gaps.ended[last]) else Frame.SENTENCE


def _borders(gaps: Gaps, start: int, end: int, period: int) -> tuple[int, int]:
    """Find the first border behind a whole round that begins at a border, too, and the last one; 0 where none is."""
    at, to = (int(x) for x in np.searchsorted(gaps.places, (start + period, end + 1)))
    ahead = (int(place) for place in gaps.places[at : min(at + _LOOK, to)])
    first = next((p for p in ahead if _is_border(gaps, p, period) and _opens(gaps, p - period)), 0)
    back = (int(place) for place in gaps.places[max(at, to - _LOOK) : to][::-1])
    return first, next((p for p in back if _is_border(gaps, p, period)), 0)


def _is_border(gaps: Gaps, at: int, period: int) -> bool:
    """Tell a strong border, or a wrapped line end that comes again one period on."""
    return bool(gaps.strong[at] or (gaps.newline[at] and gaps.newline[at - period]))


def _opens(gaps: Gaps, at: int) -> bool:
    """Tell whether the round that stays begins at a border, or behind a mark: else it is the end of something else."""
    return bool(gaps.newline[at] or gaps.strength[at] >= CLAUSE)


def _stutter(gaps: Gaps, start: int, end: int, period: int, tail: int) -> Loop | None:
    """Find what of a run inside one sentence would go: whole rounds, and a tail that breaks off."""
    low, high = _longest_part(gaps, start, end)
    rounds = (high - low) // period
    at = _phase(gaps, low, high, period) if rounds > 1 else None
    if at is None:
        return None
    tail = tail if high == end else 0
    to = tail or at + (rounds - 1) * period
    whole = bool((gaps.strength[[at - period, at, to]] >= CLAUSE).all())
    closed = bool(gaps.strong[low] and (gaps.strong[high] or tail))
    return Loop(at, to, period, Frame.CLAUSE if whole or closed else Frame.WORD, whole=whole)


def _longest_part(gaps: Gaps, start: int, end: int) -> tuple[int, int]:
    """Longest stretch of a run that no sentence border divides."""
    at = np.searchsorted(gaps.places, (start + 1, end))
    inner = gaps.places[at[0] : at[1]]
    borders = np.concatenate([[start], inner[gaps.strong[inner]], [end]])
    best = int(np.argmax(np.diff(borders)))
    return int(borders[best]), int(borders[best + 1])


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
