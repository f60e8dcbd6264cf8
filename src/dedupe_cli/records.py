"""Records of a stream, one at a time: each field that was asked for is a text of its own, all else keeps its bytes."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from typing import TYPE_CHECKING, Any

from dedupe_cli import api
from dedupe_cli.errors import DedupeError, LawError, SettingsError
from dedupe_cli.model import Plan, Source, Span
from dedupe_cli.read.formats.json_spans import first
from dedupe_cli.read.formats.records import (
    cells,
    escaped,
    fault_of,
    find_strings,
    in_object,
    in_row,
    rewritten,
    row_fields,
)
from dedupe_cli.text.letters import says

if TYPE_CHECKING:
    from dedupe_cli.read.formats.json_spans import RawString
    from dedupe_cli.read.formats.records import Record
    from dedupe_cli.settings import Settings
    from dedupe_cli.terms import Terms


# What became of a text in a field.
_Known = dict[tuple[str, str], "api.Result"]
# Rounds from which on a repetition in place is called a loop.
LOOP = 3
COLUMNS = ("repeat_ratio", "loop_start", "loop_rounds")
# What is added to them where records are compared with each other.
COLUMNS_ACROSS = ("repeat_of", "repeat_of_ratio")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call asks for of its records; fields and the name of a record are as they were written.

    ``on_loop`` is ``collapse``, ``truncate`` or ``drop``; with ``annotate`` nothing is cut, and what was found is
    written into the record. With ``keep_texts`` the plans are handed back. ``across``: records are compared with each
    other; ``on_repeat`` is ``collapse`` or ``drop``.
    """

    fields: tuple[str, ...] = ("text",)
    annotate: bool = False
    on_loop: str = "collapse"
    on_repeat: str | None = None
    id_field: str | None = None
    keep_texts: bool = False
    across: bool = False

    def check(self) -> None:
        """Refuse what contradicts itself."""
        for flag, value in (("--on-repeat", self.on_repeat), ("--id-field", self.id_field)):
            if value and not self.across:
                raise SettingsError(f"{flag} needs --across", hint="records are compared with each other with --across")
        if self.id_field and not self.annotate:
            raise SettingsError("--id-field needs --annotate", hint="it says what repeat_of names")
        for flag, word in (("--on-loop", self.on_loop), ("--on-repeat", self.on_repeat or "collapse")):
            if self.annotate and word != "collapse":
                raise SettingsError(f"--annotate and {flag} contradict", hint="--annotate cuts nothing")


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done with every record.

    ``fields`` are paths of JSON, ``columns`` numbers from 0 of a table with that ``delimiter`` (empty: JSON).
    ``id_field`` or ``id_column`` tell where the name of a record is.
    ``width`` is the number of columns that a table has names for (0: it has none); ``annotated`` tells for each of
    ``columns_added`` which of them it is, -1 for one that is new.
    """

    path: str
    settings: Settings
    terms: Terms | None = None
    asked: Asked = Asked()
    fields: tuple[tuple[str | int, ...], ...] = ()
    columns: tuple[int, ...] = ()
    delimiter: str = ""
    encoding: str = "utf-8"
    guessed: bool = False
    id_field: tuple[str | int, ...] = ()
    id_column: int = -1
    width: int = 0
    annotated: tuple[int, ...] = ()

    @property
    def columns_added(self) -> tuple[str, ...]:
        """The fields that ``annotate`` adds."""
        return (*COLUMNS, *COLUMNS_ACROSS) if self.asked.across else COLUMNS


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One record whose texts were cleaned, each for itself; ``fault`` says why it is handed on as it is.

    ``name`` is what its own field calls it, ``None`` without one.
    """

    record: Record
    results: tuple[api.Result, ...] = ()
    fault: str = ""
    name: str | float | None = None

    @property
    def loops(self) -> list[tuple[int, int, int]]:
        """The first loop of each text that fell into one."""
        return [loop for result in self.results for loop in [first_loop(result.plan)] if loop]


@dataclass(frozen=True, slots=True)
class Repeats:
    """What of a record stands in earlier ones: its results without that, the record that says most of it, how much.

    ``ratio`` is the share of all its characters, 0 to 1.
    """

    results: tuple[api.Result, ...]
    of: str | float | None = None
    ratio: float = 0.0


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
    held: int = 0
    loops: int = 0
    repeats: bool = False
    dropped: bool = False
    plans: tuple[tuple[Source, Plan], ...] = field(default=())


def work(records: Sequence[Record], job: Job) -> list[Done]:
    """Clean some records; never raises for what is wrong with one of them."""
    found = [read(record, job) for record in records]
    known, once = _Known(), _said_once(found, job.settings)
    return [finished(_one(*each, job, known, once), job) for each in zip(records, found, strict=True)]


def cleaned(records: Sequence[Record], job: Job) -> list[Cleaned]:
    """Clean the texts of some records, each text for itself; never raises for what is wrong with one of them."""
    known = _Known()
    return [_one(record, read(record, job), job, known) for record in records]


def _said_once(found: Sequence[Read], settings: Settings) -> Collection[str]:
    """Return the texts of some records of which nothing is said but once: no plan is made of them."""
    from dedupe_cli.search.said_once import said_once  # noqa: PLC0415  the engine loads numpy: not for --help

    if settings.unit != "auto" or settings.fix:
        return ()
    texts = list({string.value for each in found for _, string in each.strings})
    return set(compress(texts, said_once(texts)))


@dataclass(frozen=True, slots=True)
class Read:
    """The texts of one record with the paths to them, and its name; ``fault`` says why there are none."""

    strings: tuple[tuple[str, RawString], ...] = ()
    name: str | float | None = None
    fault: str = ""


def read(record: Record, job: Job) -> Read:
    """Find the texts of a record; never raises for what is wrong with it."""
    if not record.whole or not record.data.strip():
        return Read(fault=record.fault)
    try:
        text = record.data.decode(job.encoding)
        if job.encoding != "utf-8" and text.encode(job.encoding) != record.data:
            return Read(fault=f"{job.encoding} would not give back the same bytes")
        strings = tuple(_strings(text, job))
        return Read(strings, _name(text, job) if strings else None)
    except UnicodeDecodeError as error:
        return Read(fault=f"not valid {job.encoding} (byte {error.start}); --encoding names another")
    except (ValueError, RecursionError) as error:
        return Read(fault=fault_of(error))
    except DedupeError as error:
        return Read(fault=error.message)


def _one(record: Record, found: Read, job: Job, known: _Known, once: Collection[str] = ()) -> Cleaned:
    """Clean the texts of a record; those that are said ``once`` stay as they are."""
    if found.fault:
        return Cleaned(record, fault=found.fault)
    try:
        results = tuple(_cleaned(record.number, name, string.value, job, known, once) for name, string in found.strings)
    except DedupeError as error:
        return Cleaned(record, fault=error.message)
    return Cleaned(record, results, name=found.name)


def finished(item: Cleaned, job: Job, repeats: Repeats | None = None) -> Done:
    """Put the texts of a record back into it, without what earlier records say when that is known."""
    record = item.record
    if item.fault or not item.results:
        return Done(record.number, record.data, fault=item.fault)
    try:
        return _finished(item, job, repeats or Repeats(item.results))
    except DedupeError as error:
        return Done(record.number, record.data, fault=error.message)


def _name(text: str, job: Job) -> str | float | None:
    """Return what a record is called by its own field, when that is a string or a number."""
    if job.id_column >= 0:
        row = cells(text, job.delimiter)
        return row[job.id_column] if job.id_column < len(row) else None
    value: Any = json.loads(text) if job.id_field else None
    for step in job.id_field:
        inside = isinstance(value, list) if isinstance(step, int) else isinstance(value, dict)
        try:
            value = value[step] if inside else None
        except (KeyError, IndexError):
            return None
    return value if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None


def _strings(text: str, job: Job) -> list[tuple[str, RawString]]:
    """Return the texts of a record, in its order, each once."""
    if job.delimiter:
        row = list(row_fields(text, job.delimiter))
        asked = job.asked.fields
        names = asked if not all(map(str.isdigit, asked)) else [f"column {column + 1}" for column in job.columns]
        return [(name, row[at]) for name, at in zip(names, job.columns, strict=True) if at < len(row)]
    if not isinstance(json.loads(text.rstrip("\r\n")), dict):
        raise DedupeError("no object of JSON")
    found = {
        string.span: (name, string) for steps in job.fields for name, string in find_strings(text, first(text), steps)
    }
    return [found[span] for span in sorted(found)]


def _cleaned(number: int, name: str, text: str, job: Job, known: _Known, once: Collection[str]) -> api.Result:
    """Clean one text, or take what became of the same one in a record before."""
    path, said = f"{job.path}:{number}:{name}", (name, text)
    if text in once:
        return api.Result(Source(path, text, ""), Plan("", len(text)), text)
    if said in known:
        return replace(known[said], source=replace(known[said].source, path=path))
    return known.setdefault(said, api.run(Source.of(path, text), job.settings, terms=job.terms))


def _finished(item: Cleaned, job: Job, repeats: Repeats) -> Done:
    """Write the texts of a record anew, and prove that it says what was planned."""
    record, loops = item.record, item.loops
    found = any(result.plan.edits or result.plan.groups for result in (*item.results, *repeats.results))
    if not (found or job.asked.annotate or repeats.ratio):
        length = sum(len(result.source.text) for result in item.results)
        return Done(record.number, record.data, texts=len(item.results), length=length)
    text = record.data.decode(job.encoding)
    strings = [string for _, string in _strings(text, job)]
    dropped = not job.asked.annotate and (_is_dropped(item, job) or _is_repeated(repeats, job))
    edits: list[tuple[Span, str]] = []
    wanted = []
    for string, own, result in zip(strings, item.results, repeats.results, strict=True):
        mine = [] if job.asked.annotate or dropped else _edits(result, first_loop(own.plan), job)
        wanted.append(rewritten(string.value, mine))
        edits += [(string.raw(span), escaped(new, string, text, job.delimiter)) for span, new in mine]
    if job.asked.annotate:
        edits += _annotations(text, item, repeats, job)
    new = rewritten(text, sorted(edits))
    if edits and not job.asked.annotate and [s.value for _, s in _strings(new, job)] != wanted:
        raise LawError("the result would not be the record that was planned; left as it is")
    changes = [Change(0, len(record.data), b"")] if dropped else _in_bytes(text, sorted(edits), job.encoding)
    return Done(
        record.number,
        b"" if dropped else new.encode(job.encoding),
        tuple(changes),
        texts=len(strings),
        length=sum(len(s.value) for s in strings),
        removed=sum(len(s.value) - len(w) for s, w in zip(strings, wanted, strict=True)),
        held=sum(len(r.plan.held_back) for r in repeats.results),
        loops=len(loops),
        repeats=repeats.ratio > 0,
        dropped=dropped,
        plans=tuple((r.source, r.plan) for r in repeats.results if r.plan.groups or r.plan.edits)
        if job.asked.keep_texts
        else (),
    )


def _is_dropped(item: Cleaned, job: Job) -> bool:
    return job.asked.on_loop == "drop" and bool(item.loops)


def _is_repeated(repeats: Repeats, job: Job) -> bool:
    """Tell whether a record is to be dropped because earlier ones say all that its texts say."""
    said = any(says(result.text) for result in repeats.results)
    return job.asked.on_repeat == "drop" and repeats.ratio > 0 and not said


def apart(item: Cleaned, job: Job) -> list[tuple[api.Result, tuple[Span, ...]]]:
    """Return the results of a record that may be compared with others, each with what of it takes no part."""
    if _is_dropped(item, job) and not job.asked.annotate:
        return []
    out: list[tuple[api.Result, tuple[Span, ...]]] = []
    for result in item.results:
        loop = first_loop(result.plan) if job.asked.on_loop == "truncate" and not job.asked.annotate else None
        out.append((result, (Span(loop[2], len(result.source.text)),) if loop else ()))
    return out


def _edits(result: api.Result, loop: tuple[int, int, int] | None, job: Job) -> list[tuple[Span, str]]:
    """Return what goes from one text; with ``truncate``, all behind the first round of its first loop."""
    edits = [(edit.span, edit.replacement) for edit in result.plan.edits]
    if loop is None or job.asked.on_loop != "truncate":
        return edits
    end = len(result.source.text[: loop[2]].rstrip())
    before = [(Span(s.start, min(s.end, end)), new) for s, new in edits if s.start < end]
    return [*before, (Span(end, len(result.source.text)), "")]


def first_loop(plan: Plan) -> tuple[int, int, int] | None:
    """Return of the first loop of a text where it begins, how many rounds it has, and where the second begins."""
    found = [
        (group.members[0].start, len(group.copies) + 1, min(e.span.start for e in plan.edits if e.group == index))
        for index, group in enumerate(plan.groups)
        if group.rule == "D203" and len(group.copies) + 1 >= LOOP
    ]
    return min(found, default=None)


def _annotations(text: str, item: Cleaned, repeats: Repeats, job: Job) -> list[tuple[Span, str]]:
    """Write the share that repeats, where the first loop begins and how many rounds it has, what earlier ones say."""
    size, gone = sum(len(r.source.text) for r in item.results), sum(r.plan.removed for r in item.results)
    loop = next(iter(item.loops), None)
    values: list[str | float | None] = [round(gone / size, 4) if size else 0.0, *(loop[:2] if loop else (None, None))]
    if job.asked.across:
        values += [repeats.of, round(repeats.ratio, 4)]
    if job.delimiter:
        return in_row(text, values, job.annotated or (-1,) * len(values), job.width, job.delimiter)
    return in_object(text, dict(zip(job.columns_added, values, strict=True)))


def _in_bytes(text: str, edits: Sequence[tuple[Span, str]], encoding: str) -> list[Change]:
    out, at, place = [], 0, 0
    for span, new in edits:
        place += len(text[at : span.start].encode(encoding))
        size = len(span.of(text).encode(encoding))
        out.append(Change(place, size, new.encode(encoding)))
        at, place = span.end, place + size
    return out
