"""The data set as it comes out: each file in its own format, its rows in their order, what stays byte for byte."""

from __future__ import annotations

import json
import os
import shutil
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
from dedupe_cli.read.formats.json_spans import first, member
from dedupe_cli.read.formats.records.csv_rows import row_fields
from dedupe_cli.read.formats.records.fields import find_strings, parse_field
from dedupe_cli.read.formats.records.stream import compressed, decompressed, read_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dedupe_cli.corpus.files import DataFile
    from dedupe_cli.corpus.inside import Inside
    from dedupe_cli.corpus.options import Options
    from dedupe_cli.read.formats.raw_string import RawString
    from dedupe_cli.read.formats.records.stream import Record

    Cut = tuple[int, int, str]

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

    ``edits`` are all of those of a row (start, end and replacement in its text), ``shared`` is the share of it that
    other rows say.
    """

    gone: frozenset[int]
    counts: dict[int, int]
    fates: dict[int, tuple[str, float]]
    inside: dict[int, Inside]
    edits: dict[int, tuple[Cut, ...]]
    shared: dict[int, float]


@lru_cache(maxsize=1)
def outcome(work: str, made: int) -> Outcome:  # noqa: ARG001  a job that was begun anew has another outcome
    """Read the outcome of a job from what its steps gave; ``made`` is when they did."""
    from dedupe_cli.corpus.inside import stored  # noqa: PLC0415  it loads the engine for single texts

    place = Path(work)
    gone: set[int] = set()
    counts: dict[int, int] = {}
    fates: dict[int, tuple[str, float]] = {}
    if (place / "named").exists():
        table = pq.read_table(
            place / "named", columns=["row", "kept", "kept_id", "similarity", "goes"], partitioning=None
        )
        for batch in table.to_batches(MANY):
            for row, kept, name, similarity, goes in zip(
                *(column.to_pylist() for column in batch.columns), strict=True
            ):
                fates[row] = (name, round(similarity, 2))
                counts[kept] = counts.get(kept, 1) + 1
                if goes:
                    gone.add(row)
    inside = stored(place) if (place / "inside").exists() else {}
    gone.update(row for row, what in inside.items() if what.dropped)
    edits = {row: what.edits for row, what in inside.items() if what.edits}
    shared: dict[int, float] = {}
    if (place / "passages").exists():
        names = ["row", "start", "end", "length", "kept_id", "similarity"]
        table = pq.read_table(place / "passages", columns=names, partitioning=None).sort_by(
            [("row", "ascending"), ("start", "ascending")]
        )
        wholes = set(pq.read_table(place / "emptied", partitioning=None)["row"].to_pylist())
        cuts: dict[int, list[Cut]] = {}
        for row, start, end, length, name, similarity in zip(*(c.to_pylist() for c in table.columns), strict=True):
            cuts.setdefault(row, []).append((start, end, ""))
            shared[row] = shared.get(row, 0.0) + (end - start) / length
            if row in wholes:
                fates.setdefault(row, (name, round(similarity, 2)))
        edits |= {row: _both(edits.get(row, ()), mine) for row, mine in cuts.items()}
        gone.update(wholes)
    return Outcome(frozenset(gone), counts, fates, inside, edits, shared)


def _both(edits: Sequence[Cut], cuts: Sequence[Cut]) -> tuple[Cut, ...]:
    """Return edits in order; what lies inside of a cut goes with it."""
    spans = [Span(start, end) for start, end, _ in cuts]
    own = [(start, end, new) for start, end, new in edits if not any(span.covers(Span(start, end)) for span in spans)]
    return tuple(sorted([*own, *cuts]))


def applied(text: str, edits: Sequence[Cut]) -> str:
    """Return a text as edits leave it."""
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
    return text


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
                out.writelines(compressed(_joined(writer.record(each) for each in records), packing, file.path))
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


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in larger pieces."""
    parts: list[bytes] = []
    size = 0
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size >= 1 << 20:
            yield b"".join(parts)
            parts, size = [], 0
    yield b"".join(parts)


class Writer:
    """Writes one file; ``rows``, ``gone`` and ``changed`` count what was seen so far."""

    def __init__(self, file: DataFile, outcome: Outcome, options: Options) -> None:
        self.file, self.outcome, self.options = file, outcome, options
        self.columns = added(options)
        self.cuts = options.mode == "remove"
        self.rows = self.gone = self.changed = 0
        self.field = Fields.of(options).text
        self.steps = parse_field(self.field)
        self._names: list[str] | None = None

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
        delimiter = DELIMITERS.get(self.file.kind, "")
        if delimiter and self._names is None and record.number:
            self._names = header(record, delimiter)
            return _with_cells(record.data, list(self.columns), len(self._names), delimiter)
        if not record.number or not record.data.strip():
            return record.data
        self.rows += 1
        if self.cuts and row in self.outcome.gone:
            self.gone += 1
            return b""
        edits = self.outcome.edits.get(row)
        data = record.data
        if self.cuts and edits:
            data = self._cut(data, edits, delimiter)
            self.changed += 1
        if not self.columns or record.fault:
            return data
        return self._annotated(data, row, delimiter)

    def _annotated(self, data: bytes, row: int, delimiter: str) -> bytes:
        if delimiter:
            cells = ["" if value is None else str(value) for value in self.values(row)]
            return _with_cells(data, cells, len(self._names or ()), delimiter)
        try:
            text = data.decode()
            if not isinstance(json.loads(text), dict):
                return data
        except ValueError:
            return data
        pairs = dict(zip(self.columns, self.values(row), strict=True))
        return _with_members(text, pairs).encode()

    def _cut(self, data: bytes, edits: Sequence[Cut], delimiter: str) -> bytes:
        """Cut what repeats out of the one text of a record; all other bytes stay."""
        text = data.decode()
        string = self._string(text, delimiter)
        pieces, at = [], 0
        for start, end, new in edits:
            raw = string.raw(Span(start, end))
            pieces += [text[at : raw.start], _escaped(new, quoted=text[string.span.start] == '"', json_=not delimiter)]
            at = raw.end
        return "".join([*pieces, text[at:]]).encode()

    def _string(self, text: str, delimiter: str) -> RawString:
        if delimiter:
            assert self._names is not None
            return list(row_fields(text, delimiter))[self._names.index(self.field)]
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
            place.write_bytes(mark + applied(data[len(mark) :].decode(), edits).encode())
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
                    texts[at] = applied(texts[at], edits)
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
    """Refuse what cannot be written: columns that are there already, texts in files of their own with columns."""
    names = added(options)
    for file in files if names else ():
        if file.kind == "text":
            flag = "--mode annotate" if options.mode == "annotate" else "--dup-count"
            raise SettingsError(f"{flag}: {file.name} is a text and has no columns", hint="leave it out")
        if file.kind not in DELIMITERS:
            continue
        with file.open() as raw:
            records = read_records(decompressed(raw, file.path)[0], DELIMITERS[file.kind])
            top = next((each for each in records if each.number), None)
        there = set(header(top, DELIMITERS[file.kind]) if top else ()) & names.keys()
        if there:
            raise SettingsError(f"{file.name} has a column {min(there)!r} already", hint="rename it first")


def _with_members(text: str, pairs: dict[str, Any]) -> str:
    """Write members into an object of JSON; those of an earlier run are replaced."""
    edits, new = [], []
    for key, value in pairs.items():
        said = json.dumps(value, ensure_ascii=False)
        there = member(text, first(text), key)
        if there is None:
            new.append(f'"{key}": {said}')
        else:
            edits.append((there, said))
    for span, said in sorted(edits, reverse=True):
        text = text[: span.start] + said + text[span.end :]
    end = text.rindex("}")
    joint = "" if text[:end].rstrip().endswith("{") else ", "
    return text[:end] + joint + ", ".join(new) + text[end:] if new else text


def _with_cells(data: bytes, cells: list[str], width: int, delimiter: str) -> bytes:
    """Write cells behind a row; one that is too short is filled up."""
    if not cells:
        return data
    bare = data.rstrip(b"\r\n")
    there = sum(1 for _ in row_fields(bare.decode("utf-8", "surrogateescape"), delimiter))
    quoted = [
        '"{}"'.format(cell.replace('"', '""')) if set(cell) & {delimiter, '"', "\n", "\r"} else cell for cell in cells
    ]
    more = delimiter.join(["", *[""] * max(width - there, 0), *quoted])
    return bare + more.encode() + data[len(bare) :]


def _escaped(new: str, *, quoted: bool, json_: bool) -> str:
    """Write what is put in as the string is written."""
    if json_:
        return json.dumps(new, ensure_ascii=False)[1:-1]
    return new.replace('"', '""') if quoted else new


def remove_empty(folder: Path) -> None:
    """Remove folders that nothing was written into: all of their texts went."""
    for where, _, _ in sorted(os.walk(folder), reverse=True):
        path = Path(where)
        if path != folder and not any(path.iterdir()):
            path.rmdir()
