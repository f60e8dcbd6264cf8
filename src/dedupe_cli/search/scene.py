"""What the finders of repetition in place look at: one text with its tokens, gaps and runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.document.split import blocks
from dedupe_cli.search.gaps import Gaps, find_gaps
from dedupe_cli.search.tandem import Runs, find_runs
from dedupe_cli.search.tokens import tokenise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dedupe_cli.model import Span
    from dedupe_cli.search.tokens import Tokens
    from dedupe_cli.text.fold import Fold

    Others = Callable[[NDArray[np.uint64], Sequence[str]], NDArray[np.bool_]]

# The scene of a text up to so many folded characters is made once for all stages of a round.
_KEPT = 1 << 17
# Of many tokens, so many for each that is asked for, not all are sorted to count it: they are looked through by so many
# bits of their hashes.
_MANY, _FEW, _MARKED = 1 << 15, 4, 20
# So many times few are asked for, until all are sorted once.
_ASKED = 2
# Line ends of one character, which are read as newlines: offsets stay what they are.
_NEWLINE = re.compile("\r(?!\n)|[\u0085\u2028\u2029]")


def with_newlines(text: str) -> str:
    """Return a text with every line end of one character as a newline."""
    return _NEWLINE.sub("\n", text) if any(c in text for c in "\r\u0085\u2028\u2029") else text


@dataclass
class Around:
    """What is to be known of the rest of a text while one part of it is looked at.

    ``others(ids, words)`` tells which tokens stand in other parts; ``small``: in all of it sentences begin with small
    letters by habit; ``widths``: characters of the longest lines of the first and the last block, where these go on
    outside of the part. Written down for the whole: ``refused``, the tokens
    that stand once here and were found there; ``related``, a line of what is left repeats something of the line before;
    ``doubtful``, if that was all of the text, lines would be captions that are none here.
    """

    others: Others
    small: bool = False
    widths: tuple[int, int] = (0, 0)
    refused: list[NDArray[np.uint64]] = field(default_factory=list)
    related: bool = False
    doubtful: bool = False


def alone(*, small: bool = False, widths: tuple[int, int] = (0, 0)) -> Around:
    """Return what is said of a part that is looked at for itself."""
    return Around(lambda ids, _words: np.zeros(len(ids), dtype=bool), small, widths)


class Stay(NamedTuple):
    """Tokens that stay although they say again what the tokens ``kept`` say, and why (see ``Rejection``)."""

    copy: tuple[int, int]
    kept: tuple[int, int]
    reason: str
    score: float


@dataclass(slots=True)
class _Made:
    """What is made of a text alone when it is asked for, once for all scenes of it."""

    gaps: Gaps | None = None
    runs: Runs | None = None
    blocks: Sequence[Span] | None = None
    ordered: NDArray[np.uint64] | None = None
    asked: int = 0


@dataclass(frozen=True)
class Scene:
    """One text as it stands in one round of the work.

    ``around``: of what this is a part; ``stays``: candidates of a search that stay.
    """

    fold: Fold
    tokens: Tokens
    around: Around | None = None
    made: _Made = field(default_factory=_Made, repr=False)
    stays: list[Stay] = field(default_factory=list, repr=False)

    @classmethod
    def of(cls, fold: Fold, around: Around | None = None) -> Scene:
        """Prepare a folded text."""
        return _made(fold) if around is None and len(fold) <= _KEPT else _prepared(fold, around)

    def afresh(self) -> Scene:
        """Return the same text with no search done; what was made of the text is shared."""
        return replace(self, stays=[])

    def reject(self, copy: tuple[int, int], kept: tuple[int, int], reason: str, score: float) -> None:
        """Note that a candidate stays."""
        self.stays.append(Stay(copy, kept, reason, score))

    @property
    def gaps(self) -> Gaps:
        """The gaps between the tokens."""
        if self.made.gaps is None:
            around = self.around
            self.made.gaps = (
                find_gaps(self.fold.text, self.tokens)
                if around is None
                else find_gaps(self.fold.text, self.tokens, small=around.small, widths=around.widths)
            )
        return self.made.gaps

    @property
    def runs(self) -> Runs:
        """Tandem runs of the tokens, those included that lack up to two tokens of two rounds."""
        if self.made.runs is None:
            self.made.runs = find_runs(self.tokens.symbols, slack=2)
        return self.made.runs

    @property
    def blocks(self) -> Sequence[Span]:
        """Paragraphs of the text."""
        if self.made.blocks is None:
            self.made.blocks = blocks(self.fold.text)
        return self.made.blocks

    def _sorted(self, some: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the tokens in order; where few are asked for, only those that may be equal to one of them."""
        self.made.asked += 1
        few = len(self.tokens) > max(_MANY, len(some) * _FEW) and self.made.asked <= _ASKED
        if self.made.ordered is None and few:
            marks = np.zeros(1 << _MARKED, dtype=bool)
            marks[some >> np.uint64(64 - _MARKED)] = True
            return np.sort(self.tokens.ids[marks[self.tokens.ids >> np.uint64(64 - _MARKED)]])
        if self.made.ordered is None:
            self.made.ordered = np.sort(self.tokens.ids)
        return self.made.ordered

    def is_unique(self, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of some tokens stand only once in the text."""
        ids = self.tokens.ids[places]
        ordered = self._sorted(ids)
        first, last = (np.searchsorted(ordered, ids, side=side) for side in ("left", "right"))
        once: NDArray[np.bool_] = last - first == 1
        if self.around is not None and once.any():
            there = self.around.others(ids[once], [self._word(at) for at in places[once].tolist()])
            if there.any():
                self.around.refused.append(ids[once][there])
            once[once] = ~there
        return once

    def _word(self, at: int) -> str:
        """Folded characters of a token."""
        codes = self.fold.codes[int(self.tokens.first[at]) : int(self.tokens.last[at])]
        return "".join(map(chr, codes.tolist()))


def _prepared(fold: Fold, around: Around | None) -> Scene:
    text = with_newlines(fold.text)
    fold = fold if text is fold.text else replace(fold, text=text)  # what is folded away may change
    tokens = tokenise(fold)
    return Scene(fold, tokens, around)


@lru_cache(maxsize=1)
def _made(fold: Fold) -> Scene:
    return _prepared(fold, None)
