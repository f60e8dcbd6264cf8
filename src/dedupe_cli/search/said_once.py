"""A first look at many short texts together: which of them say everything once, by one array of all their signs.

Of a text of which that leaves a doubt :func:`~dedupe_cli.search.first_look.look` tells, so that all have what it would
say of them (``tests/test_once.py``).
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from dedupe_cli.search.first_look import LINES, LONGEST, ROUND, SENTENCES, TWICE, WINDOW, are_captions, least, look
from dedupe_cli.search.hashes import BASE
from dedupe_cli.search.signs import LINE, NUMBER, OTHER, POINT, SIGNS, STOP, WIDE, signs_of
from dedupe_cli.text.fold import code_points, look_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Codes = NDArray[np.uint32]
    Flags = NDArray[np.bool_]
    Places = NDArray[np.int64]
    Hashes = NDArray[np.uint64]

# Characters (more take longer: they do not fit into what a processor has near), and texts, that are looked at together.
_TOGETHER, _TEXTS = 1 << 16, 1 << 12
# Of a hash its text takes the place of the lowest bits.
_TEXT = np.uint64(_TEXTS - 1)
# The sign of a character that has several; from which sign on they are letters and digits.
_SEVERAL, _LETTERS = 2, 32
# What a letter is in a row of numbers: a part of one, or a mark that would belong to it.
_DIGIT, _MARK = 1, 2
# By which a hash is multiplied before another one of so many letters behind it is added.
_POWERS = [np.uint64(pow(int(BASE), size, 1 << 64)) for size in range(8)]


def said_once(texts: Sequence[str]) -> Iterator[bool]:
    """Tell of each text whether nothing stands twice in it, anywhere; looked at by itself it is when it comes to it."""
    for some in _portions(texts):
        for sure, text in zip(_sure(some).tolist(), some, strict=True):
            yield sure or look(text).anywhere


def _portions(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    first = size = 0
    for at, text in enumerate(texts):
        if at > first and (size + len(text) > _TOGETHER or at - first >= _TEXTS):
            yield texts[first:at]
            first, size = at, 0
        size += len(text)
    if first < len(texts):
        yield texts[first:]


def _sure(texts: Sequence[str]) -> Flags:
    """Tell of some texts whether they say everything once for sure."""
    fits = np.array([len(text) <= LONGEST and POINT not in text for text in texts], dtype=bool)
    whole = [text if fit else "" for text, fit in zip(texts, fits.tolist(), strict=True)]
    signs = _signs(code_points("".join(whole)))
    ends = np.cumsum([len(text) for text in whole])
    odd = signs == _SEVERAL
    digit = (signs >= ord("0")) & (signs <= ord("9"))
    odd[1:-1] |= (signs[1:-1] < _LETTERS) & digit[:-2] & digit[2:]  # a point, perhaps
    alone = np.unique(np.searchsorted(ends, np.flatnonzero(odd), side="right"))
    out = fits & ~_doubtful(signs, ends)
    if len(alone):
        said = [signs_of(texts[at]) for at in alone.tolist()]
        out[alone] = ~_doubtful(code_points("".join(said)), np.cumsum([len(each) for each in said]))
    return out


class _Table:
    """A value for each code point, made when it is first asked for."""

    def __init__(self, made: Callable[[int], int], kind: Any) -> None:
        self.made = made
        self.values = np.zeros(sys.maxunicode + 1, dtype=kind)
        self.known = np.zeros(sys.maxunicode + 1, dtype=bool)

    def __call__(self, codes: Codes) -> NDArray[Any]:
        for code in np.unique(codes[~look_up(self.known, codes)]).tolist():
            self.values[code], self.known[code] = self.made(code), True
        return look_up(self.values, codes)


def _sign(code: int) -> int:
    letters = SIGNS[code]
    return ord(letters) if len(letters) == 1 else _SEVERAL if letters else 0


def _kind(code: int) -> int:
    return _DIGIT if NUMBER.match(chr(code)) else _MARK if unicodedata.category(chr(code))[0] == "M" else 0


_signs, _kinds = _Table(_sign, np.uint32), _Table(_kind, np.uint8)


def _doubtful(signs: Codes, ends: Places) -> Flags:
    """Tell of some texts whether something could stand twice in them; ``ends``: where each ends in the signs of all."""
    out = np.zeros(len(ends), dtype=bool)
    out[np.searchsorted(ends, np.flatnonzero(signs == ord(OTHER)), side="right")] = True
    at = np.flatnonzero(signs >= _LETTERS)
    if not len(at):
        return out
    letters = _Letters(signs[at], np.searchsorted(at, ends))
    line, stop = (np.searchsorted(at, np.flatnonzero(signs == ord(sign))) for sign in (LINE, STOP))
    pieces = letters.begins(line, stop)
    out[letters.captions(letters.begins(line))] = True
    out[letters.counting()] = True
    out[letters.alike(pieces)] = True
    out[letters.rounds(pieces)] = True
    out[letters.windows()] = True
    return out


class _Letters:
    """The letters of some texts in a row; each of them is asked for the numbers of texts that may say something twice.

    ``stops``: where each text ends.
    """

    def __init__(self, codes: Codes, stops: Places) -> None:
        self.codes, self.stops = codes, stops
        self.text = np.repeat(np.arange(len(stops)), np.diff(stops, prepend=0))
        wide = np.zeros(len(stops), dtype=bool)
        wide[self.text[codes >= ord(WIDE)]] = True
        self.wide: Flags = wide
        self.kinds = _kinds(codes)
        self.digit: Flags = self.kinds == _DIGIT
        within = np.zeros(len(codes), dtype=bool)  # of a number: not its first digit
        within[1:] = self.digit[1:] & self.digit[:-1] & (self.text[1:] == self.text[:-1])
        self.within: Flags = within

    def begins(self, *places: Places) -> Places:
        """Return where pieces begin: with each text, and at some places more."""
        both = np.unique(np.concatenate([[0], self.stops[:-1], *places]))
        return both[both < len(self.codes)]

    def captions(self, lines: Places) -> Places:
        """Lines that may be captions."""
        own = self.text[lines]
        several = np.flatnonzero(np.bincount(own) >= LINES)
        edges = np.searchsorted(own, [several, several + 1]).T.tolist()
        return several[[self._are_captions(lines[slice(*edge)]) for edge in edges]]

    def _are_captions(self, lines: Places) -> bool:
        start = int(lines[0])
        end = int(self.stops[self.text[start]])
        said = self.codes[start:end].astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
        return are_captions([said[a:b] for a, b in pairwise([*(lines - start).tolist(), end - start])])

    def counting(self) -> Places:
        """Two numbers with the same around them, stretches between numbers that are the same, or a mark behind one."""
        last = np.append(~self.within[1:], True) & self.digit
        heads, tails = np.flatnonzero(self.digit & ~self.within), np.flatnonzero(last) + 1
        own = self.text[heads]
        mark = (self.kinds.take(tails, mode="clip") == _MARK) & (self.text.take(tails, mode="clip") == own)
        followed = np.flatnonzero(own[1:] == own[:-1])
        own, low, high = own[followed], tails[followed], heads[followed + 1]
        size = high - low
        behind = self._like(low, tails[followed + 1], 1, size)
        before = self._like(high - 1, heads[followed] - 1, -1, size)
        keys = (size * 0x10000 + self.codes[low]).astype(np.uint64) * BASE + self.codes[high - 1]
        return np.concatenate([self.text[heads[mark]], own[before + behind >= size], _again(keys, own)])

    def _like(self, one: Places, other: Places, step: int, most: Places) -> Places:
        """Count the letters that are the same from two places on; where two are, all may be."""
        first, second = (
            self.codes.take(one + by, mode="clip") == self.codes.take(other + by, mode="clip") for by in (0, step)
        )
        return np.where(first, np.where(second, most, 1), 0)

    def alike(self, pieces: Places) -> Places:
        """Three pieces that begin with the same letters."""
        own = self.text[pieces]
        width = np.where(self.wide, least(ROUND, plain=False), least(ROUND, plain=True))[own]
        worth = (np.bincount(own)[own] > TWICE) & (pieces + width <= self.stops[own])
        pieces, own, width = pieces[worth], own[worth], width[worth]
        keys = np.zeros(len(pieces), dtype=np.uint64)
        for at in range(least(ROUND, plain=True)):
            keys = keys * BASE + np.where(at < width, self.codes.take(pieces + at, mode="clip"), 0)
        return _again(keys, own, TWICE + 1)

    def rounds(self, pieces: Places) -> Places:
        """Many pieces, some of which are as long as others, but for the length of numbers, and begin and end alike."""
        own = self.text[pieces]
        one = ~self.within
        one[pieces] = True
        counts = np.append(0, np.cumsum(one))
        ends = np.append(pieces[1:], len(self.codes))
        signs = np.where(self.digit, np.uint32(0), self.codes)
        keys = (counts[ends] - counts[pieces]).astype(np.uint64) * BASE + signs[pieces]
        keys = keys * BASE + signs[ends - 1]
        worth = np.bincount(own)[own] >= 2 * SENTENCES - 1
        return np.flatnonzero(np.bincount(_again(keys[worth], own[worth])) >= SENTENCES - 1)

    def windows(self) -> Places:
        """Windows that stand twice."""
        one = self.codes.astype(np.uint64)
        two = _joined(one, one, 1)
        four = _joined(two, two, 2)
        # Of the widest window the last letters that four cover; its first eight are hashed by fours, too.
        hashes = {
            True: _joined(four, one, 4),
            False: _joined(_joined(four, four, 4), four, least(WINDOW, plain=True) - 4),
        }
        found = []
        for wide, keys in hashes.items():
            own = self.text[: len(keys)]
            fits = self.stops[own] >= np.arange(len(keys)) + least(WINDOW, plain=not wide)
            fits &= self.wide[own] == wide
            found.append(_again(keys[fits], own[fits]))
        return np.concatenate(found)


def _joined(one: Hashes, other: Hashes, at: int) -> Hashes:
    """Return a hash of what some windows hold together with others that begin so many letters behind them."""
    count = max(len(other) - at, 0)
    return one[:count] * _POWERS[at] + other[at:]


def _again(keys: Hashes, own: Places, times: int = 2) -> Places:
    """Return the texts in which a key stands so many times, once for each further time."""
    keys = (keys & ~_TEXT) | own.astype(np.uint64)
    keys.sort()
    more = keys[times - 1 :]
    out: Places = (more[more == keys[: len(more)]] & _TEXT).astype(np.int64)
    return out
