"""Hashes of what findings say: of their content, and sketches that know a corrected text again."""

from __future__ import annotations

import hashlib

from dedupe_cli.text.letters import bare

# Windows weigh so much: two Han characters, five letters, as in the fold (a Han character 11, a letter 5).
_HAN, _LETTER, _WINDOW = 11, 5, 22
# Bytes of a sketch, and how many of them must be equal: two sketches of other texts share one or two.
SIZE, ALIKE = 32, 15
# Hexadecimal digits by which a difference is known.
_DIGITS = 8
# Windows that are hashed at most; the beginning of a long text is enough to know it again.
_MOST = 4000


def content_hash(*parts: str) -> str:
    """Return the fingerprint of what parts say: their letters and digits in one case."""
    body = "\0".join(bare(part) for part in parts)
    return "v1:" + hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def difference_hash(one: str, other: str) -> str:
    """Return a short hash of what two texts say differently in one place, whichever of them comes first."""
    both = sorted((bare(one), bare(other)))
    return hashlib.sha256("\0".join(both).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def sketch(text: str) -> str:
    """Return the sketch of a text as hexadecimal digits; empty for a text without letters."""
    import numpy as np  # noqa: PLC0415  a baseline is read without it

    rows = b"".join(
        [
            hashlib.blake2b(window.encode("utf-8", "surrogatepass"), digest_size=2 * SIZE).digest()
            for window in windows(text, most=_MOST)
        ]
    )
    if not rows:
        return ""
    least = np.frombuffer(rows, dtype=">u2").reshape(-1, SIZE).min(axis=0)
    return bytes((least & 0xFF).tolist()).hex()


def alike(one: str, other: str) -> int:
    """Return how many bytes of two sketches are equal; 0 where there is none."""
    if len(one) != 2 * SIZE or len(other) != 2 * SIZE:
        return 0
    return sum(a == b for a, b in zip(bytes.fromhex(one), bytes.fromhex(other), strict=True))


def windows(text: str, weight: int = _WINDOW, most: int | None = None) -> set[str]:
    """Return the windows of the letters and digits of a text that weigh ``weight`` each (at least one of all)."""
    letters = bare(text)
    out: set[str] = set()
    heavy = [_HAN if c >= "\u2e80" else _LETTER for c in letters]
    end = size = 0
    for start in range(len(letters) if most is None else min(len(letters), most)):
        while size < weight and end < len(letters):
            size += heavy[end]
            end += 1
        if size < weight and out:
            break
        out.add(letters[start:end])
        size -= heavy[start]
    return out
