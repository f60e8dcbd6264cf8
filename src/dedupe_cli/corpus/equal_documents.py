"""Equal documents: of each set all but the best one go for that (the step ``twins``)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from dedupe_cli.corpus.engine import by_batch
from dedupe_cli.corpus.links import lists
from dedupe_cli.corpus.prepared import judges, valid

if TYPE_CHECKING:
    from daft import DataFrame

    from dedupe_cli.corpus.job import Job

_SETS = pa.large_list(pa.struct([("row", pa.int64()), ("kept", pa.int64()), ("same", pa.bool_())]))


def twins(job: Job) -> DataFrame:
    """Find equal documents: of each set all but the best one, with that."""
    from daft import col, functions  # noqa: PLC0415

    literal = judges(job)  # what differs in form only is then judged as a pair, too
    sets = (
        valid(job, "said", "more", "raw", "score", "short")
        .groupby("said")
        .agg(*(functions.list_agg(col(name)) for name in ("row", "more", "raw", "score", "short")))
        .where(functions.list_count(col("row")) > 1)
    )
    found = by_batch(partial(_equal, literal=literal), _SETS, "row", "more", "raw", "score", "short")
    return (
        sets.select(found.alias("made"))
        .explode("made")
        .select(functions.unnest(col("made")))
        .where(functions.not_null(col("row")) & (col("row") < job.references))
    )


def _equal(
    rows: pa.Array, more: pa.Array, raw: pa.Array, score: pa.Array, short: pa.Array, *, literal: bool
) -> pa.Array:
    owner = np.repeat(np.arange(len(rows)), np.diff(np.asarray(rows.offsets)))
    row, rest, text, points, few = (np.asarray(each.flatten()) for each in (rows, more, raw, score, short))
    same = np.where(literal & ~few, text, np.uint64(0))
    order = np.lexsort((row, -points, same, rest, owner))
    new = np.ones(len(order), dtype=bool)
    for key in (owner, rest, same):
        new[1:] &= key[order[1:]] == key[order[:-1]]
    new[1:] = ~new[1:]
    best = order[np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))]
    gone = ~new
    mine = order[gone]
    return lists(owner[mine], len(rows), _SETS, row[mine], row[best[gone]], text[mine] == text[best[gone]])
