"""What the judge's verdicts mean under the settings: which differences keep a copy from going."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.collapse.judge import Judge, Judged, form_breaks
from dedupe_cli.model import Kind, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedupe_cli.settings import Settings
    from dedupe_cli.text.alignment import Alignment
    from dedupe_cli.text.fold import Fold

# The differences that hold a copy back: --apply exact takes form only, similar takes noise too, all takes anything.
_BLOCKING = {"exact": frozenset({Kind.NOISE, Kind.CONTENT}), "similar": frozenset({Kind.CONTENT}), "all": frozenset()}


# Noise makes many small differences. A pair with at least so many long ones, and no fewer than small ones, is worded
# anew: nothing in it is noise.
LONG_EDITS, LONG_BLOCKS = 4, 2


def _is_reworded(judged: Sequence[Judged]) -> bool:
    long = sum(item.block.edits >= LONG_EDITS for item in judged)
    return long >= LONG_BLOCKS and 2 * long >= len(judged)


def _as_content(item: Judged) -> Judged:
    if item.kind is Kind.CONTENT:
        return item
    return replace(item, kind=Kind.CONTENT, reason=item.reason or Reason.WORD, score=max(item.score, 0.0))


class Verdicts:
    """The judge of one text, asked under the settings of one run."""

    def __init__(self, fold: Fold, alignments: Sequence[Alignment], settings: Settings) -> None:
        self._judge = Judge(fold, alignments, settings)
        self._fold = fold
        self._settings = settings
        self._blocking = _BLOCKING[settings.apply]

    def of(self, pair: Alignment) -> tuple[Judged, ...]:
        """Return the verdict on every difference of a pair, differences of form that count as content included."""
        judged = self._judge.judge(pair) if pair.blocks else ()
        if _is_reworded(judged):
            judged = tuple(_as_content(item) for item in judged)
        return (*judged, *form_breaks(self._fold, pair, self._settings))

    def blocking(self, judged: Iterable[Judged]) -> tuple[Judged, ...]:
        """Return the differences that keep the copy from going."""
        return tuple(item for item in judged if item.kind in self._blocking)

    def rate(self, pair: Alignment) -> float:
        """Return the rate of noise in a pair, in errors a letter."""
        return self._judge.rate(pair)
