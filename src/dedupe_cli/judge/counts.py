"""How often a word or two neighbouring characters stand in a text; what is asked is whether more than once or twice.

A few questions are answered by looking for them in the text. When so much was looked through that counting everything
would have been cheaper, everything is counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from dedupe_cli.text.fold import Fold

JOINERS = frozenset("'’ʼ")
# Words and pairs are counted up to here.
MOST = 3
_WORD = re.compile(r"[^\W_]+")
# What it costs to look at one place, in characters whose words are counted; and how many characters are searched for
# the price of one that is counted.
_PLACE, _SEARCHED = 20, 200
# Pairs are counted in so much less time than words.
_QUICKER = 4
# Of so many differences one asks for a word that it did not ask for before, about.
_ASKING = 4
_THREE = 3
_FACTOR = 0x9E3779B1 >> 8
# Characters at the beginning of a text in which pairs are looked for one by one: most of them stand there.
_BEGINNING = 1 << 18
# Pairs are counted together with others in a table of so many places a pair, as long as it is no larger than this; so
# many characters at a time.
_ROOM, _LARGEST, _PIECE = 4, 1 << 22, 1 << 18


class Counts:
    """Counts over one folded text; ``string`` holds its folded characters."""

    def __init__(self, fold: Fold, string: str) -> None:
        self._fold, self._string = fold, string
        self._left = {"words": len(string), "pairs": len(string) // _QUICKER, "threes": len(string) // _QUICKER}
        self._found: dict[str, int] = {}
        self._known: dict[str, int] = {}

    def expect(self, differences: int) -> None:
        """Say how many differences will be judged: of many it costs less to count all words than to look for some."""
        if differences >= _ASKING * _SEARCHED:
            self._left["words"] = 0

    def word(self, word: str) -> int:
        """How often a folded word of a script that writes spaces stands in the text, ``MOST`` at most."""
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = self._find_word(word)
        return found

    def _find_word(self, word: str) -> int:
        if self._left["words"] > 0 and not JOINERS.intersection(word):
            found = self._look_for(word)
            if found is not None:
                return found
        return min(MOST, self._words.get(word, 0))

    def is_pair_again(self, pair: str) -> bool:
        """Tell whether two neighbouring folded characters stand in the text more than once."""
        if self._room and self._together[_place(ord(pair[0]), ord(pair[1]), self._room)] < 2:
            return False
        return self.pair(pair) > 1

    def is_again(self, stretch: str) -> bool:
        """Tell whether a folded stretch stands in the text more than once."""
        if len(stretch) < _THREE:
            return self.pair(stretch) > 1
        if self._left["threes"] <= 0:
            found = self._has_threes(stretch)
            if not found or len(stretch) == _THREE:
                return found
        first = self._string.find(stretch)
        second = self._string.find(stretch, first + 1)
        self._left["threes"] -= (second if second >= 0 else len(self._string)) // _SEARCHED + 1
        return second >= 0

    def _has_threes(self, stretch: str) -> bool:
        """Tell whether each three characters of a stretch stand in the text more than once."""
        keys = self._threes
        if not len(keys):
            return False
        asked = _threes(np.frombuffer(stretch.encode("utf-32-le", "surrogatepass"), dtype=np.uint32))
        return bool((keys[np.searchsorted(keys, asked).clip(0, len(keys) - 1)] == asked).all())

    @cached_property
    def _threes(self) -> np.ndarray:
        """The keys of three characters in a row that stand in the text more than once, ascending."""
        keys = np.sort(_threes(self._fold.codes))
        again: np.ndarray = keys[1:][keys[1:] == keys[:-1]]
        return again

    def pair(self, pair: str) -> int:
        """How often two neighbouring folded characters stand in the text, ``MOST`` at most."""
        found = self._found.get(pair)
        if found is None:
            found = self._found[pair] = self._find_pair(pair)
        return found

    def _find_pair(self, pair: str) -> int:
        """Count a pair by looking for it: one place after the other at the beginning, then all at once."""
        count, at, end = 0, 0, min(len(self._string), _BEGINNING)
        while count < MOST and self._left["pairs"] > 0:
            place = self._string.find(pair, at, end)
            self._left["pairs"] -= ((place if place >= 0 else end) - at) // _SEARCHED + 1
            if place < 0:
                return count if end == len(self._string) else self._scan(pair)
            count, at = count + 1, place + 1
        return count if count == MOST else min(MOST, self._count_pair(pair))

    def _scan(self, pair: str) -> int:
        """Count a pair in all of a long text: as an array of codes that takes a third of the time."""
        codes = self._fold.codes
        self._left["pairs"] -= len(codes) // (3 * _SEARCHED)
        return min(MOST, int(np.count_nonzero((codes[:-1] == ord(pair[0])) & (codes[1:] == ord(pair[1])))))

    @cached_property
    def _room(self) -> int:
        """Places of the table in which pairs are counted with others, less one; 0 for a text that is too long."""
        size = 1 << (_ROOM * len(self._string)).bit_length()
        return size - 1 if size <= _LARGEST else 0

    @cached_property
    def _together(self) -> bytes:
        """How often the pairs that share a place of the table stand in the text, two times at most."""
        counts = np.zeros(self._room + 1, dtype=np.uint8)
        codes = self._fold.codes
        for at in range(0, len(codes) - 1, _PIECE):
            part = codes[at : at + _PIECE + 1].astype(np.int64)
            found = np.bincount(_place(part[:-1], part[1:], self._room), minlength=len(counts))
            counts = np.minimum(counts + np.minimum(found, 2).astype(np.uint8), 2)
        return counts.tobytes()

    def _look_for(self, word: str) -> int | None:
        """Count a word by looking for it; nothing when counting all words is cheaper.

        Whatever becomes the word when its case is folded is the same letters in the folded text.
        """
        count, at = 0, 0
        while word and self._left["words"] > 0:
            place = self._string.find(word, at)
            self._left["words"] -= ((place if place >= 0 else len(self._string)) - at) // _SEARCHED + _PLACE
            if place < 0:
                return count
            at = place + 1
            count += self._is_word(place, word)
            if count == MOST:
                return count
        return None if word else 0

    def _is_word(self, place: int, word: str) -> bool:
        """Tell whether the letters at a folded position are a whole word of the original text."""
        text, offsets = self._fold.text, self._fold.offsets
        start = at = int(offsets[place])
        if place and offsets[place - 1] == start:
            return False  # the middle of a character
        while start > 0 and text[start - 1] in JOINERS:
            start -= 1
        if start > 0 and text[start - 1].isalnum():
            return False
        letters: list[str] = []
        while at < len(text) and len(letters) <= len(word):
            if text[at].isalnum():
                letters.append(text[at])
            elif text[at] not in JOINERS:
                break
            at += 1
        return "".join(letters).casefold() == word

    @cached_property
    def _words(self) -> dict[str, int]:
        out: dict[str, int] = {}
        words: Counter[str] = Counter()
        for part in self._parts():  # a list of all words would take many times the room of the text
            words.update(_WORD.findall(_without(part, JOINERS)))
        for word, count in words.items():
            folded = word.casefold()
            out[folded] = out.get(folded, 0) + count
        return out

    def _parts(self) -> Iterator[str]:
        """Yield the text in parts, none of which ends within a word."""
        text, at = self._fold.text, 0
        while at < len(text):
            end = min(at + _PIECE, len(text))
            while end < len(text) and (text[end].isalnum() or text[end] in JOINERS):
                end += 1
            yield text[at:end]
            at = end

    @cached_property
    def _pairs(self) -> tuple[np.ndarray, np.ndarray]:
        codes = self._fold.codes.astype(np.uint64)
        keys, counts = np.unique((codes[:-1] << np.uint64(32)) | codes[1:], return_counts=True)
        return keys, counts

    def _count_pair(self, pair: str) -> int:
        keys, counts = self._pairs
        key = np.uint64((ord(pair[0]) << 32) | ord(pair[1]))
        at = int(np.searchsorted(keys, key))
        return int(counts[at]) if at < len(keys) and keys[at] == key else 0


def _threes(codes: np.ndarray) -> np.ndarray:
    """Return a key for each three characters in a row: a code point has 21 bits."""
    wide = codes.astype(np.uint64)
    return (wide[:-2] << np.uint64(42)) | (wide[1:-1] << np.uint64(21)) | wide[2:]


def _without(text: str, signs: Iterable[str]) -> str:
    """Return a text without some characters: much faster than a translation of all of it."""
    for sign in signs:
        text = text.replace(sign, "")
    return text


def _place(one: Any, other: Any, room: int) -> Any:
    """Place of a pair of codes, or of many, in a table of a power of two of places; ``room`` is one less."""
    return (one * _FACTOR ^ other) & room
