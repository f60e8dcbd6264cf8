"""How usual it is that two Han characters stand beside each other.

Counts of a few million characters of news and reviews, with the words of the word list; where they come from is told in
``data/README.md``. Loaded when a doubtful difference asks for it.
"""

from __future__ import annotations

import math
import re
import zlib
from functools import cache
from importlib.resources import files
from itertools import pairwise

# Log odds beyond which a pair says no more.
MOST = 6.0
SMOOTH = 0.5
# What one character says of the next one where a sentence reads on.
READS = 1.0


@cache
def _table() -> tuple[dict[str, str], dict[str, int], float]:
    """Return the line of each first character, the class of each character, the size of the texts.

    A line is the first character, then each class as a letter with all second characters.
    """
    raw = (files("dedupe_cli") / "data" / "han.pairs.zlib").read_bytes()
    lines = {line[0]: line for line in zlib.decompress(raw).decode("utf-16-le").split("\n")}
    chars = _classes(lines.pop("="))
    return lines, chars, float(sum(2.0**step for step in chars.values()))


def _classes(line: str) -> dict[str, int]:
    out: dict[str, int] = {}
    for step, chars in _CLASS.findall(line, 1):
        out |= dict.fromkeys(chars, ord(step) - 97)
    return out


_CLASS = re.compile("([a-z])([^a-z]*)")


@cache
def _beside(first: str) -> dict[str, int]:
    """Return the class of each pair that begins with a character, by the second one."""
    return _classes(_table()[0].get(first, ""))


def usual(text: str) -> list[float]:
    """Return for each two neighbours how much oftener than by chance they stand together (natural log odds).

    0 where one of them is no Han character, or where the texts are too few to tell. Pointwise mutual information
    with half a count added to both sides, which draws rare pairs to 0.
    """
    _, chars, total = _table()
    out = []
    for one, other in pairwise(text):
        first, second = chars.get(one), chars.get(other)
        if first is None or second is None:
            out.append(0.0)
            continue
        step = _beside(one).get(other)
        found = 2.0**step if step is not None else 0.0
        chance = 2.0**first * 2.0**second / total
        out.append(max(-MOST, min(MOST, math.log((found + SMOOTH) / (chance + SMOOTH)))))
    return out


def reads(seam: str) -> bool:
    """Tell whether two neighbours are Han characters that stand together as in a sentence that reads on."""
    return usual(seam)[0] > READS
