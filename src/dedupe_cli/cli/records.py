"""``dedupe clean`` and ``dedupe diff`` of files of records: streamed, in order, in memory that does not grow."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from dedupe_cli.apply.write import write_file
from dedupe_cli.cli import inputs, memory, outputs, view
from dedupe_cli.cli.record_files import open_records, prepared, through, whole_stream, without_texts
from dedupe_cli.cli.signals import check_stopped
from dedupe_cli.errors import DedupeError, ReadError, SettingsError
from dedupe_cli.language import _, ngettext
from dedupe_cli.model import Edit, Plan, Safety, Source, Span
from dedupe_cli.read.formats.records import Record, compressed, decompressed
from dedupe_cli.records import Asked, Done, Job, cleaned, work
from dedupe_cli.render.phrases import count, number, share

if TYPE_CHECKING:
    from dedupe_cli.cli.between import Between
    from dedupe_cli.cli.console import Console
    from dedupe_cli.cli.record_files import Held

_BLOCK = 1 << 20
# Bytes of records that are compared with each other, beyond which there is a better way.
_MUCH = 1 << 26
# Records with a fault that are told one by one.
_TOLD = 20


def run_records(console: Console, kinds: dict[str, str], tasks: inputs.Tasks, given: dict[str, Any]) -> int:
    """Clean files of records, or show what would be done; return the exit code."""
    asked = {"--plan": tasks.plan, "--to-encoding": tasks.to_encoding, "--track-changes": tasks.track}
    if tasks.decisions is not None:
        raise SettingsError(
            "nothing is asked about records, so --decisions has no answers for them",
            hint="--annotate marks what repeats and cuts nothing, --confidence 90 cuts only what is sure",
        )
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
    without: int = 0
    length: int = 0
    removed: int = 0
    held: int = 0
    loops: int = 0
    repeats: int = 0
    dropped: int = 0

    def add(self, done: Done) -> None:
        """Count one record."""
        self.records += 1
        self.changed += bool(done.changes)
        self.faults += bool(done.fault)
        self.without += not done.texts and not done.fault
        for name in ("length", "removed", "held", "loops", "repeats", "dropped"):
            setattr(self, name, getattr(self, name) + getattr(done, name))


@dataclass(frozen=True, slots=True)
class _Input:
    """How one file was read: what stands before its records, how it is packed, the digest before it was read.

    ``whole`` are its bytes where a patch is to be made of it.
    """

    path: str
    head: Sequence[Done]
    packing: str
    digest: str
    whole: bytes = b""


@dataclass(kw_only=True)
class _Records(view.Request):
    """One call for files of records."""

    kinds: dict[str, str]
    fields: tuple[str, ...]
    annotate: bool
    on_loop: str
    on_repeat: str | None
    id_field: str | None

    @cached_property
    def asked(self) -> Asked:
        """What is asked for of the records."""
        across = self.between is not None
        return Asked(self.fields, self.annotate, self.on_loop, self.on_repeat, self.id_field, self.diff, across)

    def go(self) -> int:
        """Check the request, work on the files, say what was done."""
        self.check_modes()
        if self.between is not None and self.between.references:
            raise SettingsError("--reference is for texts, not for records", hint="leave it out")
        self.asked.check()
        self.check_places()
        memory.check_start()
        if self.between is None:
            self._each(self.paths, self._file)
        else:
            self._compared(self.between)
        self.show_changes()
        return self.exit_code

    def _each(self, paths: Iterable[str], work: Callable[[str], None]) -> None:
        """Work on some files; what is wrong with one stops no other."""
        for path in paths:
            try:
                work(path)
            except DedupeError as error:
                self.failed = True
                self.console.error(error)

    def _file(self, path: str) -> None:
        """Work on one file, from its first record to its last."""
        with open_records(path) as raw:
            source, job, records = self._read(path, raw)
            self._finish(source, chain.from_iterable(through(work, records, job, self.jobs)))

    def _compared(self, between: Between) -> None:
        """Read all files, match their records with each other, then write them."""
        from dedupe_cli.cli.record_files import hold, match  # noqa: PLC0415  not where records are streamed

        if sum(map(memory.size_of, self.paths)) > _MUCH:
            self.console.say("hint: all of this is held in memory; dedupe corpus SRC -o DIR works in parts")

        held: dict[str, tuple[_Input, Held]] = {}

        def read(path: str) -> None:
            with open_records(path) as raw:
                source, job, records = self._read(path, raw)
                with whole_stream(job.path):
                    held[path] = source, hold(path, job, through(cleaned, records, job, self.jobs))

        self._each(self.paths, read)
        plan = match([each for _, each in held.values()], between, self.tasks.project.at(".").settings, self.jobs)
        drifted = sum(group.rule == "D302" for group in plan.groups)
        if drifted:
            self.console.say(f"{count(drifted, 'passage')} came to say different things in several records (D302)")
        self._each(held, lambda path: self._finish(held[path][0], held[path][1].finished()))

    def _read(self, path: str, raw: io.BufferedReader) -> tuple[_Input, Job, Iterator[Record]]:
        """Begin to read one file."""
        name, whole = outputs.shown(path), b""
        if self.tasks.project.of(path).protects(path):
            raise SettingsError(f"{name} is protected", hint="leave it out, or out of protect")
        if self.write and not outputs.is_replaceable(path):
            raise ReadError(f"{name} is no regular file", hint="leave -w out")
        digest = _digest(path) if self.write else ""
        if self.diff and view.is_patch(self):
            whole = raw.read()
            raw = io.BufferedReader(io.BytesIO(whole))
        stream, packing = decompressed(raw, name)
        if packing and self.write:
            raise SettingsError(f"{name}: compressed files are not changed in their place", hint="write with -o")
        task = self.tasks.task(path)
        with whole_stream(name):
            job = Job(name, task.settings, task.terms, self.asked)
            job, head, records = prepared(stream, self.kinds[path], job, task.encoding)
        if job.guessed:
            self.console.say(f"{name}: read as {job.encoding}, by its letters")
        return _Input(path, head, packing, digest, whole), job, records

    def _finish(self, source: _Input, done: Iterator[Done]) -> None:
        """Bring what the records of a file became where it belongs, and say what that is."""
        tally, name = _Tally(), outputs.shown(source.path)
        changes: list[tuple[int, int, bytes]] = []
        with whole_stream(name):
            self._deliver(source, self._chunks(chain(source.head, done), tally, changes, name), changes)
        self._told(name, tally)

    def _chunks(
        self, done: Iterator[Done], tally: _Tally, changes: list[tuple[int, int, bytes]], name: str
    ) -> Iterator[bytes]:
        """Yield what the records become; note what changes where."""
        at = 0
        for each in done:
            check_stopped()
            if each.number:
                tally.add(each)
            if each.fault and (tally.faults <= _TOLD or self.console.verbose):
                self.console.error(DedupeError(f"{name}:{each.number}: {each.fault}"))
            if self.write or self.diff:
                changes += [(at + c.start, c.length, c.new) for c in each.changes]
            at += len(each.data) + sum(c.length - len(c.new) for c in each.changes)
            self.pairs += each.plans
            yield each.data

    def _deliver(self, source: _Input, chunks: Iterator[bytes], changes: list[tuple[int, int, bytes]]) -> None:
        """Bring the records where they belong."""
        if self.diff and view.is_patch(self):
            self.patches.append(_patch(source, chunks, changes, annotated=self.annotate))
        elif not self.done:
            for _ in chunks:
                pass
        elif self.write:
            self._write_back(source, chunks, changes)
        else:
            packed = compressed(chunks, _packing(self.output, source.packing), outputs.shown(source.path))
            if self.output and outputs.is_folder(self.output):
                outputs.put_in_tree(self.output, source.path, packed)
            else:
                outputs.put(self.output, packed)

    def _write_back(self, source: _Input, chunks: Iterator[bytes], changes: list[tuple[int, int, bytes]]) -> None:
        """Replace a file when something changed; what goes is recorded first."""
        from dedupe_cli.apply.undo import forget, record_bytes  # noqa: PLC0415  only when something is written

        path, before = source.path, source.digest
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
            self.console.error(without_texts(name, self.fields))
            return
        if self.console.quiet:
            return
        if tally.without:
            self.console.warn(f"{name}: {count(tally.without, 'record')} without a text in {' or '.join(self.fields)}")
        done = self.done
        what = {"file": name, "records": count(tally.changed, "record"), "all": number(tally.records)}
        parts = [
            _("{file}: {records} of {all} changed", **what) if done
            else _("{file}: {records} of {all} would change", **what)
        ]  # fmt: skip
        if tally.removed:
            size, part = count(tally.length, "character"), share(tally.removed, tally.length)
            much = {"n": number(tally.removed), "size": size, "share": part}
            parts.append(
                _("{n} of {size} ({share}) went", **much) if done else _("{n} of {size} ({share}) would go", **much)
            )
        if tally.loops:
            parts.append(count(tally.loops, "loop"))
        if tally.repeats:
            parts.append(ngettext("{n} record repeats earlier ones", "{n} records repeat earlier ones", tally.repeats))
        if tally.dropped:
            parts.append(_("{n} dropped", n=number(tally.dropped)))
        if tally.held:
            parts.append(_("{what} held back", what=count(tally.held, "pair")))
        if tally.faults:
            all_told = tally.faults <= _TOLD or self.console.verbose
            many = tally.faults
            told = ngettext("{n} handed on as it is", "{n} handed on as they are", many, n=number(many))
            parts.append(told if all_told else _("{what} (-v names all of them)", what=told))
        self.console.say(_("; ").join(parts))


def _packing(output: str | None, packing: str) -> str:
    """Return how the output is packed: as its name says, else as the input was."""
    if output is None or outputs.is_stdout(output) or outputs.is_folder(output):
        return packing
    return {".gz": "gzip", ".zst": "zstd"}.get(os.path.splitext(output)[1].lower(), "")


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _removed(path: str, changes: Sequence[tuple[int, int, bytes]]) -> bytes:
    """Return the bytes that go, one after the other."""
    pieces = []
    with open(path, "rb") as file:
        for start, length, _new in changes:
            file.seek(start)
            pieces.append(file.read(length))
    return b"".join(pieces)


def _patch(
    source: _Input, chunks: Iterator[bytes], changes: Sequence[tuple[int, int, bytes]], *, annotated: bool
) -> bytes:
    """Return a patch of a file, which is held whole for it; every byte counts as a character."""
    from dedupe_cli.render.unified import unified  # noqa: PLC0415  only for patches

    name = outputs.shown(source.path)
    new = b"".join(chunks).decode("latin-1")
    if source.packing:
        raise SettingsError(
            f"{name}: a patch of a compressed file cannot be applied", hint="--layout inline shows cards"
        )
    if not changes:
        return b""
    old = source.whole.decode("latin-1")
    why = ("annotation", "what was found") if annotated else ("D101", "said again")
    edits = tuple(Edit(Span(a, a + n), b.decode("latin-1"), *why, Safety.EXACT) for a, n, b in changes)
    plan = Plan("", len(old), edits)
    told = ngettext("{n} annotation", "{n} annotations", len(edits)) if annotated else count(len(edits), "change")
    return unified(Source(source.path, old, "", "latin-1"), plan, new, told)
