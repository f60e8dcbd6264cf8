"""How usual it is that two Han characters stand beside each other.

Counts of a few million characters of news and reviews, with the words of the word list; where they come from is told in
``data/README.md``. Loaded when a doubtful difference asks for it.
"""

from __future__ import annotations

import math
import zlib
from functools import cache
from importlib.resources import files
from itertools import pairwise

# Log odds beyond which a pair says no more.
MOST = 6.0
SMOOTH = 0.5


@cache
def _table() -> tuple[dict[str, dict[str, int]], dict[str, int], float]:
    """Return second character -> class of the pair by first one, the class of each character, the size of the texts."""
    raw = (files("dedupe_cli") / "data" / "han.pairs.zlib").read_bytes()
    pairs: dict[str, dict[str, int]] = {}
    chars: dict[str, int] = {}
    for line in zlib.decompress(raw).decode("utf-16-le").split("\n"):
        step, seconds = ord(line[0]) - 97, line[2:]
        target = chars if line[1] == "=" else pairs.setdefault(line[1], {})
        target.update(dict.fromkeys(seconds, step))
    return pairs, chars, float(sum(2.0**step for step in chars.values()))


def usual(text: str) -> list[float]:
    """Return for each two neighbours how much oftener than by chance they stand together (natural log odds).

    0 where one of them is no Han character, or where the texts are too few to tell. Pointwise mutual information
    with half a count added to both sides, which draws rare pairs to 0.
    """
    pairs, chars, total = _table()
    out = []
    for one, other in pairwise(text):
        first, second = chars.get(one), chars.get(other)
        if first is None or second is None:
            out.append(0.0)
            continue
        step = pairs.get(one, {}).get(other)
        found = 2.0**step if step is not None else 0.0
        chance = 2.0**first * 2.0**second / total
        out.append(max(-MOST, min(MOST, math.log((found + SMOOTH) / (chance + SMOOTH)))))
    return out
