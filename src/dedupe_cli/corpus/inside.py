"""Rows by themselves: what ``clean`` does to one text, for every row of a data set."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from dedupe_cli import api
from dedupe_cli.corpus.engine import by_batch, frame, spread
from dedupe_cli.corpus.rows import SCHEMA, Fields, batches
from dedupe_cli.errors import DedupeError
from dedupe_cli.model import Edit, Plan, Source, Span
from dedupe_cli.read.formats.records import rewritten
from dedupe_cli.records import first_loop
from dedupe_cli.search.said_once import said_once

if TYPE_CHECKING:
    from pathlib import Path

    from daft import DataFrame

    from dedupe_cli.corpus.job import Job
    from dedupe_cli.settings import Settings

# Rows that are worked on together in one process.
_ROWS = 256
_CUT = pa.struct(
    {
        **dict.fromkeys(("start", "end", "kept_start", "kept_end"), pa.int64()),
        **dict.fromkeys(("new", "rule"), pa.string()),
        "similarity": pa.float64(),
    }
)
CLEANED = pa.struct(
    {
        "cuts": pa.list_(_CUT),
        "text": pa.large_string(),
        "ratio": pa.float64(),
        **dict.fromkeys(("loop_start", "loop_rounds"), pa.int64()),
        "dropped": pa.bool_(),
        "failed": pa.string(),
    }
)


@dataclass(frozen=True, slots=True)
class Inside:
    """What repeats within one row: ``edits`` (what goes, what stands there instead), its share, its first loop."""

    edits: tuple[tuple[Span, str], ...]
    ratio: float
    loop_start: int | None
    loop_rounds: int | None
    dropped: bool


def find_inside(job: Job) -> None:
    """Do the step of the level ``inside``: it has a row for each of which something repeats, or that has a fault."""
    job.step("inside", lambda _: _inside(job))


def stored(work: Path) -> dict[int, Inside]:
    """Return what the step found, by the number of the row."""
    names = ["row", "cuts", "ratio", "loop_start", "loop_rounds", "dropped"]
    table = pq.read_table(work / "inside", columns=names, partitioning=None)
    return {
        row: Inside(_edits(cuts), ratio, start, rounds, dropped)
        for row, cuts, ratio, start, rounds, dropped in zip(*(table[name].to_pylist() for name in names), strict=True)
    }


def _inside(job: Job) -> DataFrame:
    options = job.options
    read = partial(batches, fields=Fields.of(options))
    rows = frame(job.written, read, SCHEMA, [file.size for file in job.written])
    work = partial(cleaned, settings=options.settings("inside"), on_loop=options.on_loop)
    return spread(
        rows, by_batch(work, CLEANED, "text", "fault", rows=_ROWS, processes=options.engine == "local"), "row", "id"
    )


def cleaned(texts: pa.Array, faults: pa.Array, settings: Settings, on_loop: str) -> pa.Array:
    """Clean some texts, each for itself; nothing for those in which nothing repeats, of one with a fault only that."""
    said = [text or "" for text in texts.to_pylist()]
    # For most rows nothing is planned, noted or proved.
    told = zip(said, said_once(said), faults.to_pylist(), strict=True)
    made = (
        _failed(fault) if fault else None if once else _cleaned(text, settings, on_loop) for text, once, fault in told
    )
    return pa.array(list(made), CLEANED)


def _failed(why: str) -> dict[str, Any]:
    """Return what is told of a row that goes through as it is."""
    return {"cuts": [], "text": None, "ratio": 0.0, "dropped": False, "failed": why}


def _cleaned(text: str, settings: Settings, on_loop: str) -> dict[str, Any] | None:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    try:
        result = api.run(Source("row", text, digest), settings)
    except DedupeError as error:  # a law that would be broken: the row goes through as it is
        return _failed(error.message)
    plan = result.plan
    if not plan.edits:
        return None
    loop = first_loop(plan)
    cuts = [_cut(plan, edit) for edit in plan.edits]
    if loop and on_loop == "truncate":
        end = len(text[: loop[2]].rstrip())
        before = [cut | {"end": min(cut["end"], end)} for cut in cuts if cut["start"] < end]
        within = next(cut for cut in cuts if cut["end"] > end)
        cuts = [*before, {**within, "start": end, "end": len(text), "new": ""}]
    return {
        "cuts": cuts,
        "text": rewritten(text, _edits(cuts)),
        "ratio": round(plan.removed / len(text), 4),
        "loop_start": loop[0] if loop else None,
        "loop_rounds": loop[1] if loop else None,
        "dropped": bool(loop) and on_loop == "drop",
        "failed": None,
    }


def _edits(cuts: Sequence[dict[str, Any]]) -> tuple[tuple[Span, str], ...]:
    return tuple((Span(cut["start"], cut["end"]), cut["new"]) for cut in cuts)


def _cut(plan: Plan, edit: Edit) -> dict[str, Any]:
    group = plan.groups[edit.group] if edit.group >= 0 else None
    return {
        "start": edit.span.start,
        "end": edit.span.end,
        "new": edit.replacement,
        "kept_start": min((span.start for span in edit.kept), default=None),
        "kept_end": max((span.end for span in edit.kept), default=None),
        "similarity": group.similarity[0] if group else 100.0,
        "rule": edit.rule,
    }
