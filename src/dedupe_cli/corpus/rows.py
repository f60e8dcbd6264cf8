"""Rows of a data set as Arrow batches: number, name, text, and what is wrong with those that have none.

A row that cannot be read as asked is no error of the run: it is told, and goes through as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from dedupe_cli.errors import ReadError, SettingsError, system_reason
from dedupe_cli.language import marked
from dedupe_cli.read.formats.records import (
    LARGEST,
    Record,
    cells,
    damaged,
    decompressed,
    fault_of,
    parse_field,
    read_records,
    together,
)

if TYPE_CHECKING:
    from dedupe_cli.corpus.files import DataFile
    from dedupe_cli.corpus.options import Options

    Wanted = Callable[[int], bool]

# ``row``: the number of a row among all rows; ``scope``: what --within names; ``value``: what --keep names.
SCHEMA = pa.schema(
    {"row": pa.int64(), **dict.fromkeys(("id", "text", "scope"), pa.large_string()), "value": pa.float64()}
    | {"fault": pa.large_string()}
)
# A batch is as many rows, or as many characters.
MANY, MUCH = 8192, 1 << 19
# How the faults of what is not encoded or written as it should be begin.
NO_UTF8, NO_JSON = "not valid UTF-8", "not JSON"
DELIMITERS = {"csv": ",", "tsv": "\t"}


class Row(NamedTuple):
    """One row; ``fault`` says why it has no text, and why it is handed on as it is."""

    row: int
    id: str
    text: str | None = None
    scope: str | None = None
    value: float | None = None
    fault: str | None = None


@dataclass(frozen=True)
class Fields:
    """Where the text, the name, the scope and the value of a row are; nothing for what is not asked for."""

    text: str
    id: str
    scope: str = ""
    value: str = ""

    @classmethod
    def of(cls, options: Options) -> Fields:
        """Return the fields that some options name."""
        return cls(options.field, options.id_field, options.within, options.keep_field)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All four, in the order of the class."""
        return self.text, self.id, self.scope, self.value

    @cached_property
    def steps(self) -> list[tuple[str | int, ...]]:
        """The same as paths into a value of JSON."""
        return [parse_field(name) if name else () for name in self.names]

    def row(self, file: DataFile, place: int, found: Sequence[Any]) -> Row:
        """Make a row of the values of its fields (``...`` for one that it does not have)."""
        text, name, scope, value = found
        name = str(name) if isinstance(name, (str, int, float)) and not isinstance(name, bool) else ""
        name = name if name and _is_text(name) else file.row(place)
        scope = None if scope is ... or scope is None else str(scope)
        fault = _fault(text, self.text)
        return Row(place, name, None if fault else text, scope, _number(value), fault)


def batches(file: DataFile, fields: Fields) -> Iterator[pa.RecordBatch]:
    """Read a file, in batches of rows.

    Raises :class:`ReadError` when it is damaged, :class:`SettingsError` when it has no such column.
    """
    yield from map(_batch, together(rows(file, fields), lambda row: len(row.text or ""), MANY, MUCH))


def rows(file: DataFile, fields: Fields, wanted: Wanted = lambda _: True) -> Iterator[Row]:
    """Read the rows of a file; those that are not ``wanted`` are asked for by their numbers and left unread."""
    try:
        if file.kind == "parquet":
            yield from _of_parquet(file, fields, wanted)
        elif file.kind == "text":
            if wanted(file.first):
                with file.open() as raw:
                    yield _of_text(file, raw)
        else:
            with file.open() as raw:
                read = _of_json if file.kind == "jsonl" else _of_table
                yield from read(file, fields, decompressed(raw, file.path)[0], wanted)
    except damaged() as error:
        raise ReadError(f"{file.path}: damaged or cut off ({error})", hint="fetch it again") from error
    except pa.ArrowInvalid as error:
        reason = str(error).splitlines()[0]
        raise ReadError(f"{file.path}: no Parquet, or damaged ({reason})", hint="fetch it again") from error
    except OSError as error:
        raise ReadError(f"{file.path}: {system_reason(error)}", hint="check the name") from error


def header(record: Record, delimiter: str) -> list[str]:
    """Return the names of the columns of a table from its first row."""
    return cells(record.data.decode("utf-8", "replace"), delimiter)


def columns(there: Sequence[str], fields: Fields, name: str) -> list[int]:
    """Return where the columns of some fields are in a table, -1 for what is not asked for or has no id.

    Raises :class:`SettingsError` for a column that is not there.
    """
    for wanted in (fields.text, fields.scope, fields.value):
        if wanted and wanted not in there:
            known = ", ".join(map(repr, there[:20]))
            raise SettingsError(f"{name}: no column {wanted!r}", hint=f"it has {known}; --field names the text")
    return [there.index(wanted) if wanted and wanted in there else -1 for wanted in fields.names]


def keys(file: DataFile) -> list[str]:
    """Return the fields of the first row of a file of JSONL that is an object."""
    with file.open() as raw:
        records = read_records(decompressed(raw, file.path)[0])
        return next((list(found) for each in records if each.whole for found in [_object(each.data)[0]] if found), [])


def _batch(many: Sequence[Row]) -> pa.RecordBatch:
    made = list(zip(*many, strict=True))
    return pa.record_batch([pa.array(column, each.type) for column, each in zip(made, SCHEMA, strict=True)], SCHEMA)


def _of_json(file: DataFile, fields: Fields, stream: IO[bytes], wanted: Wanted) -> Iterator[Row]:
    simple = all(len(steps) < 2 and not (steps and isinstance(steps[0], int)) for steps in fields.steps)
    names = fields.names
    for record in read_records(stream):
        place = file.first + record.number - 1
        if not record.number or record.data.isspace() or not wanted(place):
            continue
        fault = record.fault
        found: Any = None
        if not fault:
            found, fault = _object(record.data)
        if fault:
            yield Row(place, file.row(place), fault=fault)
        elif simple:
            yield fields.row(file, place, [found.get(name, ...) if name else ... for name in names])
        else:
            yield fields.row(file, place, [_walk(found, steps) if steps else ... for steps in fields.steps])


def _object(data: bytes) -> tuple[Any, str]:
    """Parse an object of JSON, or say what is wrong with it."""
    try:
        found = json.loads(data.decode("utf-8-sig", "surrogatepass"))  # of bytes it would guess UTF-16
    except (ValueError, RecursionError) as error:
        return None, fault_of(error)
    return (found, "") if isinstance(found, dict) else (None, "no object of JSON")


def _walk(value: Any, steps: tuple[str | int, ...]) -> Any:
    """Return what a path leads to; the texts of all of them, a blank line between, where it leads to several."""
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, str):
        return _walk(value[step], rest) if isinstance(value, dict) and step in value else ...
    if not isinstance(value, list):
        return ...
    if step >= 0:
        return _walk(value[step], rest) if step < len(value) else ...
    found = [each for item in value if isinstance(each := _walk(item, rest), str)]
    return "\n\n".join(found) if found else ...


def _of_table(file: DataFile, fields: Fields, stream: IO[bytes], wanted: Wanted) -> Iterator[Row]:
    delimiter = DELIMITERS[file.kind]
    places: list[int] | None = None
    for record in read_records(stream, delimiter):
        if not record.number:
            continue
        if places is None:
            places = columns(header(record, delimiter), fields, file.name)
            continue
        place = file.first + record.number - 1
        if record.data.isspace() or not wanted(place):
            continue
        if record.fault:
            yield Row(place, file.row(place), fault=record.fault)
            continue
        try:
            told = cells(record.data.decode("utf-8"), delimiter)
        except UnicodeDecodeError as error:
            yield Row(place, file.row(place), fault=fault_of(error))
            continue
        yield fields.row(file, place, [told[at] if 0 <= at < len(told) else ... for at in places])


def _of_parquet(file: DataFile, fields: Fields, wanted: Wanted) -> Iterator[Row]:
    with file.open() as raw, pq.ParquetFile(raw) as stored:
        there = stored.schema_arrow
        columns(there.names, fields, file.name)
        kind = there.field(fields.text).type
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_dictionary(kind)):
            raise SettingsError(
                f"{file.name}: column {fields.text!r} holds {kind}, no text", hint="--field names another"
            )
        place = file.first
        names = [name for name in dict.fromkeys(fields.names) if name in there.names]
        for batch in stored.iter_batches(MANY, columns=names):
            some = [at for at in range(batch.num_rows) if wanted(place + at)]
            told = {name: batch.column(name).take(pa.array(some, pa.int64())).to_pylist() for name in names}
            for number, at in enumerate(some):
                found = [told[name][number] if name in told else ... for name in fields.names]
                yield fields.row(file, place + at, found)
            place += batch.num_rows


def _of_text(file: DataFile, raw: IO[bytes]) -> Row:
    data = raw.read(LARGEST + 1)
    if len(data) > LARGEST:
        return Row(file.first, file.name, fault=f"larger than {LARGEST >> 20} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Row(file.first, file.name, fault=fault_of(error))
    fault = None if text.strip() else marked("the file is empty")
    return Row(file.first, file.name, None if fault else text, fault=fault)


def _fault(text: Any, field: str) -> str | None:
    """Say why a value is no text that can be compared."""
    if isinstance(text, str):
        if not text.strip():
            return f"{field} is empty"
        if len(text) > LARGEST:
            return f"{field} is larger than {LARGEST >> 20} Mi characters"
        return None if _is_text(text) else f"{field} has half a surrogate pair"
    return f"no field {field}" if text is ... else f"{field} is null" if text is None else f"{field} is no text"


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _number(value: Any) -> float | None:
    """Return a number, or a date or time (as ISO 8601 writes it) as one; ``None`` for what is neither."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).timestamp()
    if isinstance(value, (int, float)):
        return float(value)
    if hasattr(value, "isoformat"):
        value = value.isoformat()
    if not isinstance(value, str):
        return None
    try:
        return float(value)
    except ValueError:
        pass
    try:
        return _number(datetime.fromisoformat(value))
    except ValueError:
        return None
