"""Near-duplicate documents: linked by the bands of their sketches, verified on their texts, grouped around what stays.

The steps, each a frame that is written once: ``twins`` (equal documents), ``met`` and ``links`` (pairs that share a
band), ``scores`` (of each document the likeliest pair, if it is similar), ``links-2`` and ``scores-2`` (the other pairs
of what is left), and, where copies were linked to copies only, ``links-3``, ``scores-3`` and so on; ``links-best`` and
``scores-best`` (the pairs of a group that tell which one is best); at last ``fates``, what becomes of the rows, and
``named``, the same with their ids.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from dedupe_cli.corpus.agreement import pairs_asked
from dedupe_cli.corpus.engine import by_batch
from dedupe_cli.corpus.equal_documents import twins
from dedupe_cli.corpus.fates import edges_of, fates, groups_of, joined, named, scores_of
from dedupe_cli.corpus.links import KEYS, PAIRS, RANKED, keys_of, linked, ranked
from dedupe_cli.corpus.prepared import judged_on, judges, parts_of, valid
from dedupe_cli.corpus.scores import SCORED, judged, scored
from dedupe_cli.corpus.stars import beyond, stars

if TYPE_CHECKING:
    from daft import DataFrame

    from dedupe_cli.corpus.job import Job
    from dedupe_cli.corpus.stars import Edges

# Rounds in which copies of copies are compared with what stays.
ROUNDS = 5
# Pairs that are compared together: their texts are in memory.
_PAIRS = 1024


def find_documents(job: Job) -> None:
    """Do the steps of the level ``document``, behind those of ``prepared``."""
    job.step("twins", lambda _: twins(job))
    parts = parts_of(job)
    job.step("met", lambda part: _pairs(job, part, parts), parts)
    job.step("links", lambda _: _links(job))
    found = [_compared(job, "")]
    gone = stars(found[0], scores_of(job, found[0])).rows
    job.step("links-2", lambda part: _links_again(job, part, parts, gone), parts)
    found.append(_compared(job, "-2"))
    names = ["links", "links-2"]
    for number in range(3, ROUNDS + 1):
        edges = joined(found)
        pairs = beyond(edges, stars(edges, scores_of(job, edges)))
        more = _new(job, pairs[(pairs < job.references).any(axis=1)].tolist(), names)
        if not more:
            break
        job.step(f"links-{number}", partial(_given, more))
        names.append(f"links-{number}")
        found.append(_compared(job, f"-{number}"))
    if job.options.keep == "best":
        edges = joined(found)
        score = scores_of(job, edges)
        asked = pairs_asked(groups_of(job, edges, stars(edges, score)), score)
        job.step("links-best", partial(_given, _new(job, asked, names)))
        found.append(_compared(job, "-best"))
    job.step("fates", lambda _: fates(job, joined(found[:-1]), joined(found)))
    job.step("named", lambda _: named(job))


def _pairs(job: Job, part: int, parts: int) -> DataFrame:
    """Return the pairs of the buckets of one part, each with how often its bands agree there."""
    from daft import col  # noqa: PLC0415

    rows = valid(job, "score", "short", "bands").where(~col("short"))
    pairs = _met(job, rows.join(job.frame("twins").select("row"), on="row", how="anti"), part, parts, near=False)
    return pairs.groupby("kept", "copy").agg(col("copy").count().alias("times"))


def _links(job: Job) -> DataFrame:
    """Link the documents: of each the link that most of its bands agree on, whatever their parts, is the first."""
    from daft import col, functions  # noqa: PLC0415

    counted = job.frame("met").groupby("kept", "copy").agg(col("times").sum())
    of_each = counted.groupby("copy").agg(functions.list_agg(col("kept")), functions.list_agg(col("times")))
    made = of_each.select("copy", by_batch(ranked, RANKED, "kept", "times").alias("made")).explode("made")
    return made.select("copy", functions.unnest(col("made")))


def _links_again(job: Job, part: int, parts: int, gone: Any) -> DataFrame:
    """Link what is left when those rows are gone: as before, and where two bands agree.

    So near copies meet among many documents that have no more than a part in common.
    """
    import daft  # noqa: PLC0415
    from daft import col, lit  # noqa: PLC0415

    out = daft.from_arrow(pa.table({"row": pa.array(gone, pa.int64())}))
    rows = valid(job, "score", "short", "bands").where(~col("short"))
    rows = rows.join(job.frame("twins").select("row"), on="row", how="anti").join(out, on="row", how="anti")
    near = _met(job, rows, part, parts, near=True)
    rest = job.frame("links").where(~col("first") & (col("kept") % parts == part)).select("kept", "copy")
    for side in ("kept", "copy"):
        rest = rest.join(out, left_on=side, right_on="row", how="anti")
    return near.concat(rest).distinct().select("copy", "kept", lit(True).alias("first"))  # noqa: FBT003


def _met(job: Job, rows: DataFrame, part: int, parts: int, *, near: bool) -> DataFrame:
    """Return pairs of rows that agree in a band of one part, with ``near`` in two; some more than once."""
    from daft import col, functions  # noqa: PLC0415

    made = by_batch(partial(keys_of, two=near), KEYS, "bands")
    keys = rows.select("row", "score", made.alias("key")).explode("key")
    if parts > 1:
        keys = keys.where(col("key") % parts == part)
    buckets = (
        keys.groupby("key")
        .agg(functions.list_agg(col("row")), functions.list_agg(col("score")))
        .where(functions.list_count(col("row")) > 1)
    )
    work = by_batch(partial(linked, chain=near), PAIRS, "row", "score")
    pairs = buckets.select(work.alias("made")).explode("made").select(functions.unnest(col("made")))
    return pairs.where(col("copy") < job.references)


def _scores(job: Job, links: DataFrame, part: int, parts: int) -> DataFrame:
    """Compare the pairs of one part on their texts; those remain that are similar enough."""
    from daft import col, functions  # noqa: PLC0415

    links = links.where(col("first"))
    if parts > 1:
        links = links.where(col("kept") % parts == part)
    links = links.select("kept", "copy").distinct()
    wanted = links.select(col("kept").alias("row")).concat(links.select(col("copy").alias("row"))).distinct()
    texts = job.frame("documents").join(wanted, on="row", how="semi")
    for side in ("kept", "copy"):
        names = {"row": side, "letters": f"{side}_letters", "text": f"{side}_text"}
        mine = texts.select(*(col(name).alias(names[name]) for name in ("row", "letters", *judged_on(job))))
        links = links.join(mine, on=side)
    both, columns = links, [f"{side}_{name}" for name in ("letters", *judged_on(job)) for side in ("kept", "copy")]
    settings = job.options.settings("document")
    work = by_batch(
        partial(judged, settings=settings) if judges(job) else partial(scored, least=settings.similarity),
        SCORED,
        *columns,
        rows=_PAIRS,
    )
    found = both.select("kept", "copy", work.alias("made"))
    return found.select("kept", "copy", functions.unnest(col("made"))).where(functions.not_null(col("similarity")))


def _compared(job: Job, name: str) -> Edges:
    """Do the step that compares the pairs of one that links; return those that are similar enough.

    Each part reads all documents, so there are as many as the texts of the pairs ask for.
    """
    pairs = pc.sum(job.table(f"links{name}", ["first"])["first"]).as_py() or 0
    parts = parts_of(job, min(pairs / max(job.count("documents"), 1), 1.0))
    job.step(f"scores{name}", lambda part: _scores(job, job.frame(f"links{name}"), part, parts), parts)
    return edges_of(job.table(f"scores{name}"))


def _given(pairs: list[Any], _part: int) -> DataFrame:
    import daft  # noqa: PLC0415

    kept, copy = (pa.array([pair[side] for pair in pairs], pa.int64()) for side in (0, 1))
    return daft.from_arrow(pa.table({"kept": kept, "copy": copy, "first": pa.array([True] * len(pairs), pa.bool_())}))


def _new(job: Job, pairs: list[Any], names: list[str]) -> list[Any]:
    """Return those of some pairs that none of some steps has compared."""
    known: set[tuple[int, int]] = set()
    for name in names:
        table = job.table(name, ["kept", "copy", "first"])
        table = table.filter(table["first"])
        known.update(zip(table["kept"].to_pylist(), table["copy"].to_pylist(), strict=True))
    return [pair for pair in pairs if not {tuple(pair), tuple(pair[::-1])} & known]
