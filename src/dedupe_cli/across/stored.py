"""Compared pairs and paragraphs as JSON, for the cache; what comes back is checked as if it came from a stranger."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dedupe_cli.across.pair import Pair
from dedupe_cli.across.table import Table, table
from dedupe_cli.cache import Cache, kept
from dedupe_cli.errors import PlanError
from dedupe_cli.stored import CUT, SAFETY, Node, Shape, many, record

if TYPE_CHECKING:
    from dedupe_cli.model import Span

# A key is of so many bits.
_KEYS = 1 << 64


_PAIR = record(Pair, cuts=many(CUT), held=many(CUT), whole=Shape(bool, lambda node: node.value is True), safety=SAFETY)


def pair_json(pair: Pair) -> bytes:
    """Return a pair as JSON in ASCII."""
    return json.dumps(_PAIR.write(pair), separators=(",", ":")).encode("ascii")


def read_pair(data: bytes, kept: int, copy: int) -> Pair | None:
    """Read the pair of two paragraphs of so many characters; ``None`` when it is damaged or does not fit."""
    try:
        pair = _PAIR.read(Node(json.loads(data), "pair", (kept, copy)))
    except (ValueError, RecursionError, PlanError):
        return None
    return pair if pair.cuts or not pair.whole else None


def kept_table(text: str, ignored: Sequence[Span], store: Cache | None) -> Table:
    """Return the paragraphs of a text as :func:`~dedupe_cli.across.table.table` cuts them, from the store or for it."""
    return kept(
        store,
        "table",
        (text, [(span.start, span.end) for span in ignored]),
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
