"""Files of records: opened, their fields found, their records worked on in several processes, in order, or matched."""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import IO, TYPE_CHECKING, TypeVar, cast

from dedupe_cli import api
from dedupe_cli.cli import batch, outputs
from dedupe_cli.cli.batch import in_order
from dedupe_cli.cli.between import Between, Compare
from dedupe_cli.errors import DecodeError, DedupeError, ReadError, SettingsError, system_reason
from dedupe_cli.read.decode import HEAD, Decoding, codec_name, decode
from dedupe_cli.read.formats.records import Record, cells, damaged, parse_field, read_records, together
from dedupe_cli.records import COLUMNS, Change, Cleaned, Done, Job, Repeats, apart, finished
from dedupe_cli.render.phrases import count

if TYPE_CHECKING:
    from dedupe_cli.model import AcrossPlan, Span
    from dedupe_cli.settings import Settings

    Opened = tuple[Job, list[Done], Iterator[Record]]

Got = TypeVar("Got")

# Records that are worked on together: so many, or so many bytes.
_MANY, _MUCH = 64, 1 << 18


def open_records(path: str) -> io.BufferedReader:
    """Open a file, or standard input; raises :class:`ReadError`."""
    try:
        if path == outputs.STDIN:
            if sys.stdin is None:
                raise ReadError("standard input is closed", hint="name a file, or pipe one in")
            return open(0, "rb", closefd=False)
        return open(path, "rb")
    except OSError as error:
        raise ReadError(f"{path}: {system_reason(error)}", hint="check the name") from error


@contextmanager
def whole_stream(name: str) -> Iterator[None]:
    """Say of a packed stream that is damaged or cut off that it is."""
    try:
        yield
    except damaged() as error:
        if "memory" in str(error):
            hint = "unpack it yourself: zstd -dc --long=31 FILE, and --type says what it holds"
            raise ReadError(f"{name}: it would need more memory than is given to unpacking", hint=hint) from error
        raise ReadError(f"{name}: damaged or cut off ({error})", hint="fetch it again") from error


def without_texts(name: str, fields: Sequence[str]) -> DedupeError:
    """Return what is wrong with records none of which has a text."""
    where = " or ".join(fields)
    return DedupeError(f"{name}: no record has a field {where} with a text in it", hint="--field says where it is")


def encoding_of(head: bytes, name: str, how: Decoding) -> tuple[str, bool]:
    """Return the encoding of records that begin with some bytes, and whether it was guessed by its letters.

    Raises :class:`ReadError` for one in which a newline is more than a byte: records are told apart before they are
    read.
    """
    asked = None if how.encoding in {None, "auto"} else codec_name(str(how.encoding))
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in head
    if wide if asked is None else asked.startswith(("utf-16", "utf-32")):
        raise ReadError(
            f"{name}: records are not read in UTF-16 or UTF-32",
            hint="iconv -f utf-16 -t utf-8 FILE | dedupe clean --type jsonl, or --type csv",
        )
    if asked is not None:
        return asked, False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8", False  # it may end inside of a character
    try:
        source = decode(head[: head.rfind(b"\n") + 1] or head, name, how._replace(on_error="error"))
    except DecodeError:  # some of them may be damaged: each is told for itself
        return "utf-8", False
    return (source.encoding, True) if source.guessed else ("utf-8", False)


def _delimiter(head: bytes, kind: str) -> str:
    """Return what parts the columns of a table: in its first row, a comma or else what stands there instead."""
    row = head.removeprefix(codecs.BOM_UTF8).split(b"\n")[0]
    among = "\t" if kind == "tsv" else ",;\t"
    return next((mark for mark in among if mark.encode() in row), among[0])


def prepared(stream: IO[bytes], kind: str, job: Job, how: Decoding) -> Opened:
    """Find encoding and fields; return the job, what stands before the records, and the records.

    Raises :class:`ReadError` for a column that is not there and for an encoding that is not read,
    :class:`SettingsError` for what is no path.
    """
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", stream))
    beginning = buffered.peek(HEAD)[:HEAD]
    encoding, guessed = encoding_of(beginning, job.path, how)
    job = replace(job, encoding=encoding, guessed=guessed)
    if kind == "jsonl":
        fields = tuple(map(parse_field, job.asked.fields))
        name = parse_field(job.asked.id_field, flag="--id-field") if job.asked.id_field else ()
        if -1 in name:
            raise SettingsError("--id-field: [*] names several values", hint="give the path of one")
        return replace(job, fields=fields, id_field=name), [], read_records(buffered)
    job = replace(job, delimiter=_delimiter(beginning, kind))
    records = read_records(buffered, job.delimiter)
    head: list[Done] = []
    for record in records:
        if record.number == 0:
            head.append(Done(0, record.data))
            continue
        return _with_columns(job, head, record, records)
    return job, head, records


def _with_columns(job: Job, head: list[Done], record: Record, records: Iterator[Record]) -> Opened:
    """Find the columns by the names in the first row, or by their numbers: then it is a row like others."""
    try:
        text = record.data.decode(job.encoding)
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{job.path}: not valid {job.encoding} (byte {error.start})", hint="name its encoding with --encoding"
        ) from None
    names = cells(text, job.delimiter)
    wanted = [("--field", each) for each in job.asked.fields] + [
        ("--id-field", each) for each in [job.asked.id_field] if each
    ]
    if all(each.isdigit() for _, each in wanted):
        for flag, each in wanted:
            if not 0 < int(each) <= len(names):
                raise ReadError(f"{job.path}: it has {count(len(names), 'column')}", hint=f"{flag} counts from 1")
        places, records = [int(each) - 1 for _, each in wanted], chain([record], records)
        if job.asked.annotate and _looks_annotated(names, job):
            raise ReadError(
                f"{job.path}: its last columns look like those of --annotate, which cannot be told without names",
                hint="name the columns in the first row, and the text by --field NAME",
            )
    else:
        for flag, each in wanted:
            if each not in names:
                shown = ", ".join(map(repr, names[:8])) + (", ..." if len(names) > 8 else "")
                raise ReadError(f"{job.path}: no column {each!r}", hint=f"{flag} NAME or its number; it has {shown}")
        places = [names.index(each) for _, each in wanted]
        if job.asked.annotate:
            there = tuple(names.index(each) if each in names else -1 for each in job.columns_added)
            job = replace(job, width=len(names), annotated=there)
        head = [*head, _names(text, job)]
    size = len(job.asked.fields)
    return replace(job, columns=tuple(places[:size]), id_column=(*places[size:], -1)[0]), head, records


def _names(text: str, job: Job) -> Done:
    """Return the row of names with those of the columns that are added."""
    new = [name for name, at in zip(job.columns_added, job.annotated, strict=False) if at < 0]
    end = len(text.rstrip("\r\n"))
    more = "".join(job.delimiter + name for name in new).encode(job.encoding)
    before, behind = text[:end].encode(job.encoding), text[end:].encode(job.encoding)
    return Done(0, before + more + behind, (Change(len(before), 0, more),) if more else ())


def _looks_annotated(row: Sequence[str], job: Job) -> bool:
    """Tell whether a row without names ends with a ratio and two numbers, or none, as annotated ones do."""
    ratio, *numbers = row[-len(COLUMNS) :] if len(row) > len(COLUMNS) else ("",)
    if job.asked.across and len(row) > len(job.columns_added):
        ratio, *numbers = row[-len(job.columns_added) :][: len(COLUMNS)]
    return re.fullmatch(r"0\.\d{1,4}|1\.0", ratio) is not None and all(re.fullmatch(r"\d*", each) for each in numbers)


def through(
    function: Callable[[Sequence[Record], Job], list[Got]], records: Iterator[Record], job: Job, jobs: int
) -> Iterator[list[Got]]:
    """Yield what a function makes of some records at a time, in their order; large inputs in several processes."""
    batches = together(records, lambda record: len(record.data), _MANY, _MUCH)
    start: list[list[Record]] = []
    size = 0
    while jobs != 1 and size < batch.WORTH_IT and (some := next(batches, None)):
        start.append(some)
        size += sum(len(record.data) for record in some)
    workers = jobs or batch.processors()
    every = chain(start, batches)
    if size < batch.WORTH_IT or workers < 2:
        yield from (function(some, job) for some in every)
        return
    yield from in_order(partial(_called, function, job), every, workers, lambda some: f"{job.path}:{some[0].number}")


def _called(function: Callable[[Sequence[Record], Job], list[Got]], job: Job, records: Sequence[Record]) -> list[Got]:
    return function(records, job)


@dataclass
class Held:
    """One file: its records with their texts cleaned, each for itself, and what each of them repeats."""

    path: str
    job: Job
    items: list[Cleaned]
    repeats: list[Repeats | None]

    def finished(self) -> Iterator[Done]:
        """Yield what becomes of the records."""
        for item, repeats in zip(self.items, self.repeats, strict=True):
            yield finished(item, self.job, repeats)


@dataclass(frozen=True, slots=True)
class _Text:
    """One text of a record: the file and the record it is of, its number there, what of it takes no part."""

    file: int
    record: int
    part: int
    result: api.Result
    marked: tuple[Span, ...]


def match(files: Sequence[Held], between: Between, settings: Settings, jobs: int) -> AcrossPlan:
    """Match the records of some files with each other, in the order of the names of the files; fill ``repeats``."""
    from dedupe_cli.across.roles import Role  # noqa: PLC0415
    from dedupe_cli.gate.ignore import ignored  # noqa: PLC0415
    from dedupe_cli.terms import Terms, wanted_between  # noqa: PLC0415  not for --help
    from dedupe_cli.text.spans import union  # noqa: PLC0415

    order = sorted(range(len(files)), key=lambda at: os.fsencode(files[at].path))
    texts = [text for at in order for text in _texts(at, files[at])]
    homes: dict[tuple[int, int], int] = {}
    scopes = between.scopes([held.path for held in files])
    terms = [files[text.file].job.terms or Terms() for text in texts]
    sources = [text.result.source for text in texts]
    roles = [
        Role(
            scope=scopes[text.file],
            home=homes.setdefault((text.file, text.record), len(homes)),
            ignored=union([*ignored(text.result.source, each.heed).marked, *text.marked]),
        )
        for text, each in zip(texts, terms, strict=True)
    ]
    plan, out = api.across(
        [text.result for text in texts],
        settings,
        roles=roles,
        least=between.least,
        many=Compare(settings, jobs),
        wanted=wanted_between(sources, terms),
    )
    _told(files, texts, plan, out)
    return plan


def _texts(at: int, held: Held) -> Iterator[_Text]:
    for number, item in enumerate(held.items):
        for part, (result, marked) in enumerate(apart(item, held.job)):
            yield _Text(at, number, part, result, marked)


def _told(files: Sequence[Held], texts: Sequence[_Text], plan: AcrossPlan, out: Sequence[api.Result]) -> None:
    """Say of each record of which something stands in earlier ones what is left of it, and which says most."""
    at = 0
    while at < len(texts):
        first = texts[at]
        held = files[first.file]
        results = held.items[first.record].results
        size = len(results)
        said: Counter[int] = Counter()
        for edit in (edit for mine in plan.edits[at : at + size] for edit in mine):
            said[edit.kept_in] += len(edit.span)
        if said:
            most = max(said, key=lambda other: (said[other], -other))
            total = sum(len(result.source.text) for result in results)
            name = _name(files, texts[most])
            held.repeats[first.record] = Repeats(tuple(out[at : at + size]), name, min(said.total() / total, 1.0))
        at += size


def _name(files: Sequence[Held], text: _Text) -> str | float:
    """Return what a record is called: by its own field, else its number, after its file where there are several."""
    held = files[text.file]
    item = held.items[text.record]
    if item.name is not None:
        return item.name
    number = item.record.number
    return number if len(files) == 1 else f"{held.job.path}:{number}"


def hold(path: str, job: Job, done: Iterator[list[Cleaned]]) -> Held:
    """Hold the records of a file; a text in which nothing goes is held once."""
    items = [_lean(item) for some in done for item in some]
    return Held(path, job, items, [None] * len(items))


def _lean(item: Cleaned) -> Cleaned:
    results = tuple(
        result if result.text != result.source.text else replace(result, text=result.source.text)
        for result in item.results
    )
    return replace(item, results=results)
