"""What the finders of repetition in place look at: one text with its tokens, gaps and runs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.match.gaps import Gaps, find_gaps
from dedupe_cli.match.tandem import Runs, find_runs

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dedupe_cli.match.tokens import Tokens
    from dedupe_cli.text.fold import Fold


@dataclass(frozen=True)
class Scene:
    """One text as it stands in one round of the work.

    ``looping``: tokens in whose neighbourhood the original text repeated itself much; ``protects(low,
    high)`` tells whether original offsets may not be touched.
    """

    fold: Fold
    tokens: Tokens
    looping: NDArray[np.bool_]
    protects: Callable[[int, int], bool]

    @cached_property
    def gaps(self) -> Gaps:
        """The gaps between the tokens."""
        return find_gaps(self.fold.text, self.tokens)

    @cached_property
    def runs(self) -> Runs:
        """Tandem runs of the tokens, those included that lack up to two tokens of two rounds."""
        return find_runs(self.tokens.ids, slack=2)

    @cached_property
    def _sorted(self) -> NDArray[np.uint64]:
        return np.sort(self.tokens.ids)

    def is_unique(self, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of some tokens stand only once in the text."""
        ids = self.tokens.ids[places]
        first, last = (np.searchsorted(self._sorted, ids, side=side) for side in ("left", "right"))
        once: NDArray[np.bool_] = last - first == 1
        return once

    def is_protected(self, low: int, high: int) -> bool:
        """Tell whether one of the tokens ``low <= i < high`` may not be touched."""
        return self.protects(int(self.tokens.start[low]), int(self.tokens.end[high - 1]))
