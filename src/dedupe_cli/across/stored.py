"""Compared pairs as JSON, for the cache; what comes back is checked as if it came from a stranger."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dedupe_cli.across.pair import Pair
from dedupe_cli.model import Cut, Difference, Kind, Reason, Safety, Span

if TYPE_CHECKING:
    from collections.abc import Sequence


def pair_json(pair: Pair) -> bytes:
    """Return a pair as JSON in ASCII."""
    rows = [[_cut(cut) for cut in cuts] for cuts in (pair.cuts, pair.held)]
    return json.dumps([*rows, pair.whole, int(pair.safety)], separators=(",", ":")).encode("ascii")


def _cut(cut: Cut) -> list[Any]:
    return [
        _one(cut.span),
        [_one(span) for span in cut.copy],
        [_one(span) for span in cut.kept],
        cut.similarity,
        [[_one(d.kept), _one(d.copy), d.kind.value, d.reason and d.reason.value, d.score] for d in cut.differences],
        [reason.value for reason in cut.held],
    ]


def _one(span: Span) -> list[int]:
    return [span.start, span.end]


def read_pair(data: bytes, kept: int, copy: int) -> Pair | None:
    """Read the pair of two paragraphs of so many characters; ``None`` when it is damaged or does not fit."""
    try:
        cuts, held, whole, safety = json.loads(data)
        pair = Pair(
            tuple(_read_cut(row, kept, copy) for row in cuts),
            tuple(_read_cut(row, kept, copy) for row in held),
            whole is True,
            Safety(safety),
        )
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return pair if pair.cuts or not pair.whole else None


def _read_cut(row: Sequence[Any], kept: int, copy: int) -> Cut:
    span, copies, keeps, similarity, differences, held = row
    return Cut(
        _span(span, copy),
        tuple(_span(each, copy) for each in copies),
        tuple(_span(each, kept) for each in keeps),
        float(similarity),
        tuple(
            Difference(_span(a, kept), _span(b, copy), Kind(kind), Reason(reason) if reason else None, float(score))
            for a, b, kind, reason, score in differences
        ),
        tuple(Reason(each) for each in held),
    )


def _span(value: Sequence[int], limit: int) -> Span:
    start, end = value
    if type(start) is not int or type(end) is not int or end > limit:
        raise ValueError(f"no span: {value!r}")
    return Span(start, end)
