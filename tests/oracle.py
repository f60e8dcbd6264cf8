"""A slow, obvious finder: what a person with much time would underline.

It knows nothing of seeds, chains or scores. Only small texts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


def fold(text: str) -> str:
    """Letters and digits only, width and case folded."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if c.isalnum())


def length(text: str) -> int:
    """One Han character counts 1, one word of another script counts 1."""
    han = re.findall(r"[\u3400-\u9fff]", text)
    words = re.findall(r"[^\W_]+", re.sub(r"[\u3400-\u9fff]", " ", text))
    return len(han) + len(words)


def paragraphs(text: str) -> list[str]:
    """Stretches between blank lines."""
    return [p for p in re.split(r"\n[ \t]*\n", text) if p.strip()]


@dataclass(frozen=True)
class Repeat:
    """A stretch of folded text that stands at more than one place."""

    text: str
    places: tuple[int, ...]


def maximal_repeats(text: str, least: int) -> list[Repeat]:
    """All maximal exact repeated stretches of a folded text, at least ``least`` characters long.

    Every pair of places is tried and grown to both sides: cubic, and impossible to get wrong.
    """
    found: dict[str, set[int]] = {}
    for a in range(len(text)):
        for b in range(a + 1, len(text)):
            if text[a] != text[b] or (a > 0 and text[a - 1] == text[b - 1]):
                continue
            n = 0
            while b + n < len(text) and text[a + n] == text[b + n]:
                n += 1
            if n >= least:
                found.setdefault(text[a : a + n], set()).update({a, b})
    return [Repeat(t, tuple(sorted(places))) for t, places in sorted(found.items())]


def said_once(text: str, size: int) -> set[str]:
    """Folded windows of ``size`` characters that stand exactly once in the text."""
    whole = fold(text)
    counts: dict[str, int] = {}
    for i in range(len(whole) - size + 1):
        window = whole[i : i + size]
        counts[window] = counts.get(window, 0) + 1
    return {window for window, count in counts.items() if count == 1}


def windows(text: str, size: int) -> set[str]:
    """All folded windows of ``size`` characters."""
    whole = fold(text)
    return {whole[i : i + size] for i in range(len(whole) - size + 1)}
