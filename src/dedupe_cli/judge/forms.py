"""Differences of form (width, case, spaces, marks, variants) that the settings count as content."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dedupe_cli.judge.judge import CERTAIN, Judged
from dedupe_cli.model import Kind, Reason
from dedupe_cli.settings import FORMS
from dedupe_cli.text.alignment import Block
from dedupe_cli.text.variants import han_variants

if TYPE_CHECKING:
    from dedupe_cli.settings import Settings
    from dedupe_cli.text.alignment import Alignment
    from dedupe_cli.text.fold import Fold


def form_breaks(fold: Fold, alignment: Alignment, settings: Settings) -> tuple[Judged, ...]:
    """Return the differences of form that count as content, as blocks of equal folded characters.

    Cheap when ``settings.normalize`` names every form. Each block is the folded character (or the gap behind
    it) at which the raw texts differ in a way that was left out.
    """
    if settings.normalize >= FORMS:
        return ()
    return tuple(_form_breaks(fold, alignment, settings.normalize))


def _form_breaks(fold: Fold, alignment: Alignment, normal: frozenset[str]) -> Iterator[Judged]:
    text, offsets = fold.text, fold.offsets
    for kept, copy, length in alignment.equal_stretches():
        for step in range(length):
            a, b = kept + step, copy + step
            low, high = int(offsets[a]), int(offsets[b])
            last = step == length - 1
            one = text[low : low + 1 if last else max(low + 1, int(offsets[a + 1]))]
            other = text[high : high + 1 if last else max(high + 1, int(offsets[b + 1]))]
            if one != other and _reduce(one, normal) != _reduce(other, normal):
                yield Judged(Block(a, a + 1, b, b + 1), Kind.CONTENT, Reason.WORD, CERTAIN)


def _reduce(raw: str, normal: frozenset[str]) -> str:
    """Fold away the forms that are named; what is left must be equal."""
    if "width" in normal:
        raw = unicodedata.normalize("NFKC", raw)
    if "case" in normal:
        raw = raw.casefold()
    if "han" in normal:
        raw = raw.translate(han_variants())
    if "space" in normal:
        raw = "".join(raw.split())
    if "punct" in normal:
        raw = "".join(c for c in raw if c.isalnum() or c.isspace() or unicodedata.category(c)[0] in "MS")
    return raw
