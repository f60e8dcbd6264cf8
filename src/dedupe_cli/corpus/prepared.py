"""The rows of a data set as they are compared: read, folded, sketched; those with a fault are set apart.

The steps: ``documents`` (all rows, sketched) and ``faults`` (rows that take no part).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from daft import DataFrame, Expression, col, functions, lit

from dedupe_cli.corpus.engine import away, by_batch, frame, framed
from dedupe_cli.corpus.rows import SCHEMA, Fields, batches
from dedupe_cli.corpus.sketch import Bands, bands_for, sketch
from dedupe_cli.language import marked

if TYPE_CHECKING:
    from dedupe_cli.corpus.job import Job

# What is wrong with a row of whose name another one is.
TWICE = marked("the id stands in an earlier row")
# A part of a step holds at most so much of the memory at a time.
_SHARE = 0.25


def prepare(job: Job) -> None:
    """Do the steps that all comparing of documents begins with."""
    bands = bands_for(job.options.similarity)
    job.step("documents", lambda _: _documents(job, bands))
    job.step("faults", lambda _: _faults(job))


def _documents(job: Job, bands: Bands) -> DataFrame:
    """Sketch all rows; those with a fault keep that and nothing else."""
    kind = pa.struct(
        {
            **dict.fromkeys(("said", "more"), pa.uint64()),
            "score": pa.float64(),
            "short": pa.bool_(),
            "length": pa.int64(),
            "letters": pa.large_string(),
            "bands": pa.list_(pa.uint64(), bands.bands),
        }
    )
    fields = Fields.of(job.options)
    read = partial(batches, fields=fields)
    work = partial(_sketched, bands=bands, keep=job.options.keep, kind=kind, references=job.references)
    rows = frame(job.files, read, SCHEMA, [file.size for file in job.files])
    if "inside" in job.options.level:
        cleaned = job.frame("inside").select("row", col("text").alias("cleaned"), "dropped")
        rows = rows.join(cleaned, on="row", how="left").where(~functions.fill_null(col("dropped"), lit(False)))  # noqa: FBT003
        rows = rows.with_column("text", functions.coalesce(col("cleaned"), col("text")))
    made = by_batch(work, kind, "row", "text", "scope", "value")
    texts = ["text"] if job.options.shares else judged_on(job)  # kept where they are asked for again
    return (
        rows.with_column("made", made)
        .with_column("raw", functions.hash(col("text")))
        .with_column("scope", functions.hash(functions.coalesce(col("scope"), lit(""))))
        .select("row", "id", "fault", "raw", "scope", functions.unnest(col("made")), *texts)
    )


def _sketched(
    rows: pa.Array,
    texts: pa.Array,
    scopes: pa.Array,
    values: pa.Array,
    *,
    bands: Bands,
    keep: str,
    kind: Any,
    references: int,
) -> pa.Array:
    said = [text or "" for text in texts.to_pylist()]
    made = sketch(said, [scope or "" for scope in scopes.to_pylist()], bands)
    lengths = np.array([len(text) for text in said], dtype=np.int64)
    score: Any = {"best": made.shingles, "longest": lengths, "first": np.zeros(len(said))}.get(keep)
    if score is None:
        score = np.nan_to_num(np.asarray(values.fill_null(float("-inf"))), nan=-np.inf)
    parts = [
        pa.array(made.said),
        pa.array(made.more),
        pa.array(np.where(np.asarray(rows) < references, score, np.inf)),  # references stay
        pa.array(made.short),
        pa.array(lengths),
        pa.array(made.letters, pa.large_string()),
        pa.FixedSizeListArray.from_arrays(pa.array(made.bands.ravel()), bands.bands),
    ]
    return pa.StructArray.from_arrays(parts, fields=list(kind))


def _faults(job: Job) -> DataFrame:
    """Collect the rows that take no part: those without a text, and those with an id that stood before."""
    rows = job.frame("documents").select("row", "id", "fault")
    bad = rows.where(functions.not_null(col("fault"))).select("row", "id", "fault")
    good = rows.where(functions.is_null(col("fault")) & (col("row") < job.references))
    first = good.groupby("id").agg(col("row").min().alias("first"), col("row").count().alias("times"))
    again = good.join(first.where(col("times") > 1), on="id").where(col("row") != col("first"))
    return bad.concat(again.select("row", "id", lit(TWICE).alias("fault")))


def valid(job: Job, *columns: str) -> DataFrame:
    """Return the rows that take part."""
    rows = job.frame("documents").where(functions.is_null(col("fault"))).select("row", *columns)
    return rows.join(job.frame("faults").select("row"), on="row", how="anti")


def ranks(job: Job, rows: Iterable[int], by: Expression | str = "score") -> dict[int, float]:
    """Return by how much each of some documents is better than others."""
    wanted = framed(((int(row),) for row in rows), pa.schema({"row": pa.int64()}))
    table = away(job.frame("documents").join(wanted, on="row", how="semi").select("row", by).to_arrow)
    return dict(zip(*(column.to_pylist() for column in table.columns), strict=True))


def parts_of(job: Job, weight: float = 1.0) -> int:
    """Return in how many parts a step is done that brings documents together; it holds ``weight`` of their size."""
    return 1 + int(weight * job.size / (job.options.memory * _SHARE))


def judges(job: Job) -> bool:
    """Tell whether a difference may hold a pair back."""
    return job.options.settings("document").apply != "all"


def judged_on(job: Job) -> list[str]:
    """Return the columns that judging asks for besides the letters."""
    return ["text"] if judges(job) else []
