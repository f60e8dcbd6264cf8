"""Compared pairs and paragraphs as JSON, for the cache; what comes back is checked as if it came from a stranger."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dedupe_cli.across.pair import Pair
from dedupe_cli.across.table import Table, table
from dedupe_cli.cache import Cache, kept
from dedupe_cli.model import Cut, Difference, Kind, Reason, Safety, Span

# A key is of so many bits.
_KEYS = 1 << 64


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


def kept_table(text: str, ignored: Sequence[Span], store: Cache | None) -> Table:
    """Return the paragraphs of a text as :func:`~dedupe_cli.across.table.table` cuts them, from the store or for it."""
    return kept(
        store,
        "table",
        (text, [_one(span) for span in ignored]),
        lambda: table(text, ignored),
        _table_json,
        lambda data: _read_table(data, text),
    )


def _table_json(made: Table) -> bytes:
    columns = [made.start, made.end, made.before, made.behind, made.keys, made.units]
    return json.dumps(columns, separators=(",", ":")).encode("ascii")


def _read_table(data: bytes, text: str) -> Table | None:
    """Read the paragraphs of a text; ``None`` when they are damaged, or are none of it."""
    try:
        start, end, before, behind, keys, units = json.loads(data)
        for a, b, c, d, key, size in zip(start, end, before, behind, keys, units, strict=True):
            rows = type(a) is type(b) is type(c) is type(d) is type(key) is int and type(size) is float
            if not rows or not (0 <= c <= a < b <= d <= len(text) and 0 <= key < _KEYS and size >= 0):
                return None
        if any(a > b for a, b in zip(end, start[1:], strict=False)):
            return None
        return Table(text, tuple(start), tuple(end), tuple(before), tuple(behind), tuple(keys), tuple(units))
    except (ValueError, TypeError, RecursionError):
        return None


def _span(value: Sequence[int], limit: int) -> Span:
    start, end = value
    if type(start) is not int or type(end) is not int or end > limit:
        raise ValueError(f"no span: {value!r}")
    return Span(start, end)
