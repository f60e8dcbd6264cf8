"""Han variants: which characters are written forms of one another."""

from __future__ import annotations

from functools import cache


@cache
def han_variants() -> dict[int, int]:
    """Return code point of a variant -> code point of the form that stands for its class."""
    return {}
