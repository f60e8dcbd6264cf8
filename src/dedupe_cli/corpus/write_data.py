"""The data set as it comes out: each file in its own format, its rows in their order, what stays byte for byte."""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dedupe_cli.corpus.rows import DELIMITERS, MANY, Fields, header
from dedupe_cli.errors import SettingsError, WriteError, system_reason
from dedupe_cli.model import Span
from dedupe_cli.read.formats.json_spans import first
from dedupe_cli.read.formats.records import (
    Record,
    compressed,
    decompressed,
    escaped,
    find_strings,
    in_object,
    in_row,
    parse_field,
    read_records,
    rewritten,
    row_fields,
    together,
)

if TYPE_CHECKING:
    from dedupe_cli.corpus.files import DataFile
    from dedupe_cli.corpus.inside import Inside
    from dedupe_cli.corpus.options import Options
    from dedupe_cli.read.formats.json_spans import RawString

    Edits = tuple[tuple[Span, str], ...]

# Bytes that are written at once.
_PIECE = 1 << 20
WRITTEN = pa.schema([("file", pa.string()), ("rows", pa.int64()), ("gone", pa.int64()), ("changed", pa.int64())])
# What --mode annotate adds, by level; of a table of Parquet with these types.
ADDED = {
    "document": {"kept_id": pa.string(), "dup_count": pa.int64(), "similarity": pa.float64()},
    "inside": {"repeat_ratio": pa.float64(), "loop_start": pa.int64(), "loop_rounds": pa.int64()},
    "passage": {"shared_ratio": pa.float64()},
}


@dataclass(frozen=True)
class Outcome:
    """What becomes of the rows, by their numbers: which go, what stands for how many, what goes for what.

    ``edits`` are all of those of a row (what goes from its text, and what stands there instead), ``shared`` is the
    share of it that other rows say.
    """

    gone: frozenset[int]
    counts: dict[int, int]
    fates: dict[int, tuple[str, float]]
    inside: dict[int, Inside]
    edits: dict[int, Edits]
    shared: dict[int, float]


@lru_cache(maxsize=1)
def outcome(work: str, made: int) -> Outcome:  # noqa: ARG001  a job that was begun anew has another outcome
    """Read the outcome of a job from what its steps gave; ``made`` is when they did."""
    from dedupe_cli.corpus.inside import stored  # noqa: PLC0415  it loads the engine for single texts

    place = Path(work)
    gone: set[int] = set()
    counts: dict[int, int] = {}
    fates: dict[int, tuple[str, float]] = {}
    for row, kept, name, similarity, goes in _told(place / "named", "row", "kept", "kept_id", "similarity", "goes"):
        fates[row] = (name, round(similarity, 2))
        counts[kept] = counts.get(kept, 1) + 1
        if goes:
            gone.add(row)
    inside = stored(place) if (place / "inside").exists() else {}
    gone.update(row for row, what in inside.items() if what.dropped)
    edits = {row: what.edits for row, what in inside.items() if what.edits}
    wholes = {row for (row,) in _told(place / "emptied", "row")}
    shared: dict[int, float] = defaultdict(float)
    cuts: dict[int, list[tuple[Span, str]]] = defaultdict(list)
    names = ("row", "start", "end", "length", "kept_id", "similarity")
    for row, start, end, length, name, similarity in sorted(_told(place / "passages", *names)):
        cuts[row].append((Span(start, end), ""))
        shared[row] += (end - start) / length
        if row in wholes:
            fates.setdefault(row, (name, round(similarity, 2)))
    edits |= {row: _both(edits.get(row, ()), mine) for row, mine in cuts.items()}
    return Outcome(frozenset(gone | wholes), counts, fates, inside, edits, shared)


def _told(step: Path, *names: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of what a step gave, if it was done; of all of them only some are values of Python at a time."""
    if step.exists():
        for batch in pq.read_table(step, columns=list(names), partitioning=None).to_batches(MANY):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _both(edits: Edits, cuts: Sequence[tuple[Span, str]]) -> Edits:
    """Return edits in order; what lies inside of a cut goes with it."""
    own = [(span, new) for span, new in edits if not any(cut.covers(span) for cut, _ in cuts)]
    return tuple(sorted([*own, *cuts]))


def written(file: DataFile, *, work: str, made: int, folder: str, options: Options) -> Iterator[pa.RecordBatch]:
    """Write one file of the result, and tell how many rows it has and how many of them went or were changed."""
    place = Path(folder) / file.name
    beside = place.with_name(f".{place.name}.new")
    writer = Writer(file, outcome(work, made), options)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if file.kind == "parquet":
            writer.parquet(beside)
        elif file.kind == "text":
            writer.text(beside)
        else:
            with file.open() as raw, beside.open("wb") as out:
                stream, packing = decompressed(raw, file.path)
                records = read_records(stream, DELIMITERS.get(file.kind, ""))
                pieces = together(map(writer.record, records), len, MANY, _PIECE)
                out.writelines(compressed(map(b"".join, pieces), packing, file.path))
        if beside.exists():
            beside.replace(place)
    except OSError as error:
        raise WriteError(f"{place}: {system_reason(error)}", hint="--resume goes on when there is room") from error
    yield pa.record_batch([[file.name], [writer.rows], [writer.gone], [writer.changed]], WRITTEN)


def added(options: Options) -> dict[str, pa.DataType]:
    """Return the columns that are written into the rows."""
    if options.mode == "annotate":
        levels = [level for level in ADDED if level in options.level]
        return dict(chain.from_iterable(ADDED[level].items() for level in levels))
    return {"dup_count": pa.int64()} if options.dup_count and "document" in options.level else {}


class Writer:
    """Writes one file; ``rows``, ``gone`` and ``changed`` count what was seen so far."""

    def __init__(self, file: DataFile, outcome: Outcome, options: Options) -> None:
        self.file, self.outcome, self.options = file, outcome, options
        self.columns = added(options)
        self.cuts = options.mode == "remove"
        self.rows = self.gone = self.changed = 0
        self.field = Fields.of(options).text
        self.steps = parse_field(self.field)
        self.delimiter = DELIMITERS.get(file.kind, "")
        self.names: list[str] | None = None

    def values(self, row: int) -> list[Any]:
        """Return what is added to a row."""
        out, inside = self.outcome, self.outcome.inside.get(row)
        name, similarity = out.fates.get(row, (None, None))
        told: dict[str, Any] = {
            "kept_id": name,
            "dup_count": None if name is not None else out.counts.get(row, 1),
            "similarity": similarity,
            "repeat_ratio": inside.ratio if inside else 0.0,
            "loop_start": inside.loop_start if inside else None,
            "loop_rounds": inside.loop_rounds if inside else None,
            "shared_ratio": round(out.shared.get(row, 0.0), 4),
        }
        if self.cuts and name is not None:  # more than one of each may stay
            told["dup_count"] = 1
        return [told[name] for name in self.columns]

    def record(self, record: Record) -> bytes:
        """Return what becomes of one record of a stream."""
        row = self.file.first + record.number - 1
        if self.delimiter and self.names is None and record.number:
            self.names = header(record, self.delimiter)
            return self._in_row(record.data, list(self.columns))
        if not record.number or not record.data.strip():
            return record.data
        self.rows += 1
        if self.cuts and row in self.outcome.gone:
            self.gone += 1
            return b""
        edits = self.outcome.edits.get(row)
        data = record.data
        if self.cuts and edits:
            data = self._cut(data, edits)
            self.changed += 1
        if not self.columns or record.fault:
            return data
        return self._in_row(data, self.values(row)) if self.delimiter else self._in_object(data, self.values(row))

    def _in_row(self, data: bytes, values: Sequence[Any]) -> bytes:
        """Write values into a row of a table, each in its column: one that is there, else behind all others."""
        text, names = data.decode("utf-8", "surrogateescape"), self.names or []
        places = [names.index(name) if name in names else -1 for name in self.columns]
        edits = in_row(text, values, places, len(names), self.delimiter) if values else []
        return rewritten(text, edits).encode("utf-8", "surrogateescape")

    def _in_object(self, data: bytes, values: Sequence[Any]) -> bytes:
        """Write values into an object of JSON; whatever else stands there is handed on."""
        try:
            text = data.decode()
            if not isinstance(json.loads(text), dict):
                return data
        except ValueError:
            return data
        return rewritten(text, in_object(text, dict(zip(self.columns, values, strict=True)))).encode()

    def _cut(self, data: bytes, edits: Edits) -> bytes:
        """Cut what repeats out of the one text of a record; all other bytes stay."""
        text = data.decode()
        string = self._string(text)
        cuts = [(string.raw(span), escaped(new, string, text, self.delimiter)) for span, new in edits]
        return rewritten(text, cuts).encode()

    def _string(self, text: str) -> RawString:
        if self.delimiter:
            assert self.names is not None
            return list(row_fields(text, self.delimiter))[self.names.index(self.field)]
        return next(string for _, string in find_strings(text, first(text), self.steps))

    def text(self, place: Path) -> None:
        """Write a file that is one row, or nothing when it goes."""
        self.rows = 1
        row = self.file.first
        edits = self.outcome.edits.get(row)
        if self.cuts and row in self.outcome.gone:
            self.gone = 1
        elif self.cuts and edits:
            with self.file.open() as raw:
                data = raw.read()
            mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
            place.write_bytes(mark + rewritten(data[len(mark) :].decode(), edits).encode())
            self.changed = 1
        else:
            with self.file.open() as raw, place.open("wb") as out:
                shutil.copyfileobj(raw, out)

    def parquet(self, place: Path) -> None:
        """Write a table of Parquet."""
        with self.file.open() as raw, pq.ParquetFile(raw) as stored:
            schema = stored.schema_arrow
            for name, kind in self.columns.items():
                if name in schema.names:
                    schema = schema.set(schema.get_field_index(name), pa.field(name, kind))
                else:
                    schema = schema.append(pa.field(name, kind))
            packed = stored.metadata.row_group(0).column(0).compression if stored.metadata.num_row_groups else "SNAPPY"
            row = self.file.first
            with pq.ParquetWriter(place, schema, compression="NONE" if packed == "UNCOMPRESSED" else packed) as out:
                for batch in stored.iter_batches(MANY):
                    out.write_table(self._table(batch, row, schema))
                    row += batch.num_rows

    def _table(self, batch: pa.RecordBatch, row: int, schema: pa.Schema) -> pa.Table:
        table = pa.Table.from_batches([batch])
        rows = range(row, row + batch.num_rows)
        self.rows += batch.num_rows
        if self.cuts and self.outcome.edits and any(each in self.outcome.edits for each in rows):
            texts = table[self.field].to_pylist()
            for at, each in enumerate(rows):
                edits = self.outcome.edits.get(each)
                if edits and each not in self.outcome.gone:
                    texts[at] = rewritten(texts[at], edits)
                    self.changed += 1
            at = table.schema.get_field_index(self.field)
            table = table.set_column(at, self.field, pa.array(texts, table.schema.field(self.field).type))
        if self.columns:
            for name, values in zip(self.columns, zip(*map(self.values, rows), strict=True), strict=True):
                column = pa.array(values, self.columns[name])
                there = table.schema.get_field_index(name)
                table = table.append_column(name, column) if there < 0 else table.set_column(there, name, column)
        if self.cuts:
            stays = np.array([each not in self.outcome.gone for each in rows])
            self.gone += int((~stays).sum())
            table = table.filter(pa.array(stays))
        return table.cast(schema)


def check_columns(files: Iterable[DataFile], options: Options) -> None:
    """Refuse what cannot be written: columns of texts in files of their own."""
    name = next((file.name for file in files if file.kind == "text"), "")
    if name and added(options):
        flag = "--mode annotate" if options.mode == "annotate" else "--dup-count"
        raise SettingsError(f"{flag}: {name} is a text and has no columns", hint="leave it out")


def remove_empty(folder: Path) -> None:
    """Remove folders that nothing was written into: all of their texts went."""
    for where, _, _ in sorted(os.walk(folder), reverse=True):
        path = Path(where)
        if path != folder and not any(path.iterdir()):
            path.rmdir()
