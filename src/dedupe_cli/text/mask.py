"""A text as it is matched: what is no prose is filled with signs that occur nowhere twice.

A mask keeps the length of the text, its white space and its punctuation, so positions stay what they are and
structure stays visible. Only letters and digits are replaced, by cuneiform signs in an order that does not
repeat: two equal code blocks never look alike, and no passage goes on across one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedupe_cli.model import Span

# Cuneiform U+12000..U+12398: letters for every part of the program, and in nobody's prose.
MASK = range(0x12000, 0x12399)
# Steps of a linear congruential generator (Knuth's MMIX); its upper bits choose the sign.
_STEP, _SHIFT, _MODULUS = 6364136223846793005, 1442695040888963407, 1 << 64


def masked(text: str, spans: Iterable[Span]) -> str:
    """Return a text of the same length in which the letters and digits of ``spans`` (in order) match nothing."""
    state = 1
    out: list[str] = []
    at = 0
    for span in spans:
        out.append(text[at : span.start])
        at = span.end
        for char in span.of(text):
            if char.isalnum():
                state = (state * _STEP + _SHIFT) % _MODULUS
                out.append(chr(MASK[(state >> 40) % len(MASK)]))
            else:
                out.append(char)
    return "".join([*out, text[at:]])
