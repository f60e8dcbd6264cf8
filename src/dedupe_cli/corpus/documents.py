"""Near-duplicate documents: sketched, linked by bands, verified on their texts, grouped around what stays.

The steps, each a frame that is written once: ``documents`` (all rows, sketched), ``faults`` (rows that take no part),
``twins`` (equal documents), ``links`` (pairs that share a band), ``scores`` (of each document the likeliest pair, if it
is similar), ``links-2`` and ``scores-2`` (the other pairs of what is left), and, where copies were linked to copies
only, ``links-3``, ``scores-3`` and so on; ``links-best`` and ``scores-best`` (the pairs of a group that tell which one
is best); at last ``fates``, what becomes of the rows,
and ``named``, the same with their ids.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dedupe_cli.corpus.agreement import agreed, pairs_asked
from dedupe_cli.corpus.curve import Bands, bands_for
from dedupe_cli.corpus.engine import by_batch, frame
from dedupe_cli.corpus.links import KEYS, PAIRS, RANKED, keys_of, linked, ranked
from dedupe_cli.corpus.rows import SCHEMA, Fields, batches
from dedupe_cli.corpus.scores import SCORED, judged, scored
from dedupe_cli.corpus.sketch import sketch
from dedupe_cli.corpus.stars import Edges, Stars, beyond, stars

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
# Rounds in which copies of copies are compared with what stays.
ROUNDS = 5
# A part of a step holds at most so much of the memory at a time.
_SHARE = 0.25
# Pairs that are compared together: their texts are in memory.
_PAIRS = 1024


def find_documents(job: Job) -> None:
    """Do the steps of the level ``document``."""
    bands = bands_for(job.options.similarity)
    job.step("documents", lambda _: _documents(job, bands))
    job.step("faults", lambda _: _faults(job))
    job.step("twins", lambda _: _twins(job))
    parts = _parts(job)
    job.step("links", lambda part: _links(job, part, parts), parts)
    found = [_compared(job, "", parts)]
    gone = stars(found[0], _scores_of(job, found[0])).rows
    job.step("links-2", lambda part: _links_again(job, part, parts, gone), parts)
    found.append(_compared(job, "-2", parts))
    names = ["links", "links-2"]
    for number in range(3, ROUNDS + 1):
        edges = _joined(found)
        pairs = beyond(edges, stars(edges, _scores_of(job, edges)))
        more = _new(job, pairs[(pairs < job.references).any(axis=1)].tolist(), names)
        if not more:
            break
        job.step(f"links-{number}", partial(_given, more))
        names.append(f"links-{number}")
        found.append(_compared(job, f"-{number}", parts))
    if job.options.keep == "best":
        edges = _joined(found)
        score = _scores_of(job, edges)
        asked = pairs_asked(_groups(job, edges, stars(edges, score)), score)
        job.step("links-best", partial(_given, _new(job, asked, names)))
        found.append(_compared(job, "-best", parts))
    job.step("fates", lambda _: _fates(job, _joined(found[:-1]), _joined(found)))
    job.step("named", lambda _: _named(job))


def _documents(job: Job, bands: Bands) -> DataFrame:
    """Sketch all rows; those with a fault keep that and nothing else."""
    from daft import col, functions, lit  # noqa: PLC0415  the engine is loaded where it is used

    kind = pa.struct(
        [
            ("said", pa.uint64()),
            ("more", pa.uint64()),
            ("score", pa.float64()),
            ("short", pa.bool_()),
            ("length", pa.int64()),
            ("letters", pa.large_string()),
            ("bands", pa.list_(pa.uint64(), bands.bands)),
        ]
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
    return (
        rows.with_column("made", made)
        .with_column("raw", functions.hash(col("text")))
        .select("row", "id", "fault", "raw", functions.unnest(col("made")), *_judged_on(job))
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
    from daft import col, functions, lit  # noqa: PLC0415

    rows = job.frame("documents").select("row", "id", "fault")
    bad = rows.where(functions.not_null(col("fault"))).select("row", "id", "fault")
    good = rows.where(functions.is_null(col("fault")) & (col("row") < job.references))
    first = good.groupby("id").agg(col("row").min().alias("first"), col("row").count().alias("times"))
    again = good.join(first.where(col("times") > 1), on="id").where(col("row") != col("first"))
    return bad.concat(again.select("row", "id", lit("the id stands in an earlier row").alias("fault")))


def _valid(job: Job, *columns: str) -> DataFrame:
    """Return the rows that take part."""
    from daft import col, functions  # noqa: PLC0415

    rows = job.frame("documents").where(functions.is_null(col("fault"))).select("row", *columns)
    return rows.join(job.frame("faults").select("row"), on="row", how="anti")


def _twins(job: Job) -> DataFrame:
    """Find equal documents: of each set all but the best one, with that."""
    from daft import col, functions  # noqa: PLC0415

    kind = pa.large_list(pa.struct([("row", pa.int64()), ("kept", pa.int64()), ("same", pa.bool_())]))
    literal = _judges(job)  # what differs in form only is then judged as a pair, too
    sets = (
        _valid(job, "said", "more", "raw", "score", "short")
        .groupby("said")
        .agg(*(functions.list_agg(col(name)) for name in ("row", "more", "raw", "score", "short")))
        .where(functions.list_count(col("row")) > 1)
    )
    found = by_batch(partial(_equal, literal=literal), kind, "row", "more", "raw", "score", "short")
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
    made = pa.StructArray.from_arrays(
        [pa.array(row[mine]), pa.array(row[best[gone]]), pa.array(text[mine] == text[best[gone]])],
        names=["row", "kept", "same"],
    )
    ends = np.concatenate([[0], np.cumsum(np.bincount(owner[mine], minlength=len(rows)))])
    return pa.LargeListArray.from_arrays(pa.array(ends, pa.int64()), made)


def _parts(job: Job) -> int:
    """Return in how many parts the steps are done that bring documents together."""
    return 1 + int(sum(file.size for file in job.files) / (job.options.memory * _SHARE))


def _links(job: Job, part: int, parts: int) -> DataFrame:
    """Link the documents of the buckets of one part; of each the link that most of its bands agree on is the first."""
    from daft import col, functions  # noqa: PLC0415

    rows = _valid(job, "score", "short", "bands").where(~col("short"))
    pairs = _met(job, rows.join(job.frame("twins").select("row"), on="row", how="anti"), part, parts, near=False)
    counted = pairs.groupby("kept", "copy").agg(col("copy").count().alias("times"))
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
    rows = _valid(job, "score", "short", "bands").where(~col("short"))
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
        mine = texts.select(*(col(name).alias(names[name]) for name in ("row", "letters", *_judged_on(job))))
        links = links.join(mine, on=side)
    both, columns = links, [f"{side}_{name}" for name in ("letters", *_judged_on(job)) for side in ("kept", "copy")]
    settings = job.options.settings("document")
    work = by_batch(
        partial(judged, settings=settings) if _judges(job) else partial(scored, least=settings.similarity),
        SCORED,
        *columns,
        rows=_PAIRS,
    )
    found = both.select("kept", "copy", work.alias("made"))
    return found.select("kept", "copy", functions.unnest(col("made"))).where(functions.not_null(col("similarity")))


def _judges(job: Job) -> bool:
    """Tell whether a difference may hold a pair back."""
    return job.options.settings("document").apply != "all"


def _judged_on(job: Job) -> list[str]:
    return ["text"] if _judges(job) else []


def _compared(job: Job, name: str, parts: int) -> Edges:
    """Do the step that compares the pairs of one that links; return those that are similar enough."""
    job.step(f"scores{name}", lambda part: _scores(job, job.frame(f"links{name}"), part, parts), parts)
    return _edges(job.table(f"scores{name}"))


def _given(pairs: list[Any], _part: int) -> DataFrame:
    import daft  # noqa: PLC0415

    kept, copy = (pa.array([pair[side] for pair in pairs], pa.int64()) for side in (0, 1))
    return daft.from_arrow(pa.table({"kept": kept, "copy": copy, "first": pa.array([True] * len(pairs), pa.bool_())}))


def _edges(table: pa.Table) -> Edges:
    """Return verified pairs that may go, each once, in the order of their rows."""
    table = table.filter(pc.invert(table["held"]))
    table = table.sort_by([("kept", "ascending"), ("copy", "ascending")])
    kept, copy = (np.asarray(table[name], dtype=np.int64) for name in ("kept", "copy"))
    new = np.ones(len(kept), dtype=bool)
    new[1:] = (kept[1:] != kept[:-1]) | (copy[1:] != copy[:-1])
    similarity, rule = np.asarray(table["similarity"]), np.array(table["rule"].to_pylist(), dtype=object)
    return Edges(kept[new], copy[new], similarity[new], rule[new])


def _joined(found: list[Edges]) -> Edges:
    return Edges(*(np.concatenate([getattr(each, name) for each in found]) for name in Edges.__slots__))


def _scores_of(job: Job, edges: Edges) -> dict[int, float]:
    """Return by how much each document of some pairs is better than others."""
    import daft  # noqa: PLC0415

    rows = daft.from_arrow(pa.table({"row": np.unique(np.concatenate([edges.kept, edges.copy]))}))
    table = job.frame("documents").select("row", "score").join(rows, on="row", how="semi").to_arrow()
    return dict(zip(table["row"].to_pylist(), table["score"].to_pylist(), strict=True))


def _new(job: Job, pairs: list[Any], names: list[str]) -> list[Any]:
    """Return those of some pairs that none of some steps has compared."""
    known: set[tuple[int, int]] = set()
    for name in names:
        table = job.table(name, ["kept", "copy", "first"])
        table = table.filter(table["first"])
        known.update(zip(table["kept"].to_pylist(), table["copy"].to_pylist(), strict=True))
    return [pair for pair in pairs if not {tuple(pair), tuple(pair[::-1])} & known]


def _kept_of(edges: Edges, found: Stars) -> Any:
    """Return for each copy what it goes for."""
    return np.where(edges.copy[found.edges] == found.rows, edges.kept[found.edges], edges.copy[found.edges])


def _groups(job: Job, edges: Edges, found: Stars) -> dict[int, list[int]]:
    """Return the copies by what stays, where that is no reference."""
    groups: dict[int, list[int]] = {}
    for row, kept in zip(found.rows.tolist(), _kept_of(edges, found).tolist(), strict=True):
        if kept < job.references:
            groups.setdefault(kept, []).append(row)
    return groups


def _fates(job: Job, edges: Edges, every: Edges) -> DataFrame:
    """Say what becomes of the rows: the copies, each with what it goes for.

    ``edges`` are those that the groups are made of; by ``every`` of them the best of each group is told.
    """
    import daft  # noqa: PLC0415

    best = job.options.keep == "best"
    edges = edges if best else every
    score = _scores_of(job, edges)
    found = stars(edges, score)
    kept_of = dict(zip(found.rows.tolist(), _kept_of(edges, found).tolist(), strict=True))
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
        instead = agreed(_groups(job, edges, found), score, similar, counts)
        kept_of = {row: instead.get(kept, kept) for row, kept in kept_of.items()} | instead
        kept_of = {row: kept for row, kept in kept_of.items() if row != kept}
    fate = {row: (kept, *told[min(row, kept), max(row, kept)]) for row, kept in kept_of.items()}
    for row, kept, same in zip(*(twins[name].to_pylist() for name in ("row", "kept", "same")), strict=True):
        through = fate.get(kept)
        fate[row] = through or (kept, 100.0, "D101" if same else "D102")
    rows = sorted((row, *what) for row, what in fate.items())
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    columns.append(_goes(rows, job.options.max_copies))
    return daft.from_arrow(pa.table([pa.array(c, f.type) for c, f in zip(columns, FATES, strict=True)], FATES))


def _named(job: Job) -> DataFrame:
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
