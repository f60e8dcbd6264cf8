"""How similar two documents are, on their real texts: the percentage of equal letters of their alignment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from rapidfuzz.distance import Indel, Levenshtein
from rapidfuzz.process import cpdist

from dedupe_cli.judge.verdicts import Verdicts
from dedupe_cli.model import Reason
from dedupe_cli.search.hashes import BASE, mix
from dedupe_cli.text.alignment import Alignment, Block, align
from dedupe_cli.text.fold import Fold, code_points, fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.settings import Settings

SCORED = pa.struct([("similarity", pa.float64()), ("rule", pa.string()), ("held", pa.bool_())])
# The code of a pair that is held back, by what differs.
_CODES = {Reason.NUMBER: "D401", Reason.DATE: "D402", Reason.NEGATION: "D403", Reason.CLAUSE: "D405"}
# Longer documents are aligned between the stretches that both have once: a direct alignment costs the product.
DIRECT = 20_000
# Letters of such a stretch, and of how many one is looked at.
_ANCHOR, _ONE_IN = 24, 16
# An alignment goes on while its score holds, as within one text: so much for an equal letter and for an edit, and so
# far it may fall below its best. What it gains at least is no chance.
_EQUAL, _EDIT, _DROP, _GAIN = 1.0, 1.5, 14.0, 20.0
# From this similarity on what is equal by chance does not matter.
_SURE = 0.96
_NUMBER = re.compile(r"\d[\d.]*")
_NEGATIONS = (*"不没沒未无無非别別", "not", "never")


def scored(kept: pa.Array, copies: pa.Array, least: float) -> pa.Array:
    """Score pairs of folded texts: similarity in percent (null below ``least``), and the rule that fits."""
    found, rules = _scored(kept, copies, least)
    return _array(found, rules, [False] * len(rules))


def judged(kept: pa.Array, copies: pa.Array, texts: pa.Array, others: pa.Array, settings: Settings) -> pa.Array:
    """Score pairs and judge them, too: those are held of which a difference may not go (``--apply``)."""
    found, rules = _scored(kept, copies, settings.similarity)
    held = [False] * len(rules)
    for at, (one, two) in enumerate(zip(texts.to_pylist(), others.to_pylist(), strict=True)):
        if rules[at] is not None and one != two:
            folded, whole = alignment(one, two)
            verdicts = Verdicts(folded, [whole], settings)
            blocking = verdicts.blocking(verdicts.of(whole))
            if blocking:
                held[at] = True
                rules[at] = code_of(item.reason for item in blocking)
    return _array(found, rules, held)


def code_of(reasons: Iterable[Reason | None]) -> str:
    """Return the code of a pair that is held back for some reasons."""
    return min((_CODES.get(reason, "D404") if reason else "D404" for reason in reasons), default="D404")


def _array(found: NDArray[np.float64], rules: list[str | None], held: list[bool]) -> pa.Array:
    columns = [pa.array(found, pa.float64(), mask=np.array([rule is None for rule in rules], dtype=bool))]
    columns += [pa.array(rules, pa.string()), pa.array(held, pa.bool_())]
    return pa.StructArray.from_arrays(columns, fields=list(SCORED))


def _scored(kept: pa.Array, copies: pa.Array, least: float) -> tuple[NDArray[np.float64], list[str | None]]:
    one, two = kept.to_pylist(), copies.to_pylist()
    short = [at for at, both in enumerate(zip(one, two, strict=True)) if max(map(len, both)) <= DIRECT]
    found = np.zeros(len(one))
    if short:
        found[short] = cpdist(
            [one[at] for at in short],
            [two[at] for at in short],
            scorer=Indel.normalized_similarity,
            score_cutoff=least / 100.0,
            dtype=np.float64,
        )
    for at in [*np.flatnonzero((found > 0) & (found < _SURE)).tolist(), *set(range(len(one))).difference(short)]:
        found[at] = similarity(one[at], two[at])
    found *= 100.0
    enough = found >= least
    return found, [rule(one[at], two[at], found[at]) if enough[at] else None for at in range(len(one))]


def rule(kept: str, copy: str, similarity: float) -> str:
    """Return the code of what differs first of all: a number, a negation, something else, or form only."""
    if similarity >= 100.0:
        return "D102"
    if _NUMBER.findall(kept) != _NUMBER.findall(copy):
        return "D401"
    return "D403" if any(kept.count(word) != copy.count(word) for word in _NEGATIONS) else "D201"


def similarity(kept: str, copy: str) -> float:
    """Return the share of equal letters in the alignments of two folded texts (as normalised Indel), from 0 to 1.

    What different texts have in common by chance counts for nothing: more than half of the letters of English. Of long
    texts stretches that stand once in both are taken as they are, and what lies between them is aligned.
    """
    equal = sum(
        len(one) if one == two else _equal(one, two) if near else 0
        for one, two, near in ((kept[a0:a1], copy[b0:b1], near) for a0, a1, b0, b1, near in _parts(kept, copy))
    )
    return 2.0 * equal / max(len(kept) + len(copy), 1)


def alignment(kept: str, copy: str) -> tuple[Fold, Alignment]:
    """Fold two texts as one, and align them as wholes."""
    folded = fold(f"{kept}\n\n{copy}")
    border, end = folded.index(len(kept)), len(folded)
    blocks: list[Block] = []
    for a0, a1, start, stop, near in _parts(folded.string[:border], folded.string[border:]):
        b0, b1 = border + start, border + stop
        if folded.string[a0:a1] != folded.string[b0:b1]:
            blocks += align(folded, a0, a1, b0, b1) if near else (Block(a0, a1, b0, b1),)
    return folded, Alignment(0, border, border, end, tuple(blocks))


def _parts(kept: str, copy: str) -> Iterator[tuple[int, int, int, int, bool]]:
    """Yield the stretches of two texts that are aligned, from and to in each, and whether they are short enough for it.

    Short texts are one stretch each, of long ones they lie between what stands once in both.
    """
    anchors = () if max(len(kept), len(copy)) <= DIRECT else _anchors(kept, copy)
    for (a0, b0), (a1, b1) in pairwise([(0, 0), *anchors, (len(kept), len(copy))]):
        yield a0, a1, b0, b1, max(a1 - a0, b1 - b0) <= DIRECT


def _equal(kept: str, copy: str) -> int:
    """Count the equal letters of the alignments of two texts."""
    equal = own = most = at = to = 0
    score = best = 0.0
    for same in Levenshtein.editops(kept, copy).as_matching_blocks():
        score -= _EDIT * max(same.a - at, same.b - to)
        if score < max(best - _DROP, 0.0):
            equal += most if best >= _GAIN else 0
            score = best = 0.0
            own = most = 0
        at, to = same.a + same.size, same.b + same.size
        score += _EQUAL * same.size
        own += same.size
        if score > best:
            best, most = score, own
    return equal + (most if best >= _GAIN else 0)


def _anchors(kept: str, copy: str) -> Sequence[tuple[int, int]]:
    """Return places of both texts from which the same goes on, in order, none crossing another."""
    one, mine = _single(kept)
    two, theirs = _single(copy)
    _, left, right = np.intersect1d(one, two, assume_unique=True, return_indices=True)
    found = sorted(zip(mine[left].tolist(), theirs[right].tolist(), strict=True))
    return _rising([(a, b) for a, b in found if kept[a : a + _ANCHOR] == copy[b : b + _ANCHOR]])


def _single(text: str) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the windows of a text that stand in it once, of one in so many: their hashes, ascending, and places."""
    codes = mix(code_points(text).astype(np.uint64))
    size = max(len(codes) - _ANCHOR + 1, 0)
    hashes = np.zeros(size, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for step in range(_ANCHOR):
            hashes = hashes * BASE + codes[step : step + size]
    hashes = mix(hashes)
    places = np.flatnonzero(hashes % np.uint64(_ONE_IN) == 0)
    values, first, counts = np.unique(hashes[places], return_index=True, return_counts=True)
    return values[counts == 1], places[first[counts == 1]]


def _rising(pairs: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """Return the longest row of pairs of which both sides rise (patience sorting)."""
    from bisect import bisect_left  # noqa: PLC0415  only for long texts

    ends: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for at, (_, place) in enumerate(pairs):
        pile = bisect_left(ends, place)
        ends[pile : pile + 1] = [place]
        tops[pile : pile + 1] = [at]
        before.append(tops[pile - 1] if pile else -1)
    out = []
    at = tops[-1] if tops else -1
    while at >= 0:
        out.append(pairs[at])
        at = before[at]
    return out[::-1]
