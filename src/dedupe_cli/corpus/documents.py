"""Near-duplicate documents: linked by the bands of their sketches, verified on their texts, grouped around what stays.

The steps, each a frame that is written once: ``twins`` (equal documents), ``met`` and ``links`` (pairs that share a
band), ``scores`` (of each document the likeliest pair, if it is similar), ``links-2`` and ``scores-2`` (the other pairs
of what is left), and, where copies were linked to copies only, ``links-3``, ``scores-3`` and so on; ``links-best`` and
``scores-best`` (the pairs of a group that tell which one is best); at last ``fates``, what becomes of the rows, and
``named``, the same with their ids.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from daft import DataFrame, col, functions, lit

from dedupe_cli.corpus.engine import by_batch, framed, gathered, spread
from dedupe_cli.corpus.links import KEYS, PAIRS, RANKED, TWINS, equal, keys_of, linked, ranked
from dedupe_cli.corpus.prepared import judged_on, judges, parts_of, ranks, valid
from dedupe_cli.corpus.ragged import heads
from dedupe_cli.corpus.scores import SCORED, judged, scored
from dedupe_cli.corpus.stars import Edges, Stars, agreed, beyond, pairs_asked, stars

if TYPE_CHECKING:
    from dedupe_cli.corpus.job import Job, Part

# Pairs to be compared; ``first``: they are compared at once, the others where nothing comes of those.
LINKS = pa.schema({"kept": pa.int64(), "copy": pa.int64(), "first": pa.bool_()})
# Rounds in which copies of copies are compared with what stays.
ROUNDS = 5
# Pairs that are compared together: their texts are in memory.
_PAIRS = 1024


def find_documents(job: Job) -> None:
    """Do the steps of the level ``document``, behind those of ``prepared``."""
    job.step("twins", lambda _: _twins(job))
    parts = parts_of(job)
    job.step("met", partial(_met, job), parts)
    job.step("links", lambda _: _links(job))
    found = [_compared(job, "")]
    gone = stars(found[0], ranks(job, found[0].known)).rows
    job.step("links-2", partial(_links_again, job, gone), parts)
    found.append(_compared(job, "-2"))
    names = ["links", "links-2"]
    for number in range(3, ROUNDS + 1):
        edges = joined(found)
        pairs = beyond(edges, stars(edges, ranks(job, edges.known)))
        more = _new(job, pairs[(pairs < job.references).any(axis=1)].tolist(), names)
        if not more:
            break
        names.append(f"links-{number}")
        job.step(names[-1], partial(_given, more))
        found.append(_compared(job, f"-{number}"))
    if job.options.keep == "best":
        edges = joined(found)
        rank = ranks(job, edges.known)
        asked = pairs_asked(groups_of(job, stars(edges, rank)), rank)
        job.step("links-best", partial(_given, _new(job, asked, names)))
        found.append(_compared(job, "-best"))
    job.step("fates", lambda _: fates(job, joined(found[:-1]), joined(found)))
    job.step("named", lambda _: named(job))


def _twins(job: Job) -> DataFrame:
    """Find equal documents: of each set all but the best one, with that."""
    columns = ("row", "more", "raw", "score", "short")
    sets = gathered(valid(job, "said", *columns[1:]), "said", *columns).where(functions.list_count(col("row")) > 1)
    # Where a pair is judged, what differs in form only is one, too.
    found = spread(sets, by_batch(partial(equal, literal=judges(job)), TWINS, *columns))
    return found.where(col("row") < job.references)


def _met(job: Job, part: Part) -> DataFrame:
    """Return the pairs of the buckets of one part, each with how often its bands agree there."""
    pairs = _meeting(job, _single(job), part, near=False)
    return pairs.groupby("kept", "copy").agg(col("copy").count().alias("times"))


def _links(job: Job) -> DataFrame:
    """Link the documents: of each the link that most of its bands agree on, whatever their parts, is the first."""
    counted = job.frame("met").groupby("kept", "copy").agg(col("times").sum())
    return spread(gathered(counted, "copy", "kept", "times"), by_batch(ranked, RANKED, "kept", "times"), "copy")


def _links_again(job: Job, gone: Any, part: Part) -> DataFrame:
    """Link what is left when those rows are gone: as before, and where two bands agree.

    So near copies meet among many documents that have no more than a part in common.
    """
    out = framed(zip(gone.tolist(), strict=True), pa.schema({"row": pa.int64()}))
    near = _meeting(job, _single(job).join(out, on="row", how="anti"), part, near=True)
    rest = part.of(job.frame("links").where(~col("first")), "kept").select("kept", "copy")
    for side in ("kept", "copy"):
        rest = rest.join(out, left_on=side, right_on="row", how="anti")
    return near.concat(rest).distinct().select("copy", "kept", lit(True).alias("first"))  # noqa: FBT003


def _single(job: Job) -> DataFrame:
    """Return the documents that have a sketch and are best among their equals."""
    rows = valid(job, "score", "short", "bands").where(~col("short"))
    return rows.join(job.frame("twins").select("row"), on="row", how="anti")


def _meeting(job: Job, rows: DataFrame, part: Part, *, near: bool) -> DataFrame:
    """Return pairs of rows that agree in a band of one part, with ``near`` in two; some more than once."""
    made = by_batch(partial(keys_of, two=near), KEYS, "bands")
    keys = part.of(rows.select("row", "score", made.alias("key")).explode("key"), "key")
    buckets = gathered(keys, "key", "row", "score").where(functions.list_count(col("row")) > 1)
    pairs = spread(buckets, by_batch(partial(linked, chain=near), PAIRS, "row", "score"))
    return pairs.where(col("copy") < job.references)


def _scores(job: Job, name: str, part: Part) -> DataFrame:
    """Compare the pairs of one part on their texts; those remain that are similar enough."""
    links = part.of(job.frame(name).where(col("first")), "kept").select("kept", "copy").distinct()
    wanted = links.select(col("kept").alias("row")).concat(links.select(col("copy").alias("row"))).distinct()
    texts = job.frame("documents").join(wanted, on="row", how="semi")
    for side in ("kept", "copy"):
        names = {"row": side, "letters": f"{side}_letters", "text": f"{side}_text"}
        mine = texts.select(*(col(name).alias(names[name]) for name in ("row", "letters", *judged_on(job))))
        links = links.join(mine, on=side)
    columns = [f"{side}_{name}" for name in ("letters", *judged_on(job)) for side in ("kept", "copy")]
    settings = job.options.settings("document")
    work = partial(judged, settings=settings) if judges(job) else partial(scored, least=settings.similarity)
    found = spread(links, by_batch(work, SCORED, *columns, rows=_PAIRS), "kept", "copy")
    return found.where(functions.not_null(col("similarity")))


def _compared(job: Job, name: str) -> Edges:
    """Do the step that compares the pairs of one that links; return those that are similar enough.

    Each part reads all documents, so there are as many as the texts of the pairs ask for.
    """
    pairs = pc.sum(job.table(f"links{name}", ["first"])["first"]).as_py() or 0
    parts = parts_of(job, min(pairs / max(job.count("documents"), 1), 1.0))
    job.step(f"scores{name}", partial(_scores, job, f"links{name}"), parts)
    return edges_of(job.table(f"scores{name}"))


def _given(pairs: list[Any], _: Part) -> DataFrame:
    return framed(((kept, copy, True) for kept, copy in pairs), LINKS)


def _new(job: Job, pairs: list[Any], names: list[str]) -> list[Any]:
    """Return those of some pairs that none of some steps has compared."""
    known: set[tuple[int, int]] = set()
    for name in names:
        table = job.table(name, ["kept", "copy", "first"])
        table = table.filter(table["first"])
        known.update(zip(table["kept"].to_pylist(), table["copy"].to_pylist(), strict=True))
    return [pair for pair in pairs if not {tuple(pair), tuple(pair[::-1])} & known]


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
