"""What the evidence of all scripts shares: its form, and how rare letters and digits are in the text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from dedupe_cli.judge.differences import Letters
    from dedupe_cli.model import Reason


class Evidence(NamedTuple):
    """Features of one difference by name; what is not there is nothing. Those that depend on the pair are added later.

    ``han`` chooses the table of weights. ``reason``: what a difference in Chinese is about if it is meant; of words
    that is told when it is asked for.
    """

    han: bool
    values: dict[str, float]
    reason: Reason | None = None


def rare(letters: Letters, noisy: str) -> float:
    """Return how much rarer than common the letters are that noise would have drawn (0 if none)."""
    if not noisy:
        return 0.0
    rareness = letters.rareness
    return min(3.0, sum([rareness[c] for c in noisy]) / len(noisy) / 2)


def digits_rare(letters: Letters) -> float:
    """Return how rare digits are: what noise draws by chance is seldom a digit where they are rare."""
    return max(0.0, min(4.0, math.log(0.2 / max(letters.digit_share, 1e-4))))
