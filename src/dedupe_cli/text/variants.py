"""Han variants: which characters are written forms of one another.

Simplified and traditional, Taiwan, Hong Kong and Japanese forms and old ones; the table is
``data/variants.txt`` (built by ``tools/lexicon/build_variants.py`` from OpenCC's tables).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def han_variants() -> dict[int, int]:
    """Return code point of a variant -> code point of the form that stands for its class."""
    lines = (files("dedupe_cli") / "data" / "variants.txt").read_text(encoding="utf-8").splitlines()
    return str.maketrans("".join([line[1:] for line in lines]), "".join([line[0] * (len(line) - 1) for line in lines]))
