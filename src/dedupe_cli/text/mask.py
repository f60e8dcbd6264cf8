"""A text as it is matched: what is no prose is filled with signs that occur nowhere twice.

A mask keeps the length of the text, its white space and its punctuation, so positions stay what they are and
structure stays visible. Only letters and digits are replaced, by cuneiform signs in an order that does not
repeat: nothing looks alike, and no passage goes on across it.

A block that goes or stays as a whole (code, a table) is sealed: its signs are made from all that it says, so that it is
equal to its equals and to nothing else, also in part.

What stands inside of prose and is not read with it (the target of a link, a tag) is stamped instead: equal stretches
get the same few signs, others none of these. So a paragraph is matched with its links, but an address says no more than
a word or two.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedupe_cli.model import Span

# Cuneiform U+12000..U+12398: letters for every part of the program, and in nobody's prose.
MASK = range(0x12000, 0x12399)
# Egyptian signs U+13000..U+1342F for what is stamped: so many of them at either end, between these what is no letter.
STAMP = range(0x13000, 0x13430)
_HEAD, _TAIL, _FILL = 3, 1, "_"
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


def stamped(text: str, spans: Iterable[Span]) -> str:
    """Return a text of the same length in which each of ``spans`` (in order) is a word that only its equals are.

    White space stays as it is. What is shorter than such a word is that much of it.
    """
    out: list[str] = []
    at = 0
    for span in spans:
        out.append(text[at : span.start])
        at = span.end
        said = span.of(text)
        places = [n for n, char in enumerate(said) if not char.isspace()]
        signs = iter(_signs(" ".join(said.split())))
        chars = [char if char.isspace() else _FILL for char in said]
        for place in dict.fromkeys([*places[:_HEAD], *places[-_TAIL:]]):
            chars[place] = next(signs)
        out.append("".join(chars))
    return "".join([*out, text[at:]])


def sealed(text: str, spans: Iterable[Span]) -> str:
    """Return a text of the same length in which the letters and digits of ``spans`` (in order) match equal spans only.

    Two spans that say the same, but for white space, get the same signs; in any others hardly two signs are equal.
    """
    out: list[str] = []
    at = 0
    for span in spans:
        out.append(text[at : span.start])
        at = span.end
        state = _seed(" ".join(span.of(text).split()))
        for char in span.of(text):
            if char.isalnum():
                state = (state * _STEP + _SHIFT) % _MODULUS
                out.append(chr(MASK[(state >> 40) % len(MASK)]))
            else:
                out.append(char)
    return "".join([*out, text[at:]])


def _seed(said: str) -> int:
    """Return a number for some words: from two checksums, as texts that differ in a letter must not share one."""
    data = said.encode("utf-8", "surrogatepass")
    return zlib.crc32(data) << 32 | zlib.adler32(data)


def _signs(said: str) -> str:
    """Return the signs of a word: from two checksums, so that words that differ in a letter share none in general."""
    state = _seed(said)
    out = []
    for _ in range(_HEAD + _TAIL):
        state = (state * _STEP + _SHIFT) % _MODULUS
        out.append(chr(STAMP[(state >> 40) % len(STAMP)]))
    return "".join(out)
