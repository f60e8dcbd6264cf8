"""What becomes of documents: groups around what stays, of which the best one is chosen (``fates`` and ``named``)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedupe_cli.corpus.agreement import agreed
from dedupe_cli.corpus.engine import framed
from dedupe_cli.corpus.prepared import ranks
from dedupe_cli.corpus.ragged import heads
from dedupe_cli.corpus.stars import Edges, Stars, stars

if TYPE_CHECKING:
    from daft import DataFrame

    from dedupe_cli.corpus.job import Job

# What becomes of a row: the document that it goes for, how similar it is, which rule; it stays where more than one may.
FATES = pa.schema(
    {"row": pa.int64(), "kept": pa.int64(), "similarity": pa.float64(), "rule": pa.string(), "goes": pa.bool_()}
)


def edges_of(table: pa.Table) -> Edges:
    """Return verified pairs that may go, each once, in the order of their rows."""
    table = table.filter(pc.invert(table["held"]))
    table = table.sort_by([("kept", "ascending"), ("copy", "ascending")])
    kept, copy = (np.asarray(table[name], dtype=np.int64) for name in ("kept", "copy"))
    new = heads(kept, copy)
    similarity, rule = np.asarray(table["similarity"]), np.array(table["rule"].to_pylist(), dtype=object)
    return Edges(kept[new], copy[new], similarity[new], rule[new])


def joined(found: Sequence[Edges]) -> Edges:
    """Return the pairs of several steps as one."""
    return Edges(*(np.concatenate([getattr(each, name) for each in found]) for name in Edges.__slots__))


def groups_of(job: Job, found: Stars) -> dict[int, list[int]]:
    """Return the copies by what stays, where that is no reference."""
    groups: dict[int, list[int]] = defaultdict(list)
    for row, kept in zip(found.rows.tolist(), found.kept.tolist(), strict=True):
        if kept < job.references:
            groups[kept].append(row)
    return groups


def fates(job: Job, edges: Edges, every: Edges) -> DataFrame:
    """Say what becomes of the rows: the copies, each with what it goes for.

    ``edges`` are those that the groups are made of; by ``every`` of them the best of each group is told.
    """
    best = job.options.keep == "best"
    edges = edges if best else every
    rank = ranks(job, edges.known)
    found = stars(edges, rank)
    goes_for = dict(zip(found.rows.tolist(), found.kept.tolist(), strict=True))
    twins = job.table("twins")
    told = {
        (min(pair), max(pair)): (similarity, rule)
        for *pair, similarity, rule in zip(*(getattr(every, name).tolist() for name in Edges.__slots__), strict=True)
    }
    if best:
        similar = {pair: similarity for pair, (similarity, _) in told.items()}
        times = {row: count + 1 for row, count in Counter(twins["kept"].to_pylist()).items()}
        instead = agreed(groups_of(job, found), rank, similar, times)
        goes_for = {row: instead.get(kept, kept) for row, kept in goes_for.items()} | instead
        goes_for = {row: kept for row, kept in goes_for.items() if row != kept}
    fate = {row: (kept, *told[min(row, kept), max(row, kept)]) for row, kept in goes_for.items()}
    for row, kept, same in zip(*(twins[name].to_pylist() for name in ("row", "kept", "same")), strict=True):
        fate[row] = fate.get(kept) or (kept, 100.0, "D101" if same else "D102")
    copies: Counter[int] = Counter()
    rows = []
    for row, (kept, similarity, rule) in sorted(fate.items()):
        copies[kept] += 1
        rows.append((row, kept, similarity, rule, copies[kept] >= job.options.max_copies))
    return framed(rows, FATES)


def named(job: Job) -> DataFrame:
    """Return the fates with the ids and lengths of both rows."""
    rows = job.frame("documents").select("row", "id", "length")
    both = job.frame("fates").join(rows, on="row")
    return both.join(rows.with_columns_renamed({"row": "kept", "id": "kept_id", "length": "kept_length"}), on="kept")
