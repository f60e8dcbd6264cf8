"""How much repetition is enough to call it a loop.

Speech and prose say short things twice ("bye bye", a name that ends one sentence and begins the next), so
what a short unit lacks in length it must have in rounds. Lengths are letters; a Han character counts 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

# Least letters of the unit for at least so many rounds, the unit standing between sentence or line borders
# ...
_FRAMED = ((12.0, 1), (5.0, 4), (4.0, 8), (3.0, 12), (0.0, 24))
# ... and in mid-sentence. Two rounds: chance runs of up to 35 letters were seen in lists of names.
_UNFRAMED = ((16.0, 1), (6.0, 4), (5.0, 8), (4.0, 12), (3.0, 18), (0.0, 36))
ONE_WORD_ROUNDS = 10  # "no no no no" is speech


def is_loop(unit: int, rounds: float, *, framed: bool, words: int) -> bool:
    """Tell whether ``rounds`` of a unit of so many letters and words are a loop."""
    if words == 1 and rounds < ONE_WORD_ROUNDS and not (framed and unit >= 12):
        return False
    table = _FRAMED if framed else _UNFRAMED
    return any(rounds >= least and unit >= letters for least, letters in table)


def are_loops(unit: NDArray[Any], rounds: NDArray[Any], words: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell the same of many units that do not stand between borders."""
    enough = np.zeros(len(unit), dtype=bool)
    for least, letters in _UNFRAMED:
        enough |= (rounds >= least) & (unit >= letters)
    return enough & ((words > 1) | (rounds >= ONE_WORD_ROUNDS))
