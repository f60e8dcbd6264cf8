"""Passages that documents share: found by shared windows, compared as within one text, cut where others say them.

The steps: ``sampled`` (some windows of each document), ``windows`` (those that stand in several, tied to the best of
these), ``stretches`` (what is worth a look), ``cuts`` (what may go), and, where a counterpart goes itself,
``stretches-2``, ``cuts-2`` and so on; ``emptied`` (documents of which nothing is left); at last ``passages``, the cuts
that are made, and ``held-passages``. Of each cut the counterpart stays, and what is cut is cut once.

With ``--contained`` nothing else is cut but documents of which nothing is left: those go as wholes.
"""

from __future__ import annotations

from bisect import bisect_right, insort_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
from daft import DataFrame, Expression, col, functions, lit

from dedupe_cli.corpus.engine import by_batch, framed, gathered, spread
from dedupe_cli.corpus.excerpts import CONTAINED, CUTS, EXCERPTS, RULE, compared, excerpts
from dedupe_cli.corpus.inside import stored
from dedupe_cli.corpus.prepared import parts_of, ranks, valid
from dedupe_cli.corpus.stretches import HEADED, STRETCHES, WINDOWS, Stretch, headed, sampled, stretches
from dedupe_cli.document.trace import Trace
from dedupe_cli.model import Edit, Safety, Span
from dedupe_cli.read.formats.records import LARGEST
from dedupe_cli.text.spans import says_besides

if TYPE_CHECKING:
    from dedupe_cli.corpus.job import Job, Part

# A cut that is made: the row and what goes of it, the row that stays and what of it says the same.
MADE = pa.schema(
    dict.fromkeys(("row", "start", "end", "kept", "kept_start", "kept_end"), pa.int64())
    | {"similarity": pa.float64(), "rule": pa.string()}
)
# Rounds in which copies of copies are compared with what stays.
ROUNDS = 5
# What the windows of a text take while they are brought together, for each byte of it: as measured, but for the base.
_WINDOWS = 16.0
# Pairs of excerpts that are compared together in one process.
_PAIRS = 64
# Of a document that others contain, windows tell at least so much.
_MOST = 0.5


def find_passages(job: Job) -> None:
    """Do the steps of the level ``passage``, behind those of the documents: what went with them takes no part."""
    parts = parts_of(job)
    job.step("sampled", lambda _: _sampled(job))
    job.step("windows", partial(_windows, job), parts_of(job, _WINDOWS))
    job.step("stretches", partial(_stretches, job), parts)
    job.step("cuts", partial(_cuts, job, "stretches"), parts)
    found = _found(job, "cuts")
    known: set[tuple[int, Stretch]] = set()
    chosen = _chosen(job, found)
    for number in range(2, ROUNDS + 1):
        more = sorted(set(chosen.instead) - known)
        if not more:
            break
        known.update(more)
        job.step(f"stretches-{number}", partial(_given, more))
        job.step(f"cuts-{number}", partial(_cuts, job, f"stretches-{number}"), parts)
        found += _found(job, f"cuts-{number}")
        chosen = _chosen(job, found)
    if not job.options.cuts_passages:
        chosen = _wholes(job, found, chosen)
    job.step("emptied", lambda _: _emptied(job, chosen.cuts))
    job.step("passages", lambda _: _passages(job, chosen.cuts))
    job.step("held-passages", lambda _: _passages(job, chosen.held))


def _sampled(job: Job) -> DataFrame:
    """Choose windows of all documents that are left."""
    rows = valid(job, "score", "length", "text", "scope")
    if "document" in job.options.level:
        rows = rows.join(job.frame("fates").where(col("goes")).select("row"), on="row", how="anti")
    return spread(rows, by_batch(sampled, WINDOWS, "text", "scope"), "row", _rank(job))


def _windows(job: Job, part: Part) -> DataFrame:
    """Tie the windows of one part that stand in several documents to the best of these."""
    columns = ("row", "score", "at", "end")
    shared = gathered(part.of(job.frame("sampled"), "key"), "key", *columns)
    tied = spread(shared.where(functions.list_count(col("row")) > 1), by_batch(headed, HEADED, *columns))
    return tied.where(col("copy") < job.references)


def _stretches(job: Job, part: Part) -> DataFrame:
    """Chain the windows of the documents of one part."""
    columns = ("kept", "kept_at", "copy_at", "copy_end")
    of_each = gathered(part.of(job.frame("windows"), "copy"), "copy", *columns)
    found = spread(of_each, by_batch(stretches, STRETCHES, *columns), "copy")
    if job.options.cuts_passages:
        return found
    shared = found.groupby("copy").agg((col("end") - col("start")).sum().alias("shared"))
    rows = shared.join(job.frame("documents").select("row", "length"), left_on="copy", right_on="row")
    return found.join(rows.where(col("shared") >= _MOST * col("length")).select("copy"), on="copy", how="semi")


def _cuts(job: Job, name: str, part: Part) -> DataFrame:
    """Compare the stretches of one part. Excerpts meet, no texts: one may stand in any number of pairs."""
    found = part.of(job.frame(name), "copy")
    sides = {"copy": ("kept", "start", "end"), "kept": ("copy", "kept_start", "kept_end")}
    both = []
    for side, (other, low, high) in sides.items():
        asked = gathered(found, side, *dict.fromkeys((other, "start", low, high)))
        texts = job.frame("documents").select("row", "text").join(asked, left_on="row", right_on=side)
        named = spread(texts, by_batch(excerpts, EXCERPTS, "text", other, "start", low, high), col("row").alias(side))
        both.append(named.with_columns_renamed({"other": other, "excerpt": f"{side}_excerpt"}))
    pairs = both[0].join(both[1], on=["copy", "kept", "start"])
    work = partial(compared, settings=job.options.settings("passage"))
    applied = by_batch(work, CUTS, "kept_excerpt", "copy_excerpt", rows=_PAIRS, processes=job.options.engine == "local")
    return spread(pairs, applied, "kept", "copy")


def _rank(job: Job) -> Expression:
    """Return by what one document is better than another: what is to contain others says more than they."""
    if job.options.cuts_passages or job.options.keep == "best":
        return col("score")
    length = functions.when(col("row") < job.references, col("length")).otherwise(lit(float("inf")))
    return length.alias("score")


def _given(found: Sequence[tuple[int, Stretch]], _: Part) -> DataFrame:
    kind = pa.schema(dict.fromkeys(("copy", *Stretch._fields), pa.int64()))
    return framed(((copy, *stretch) for copy, stretch in found), kind)


def _found(job: Job, name: str) -> list[Shared]:
    """Return the cuts that a step found."""
    columns = ["copy", "start", "end", "kept", "kept_said", "similarity", "rule"]
    return [
        Shared(copy, Span(start, end), kept, tuple(Span(**each) for each in said), similarity, rule * (rule != RULE))
        for copy, start, end, kept, said, similarity, rule in zip(
            *(column.to_pylist() for column in job.table(name, columns).columns), strict=True
        )
    ]


def _chosen(job: Job, found: Sequence[Shared]) -> Made:
    """Choose the cuts that are made."""
    return made(found, ranks(job, {cut.copy for cut in found}, _rank(job)))


def _wholes(job: Job, found: Sequence[Shared], chosen: Made) -> Made:
    """Return the cuts of documents that go as wholes, none of which is said by another one that goes.

    Those are held that would go as wholes but for what is held back of them.
    """
    every = list(found)
    while True:
        gone = _rows_emptied(job, chosen.cuts)
        if all(cut.copy in gone for cut in chosen.cuts):
            break
        found = [cut for cut in found if cut.copy in gone]
        chosen = _chosen(job, found)
    left = _chosen(job, [cut for cut in every if not gone & {cut.copy, cut.kept}])
    near = _rows_emptied(job, [*left.cuts, *left.held])
    return Made(chosen.cuts, [cut for cut in left.held if cut.copy in near], [])


def _rows_emptied(job: Job, cuts: Sequence[Shared]) -> set[int]:
    return set(_emptied(job, cuts).to_pydict()["row"])


def _passages(job: Job, cuts: Sequence[Shared]) -> DataFrame:
    """Write some cuts, in places of the texts as they came, with ids and the length of the text."""
    traces = _traces(job, {row for cut in cuts for row in (cut.copy, cut.kept)})
    contained = set(job.table("emptied")["row"].to_pylist())
    told = []
    for cut in cuts:
        span, against = (
            traces[row].hull(each) if row in traces else each
            for row, each in ((cut.copy, cut.span), (cut.kept, cut.against))
        )
        rule = cut.held or (CONTAINED if cut.copy in contained else RULE)
        told.append((cut.copy, span.start, span.end, cut.kept, against.start, against.end, cut.similarity, rule))
    rows = job.frame("documents").select("row", "id", "length")
    named = framed(told, MADE).join(rows, on="row")
    return named.join(rows.select(col("row").alias("kept"), col("id").alias("kept_id")), on="kept")


def _traces(job: Job, rows: set[int]) -> dict[int, Trace]:
    """Return where the texts stood in the rows that were cleaned before."""
    if "inside" not in job.options.level:
        return {}
    found = {row: what.edits for row, what in stored(job.work).items() if row in rows and what.edits}
    return {
        row: Trace.after([Edit(span, new, "", "", Safety.EXACT) for span, new in edits], LARGEST)
        for row, edits in found.items()
    }


def _emptied(job: Job, cuts: Sequence[Shared]) -> DataFrame:
    """Find the documents of which no letter is left: these go as wholes."""
    kind = pa.schema(dict.fromkeys(("row", "start", "end"), pa.int64()))
    of_each = gathered(framed(((cut.copy, cut.span.start, cut.span.end) for cut in cuts), kind), "row", "start", "end")
    rows = of_each.join(job.frame("documents").select("row", "text"), on="row")
    return rows.where(by_batch(_says_nothing, pa.bool_(), "text", "start", "end")).select("row")


def _says_nothing(texts: pa.Array, starts: pa.Array, ends: pa.Array) -> pa.Array:
    """Tell of some texts whether nothing is left of them without some stretches."""
    out = []
    for text, low, high in zip(*(each.to_pylist() for each in (texts, starts, ends)), strict=True):
        out.append(not says_besides(text, map(Span, low, high)))
    return pa.array(out, pa.bool_())


_SPAN = attrgetter("span")


class Shared(NamedTuple):
    """A cut of the document ``copy``: ``span`` goes, since ``kept`` says in ``kept_said`` what stands there.

    ``held``: the rule by which it stays after all, or nothing.
    """

    copy: int
    span: Span
    kept: int
    kept_said: tuple[Span, ...]
    similarity: float
    held: str = ""

    @property
    def against(self) -> Span:
        """From the first to the last character of the counterpart."""
        return Span(self.kept_said[0].start, self.kept_said[-1].end)


class Made(NamedTuple):
    """The cuts that are made, and those that are held back, by document and place.

    ``instead``: for cuts whose counterpart goes what is to be compared, a document and its stretch.
    """

    cuts: list[Shared]
    held: list[Shared]
    instead: list[tuple[int, Stretch]]


def made(cuts: Iterable[Shared], rank: Mapping[int, float]) -> Made:
    """Walk the documents from the best to the worst, and choose the cuts that are made, the longest first.

    ``rank`` rises with how good a document is; of equal ones the lower row is better. A counterpart stands in a better
    document, so that it is known whether it stays. Where it does not, what stays instead of it is to be compared.
    """
    by_copy: dict[int, list[Shared]] = defaultdict(list)
    for cut in cuts:
        by_copy[cut.copy].append(cut)
    taken: dict[int, list[Shared]] = {}
    instead: dict[tuple[int, int, int], Stretch] = {}
    for row in sorted(by_copy, key=lambda each: (-rank[each], each)):
        mine: list[Shared] = []
        fallen = []
        for cut in sorted((each for each in by_copy[row] if not each.held), key=lambda each: (-len(each.span), each)):
            gone = [each for span in cut.kept_said for each in _touching(taken.get(cut.kept, ()), span)]
            if gone:
                fallen += [(cut.span, each) for each in gone]
            elif not _touching(mine, cut.span):
                insort_right(mine, cut, key=_SPAN)
        taken[row] = mine
        for span, each in fallen:
            if not _touching(mine, span):
                low, high = each.against.start, each.against.end
                instead.setdefault((row, each.kept, span.start), Stretch(each.kept, low, high, span.start, span.end))
    held: dict[int, list[Shared]] = {row: [] for row in taken}
    for row, mine in taken.items():
        for cut in sorted((each for each in by_copy[row] if each.held), key=lambda each: (-len(each.span), each)):
            if not _touching(mine, cut.span) and not _touching(held[row], cut.span):
                insort_right(held[row], cut, key=_SPAN)
    return Made(
        [cut for row in sorted(taken) for cut in taken[row]],
        [cut for row in sorted(held) for cut in held[row]],
        [(row, stretch) for (row, *_), stretch in sorted(instead.items())],
    )


def _touching(cuts: Sequence[Shared], span: Span) -> Sequence[Shared]:
    """Return those of some cuts, disjoint and in order, that share a character with a span."""
    low = bisect_right(cuts, span.start, key=lambda each: each.span.end)
    high = low
    while high < len(cuts) and cuts[high].span.start < span.end:
        high += 1
    return cuts[low:high]
