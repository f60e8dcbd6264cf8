"""The differences of two aligned texts as pieces that are judged one by one, and the words around them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from dedupe_cli.judge.counts import JOINERS, Counts
from dedupe_cli.text.alignment import Alignment, Block, align
from dedupe_cli.text.fold import DIGIT, HAN, LETTER, Fold, code_points, is_han

REACH = 24  # letters that a word is followed to either side
NEAR = 4  # letters within which two differences may be parts of one exchange
# Something put in and something taken out, of at least so many letters and at most so far apart, may be no difference
# at all: a text that says the same words twice can be aligned to itself one time off.
OFF_EDITS, OFF_REACH = 3, 100
# Characters that are worked on at a time.
_PIECE = 1 << 18


class Piece(NamedTuple):
    """One difference: its block, the single edits in it, the equal letters it encloses, edits close by."""

    block: Block
    edits: int
    inner: int
    near: int = 0


class Letters:
    """The folded text as a string, with the facts about it that judging asks for (built when first asked).

    What is asked of single places is kept as ``bytes``, one a folded character: numpy is slow at a few at a time.
    """

    def __init__(self, fold: Fold) -> None:
        self.fold = fold
        self.string = fold.string

    @cached_property
    def shares(self) -> dict[str, float]:
        """Share of each character in the text."""
        size = len(self.fold)
        counts = np.zeros(int(self.fold.codes.max(initial=0)) + 1, dtype=np.int64)
        for at in range(0, size, _PIECE):
            found = np.bincount(self.fold.codes[at : at + _PIECE])
            counts[: len(found)] += found
        there = np.flatnonzero(counts)
        return {chr(c): n / size for c, n in zip(there.tolist(), counts[there].tolist(), strict=True)}

    @cached_property
    def digit_share(self) -> float:
        """Share of digits in the text."""
        return float(np.count_nonzero(self.fold.classes == DIGIT)) / max(1, len(self.fold))

    @cached_property
    def rareness(self) -> dict[str, float]:
        """How much rarer than common each character of the text is (natural log, 0 for a common one)."""
        return {char: max(0.0, math.log(0.01 / share)) for char, share in self.shares.items()}

    @cached_property
    def offsets(self) -> memoryview:
        """Original offset of each folded character."""
        return self.fold.at

    @cached_property
    def opens(self) -> bytes:
        """1 for each character that does not stand in one word with the one before it."""
        fold = self.fold
        out = np.ones(len(fold), dtype=bool)
        for at in range(0, len(fold) - 1, _PIECE):  # in pieces: what is made on the way is four times the result
            here = slice(at, min(at + _PIECE + 1, len(fold)))
            offsets, han = fold.offsets[here], fold.classes[here] == HAN
            gap = np.diff(offsets)
            wide = np.flatnonzero(gap == 2)
            start = int(offsets[0])
            between = code_points(fold.text[start : int(offsets[-1]) + 1])[offsets[wide + 1] - 1 - start]
            gap[wide[np.isin(between, list(map(ord, JOINERS)))]] = 1
            out[at + 1 : here.stop] = (gap > 1) | (han[1:] != han[:-1])
        return out.tobytes()

    @cached_property
    def _counts(self) -> Counts:
        return Counts(self.fold, self.string)

    def is_again(self, stretch: str) -> bool:
        """Tell whether a folded stretch stands in the text more than once."""
        return self._counts.is_again(stretch)

    def is_pair_again(self, pair: str) -> bool:
        """Tell whether two neighbouring folded characters stand in the text more than once."""
        return self._counts.is_pair_again(pair)

    def expect(self, differences: int) -> None:
        """Say how many differences will be judged: about as many words will be asked for."""
        self._counts.expect(differences)

    @cached_property
    def word_count(self) -> Callable[[str], int]:
        """Tells how often a folded word of a script that writes spaces stands in the text, three times at most."""
        return self._counts.word


def pieces(letters: Letters, alignment: Alignment) -> list[Piece]:
    """Merge the edits of an alignment that belong together.

    Edits with at most one equal letter between them are one difference; so are all edits inside one word of a
    script that writes spaces.
    """
    out: list[Piece] = []
    for block in _mended(letters.fold, alignment.blocks):
        edits = max(block.a1 - block.a0, block.b1 - block.b0)
        if out:
            last = out[-1]
            gap = block.a0 - last.block.a1
            if gap <= 1 or (gap <= REACH and _same_word(letters, last.block, block)):
                joined = Block(last.block.a0, block.a1, last.block.b0, block.b1)
                out[-1] = Piece(joined, last.edits + edits, last.inner + gap)
                continue
        out.append(Piece(block, edits, 0))
    return [_with_near(out, index) for index in range(len(out))]


def _mended(fold: Fold, blocks: Sequence[Block]) -> Sequence[Block]:
    """Align anew where something is put in and something taken out close by, when that needs half the edits."""
    out: list[Block] = []
    for block in blocks:
        out.append(block)
        first = _opposite(out)
        if first is None:
            continue
        again = align(fold, out[first].a0, block.a1, out[first].b0, block.b1)
        if 2 * sum(x.edits for x in again) <= sum(x.edits for x in out[first:]):
            out[first:] = again
    return out


def _opposite(blocks: Sequence[Block]) -> int | None:
    """Index of the nearest block before the last one that shifts the text the other way."""
    last = blocks[-1]
    shift = (last.b1 - last.b0) - (last.a1 - last.a0)
    if abs(shift) < OFF_EDITS:
        return None
    for index in range(len(blocks) - 2, -1, -1):
        block = blocks[index]
        if last.a0 - block.a1 > OFF_REACH:
            return None
        other = (block.b1 - block.b0) - (block.a1 - block.a0)
        if abs(other) >= OFF_EDITS and (other > 0) != (shift > 0):
            return index
    return None


def _with_near(found: list[Piece], index: int) -> Piece:
    """Count the edits of the pieces next to one that stand within a few letters of it."""
    piece = found[index]
    near = 0
    if index and piece.block.a0 - found[index - 1].block.a1 <= NEAR:
        near += found[index - 1].edits
    if index + 1 < len(found) and found[index + 1].block.a0 - piece.block.a1 <= NEAR:
        near += found[index + 1].edits
    return Piece(piece.block, piece.edits, piece.inner, near) if near else piece


def _same_word(letters: Letters, one: Block, other: Block) -> bool:
    """Tell whether nothing but letters of one word lies between two edits, on both sides."""
    if letters.fold.kinds.count(LETTER, one.a1, other.a0) < other.a0 - one.a1:
        return False
    offsets = letters.offsets
    sides = (
        (one.a0, one.a1, other.a0, other.a1),
        (one.b0, one.b1, other.b0, other.b1),
    )
    for first, low, high, last in sides:
        start = low - 1 if first < low else low
        end = high if high < last else high - 1
        if offsets[end] - offsets[start] != end - start:
            return False
    return True


def words_around(letters: Letters, piece: Piece) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the words that a piece touches, on the kept and on the copy side, as folded ranges.

    Words that are equal at the head and the tail of both lists are left out: what is left was exchanged.
    """
    (a0, a1, b0, b1), text = piece.block, letters.string
    opens, size = letters.opens, len(text)
    left = min(max(_left(opens, a0, a1), _left(opens, b0, b1)), a0, b0)
    right = min(max(_right(opens, a0, a1), _right(opens, b0, b1)), size - a1, size - b1)
    kept = _words(opens, a0 - left, a1 + right)
    copy = _words(opens, b0 - left, b1 + right)
    if len(kept) == len(copy) == 1:  # most are
        (start, end), (low, high) = kept[0], copy[0]
        return ([], []) if text[start:end] == text[low:high] else (kept, copy)
    first, last, other = 0, len(kept), len(copy)
    while first < last and first < other and _is_same(text, kept[first], copy[first]):
        first += 1
    while first < last and first < other and _is_same(text, kept[last - 1], copy[other - 1]):
        last, other = last - 1, other - 1
    return kept[first:last], copy[first:other]


def _is_same(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    return text[one[0] : one[1]] == text[other[0] : other[1]]


def _left(opens: bytes, start: int, end: int) -> int:
    """Letters from a range to the start of the word that it begins in."""
    if start == end and (end >= len(opens) or start == 0 or opens[start]):
        return 0
    if start >= len(opens):
        return 0
    low = max(0, start - REACH)
    return start - max(opens.rfind(1, low, start + 1), low)


def _right(opens: bytes, start: int, end: int) -> int:
    """Letters from a range to the end of the word that it ends in."""
    if start == end and (start == 0 or start >= len(opens) or opens[start]):
        return 0
    high = min(end + REACH, len(opens))
    at = opens.find(1, end, high) if end > 0 else end
    return (at if at >= 0 else high) - end


def _words(opens: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """Words that stand in a range, those that it cuts too: *stack* where the other side has *instance*."""
    if start < end and not opens[start]:
        start -= _left(opens, start, end)
    if start < end < len(opens) and not opens[end]:
        end += _right(opens, start, end)
    out: list[tuple[int, int]] = []
    while start < end:
        at = opens.find(1, start + 1, end)
        at = at if at >= 0 else end
        out.append((start, at))
        start = at
    return out


def has_han(text: str) -> bool:
    """Tell whether a Han character stands in a short string."""
    return any(is_han(ord(c)) for c in text)


def digits_only(letters: Letters, start: int, end: int) -> bool:
    """Tell whether a range is digits (of any script) and decimal points alone."""
    kinds, string = letters.fold.kinds, letters.string
    return end > start and kinds.count(DIGIT, start, end) + string.count(".", start, end) == end - start
