"""Why a row went: what removed it, and both texts, read again from where they came."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from dedupe_cli.corpus.excerpts import CONTAINED
from dedupe_cli.corpus.files import one_file
from dedupe_cli.corpus.job import JOB, read_summary
from dedupe_cli.corpus.options import Options
from dedupe_cli.corpus.rows import Fields, rows
from dedupe_cli.corpus.scores import alignment
from dedupe_cli.errors import DedupeError, ReadError
from dedupe_cli.judge.verdicts import Verdicts
from dedupe_cli.model import Difference, Kind, Span

if TYPE_CHECKING:
    import os

    import pyarrow as pa

# Removals that are told of one row at most.
MOST = 50


@dataclass(frozen=True, slots=True)
class Removal:
    """One row of ``removed.parquet`` and the two stretches of text that it is about.

    ``differences`` are those of whole documents, judged as within one text, spans of ``kept`` and ``copy``.
    """

    told: dict[str, Any]
    kept: str
    copy: str
    differences: tuple[Difference, ...] = ()


def removals(folder: str | os.PathLike[str], wanted: str) -> list[Removal]:
    """Return what went of the row with an id, or what went because of it.

    Raises :class:`DedupeError` when the result tells of no such row.
    """
    place = Path(folder)
    read_summary(place)
    table = pq.read_table(place / "removed.parquet")
    found = table.filter(pc.or_(pc.equal(table["id"], wanted), pc.equal(table["row"], wanted)))
    if not found.num_rows:
        found = table.filter(pc.or_(pc.equal(table["kept_id"], wanted), pc.equal(table["kept_row"], wanted)))
    if not found.num_rows:
        raise DedupeError(f"no removal of {wanted!r} in {place}", hint="removed.parquet lists them by id")
    return _read(place, found.slice(0, MOST))


def least_similar(folder: str | os.PathLike[str], count: int) -> list[Removal]:
    """Return the removed documents that are least similar to what stayed."""
    place = Path(folder)
    read_summary(place)
    table = pq.read_table(place / "removed.parquet").sort_by([("similarity", "ascending"), ("row", "ascending")])
    return _read(place, table.slice(0, count))


def _read(folder: Path, table: pa.Table) -> list[Removal]:
    told = table.to_pylist()
    job = json.loads((folder / JOB).read_text("utf-8"))
    settings = job["settings"]
    options = Options(**{**settings, "level": tuple(settings["level"])})
    texts = _texts(job, options, {row[key] for row in told for key in ("row", "kept_row")})
    out = []
    for row in told:
        whole = row["level"] == "document" and row["rule"] != CONTAINED
        copy, kept = (
            text if whole else text[row[f"{side}start"] : row[f"{side}end"]]  # all where nothing is said
            for side, text in ((side, texts[row[f"{side}row"]]) for side in ("", "kept_"))
        )
        differs = _differences(kept, copy, options) if row["level"] == "document" else ()
        out.append(Removal(row, kept, copy, differs))
    return out


def _texts(job: dict[str, Any], options: Options, wanted: Iterable[str]) -> dict[str, str]:
    """Read the texts of some rows from the files that they stood in; those must be as they were."""
    found: dict[str, str] = {}
    open_rows = set(wanted)
    for name, size, changed in [*job["input"], *job["reference"]]:
        mine = {row for row in open_rows if row == name or row.rpartition("#")[0] == name}
        if not mine:
            continue
        file = one_file(job["root"], name)
        if file.fingerprint()[1:] != [size, changed]:
            raise ReadError(f"{file.path} has changed since", hint="the texts of the result are no longer there")
        for row in rows(file, replace(Fields.of(options), scope="", value="")):
            if (place := file.row(row.row)) in mine:
                found[place] = row.text or ""
                mine.discard(place)
                if not mine:
                    break
    if missing := open_rows - found.keys():
        raise ReadError(
            f"{min(missing)} is known from the index, which has no texts",
            hint="its name says in which run and file it stood",
        )
    return found


def _differences(kept: str, copy: str, options: Options) -> tuple[Difference, ...]:
    """Judge the differences of two documents, as those of two passages of one text."""
    folded, whole = alignment(kept, copy)
    judged = Verdicts(folded, [whole], options.settings("document")).of(whole)
    shift = len(kept) + 2
    out = []
    for item in judged:
        mine, other = folded.span(item.block.a0, item.block.a1), folded.span(item.block.b0, item.block.b1)
        moved = Span(max(other.start - shift, 0), max(other.end - shift, 0))
        out.append(Difference(mine, moved, item.kind, item.reason, item.score))
    return tuple(out)


def holding(differences: Sequence[Difference]) -> list[str]:
    """Return what content differs, a word each, in order."""
    return sorted({str(item.reason) for item in differences if item.kind is Kind.CONTENT and item.reason})
