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

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe_cli.model import Span

# Cuneiform U+12000..U+12398: letters for every part of the program, and in nobody's prose.
MASK = range(0x12000, 0x12399)
# Egyptian signs U+13000..U+1342F for what is stamped: so many of them at either end, between these what is no letter.
STAMP = range(0x13000, 0x13430)
_HEAD, _TAIL, _FILL = 3, 1, "_"
# What stands for each letter of a word before a name that tells that it closes: ``{% endnote %}``.
CLOSES = "-"
# Letters and digits, as ``str.isalnum`` knows them.
_LETTERS = re.compile(r"[^\W_]+")
# Steps of a linear congruential generator (Knuth's MMIX); its upper bits choose the sign.
_STEP, _SHIFT, _MODULUS = 6364136223846793005, 1442695040888963407, 1 << 64


def masked(text: str, spans: Iterable[Span]) -> str:
    """Return a text of the same length in which the letters and digits of ``spans`` (in order) match nothing."""
    every = _signs(1, MASK)
    return _with_signs(text, spans, lambda said: _filled(said, every))


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
        signs = _signs(_seed(said), STAMP)
        chars = [char if char.isspace() else _FILL for char in said]
        for place in dict.fromkeys([*places[:_HEAD], *places[-_TAIL:]]):
            chars[place] = next(signs)
        out.append("".join(chars))
    return "".join([*out, text[at:]])


def sealed(text: str, spans: Iterable[Span]) -> str:
    """Return a text of the same length in which the letters and digits of ``spans`` (in order) match equal spans only.

    Two spans that say the same, but for white space, get the same signs; in any others hardly two signs are equal.
    """
    known: dict[str, str] = {}

    def shown(said: str) -> str:
        if said not in known:
            known[said] = _filled(said, _signs(_seed(said), MASK)) if _LETTERS.search(said) else said
        return known[said]

    return _with_signs(text, spans, shown)


def _with_signs(text: str, spans: Iterable[Span], shown: Callable[[str], str]) -> str:
    """Return a text in which something of the same length is ``shown`` for what each of ``spans`` says."""
    out: list[str] = []
    at = 0
    for span in spans:
        out += [text[at : span.start], shown(span.of(text))]
        at = span.end
    return "".join([*out, text[at:]])


def _filled(said: str, signs: Iterator[str]) -> str:
    """Return some words with a sign for each letter and digit."""
    return _LETTERS.sub(lambda found: "".join(islice(signs, found.end() - found.start())), said)


def _seed(said: str) -> int:
    """Return a number for some words, white space as one space.

    It is made from two checksums, as texts that differ in a letter must not share one.
    """
    data = " ".join(said.split()).encode("utf-8", "surrogatepass")
    return zlib.crc32(data) << 32 | zlib.adler32(data)


def _signs(state: int, alphabet: range) -> Iterator[str]:
    """Yield signs without end, in an order that depends on ``state``."""
    while True:
        state = (state * _STEP + _SHIFT) % _MODULUS
        yield chr(alphabet[(state >> 40) % len(alphabet)])
