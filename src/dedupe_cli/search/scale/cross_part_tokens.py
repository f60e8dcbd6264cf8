"""What one part of a text must know of the others while it is searched for what is said again at once."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.search.scale.parts import Blocks, Part, part_fold
from dedupe_cli.search.scene import Around
from dedupe_cli.search.tokens import tokenise
from dedupe_cli.text.fold import fold
from dedupe_cli.text.indexed import different

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dedupe_cli.search.scene import Others
    from dedupe_cli.text.fold import Fold

    Flags = NDArray[np.bool_]

# Places that are looked at before all tokens are counted, and what is seen beside each.
_LOOKED, _BESIDE = 256, 32


class Elsewhere:
    """What parts of a text must know of the others.

    Which tokens stand in which of them: a few are looked for, for many all are counted. How wide the lines of a
    block are that is parted.
    """

    def __init__(self, whole: Fold, parts: Sequence[Part]) -> None:
        self._whole, self._parts = whole, parts
        self._left = _LOOKED
        self._tables: list[tuple[NDArray[np.uint64], NDArray[np.int64]]] = []
        self._all: tuple[NDArray[np.uint64], NDArray[np.int64]] | None = None
        blocks = Blocks(whole.text)
        self._widths = list(pairwise([*(blocks.width(part.start) for part in parts), 0]))

    def around(self, index: int, *, small: bool) -> Around:
        """Return what is to be known while one part is looked at; ``small`` as there."""
        return Around(self.elsewhere(index), small, self._widths[index])

    def elsewhere(self, index: int) -> Others:
        """Return what tells which tokens stand in other parts than one."""

        def others(ids: NDArray[np.uint64], words: Sequence[str]) -> Flags:
            found = self._look_for(index, words)
            if found is not None:
                return found
            self._count()
            assert self._all is not None
            return _counts(self._all, ids) > _counts(self._tables[index], ids)

        return others

    def holds(self, index: int, refused: Sequence[NDArray[np.uint64]]) -> bool:
        """Tell whether all of some tokens still stand in other parts than one; behind :meth:`shorten`."""
        ids = different(np.concatenate(refused))
        self._count()
        assert self._all is not None
        return bool((_counts(self._all, ids) > _counts(self._tables[index], ids)).all())

    def _look_for(self, index: int, words: Sequence[str]) -> Flags | None:
        """Look for words outside of a part; None when it is better to count all."""
        out = np.zeros(len(words), dtype=bool)
        part, size = self._parts[index], len(self._whole)
        for number, word in enumerate(words):
            for low, high in ((0, part.low), (part.high, size)):
                at = low - 1
                while not out[number] and self._left > 0 and (at := self._whole.string.find(word, at + 1, high)) >= 0:
                    self._left -= 1
                    out[number] = self._is_token(at, at + len(word))
            self._left -= 1
        return out if self._left > 0 else None

    def _is_token(self, start: int, end: int) -> bool:
        """Tell whether a folded range is one token."""
        low = max(start - _BESIDE, 0)
        tokens = tokenise(part_fold(self._whole, Part(0, 0, low, min(end + _BESIDE, len(self._whole)))))
        at = int(tokens.at((start - low,))[0])
        return bool(tokens.first[at] == start - low and tokens.last[at] == end - low)

    def shorten(self, index: int, text: str | None) -> None:
        """Count anew what is left of a part."""
        if text is not None:
            self._left = 0
            self._count()
            self._tables[index] = np.unique(tokenise(fold(text)).ids, return_counts=True)
            self._all = None

    def _count(self) -> None:
        if not self._tables:
            for part in self._parts:
                self._tables.append(np.unique(tokenise(part_fold(self._whole, part)).ids, return_counts=True))
        if self._all is None:
            ids = np.concatenate([table[0] for table in self._tables])
            every, place = np.unique(ids, return_inverse=True)
            counts = np.bincount(place, np.concatenate([table[1] for table in self._tables])).astype(np.int64)
            self._all = every, counts


def _counts(table: tuple[NDArray[np.uint64], NDArray[np.int64]], ids: NDArray[np.uint64]) -> NDArray[np.int64]:
    known, counts = table
    at = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    found: NDArray[np.int64] = np.where(known[at] == ids, counts[at], 0)
    return found
