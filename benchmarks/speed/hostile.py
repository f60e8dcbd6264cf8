"""Texts that are hard on a finder of repeats; each is a function from a size in bytes of UTF-8 to a text."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_HAN = [chr(0x4E00 + i) for i in range(3000)]
_LETTERS = "etaoinshrdlucmfwypvbgkjqxz"
_SEED = 11


def _words(rng: random.Random, count: int) -> list[str]:
    return ["".join(rng.choices(_LETTERS, range(26, 0, -1), k=rng.randint(2, 9))) for _ in range(count)]


def _prose(rng: random.Random, size: int, words: list[str]) -> str:
    """Sentences of random words, about ``size`` characters."""
    out: list[str] = []
    length = 0
    while length < size:
        sentence = " ".join(rng.choices(words, k=rng.randint(6, 18))).capitalize() + "."
        out.append(sentence)
        length += len(sentence) + 1
    return " ".join(out)


def _noisy(rng: random.Random, text: str, rate: float) -> str:
    return "".join(rng.choice(_LETTERS) if c.isalpha() and rng.random() < rate else c for c in text)


def one_character(size: int) -> str:
    """One Han character again and again, three bytes each."""
    return "水" * (size // 3)


def newlines(size: int) -> str:
    """Nothing but newlines."""
    return "\n" * size


def random_han(size: int) -> str:
    """One line of random Han characters."""
    return "".join(random.Random(_SEED).choices(_HAN, k=size // 3))


def one_paragraph(size: int) -> str:
    """One paragraph of seventy characters again and again."""
    words = _words(random.Random(_SEED), 400)
    paragraph = _prose(random.Random(_SEED), 60, words)[:68].rstrip(" .") + "."
    return (paragraph + "\n\n") * (size // (len(paragraph) + 2))


def period_ten(size: int) -> str:
    """Ten characters again and again, without a border."""
    return "abcdefghij" * (size // 10)


def abab(size: int) -> str:
    """Two sentences by turns, and each pair is said by turns with another pair."""
    rng = random.Random(_SEED)
    words = _words(rng, 400)
    one, two = _prose(rng, 50, words), _prose(rng, 60, words)
    pair = f"{one}\n\n{two}\n\n"
    return pair * (size // len(pair))


def numbered(size: int) -> str:
    """Look-alike lines that differ by their numbers."""
    rng = random.Random(_SEED)
    out: list[str] = []
    length = 0
    while length < size:
        line = f"{len(out) + 1}. The request of host {rng.randint(1, 999)} was answered after {rng.randint(1, 99)} ms\n"
        out.append(line)
        length += len(line)
    return "".join(out)


def digits(size: int) -> str:
    """Digits only, in lines of sixty."""
    rng = random.Random(_SEED)
    return "\n".join("".join(rng.choices("0123456789", k=60)) for _ in range(size // 61))


def three_words(size: int) -> str:
    """Three words in a random order."""
    return " ".join(random.Random(_SEED).choices(("alpha", "beta", "gamma"), k=int(size / 5.67)))


def near_copy(size: int) -> str:
    """A text and its copy with 3 % of the letters exchanged."""
    rng = random.Random(_SEED)
    words = _words(rng, 20_000)
    paragraphs = [_prose(rng, 500, words) for _ in range(max(1, size // 2 // 510))]
    whole = "\n\n".join(paragraphs)
    return f"{whole}\n\n{_noisy(rng, whole, 0.03)}\n"


def noisy_pages(size: int) -> str:
    """Copies of one page of 1,500 bytes, each with errors of its own."""
    rng = random.Random(_SEED)
    page = _prose(rng, 1490, _words(rng, 2000))
    return "\n\n".join(_noisy(rng, page, 0.02) for _ in range(max(2, size // 1500)))


def drift(size: int) -> str:
    """A loop in which one word of each round becomes another one."""
    rng = random.Random(_SEED)
    words = _words(rng, 3000)
    line = words[:22]
    out: list[str] = []
    length = 0
    while length < size:
        line[rng.randrange(len(line))] = rng.choice(words)
        out.append(" ".join(line) + ".\n")
        length += len(out[-1])
    return "".join(out)


def truncations(size: int) -> str:
    """Every line is the line before, cut shorter; when nothing is left a new one begins."""
    rng = random.Random(_SEED)
    words = _words(rng, 20_000)
    out: list[str] = []
    length = 0
    while length < size:
        line = _prose(rng, 600, words)
        while len(line) > 20:
            out.append(line)
            length += len(line) + 1
            line = line[: -rng.randint(5, 25)]
    return "\n".join(out)


def random_words(size: int) -> str:
    """Prose of random words: nothing repeats."""
    rng = random.Random(_SEED)
    words = _words(rng, 20_000)
    return "\n\n".join(_prose(rng, 500, words) for _ in range(max(1, size // 510))) + "\n"


def near_equal(size: int) -> str:
    """Sentences of one frame, each a paragraph, with two other words in it: some 13,000 a megabyte."""
    rng = random.Random(_SEED)
    words = _words(rng, 20_000)
    out: list[str] = []
    length = 0
    while length < size:
        one, two = rng.choices(words, k=2)
        out.append(f"The council of {one} met on Monday and kept the bridge to {two} closed.\n\n")
        length += len(out[-1])
    return "".join(out)


TEXTS: dict[str, Callable[[int], str]] = {
    "one character": one_character,
    "newlines": newlines,
    "random Han": random_han,
    "one paragraph": one_paragraph,
    "period of ten": period_ten,
    "A B A B": abab,
    "numbered lines": numbered,
    "digits": digits,
    "three words": three_words,
    "near copy 3 %": near_copy,
    "noisy pages": noisy_pages,
    "drifting loop": drift,
    "truncations": truncations,
    "random words": random_words,
    "near-equal sentences": near_equal,
}
