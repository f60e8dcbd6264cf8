"""``dedupe clean`` and ``dedupe diff`` of files of records: streamed, in order, in memory that does not grow."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import IO, TYPE_CHECKING, Any

from dedupe_cli.apply.write import write_file
from dedupe_cli.cli import batch, memory, outputs, view
from dedupe_cli.cli.pool import in_order
from dedupe_cli.cli.signals import check_stopped
from dedupe_cli.errors import DedupeError, ReadError, SettingsError, system_reason
from dedupe_cli.model import Edit, Plan, Safety, Source, Span
from dedupe_cli.read.formats.csv_rows import row_fields
from dedupe_cli.read.formats.fields import parse_field
from dedupe_cli.read.formats.record_stream import compressed, damaged, decompressed, read_records
from dedupe_cli.records import COLUMNS, Done, Job, work
from dedupe_cli.render.phrases import count, share

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator, Sequence

    from dedupe_cli.cli import inputs
    from dedupe_cli.cli.console import Console
    from dedupe_cli.read.formats.record_stream import Record

# Records that are worked on together: so many, or so many bytes.
_MANY, _MUCH = 64, 1 << 18
_BLOCK = 1 << 20


def run_records(console: Console, kinds: dict[str, str], tasks: inputs.Tasks, given: dict[str, Any]) -> int:
    """Clean files of records, or show what would be done; return the exit code."""
    asked = {"--plan": tasks.plan, "--to-encoding": tasks.to_encoding}
    asked |= {"--plan-out": given.pop("plan_out", None), "--to": given.pop("to", None)}
    for flag, value in asked.items():
        if value:
            raise SettingsError(f"{flag} is for one text, not for records", hint="leave it out")
    texts = [path for path, kind in kinds.items() if not kind]
    if texts:
        raise SettingsError(f"{texts[0]} is no file of records, as others are", hint="give them in calls of their own")
    given["fields"] = given["fields"] or ("text",)
    return _Records(console=console, paths=list(kinds), kinds=kinds, tasks=tasks, **given).go()


@dataclass
class _Tally:
    """What became of the records of one file so far."""

    records: int = 0
    changed: int = 0
    faults: int = 0
    texts: int = 0
    without: int = 0
    length: int = 0
    removed: int = 0
    cuts: int = 0
    held: int = 0
    loops: int = 0
    dropped: int = 0

    def add(self, done: Done) -> None:
        """Count one record."""
        self.records += 1
        self.changed += bool(done.changes)
        self.faults += bool(done.fault)
        self.without += not done.texts and not done.fault
        for name in ("texts", "length", "removed", "cuts", "held", "loops", "dropped"):
            setattr(self, name, getattr(self, name) + getattr(done, name))


@dataclass(kw_only=True)
class _Records(view.Request):
    """One call for files of records."""

    kinds: dict[str, str]
    fields: tuple[str, ...]
    annotate: bool
    on_loop: str

    def go(self) -> int:
        """Check the request, work on the files, say what was done."""
        self._check()
        memory.check_start()
        for path in self.paths:
            try:
                self._file(path)
            except DedupeError as error:
                self.failed = True
                self.console.error(error)
        self.show_changes()
        return self.exit_code

    def _check(self) -> None:
        self.check_modes()
        if self.annotate and self.on_loop != "collapse":
            raise SettingsError("--annotate and --on-loop contradict", hint="--annotate cuts nothing")
        self.check_places()

    def _file(self, path: str) -> None:
        """Work on one file, from its first record to its last."""
        tally, name = _Tally(), outputs.shown(path)
        changes: list[tuple[int, int, bytes]] = []
        with _opened(path) as raw:
            stream, packing = decompressed(raw, name)
            if packing and self.write:
                raise SettingsError(f"{name}: compressed files are not changed in their place", hint="write with -o")
            job, head, records = self._prepared(path, stream, name)
            chunks = chain(head, self._worked(records, job, tally, changes, name))
            try:
                self._deliver(path, chunks, packing, changes)
            except damaged() as error:
                raise ReadError(f"{name}: damaged or cut off ({error})", hint="fetch it again") from error
        self._told(name, tally)

    def _prepared(self, path: str, stream: IO[bytes], name: str) -> tuple[Job, list[bytes], Iterator[Record]]:
        """Find the fields; return the job, what is handed on as it is, and the records."""
        task = self.tasks.task(path)
        how = task.encoding.encoding
        job = Job(
            name,
            task.settings,
            task.terms,
            encoding="utf-8" if how in {None, "auto"} else str(how),
            annotate=self.annotate,
            on_loop=self.on_loop,
            keep_texts=self.diff,
        )
        kind = self.kinds[path]
        if kind == "jsonl":
            return replace(job, fields=tuple(map(parse_field, self.fields))), [], read_records(stream)
        delimiter = "\t" if kind == "tsv" else ","
        records = read_records(stream, delimiter)
        head: list[bytes] = []
        for record in records:
            if record.number == 0:
                head.append(record.data)
                continue
            return self._with_columns(job, delimiter, head, record, records)
        return replace(job, delimiter=delimiter), head, records

    def _with_columns(
        self, job: Job, delimiter: str, head: list[bytes], record: Record, records: Iterator[Record]
    ) -> tuple[Job, list[bytes], Iterator[Record]]:
        """Find the columns by the names in the first row, or by their numbers: then it is a row like others."""
        try:
            text = record.data.decode(job.encoding)
        except UnicodeDecodeError as error:
            raise ReadError(
                f"{job.path}: not valid {job.encoding} (byte {error.start})", hint="name its encoding with --encoding"
            ) from None
        names = [each.value for each in row_fields(text, delimiter)]
        job = replace(job, delimiter=delimiter)
        if all(each.isdigit() for each in self.fields):
            if any(not 0 < int(each) <= len(names) for each in self.fields):
                raise ReadError(f"{job.path}: it has {count(len(names), 'column')}", hint="--field counts from 1")
            return replace(job, columns=tuple(int(each) - 1 for each in self.fields)), head, chain([record], records)
        for each in self.fields:
            if each not in names:
                shown = ", ".join(map(repr, names[:8])) + (", ..." if len(names) > 8 else "")
                raise ReadError(f"{job.path}: no column {each!r}", hint=f"--field NAME or its number; it has {shown}")
        line = record.data
        if self.annotate:
            end = len(text.rstrip("\r\n"))
            line = (text[:end] + delimiter + delimiter.join(COLUMNS) + text[end:]).encode(job.encoding)
        return replace(job, columns=tuple(names.index(each) for each in self.fields)), [*head, line], records

    def _worked(
        self, records: Iterator[Record], job: Job, tally: _Tally, changes: list[tuple[int, int, bytes]], name: str
    ) -> Iterator[bytes]:
        """Yield what the records become, in their order."""
        at = 0
        batches = _batches(records)
        start: list[list[Record]] = []
        size = 0
        while self.jobs != 1 and size < batch.WORTH_IT and (some := next(batches, None)):
            start.append(some)
            size += sum(len(record.data) for record in some)
        workers = self.jobs or batch.processors()
        every = chain(start, batches)
        if size < batch.WORTH_IT or workers < 2:
            finished: Iterator[list[Done]] = (work(some, job) for some in every)
        else:
            finished = in_order(partial(work, job=job), every, workers, lambda some: f"{name}:{some[0].number}")
        for results in finished:
            check_stopped()
            for done in results:
                if done.number:
                    tally.add(done)
                if done.fault:
                    self.console.error(DedupeError(f"{name}:{done.number}: {done.fault}"))
                if self.write or self.diff:
                    changes += [(at + c.start, c.length, c.new) for c in done.changes]
                at += len(done.data) + sum(c.length - len(c.new) for c in done.changes)
                self.pairs += done.plans
                yield done.data

    def _deliver(self, path: str, chunks: Iterator[bytes], packing: str, changes: list[tuple[int, int, bytes]]) -> None:
        """Bring the records where they belong."""
        if self.diff and view.is_patch(self):
            self.patches.append(_patch(path, chunks, changes, packing))
        elif self.diff or self.check or self.dry_run:
            for _ in chunks:
                pass
        elif self.write:
            self._write_back(path, chunks, changes)
        else:
            packed = compressed(chunks, _packing(self.output, packing), outputs.shown(path))
            if self.output and outputs.is_folder(self.output):
                outputs.put_in_tree(self.output, path, packed)
            else:
                outputs.put(self.output, packed)

    def _write_back(self, path: str, chunks: Iterator[bytes], changes: list[tuple[int, int, bytes]]) -> None:
        """Replace a file when something changed; what goes is recorded first."""
        from dedupe_cli.apply.records import forget  # noqa: PLC0415  only when something is written
        from dedupe_cli.apply.undo import record_bytes  # noqa: PLC0415

        if not outputs.is_replaceable(path) or path == outputs.STDIN:
            raise ReadError(f"{outputs.shown(path)} is no regular file", hint="leave -w out")
        before = _digest(path)
        with tempfile.TemporaryFile() as spool:
            after = hashlib.sha256()
            for chunk in chunks:
                after.update(chunk)
                spool.write(chunk)
            if not changes:
                return
            places = [(start, length, len(new)) for start, length, new in changes]
            kept = ""
            if not self.no_undo:
                kept = record_bytes(path, (before, after.hexdigest()), places, _removed(path, changes))
            spool.seek(0)
            try:
                write_file(path, iter(partial(spool.read, _BLOCK), b""), digest=before, backup=self.backup or "")
            except DedupeError:
                if kept:
                    forget(kept)
                raise

    def _told(self, name: str, tally: _Tally) -> None:
        """Say what became of a file."""
        self.changed |= bool(tally.changed)
        self.failed |= bool(tally.faults)
        if tally.records and tally.without == tally.records - tally.faults and tally.without:
            self.failed = True
            self.console.error(
                DedupeError(
                    f"{name}: no record has a text in {' or '.join(self.fields)}", hint="--field says where it is"
                )
            )
            return
        if self.console.quiet:
            return
        if tally.without:
            self.console.warn(f"{name}: {count(tally.without, 'record')} without a text in {' or '.join(self.fields)}")
        done = self.done
        verb = "went" if done else "would go"
        parts = [
            f"{name}: {count(tally.changed, 'record')} of {tally.records:,} {'changed' if done else 'would change'}"
        ]
        if tally.removed:
            part = share(tally.removed, tally.length)
            parts.append(f"{tally.removed:,} of {count(tally.length, 'character')} ({part}) {verb}")
        if tally.loops:
            parts.append(count(tally.loops, "loop"))
        if tally.dropped:
            parts.append(f"{tally.dropped:,} dropped")
        if tally.held:
            parts.append(f"{count(tally.held, 'pair')} held back")
        if tally.faults:
            parts.append(f"{tally.faults:,} handed on as they are")
        self.console.say("; ".join(parts))


def _opened(path: str) -> io.BufferedReader:
    try:
        if path == outputs.STDIN:
            if sys.stdin is None:
                raise ReadError("standard input is closed", hint="name a file, or pipe one in")
            return open(0, "rb", closefd=False)
        return open(path, "rb")
    except OSError as error:
        raise ReadError(f"{path}: {system_reason(error)}", hint="check the name") from error


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    """Put records together so that sending them is worth it."""
    some: list[Record] = []
    size = 0
    for record in records:
        some.append(record)
        size += len(record.data)
        if len(some) >= _MANY or size >= _MUCH:
            yield some
            some, size = [], 0
    if some:
        yield some


def _packing(output: str | None, packing: str) -> str:
    """Return how the output is packed: as its name says, else as the input was."""
    if output is None or output == outputs.STDOUT or outputs.is_folder(output):
        return packing
    return {".gz": "gzip", ".zst": "zstd"}.get(os.path.splitext(output)[1].lower(), "")


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _removed(path: str, changes: Sequence[tuple[int, int, bytes]]) -> bytes:
    """Return the bytes that go, one after the other."""
    pieces = []
    with open(path, "rb") as file:
        for start, length, _ in changes:
            file.seek(start)
            pieces.append(file.read(length))
    return b"".join(pieces)


def _patch(path: str, chunks: Iterator[bytes], changes: Sequence[tuple[int, int, bytes]], packing: str) -> bytes:
    """Return a patch of a file, which is held whole for it; every byte counts as a character."""
    from dedupe_cli.render.unified import unified  # noqa: PLC0415  only for patches

    new = b"".join(chunks).decode("latin-1")
    if packing:
        raise SettingsError(
            f"{path}: a patch of a compressed file cannot be applied", hint="--layout inline shows cards"
        )
    if not changes:
        return b""
    with _opened(path) as file:
        old = file.read().decode("latin-1")
    edits = tuple(Edit(Span(a, a + n), b.decode("latin-1"), "D101", "said again", Safety.EXACT) for a, n, b in changes)
    plan = Plan("", len(old), edits)
    return unified(Source(path, old, "", "latin-1"), plan, new)
