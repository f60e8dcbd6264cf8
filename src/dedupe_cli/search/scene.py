"""What the finders of repetition in place look at: one text with its tokens, gaps and runs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.document.split import blocks
from dedupe_cli.search.gaps import Gaps, find_gaps
from dedupe_cli.search.tandem import Runs, find_runs
from dedupe_cli.search.tokens import Tokens, tokenise

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.model import Span
    from dedupe_cli.text.fold import Fold

# Line ends of one character, which are read as newlines: offsets stay what they are.
_NEWLINE = re.compile("\r(?!\n)|[\u0085\u2028\u2029]")


class Stay(NamedTuple):
    """Tokens that stay although they say again what the tokens ``kept`` say, and why (see ``Rejection``)."""

    copy: tuple[int, int]
    kept: tuple[int, int]
    reason: str
    score: float


@dataclass(eq=False)
class Scene:
    """One text, or one part of a long one, as it stands; ``stays``: candidates of the last search that stay."""

    fold: Fold
    tokens: Tokens
    stays: list[Stay] = field(default_factory=list, repr=False)

    @classmethod
    def of(cls, fold: Fold) -> Scene:
        """Prepare a folded text."""
        text = fold.text
        if any(c in text for c in "\r\u0085\u2028\u2029"):
            fold = replace(fold, text=_NEWLINE.sub("\n", text))  # what is folded away may change
        return cls(fold, tokenise(fold))

    def reject(self, copy: tuple[int, int], kept: tuple[int, int], reason: str, score: float) -> None:
        """Note that a candidate stays."""
        self.stays.append(Stay(copy, kept, reason, score))

    @cached_property
    def gaps(self) -> Gaps:
        """The gaps between the tokens."""
        return find_gaps(self.fold.text, self.tokens)

    @cached_property
    def runs(self) -> Runs:
        """Tandem runs of the tokens, those included that lack up to two tokens of two rounds."""
        return find_runs(self.tokens.symbols, slack=2)

    @cached_property
    def blocks(self) -> Sequence[Span]:
        """Paragraphs of the text."""
        return blocks(self.fold.text)

    @cached_property
    def _ordered(self) -> NDArray[np.uint64]:
        return np.sort(self.tokens.ids)

    def is_unique(self, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of some tokens stand only once in the text."""
        ids = self.tokens.ids[places]
        first, last = (np.searchsorted(self._ordered, ids, side=side) for side in ("left", "right"))
        once: NDArray[np.bool_] = last - first == 1
        return once
