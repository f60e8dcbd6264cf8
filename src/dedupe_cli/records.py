"""Records of a stream: each field that was asked for is a text of its own, all else keeps its bytes.

What one record needs is here; the stream, the processes and the files are the command line's.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe_cli import api
from dedupe_cli.errors import DedupeError, LawError
from dedupe_cli.model import Source, Span
from dedupe_cli.read.formats.csv_rows import row_fields
from dedupe_cli.read.formats.fields import find_strings
from dedupe_cli.read.formats.json_spans import first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.checking import Terms
    from dedupe_cli.model import Plan
    from dedupe_cli.read.formats.raw_string import RawString
    from dedupe_cli.read.formats.record_stream import Record
    from dedupe_cli.settings import Settings

# Rounds from which on a repetition in place is called a loop.
LOOP = 3
COLUMNS = ("repeat_ratio", "loop_start", "loop_rounds")


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done with every record.

    ``fields`` are paths of JSON, ``columns`` numbers from 0 of a table with that ``delimiter`` (empty: JSON).
    ``on_loop`` is ``collapse``, ``truncate`` or ``drop``; with ``annotate`` nothing is cut, and what was found is
    written into the record. With ``keep_texts`` the plans are handed back.
    """

    path: str
    settings: Settings
    terms: Terms | None = None
    fields: tuple[tuple[str | int, ...], ...] = ()
    columns: tuple[int, ...] = ()
    delimiter: str = ""
    encoding: str = "utf-8"
    annotate: bool = False
    on_loop: str = "collapse"
    keep_texts: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Bytes of a record that are replaced: where they begin, how many, by what."""

    start: int
    length: int
    new: bytes


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one record; ``fault`` says why it was handed on as it is."""

    number: int
    data: bytes
    changes: tuple[Change, ...] = ()
    fault: str = ""
    texts: int = 0
    length: int = 0
    removed: int = 0
    cuts: int = 0
    held: int = 0
    loops: int = 0
    dropped: bool = False
    plans: tuple[tuple[Source, Plan], ...] = field(default=())


def work(records: Sequence[Record], job: Job) -> list[Done]:
    """Clean some records; never raises for what is wrong with one of them."""
    return [_one(record, job) for record in records]


def _one(record: Record, job: Job) -> Done:
    if not record.whole or not record.data.strip():
        return Done(record.number, record.data, fault=record.fault)
    try:
        text = record.data.decode(job.encoding)
        strings = _strings(text, job)
        results = [_cleaned(record.number, name, string, job) for name, string in strings]
        return _finished(record, text, [s for _, s in strings], results, job)
    except UnicodeDecodeError as error:
        return Done(record.number, record.data, fault=f"not valid {job.encoding} (byte {error.start})")
    except RecursionError:
        return Done(record.number, record.data, fault="nested too deep")
    except ValueError as error:
        return Done(record.number, record.data, fault=f"not JSON ({error})")
    except DedupeError as error:
        return Done(record.number, record.data, fault=error.message)


def _strings(text: str, job: Job) -> list[tuple[str, RawString]]:
    """Return the texts of a record, in its order, each once."""
    if job.delimiter:
        row = list(row_fields(text, job.delimiter))
        return [(f"column {column + 1}", row[column]) for column in job.columns if column < len(row)]
    if not isinstance(json.loads(text.rstrip("\r\n")), dict):
        raise ValueError("no object")  # noqa: TRY004  as the parser says it
    found = {
        string.span: (name, string) for steps in job.fields for name, string in find_strings(text, first(text), steps)
    }
    return [found[span] for span in sorted(found)]


def _cleaned(number: int, name: str, string: RawString, job: Job) -> api.Result:
    digest = hashlib.sha256(string.value.encode("utf-8", "surrogatepass")).hexdigest()
    return api.run(Source(f"{job.path}:{number}:{name}", string.value, digest), job.settings, terms=job.terms)


def _finished(record: Record, text: str, strings: Sequence[RawString], results: Sequence[api.Result], job: Job) -> Done:
    """Put the texts back into the record, and prove that it says what was planned."""
    loops = [loop for result in results for loop in [_loop(result.plan)] if loop]
    dropped = bool(loops) and job.on_loop == "drop" and not job.annotate
    edits: list[tuple[Span, str]] = []
    wanted = []
    for string, result in zip(strings, results, strict=True):
        own = [] if job.annotate or dropped else _edits(result, job)
        wanted.append(_rewritten(string.value, own))
        edits += [(string.raw(span), _escaped(new, string, text, job)) for span, new in own]
    if job.annotate and strings:
        edits += _annotations(text, results, loops, job)
    new = _rewritten(text, sorted(edits))
    if edits and not job.annotate and [s.value for _, s in _strings(new, job)] != wanted:
        raise LawError("the result would not be the record that was planned; left as it is")
    changes = [Change(0, len(record.data), b"")] if dropped else _in_bytes(text, sorted(edits), job.encoding)
    return Done(
        record.number,
        b"" if dropped else new.encode(job.encoding),
        tuple(changes),
        texts=len(strings),
        length=sum(len(s.value) for s in strings),
        removed=sum(len(s.value) - len(w) for s, w in zip(strings, wanted, strict=True)),
        cuts=sum(len(r.plan.edits) for r in results),
        held=sum(len(r.plan.held_back) for r in results),
        loops=len(loops),
        dropped=dropped,
        plans=tuple((r.source, r.plan) for r in results if r.plan.groups) if job.keep_texts else (),
    )


def _edits(result: api.Result, job: Job) -> list[tuple[Span, str]]:
    """Return what goes from one text; with ``truncate``, all behind the first round of its first loop."""
    edits = [(edit.span, edit.replacement) for edit in result.plan.edits]
    loop = _loop(result.plan)
    if loop is None or job.on_loop != "truncate":
        return edits
    end = len(result.source.text[: loop[2]].rstrip())
    return [*((s, new) for s, new in edits if s.end <= end), (Span(end, len(result.source.text)), "")]


def _loop(plan: Plan) -> tuple[int, int, int] | None:
    """Return of the first loop of a text where it begins, how many rounds it has, and where the second begins."""
    found = [
        (group.members[0].start, len(group.copies) + 1, min(e.span.start for e in plan.edits if e.group == index))
        for index, group in enumerate(plan.groups)
        if group.rule == "D203" and len(group.copies) + 1 >= LOOP
    ]
    return min(found, default=None)


def _annotations(
    text: str, results: Sequence[api.Result], loops: Sequence[tuple[int, int, int]], job: Job
) -> list[tuple[Span, str]]:
    """Write the share of the letters that repeat, where the first loop begins and how many rounds it has."""
    size, gone = sum(len(r.source.text) for r in results), sum(r.plan.removed for r in results)
    values = [round(gone / size, 4) if size else 0.0, loops[0][0] if loops else None, loops[0][1] if loops else None]
    if job.delimiter:
        end = len(text.rstrip("\r\n"))
        shown = ["" if value is None else str(value) for value in values]
        return [(Span(end, end), job.delimiter + job.delimiter.join(shown))]
    end = text.rindex("}")
    pairs = ", ".join(f'"{key}": {json.dumps(value)}' for key, value in zip(COLUMNS, values, strict=True))
    empty = not json.loads(text)
    return [(Span(end, end), pairs if empty else f", {pairs}")]


def _escaped(new: str, string: RawString, text: str, job: Job) -> str:
    """Write what is put in as the string is written."""
    if not job.delimiter:
        return json.dumps(new, ensure_ascii=False)[1:-1]
    return new.replace('"', '""') if text[string.span.start] == '"' else new


def _rewritten(text: str, edits: Sequence[tuple[Span, str]]) -> str:
    pieces, at = [], 0
    for span, new in edits:
        pieces += [text[at : span.start], new]
        at = span.end
    return "".join([*pieces, text[at:]])


def _in_bytes(text: str, edits: Sequence[tuple[Span, str]], encoding: str) -> list[Change]:
    out, at, place = [], 0, 0
    for span, new in edits:
        place += len(text[at : span.start].encode(encoding))
        size = len(span.of(text).encode(encoding))
        out.append(Change(place, size, new.encode(encoding)))
        at, place = span.end, place + size
    return out
