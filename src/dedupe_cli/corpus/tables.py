"""The tables of a result: what went and because of what, groups, rows with a fault, counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import chain, groupby, islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dedupe_cli.corpus.job import SUMMARY, Job, peak, write_whole
from dedupe_cli.corpus.options import LEVELS
from dedupe_cli.corpus.rows import MANY
from dedupe_cli.corpus.sketch import bands_for, curve
from dedupe_cli.errors import LawError

_TYPES = {
    **dict.fromkeys(("group", "start", "end", "kept_start", "kept_end", "near_start", "near_end"), pa.int64()),
    "stays": pa.bool_(),
    "similarity": pa.float64(),
}


def _schema(names: str) -> pa.Schema:
    return pa.schema([(name, _TYPES.get(name, pa.string())) for name in names.split()])


# Rows that are written together.
_TOGETHER = 1 << 16
REMOVED = _schema("id kept_id level start end kept_start kept_end similarity rule row kept_row")
GROUPS = _schema("group level id row start end stays similarity rule")
HELD = _schema("row near_row level start end near_start near_end similarity rule")
ERRORS = _schema("row id reason")


@dataclass(slots=True)
class _Told:
    """What is counted of a result: removals by their rule, those of documents by their similarity, and groups."""

    rules: Counter[str]
    decades: Counter[str]
    groups: int = 0


def write_tables(job: Job) -> dict[str, Any]:
    """Write the tables and ``summary.json``, the last file of a result; return what that says."""
    named = _sorted(job, "named", asked="document" in job.options.level)
    inside = _sorted(job, "inside", asked="inside" in job.options.level, columns=["row", "id", "cuts", "failed"])
    shared = _passages(job, "passages")
    _check(job)
    told = _Told(Counter(), Counter())
    removed = merge(
        ({**row, "level": "document", **_whole(row)} for row in _each(named) if row["goes"]),
        (_within(row, cut) for row in _each(inside) for cut in sorted(row["cuts"], key=lambda cut: cut["start"])),
        sorted(({**row, "level": _level(job), "kept_row": row["kept"]} for row in shared), key=_place),
        key=_place,
    )
    _write(job, "removed", REMOVED, _counted(removed, told))
    groups = chain(_groups(job, named), _shared(job, shared, pc.count_distinct(named["kept"]).as_py() if named else 0))
    _write(job, "groups", GROUPS, _counted(groups, told))
    held = [*_held(job, named), *_held_passages(job)]
    if held or job.options.apply in {"exact", "similar"}:
        _write(job, "held", HELD, held)
    faults = _faults(job, inside)
    _write(job, "errors", ERRORS, faults)
    repeating = pc.sum(pc.greater(pc.list_value_length(inside["cuts"]), 0)).as_py() or 0 if inside is not None else 0
    summary = _summary(job, told, faults) | {"rows_repeating": repeating, "held": len(held)}
    write_whole(job.folder / SUMMARY, json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    return summary


def _faults(job: Job, inside: pa.Table | None) -> list[dict[str, Any]]:
    """Return the rows with a fault, each once for each thing that is wrong with it."""
    compared = job.table("faults").to_pylist() if job.options.compares else []
    found = {(row["row"], row["fault"]): row["id"] for row in compared}
    found |= {(row["row"], row["failed"]): row["id"] for row in _each(inside) if row["failed"]}
    return [{"row": row, "id": found[row, why], "reason": why} for row, why in sorted(found)]


def _check(job: Job) -> None:
    """Make sure that every row that was written was looked at, too."""
    written = int(pc.sum(job.table("data")["rows"]).as_py() or 0)
    if not job.options.compares:
        return
    seen = pc.sum(pc.less(job.table("documents", ["row"])["row"], job.references)).as_py() or 0
    dropped = (pc.sum(job.table("inside", ["dropped"])["dropped"]).as_py() or 0) if "inside" in job.options.level else 0
    if seen + dropped != written:
        raise LawError(
            f"{written} rows were written, but {seen + dropped} looked at",
            hint="begin anew with --fresh, and report this",
        )


def _summary(job: Job, told: _Told, faults: list[Any]) -> dict[str, Any]:
    data = job.table("data")
    rows, gone, changed = (int(pc.sum(data[name]).as_py() or 0) for name in ("rows", "gone", "changed"))
    steps = job.steps()
    made: dict[str, Any] = {
        "schema_version": 1,
        "settings": job.options.recorded(),
        "files": len(job.written),
        "bytes": sum(file.size for file in job.written),
        "rows": rows,
        "rows_removed": gone,
        "rows_changed": changed,
        "rows_with_faults": sum(row["row"] < job.references for row in faults),
        "faults": _reasons(row for row in faults if row["row"] < job.references),
        "reference_faults": _reasons(row for row in faults if row["row"] >= job.references),
        "groups": told.groups,
        "by_rule": dict(sorted(told.rules.items())),
        "by_similarity": dict(sorted(told.decades.items())),
    }
    if "document" in job.options.level:
        bands = bands_for(job.options.similarity)
        made["sketch"] = {"bands": bands.bands, "rows": bands.rows, "chance_to_meet": curve(bands)}
    made["seconds"] = round(sum(step["seconds"] for step in steps.values()), 2)
    made["peak_memory"] = max([peak(), *(step["memory"] for step in steps.values())])
    made["temporary_disk"] = sum(step["bytes"] for step in steps.values())
    made["steps"] = steps
    return made


def _reasons(faults: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Count what is wrong with rows, without what is particular to one of them; the most frequent first."""
    return dict(Counter(sorted(row["reason"].partition(" (")[0] for row in faults)).most_common())


def _decade(similarity: float) -> str:
    low = min(int(round(similarity, 2)) // 5 * 5, 100)
    return "100" if low == 100 else f"{low}-{low + 5}"


def _sorted(job: Job, name: str, *, asked: bool, columns: Sequence[str] | None = None) -> pa.Table | None:
    """Return what a step gave in the order of its rows, if that was asked for."""
    if not asked:
        return None
    table = job.table(name, columns)
    return table.sort_by([(key, "ascending") for key in ("row", "start") if key in table.column_names])


def _each(table: pa.Table | None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table; few of them are values of Python at a time."""
    for batch in table.to_batches(MANY) if table is not None else ():
        yield from batch.to_pylist()


def _place(row: dict[str, Any]) -> tuple[int, int, int]:
    """Return by what removals are sorted."""
    return row["row"], LEVELS.index(row["level"]), row["start"]


def _counted(rows: Iterable[dict[str, Any]], told: _Told) -> Iterator[dict[str, Any]]:
    """Hand on removals or groups, and count them."""
    for row in rows:
        if "group" in row:
            told.groups = max(told.groups, row["group"])
        else:
            told.rules[row["rule"]] += 1
            if row["level"] == "document":
                told.decades[_decade(row["similarity"])] += 1
        yield row


def _passages(job: Job, name: str) -> list[dict[str, Any]]:
    rows = list(_each(_sorted(job, name, asked=job.options.shares)))
    return rows if job.options.cuts_passages else _wholes(rows)


def _wholes(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row for each document that goes and each that contains it, or a part of it."""
    both: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for row in rows:
        both.setdefault((row["row"], row["kept"]), []).append(row)
    return [
        {
            **cuts[0],
            "end": cuts[-1]["end"],
            "kept_start": min(cut["kept_start"] for cut in cuts),
            "kept_end": max(cut["kept_end"] for cut in cuts),
            "similarity": min(cut["similarity"] for cut in cuts),
        }
        for cuts in both.values()
    ]


def _level(job: Job) -> str:
    """Return at which level it goes what other documents say."""
    return "passage" if job.options.cuts_passages else "document"


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    """Return the places of two whole documents."""
    both = {"start": 0, "end": row["length"], "kept_start": 0, "kept_end": row["kept_length"]}
    return {**both, "kept_row": row["kept"]}


def _within(row: dict[str, Any], cut: dict[str, Any]) -> dict[str, Any]:
    """Return what went of a row because the row itself says it."""
    own = {"row": row["row"], "id": row["id"], "kept_row": row["row"], "kept_id": row["id"]}
    return {**cut, **own, "level": "inside"}


def _groups(job: Job, named: pa.Table | None) -> Iterable[dict[str, Any]]:
    """Yield the members of all groups of documents: the kept one first, the groups in its order."""
    gone = set(job.table("emptied")["row"].to_pylist()) if job.options.shares else set()
    rows = _each(named.sort_by([("kept", "ascending"), ("row", "ascending")]) if named is not None else None)
    for number, (_, members) in enumerate(groupby(rows, key=lambda row: row["kept"]), 1):
        for row in _group(number, "document", [{**row, **_whole(row)} for row in members]):
            first = row["rule"] is None
            yield {**row, "stays": (first or not row["goes"]) and row["row"] not in gone}


def _group(number: int, level: str, copies: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Yield the members of a group: what is kept, then the copies in their order."""
    start, end = min(copy["kept_start"] for copy in copies), max(copy["kept_end"] for copy in copies)
    kept = {"id": copies[0]["kept_id"], "row": copies[0]["kept"], "start": start, "end": end}
    yield {"group": number, "level": level, **kept, "stays": True, "similarity": None, "rule": None}
    for copy in sorted(copies, key=lambda each: (each["row"], each["start"])):
        yield {**copy, "group": number, "level": level, "stays": False}


def _shared(job: Job, cuts: Iterable[dict[str, Any]], groups: int) -> Iterable[dict[str, Any]]:
    """Yield the members of all groups of passages, numbered on from ``groups``.

    Cuts are of one group when their counterparts share half of the shorter one.
    """
    found: list[list[dict[str, Any]]] = []
    for cut in sorted(cuts, key=lambda each: (each["kept"], each["kept_start"], -each["kept_end"], each["row"])):
        if found and _is_same(found[-1], cut):
            found[-1].append(cut)
        else:
            found.append([cut])
    for number, members in enumerate(found, groups + 1):
        yield from _group(number, _level(job), members)


def _is_same(members: list[dict[str, Any]], cut: dict[str, Any]) -> bool:
    """Tell whether a cut belongs to a group of passages that has cuts before it."""
    low, high = cut["kept_start"], members[-1]["kept_end"]
    common = min(high, cut["kept_end"]) - low
    shorter = min(high - members[0]["kept_start"], cut["kept_end"] - low)
    return bool(members[0]["kept"] == cut["kept"] and 2 * common >= shorter)


def _held(job: Job, named: pa.Table | None) -> Iterable[dict[str, Any]]:
    """Return the pairs of documents of which both stay because of what differs."""
    out: dict[tuple[int, int], dict[str, Any]] = {}  # a pair may have been compared twice
    whole = dict.fromkeys(("start", "end", "near_start", "near_end"))
    tables = (job.table(name) for name in job.steps() if name.startswith("scores"))
    held = [row for table in tables for row in table.filter(table["held"]).to_pylist()]
    gone = set(named["row"].to_pylist()) if held and named is not None else set()
    for row in held:
        near, mine = sorted((row["kept"], row["copy"]))
        if not gone & {near, mine}:
            out[mine, near] = {**row, **whole, "row": mine, "near_row": near, "level": "document"}
    return (out[pair] for pair in sorted(out))


def _held_passages(job: Job) -> Iterable[dict[str, Any]]:
    """Yield the passages, or the documents that others contain, that stay because of what differs."""
    for row in _passages(job, "held-passages"):
        near = {"near_row": row["kept"], "near_start": row["kept_start"], "near_end": row["kept_end"]}
        yield {**row, **near, "level": _level(job)}


def _write(job: Job, name: str, schema: pa.Schema, rows: Iterable[dict[str, Any]]) -> None:
    """Write a table of some rows: those that stand in it by their numbers are called by their names."""
    beside, left = job.folder / f".{name}.new", iter(rows)
    with pq.ParquetWriter(beside, schema) as out:
        while some := [_shown(job, row, schema.names) for row in islice(left, _TOGETHER)]:
            out.write_table(pa.Table.from_pylist(some, schema))
    beside.replace(job.folder / f"{name}.parquet")


def _shown(job: Job, row: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    out = {name: row[name] for name in names}
    out |= {name: job.name(out[name]) for name in ("row", "kept_row", "near_row") if name in out}
    if out.get("similarity") is not None:
        out["similarity"] = round(out["similarity"], 2)
    return out
