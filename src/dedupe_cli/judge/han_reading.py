"""How well a stretch of Chinese reads: its best division into known words.

Log probability of the most likely division by word frequencies (Viterbi over a word list, as unigram
segmenters do it). Noise breaks words into pieces and scores low; another wording reads as well as the first.
"""

from __future__ import annotations

from typing import NamedTuple

from dedupe_cli.text.lexicon import CLASS_LOG, han_words

LONGEST = 5
UNKNOWN = -14.5  # a Han character that no word list knows as a word
OTHER = -5.0  # a digit, a Latin letter


class Reading(NamedTuple):
    """Both readings of a place: the characters and the words of the better and of the worse one."""

    clean: str
    noisy: str
    at: int
    worse: float
    clean_words: list[tuple[int, str, str]]
    noisy_words: list[tuple[int, str, str]]


def divide(text: str) -> tuple[float, list[tuple[int, str, str]]]:
    """Return log probability and words ``(start, word, tag)`` of the best division of a short stretch."""
    words = han_words()
    size = len(text)
    best = [0.0] + [-1e9] * size
    step = [1] * (size + 1)
    for start in range(size):
        base, known = best[start], words.after(text[start])
        for length in range(1, min(LONGEST, size - start) + 1):
            value = known.get(text[start + 1 : start + length])
            if value is not None:
                score = base + CLASS_LOG[value[1]]
            elif length == 1:
                score = base + (UNKNOWN if text[start] >= "\u3400" else OTHER)
            else:
                continue
            if score > best[start + length]:
                best[start + length] = score
                step[start + length] = length
    path: list[tuple[int, str, str]] = []
    at = size
    while at > 0:
        word = text[at - step[at] : at]
        at -= len(word)
        path.append((at, word, words.get(word, "?")[0]))
    path.reverse()
    return best[size], path


def around(words: list[tuple[int, str, str]], start: int, end: int) -> list[tuple[int, str, str]]:
    """Return the words of a division that overlap a range, or hold the place where nothing stands."""
    if start == end:
        return [item for item in words if item[0] < start < item[0] + len(item[1])]
    return [item for item in words if item[0] < end and item[0] + len(item[1]) > start]


def inside(words: list[tuple[int, str, str]], start: int, end: int) -> list[tuple[str, str]]:
    """Return words and tags of a division that overlap a range, or hold the place where nothing stands."""
    return [(word, tag) for _, word, tag in around(words, start, end)]
