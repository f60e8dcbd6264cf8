"""The tables of a result: what went and because of what, groups, rows with a fault, counts."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dedupe_cli.corpus.curve import bands_for, curve
from dedupe_cli.corpus.job import SUMMARY, peak, write_whole
from dedupe_cli.corpus.options import LEVELS
from dedupe_cli.errors import LawError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedupe_cli.corpus.job import Job

_TYPES = {
    **dict.fromkeys(("group", "start", "end", "kept_start", "kept_end", "near_start", "near_end"), pa.int64()),
    "stays": pa.bool_(),
    "similarity": pa.float64(),
}


def _schema(names: str) -> pa.Schema:
    return pa.schema([(name, _TYPES.get(name, pa.string())) for name in names.split()])


REMOVED = _schema("id kept_id level start end kept_start kept_end similarity rule row kept_row")
GROUPS = _schema("group level id row start end stays similarity rule")
HELD = _schema("row near_row level start end near_start near_end similarity rule")
ERRORS = _schema("row id reason")
_WHOLE = {"start": 0, "kept_start": 0}


def write_tables(job: Job) -> dict[str, Any]:
    """Write the tables and ``summary.json``, the last file of a result; return what that says."""
    named = _rows(job, "named", asked="document" in job.options.level)
    inside = _rows(job, "inside", asked="inside" in job.options.level, columns=["row", "id", "cuts", "failed"])
    shared = _passages(job, "passages")
    _check(job)
    removed = [_removed(job, {**row, **_WHOLE, "level": "document"}) for row in named if row["goes"]]
    removed += [*_cuts(job, inside), *(_removed(job, {**row, "level": _level(job)}) for row in shared)]
    order = {level: number for number, level in enumerate(LEVELS)}
    removed.sort(key=lambda row: (row["at"], order[row["level"]], row["start"]))
    _write(job, "removed", REMOVED, removed)
    groups = [*_groups(job, named), *_shared(job, shared, len({row["kept"] for row in named}))]
    _write(job, "groups", GROUPS, groups)
    held = [*_held(job, {row["row"] for row in named}), *_held_passages(job)]
    if held or job.options.apply in {"exact", "similar"}:
        _write(job, "held", HELD, held)
    found = job.table("faults").to_pylist() if job.options.compares else []
    faults = [
        *({"at": row["row"], "id": row["id"], "reason": row["fault"]} for row in found),
        *({"at": row["row"], "id": row["id"], "reason": row["failed"]} for row in inside if row["failed"]),
    ]
    faults.sort(key=lambda row: (row["at"], row["reason"]))
    _write(job, "errors", ERRORS, [{**row, "row": job.name(row["at"])} for row in faults])
    summary = _summary(job, removed, groups, faults) | {"held": len(held)}
    write_whole(job.folder / SUMMARY, json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    return summary


def _check(job: Job) -> None:
    """Make sure that every row that was written was looked at, too."""
    written = int(pc.sum(job.table("data")["rows"]).as_py() or 0)
    if not job.options.compares:
        return
    seen = sum(row < job.references for row in job.table("documents", ["row"])["row"].to_pylist())
    dropped = sum(job.table("inside", ["dropped"])["dropped"].to_pylist()) if "inside" in job.options.level else 0
    if seen + dropped != written:
        raise LawError(
            f"{written} rows were written, but {seen + dropped} looked at",
            hint="begin anew with --fresh, and report this",
        )


def _summary(job: Job, removed: list[dict[str, Any]], groups: list[Any], faults: list[Any]) -> dict[str, Any]:
    data = job.table("data")
    rows, gone, changed = (int(pc.sum(data[name]).as_py() or 0) for name in ("rows", "gone", "changed"))
    documents = [row for row in removed if row["level"] == "document"]
    steps = job.steps()
    made: dict[str, Any] = {
        "schema_version": 1,
        "settings": job.options.recorded(),
        "files": len(job.written),
        "bytes": sum(file.size for file in job.written),
        "rows": rows,
        "rows_removed": gone,
        "rows_changed": changed,
        "rows_with_faults": len(faults),
        "faults": dict(Counter(row["reason"].partition(" (")[0] for row in sorted(faults, key=_reason)).most_common()),
        "groups": max((row["group"] for row in groups), default=0),
        "by_rule": dict(sorted(Counter(row["rule"] for row in removed).items())),
        "by_similarity": dict(sorted(Counter(_decade(row["similarity"]) for row in documents).items())),
    }
    if "document" in job.options.level:
        bands = bands_for(job.options.similarity)
        made["sketch"] = {"bands": bands.bands, "rows": bands.rows, "chance_to_meet": curve(bands)}
    made["seconds"] = round(sum(step["seconds"] for step in steps.values()), 2)
    made["peak_memory"] = max([peak(), *(step["memory"] for step in steps.values())])
    made["temporary_disk"] = sum(step["bytes"] for step in steps.values())
    made["steps"] = steps
    return made


def _reason(fault: dict[str, Any]) -> str:
    reason: str = fault["reason"]
    return reason


def _decade(similarity: float) -> str:
    low = min(int(similarity) // 5 * 5, 100)
    return "100" if low == 100 else f"{low}-{low + 5}"


def _rows(job: Job, name: str, *, asked: bool, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Return what a step gave in the order of its rows, if that was asked for."""
    if not asked:
        return []
    table = job.table(name, columns)
    order = [(key, "ascending") for key in ("row", "start") if key in table.column_names]
    rows: list[dict[str, Any]] = table.sort_by(order).to_pylist()
    return rows


def _passages(job: Job, name: str) -> list[dict[str, Any]]:
    rows = _rows(job, name, asked=job.options.shares)
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


def _removed(job: Job, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of what went; of a whole document both reach to their ends."""
    ends = {"end": row["length"], "kept_end": row["kept_length"]} if "kept_length" in row else {}
    names = {"row": job.name(row["row"]), "kept_row": job.name(row["kept"])}
    return {**row, **ends, **names, "at": row["row"], "similarity": round(row["similarity"], 2)}


def _cuts(job: Job, inside: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for row in inside:
        name = job.name(row["row"])
        for cut in row["cuts"]:
            both = {"id": row["id"], "kept_id": row["id"], "row": name, "kept_row": name, "at": row["row"]}
            yield {**cut, **both, "level": "inside", "similarity": round(cut["similarity"], 2)}


def _groups(job: Job, named: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the members of all groups of documents: the kept one first, the groups in its order."""
    members: dict[int, list[dict[str, Any]]] = {}
    for row in named:
        members.setdefault(row["kept"], []).append(row)
    gone = set(job.table("emptied")["row"].to_pylist()) if job.options.shares else set()
    out: list[dict[str, Any]] = []
    for number, kept in enumerate(sorted(members), 1):
        copies = members[kept]
        whole = {"group": number, "level": "document", "start": 0}
        first = {"id": copies[0]["kept_id"], "row": job.name(kept), "end": copies[0]["kept_length"]}
        out.append({**whole, **first, "stays": kept not in gone, "similarity": None, "rule": None})
        for row in copies:
            stays = not row["goes"] and row["row"] not in gone
            told = {"id": row["id"], "row": job.name(row["row"]), "end": row["length"], "stays": stays}
            out.append({**whole, **told, "similarity": round(row["similarity"], 2), "rule": row["rule"]})
    return out


def _shared(job: Job, cuts: Iterable[dict[str, Any]], groups: int) -> list[dict[str, Any]]:
    """Return the members of all groups of passages, numbered on from ``groups``; the kept one first.

    Cuts are of one group when their counterparts share half of the shorter one.
    """
    out: list[dict[str, Any]] = []
    members: list[dict[str, Any]] = []
    for cut in sorted(cuts, key=lambda each: (each["kept"], each["kept_start"], -each["kept_end"], each["row"])):
        if not members or not _is_same(members, cut):
            out += _passages_of(job, members, groups)
            groups, members = groups + 1, []
        members.append(cut)
    return [*out, *_passages_of(job, members, groups)]


def _is_same(members: list[dict[str, Any]], cut: dict[str, Any]) -> bool:
    """Tell whether a cut belongs to a group of passages that has cuts before it."""
    low, high = cut["kept_start"], members[-1]["kept_end"]
    common = min(high, cut["kept_end"]) - low
    shorter = min(high - members[0]["kept_start"], cut["kept_end"] - low)
    return bool(members[0]["kept"] == cut["kept"] and 2 * common >= shorter)


def _passages_of(job: Job, cuts: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    if not cuts:
        return []
    start, end = min(cut["kept_start"] for cut in cuts), max(cut["kept_end"] for cut in cuts)
    both = {"group": number, "level": _level(job)}
    stays = {"id": cuts[0]["kept_id"], "row": job.name(cuts[0]["kept"]), "start": start, "end": end, "stays": True}
    out = [{**both, **stays, "similarity": None, "rule": None}]
    for cut in sorted(cuts, key=lambda each: (each["row"], each["start"])):
        told = {"id": cut["id"], "row": job.name(cut["row"]), "start": cut["start"], "end": cut["end"]}
        out.append({**both, **told, "stays": False, "similarity": round(cut["similarity"], 2), "rule": cut["rule"]})
    return out


def _held(job: Job, gone: set[int]) -> list[dict[str, Any]]:
    """Return the pairs of which both stay because of what differs."""
    out: dict[tuple[int, int], dict[str, Any]] = {}  # a pair may have been compared twice
    for name in (name for name in job.steps() if name.startswith("scores")):
        table = job.table(name)
        for row in table.filter(table["held"]).to_pylist():
            if not gone & {row["kept"], row["copy"]}:
                near, mine = sorted((row["kept"], row["copy"]))
                whole = dict.fromkeys(("start", "end", "near_start", "near_end"))
                told = {"row": job.name(mine), "near_row": job.name(near), "level": "document", **whole}
                out[mine, near] = {**told, "similarity": round(row["similarity"], 2), "rule": row["rule"]}
    return [out[pair] for pair in sorted(out)]


def _held_passages(job: Job) -> Iterable[dict[str, Any]]:
    """Return the passages that stay because of what differs."""
    for row in _passages(job, "held-passages"):
        yield {
            **{name: row[name] for name in ("start", "end", "rule")},
            "row": job.name(row["row"]),
            "near_row": job.name(row["kept"]),
            "level": "passage",
            "near_start": row["kept_start"],
            "near_end": row["kept_end"],
            "similarity": round(row["similarity"], 2),
        }


def _write(job: Job, name: str, schema: pa.Schema, rows: list[dict[str, Any]]) -> None:
    beside = job.folder / f".{name}.new"
    pq.write_table(pa.Table.from_pylist([{key: row[key] for key in schema.names} for row in rows], schema), beside)
    beside.replace(job.folder / f"{name}.parquet")
