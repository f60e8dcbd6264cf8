"""What becomes of documents: groups around what stays, of which the best one is chosen (``fates`` and ``named``)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedupe_cli.corpus.agreement import agreed
from dedupe_cli.corpus.stars import Edges, Stars, stars

if TYPE_CHECKING:
    from daft import DataFrame

    from dedupe_cli.corpus.job import Job

# What becomes of a row: the document that it goes for, how similar it is, which rule, and at which level.
FATES = pa.schema(
    [
        ("row", pa.int64()),
        ("kept", pa.int64()),
        ("similarity", pa.float64()),
        ("rule", pa.string()),
        ("goes", pa.bool_()),
    ]
)


def edges_of(table: pa.Table) -> Edges:
    """Return verified pairs that may go, each once, in the order of their rows."""
    table = table.filter(pc.invert(table["held"]))
    table = table.sort_by([("kept", "ascending"), ("copy", "ascending")])
    kept, copy = (np.asarray(table[name], dtype=np.int64) for name in ("kept", "copy"))
    new = np.ones(len(kept), dtype=bool)
    new[1:] = (kept[1:] != kept[:-1]) | (copy[1:] != copy[:-1])
    similarity, rule = np.asarray(table["similarity"]), np.array(table["rule"].to_pylist(), dtype=object)
    return Edges(kept[new], copy[new], similarity[new], rule[new])


def joined(found: list[Edges]) -> Edges:
    """Return the pairs of several steps as one."""
    return Edges(*(np.concatenate([getattr(each, name) for each in found]) for name in Edges.__slots__))


def scores_of(job: Job, edges: Edges) -> dict[int, float]:
    """Return by how much each document of some pairs is better than others."""
    import daft  # noqa: PLC0415

    rows = daft.from_arrow(pa.table({"row": np.unique(np.concatenate([edges.kept, edges.copy]))}))
    table = job.frame("documents").select("row", "score").join(rows, on="row", how="semi").to_arrow()
    return dict(zip(table["row"].to_pylist(), table["score"].to_pylist(), strict=True))


def kept_of(edges: Edges, found: Stars) -> Any:
    """Return for each copy what it goes for."""
    return np.where(edges.copy[found.edges] == found.rows, edges.kept[found.edges], edges.copy[found.edges])


def groups_of(job: Job, edges: Edges, found: Stars) -> dict[int, list[int]]:
    """Return the copies by what stays, where that is no reference."""
    groups: dict[int, list[int]] = {}
    for row, kept in zip(found.rows.tolist(), kept_of(edges, found).tolist(), strict=True):
        if kept < job.references:
            groups.setdefault(kept, []).append(row)
    return groups


def fates(job: Job, edges: Edges, every: Edges) -> DataFrame:
    """Say what becomes of the rows: the copies, each with what it goes for.

    ``edges`` are those that the groups are made of; by ``every`` of them the best of each group is told.
    """
    import daft  # noqa: PLC0415

    best = job.options.keep == "best"
    edges = edges if best else every
    score = scores_of(job, edges)
    found = stars(edges, score)
    goes_for = dict(zip(found.rows.tolist(), kept_of(edges, found).tolist(), strict=True))
    twins = job.table("twins")
    told = {
        (min(pair), max(pair)): (similarity, rule)
        for *pair, similarity, rule in zip(
            every.kept.tolist(), every.copy.tolist(), every.similarity.tolist(), every.rule.tolist(), strict=True
        )
    }
    if best:
        times = Counter(twins["kept"].to_pylist())
        similar = {pair: similarity for pair, (similarity, _) in told.items()}
        counts = {row: count + 1 for row, count in times.items()}
        instead = agreed(groups_of(job, edges, found), score, similar, counts)
        goes_for = {row: instead.get(kept, kept) for row, kept in goes_for.items()} | instead
        goes_for = {row: kept for row, kept in goes_for.items() if row != kept}
    fate = {row: (kept, *told[min(row, kept), max(row, kept)]) for row, kept in goes_for.items()}
    for row, kept, same in zip(*(twins[name].to_pylist() for name in ("row", "kept", "same")), strict=True):
        through = fate.get(kept)
        fate[row] = through or (kept, 100.0, "D101" if same else "D102")
    rows = sorted((row, *what) for row, what in fate.items())
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    columns.append(_goes(rows, job.options.max_copies))
    return daft.from_arrow(pa.table([pa.array(c, f.type) for c, f in zip(columns, FATES, strict=True)], FATES))


def named(job: Job) -> DataFrame:
    """Return the fates with the ids and lengths of both rows."""
    rows = job.frame("documents").select("row", "id", "length")
    both = job.frame("fates").join(rows, on="row")
    return both.join(rows.with_columns_renamed({"row": "kept", "id": "kept_id", "length": "kept_length"}), on="kept")


def _goes(rows: list[Any], copies: int) -> list[bool]:
    """Tell which copies go where more than one of each may stay: the first ones in the order of the rows stay."""
    seen: dict[int, int] = {}
    out = []
    for _, kept, *_ in rows:
        seen[kept] = seen.get(kept, 1) + 1
        out.append(seen[kept] > copies)
    return out
