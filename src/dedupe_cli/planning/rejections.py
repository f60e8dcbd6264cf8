"""Candidates that stay become rejections: original spans, the reason in one word, the score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.model import Rejection, Span
from dedupe_cli.planning.repeats import kept_spans, terms_of

if TYPE_CHECKING:
    from dedupe_cli.decide.state import Decisions, Passed, Removal
    from dedupe_cli.document.view import View


def rejections_of(view: View, decisions: Decisions) -> list[Rejection]:
    """Return what was left of a text in the end, in text order; the last word on a candidate holds."""
    last: dict[tuple[int, int], Passed] = {}
    for passed in decisions.passed:
        last[passed.parts[0].start, passed.parts[-1].end] = passed
    stays = [each for each in last.values() if not any(_goes(decisions, part) for part in each.parts)]
    better = [each.parts for each in stays if each.reason != "inside"]
    stays = [each for each in stays if each.reason != "inside" or not any(_meet(each.parts, one) for one in better)]
    return sorted((_rejection(view, each) for each in stays), key=lambda each: (each.span, each.reason))


def _meet(one: Sequence[Removal], other: Sequence[Removal]) -> bool:
    return one[0].start < other[-1].end and other[0].start < one[-1].end


def _goes(decisions: Decisions, part: Removal) -> bool:
    return bool(decisions.dead[part.start : part.end].any())


def _rejection(view: View, passed: Passed) -> Rejection:
    parts = passed.parts
    span = Span(view.fold.span(parts[0].start, parts[0].end).start, view.fold.span(parts[-1].start, parts[-1].end).end)
    kept = kept_spans(view, [piece for part in parts for piece in part.pieces])
    score = passed.weighed.score if passed.weighed else None
    return Rejection(span, kept, passed.reason, score, terms_of(passed.weighed))


def placed(rejections: Iterable[Rejection], origin: Callable[[Span], Span]) -> tuple[Rejection, ...]:
    """Return rejections of a later text with the spans in the original that ``origin`` tells for theirs."""
    return tuple(replace(each, span=origin(each.span), kept=tuple(map(origin, each.kept))) for each in rejections)
