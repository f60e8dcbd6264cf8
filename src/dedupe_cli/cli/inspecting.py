"""All inputs of a run with their findings, records among them: what ``check`` reports and ``baseline`` accepts."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from dedupe_cli.cache import opened
from dedupe_cli.checking import between, checked, distinct
from dedupe_cli.cli import batch, inputs, outputs
from dedupe_cli.cli.about import cache_folder
from dedupe_cli.cli.between import Between, Compare
from dedupe_cli.cli.record_files import open_records, prepared, through, whole_stream, without_texts
from dedupe_cli.errors import DedupeError, SettingsError
from dedupe_cli.finding import Failure, FileRecord, Finding
from dedupe_cli.gate.baseline import Baseline
from dedupe_cli.language import counted
from dedupe_cli.read.discover import shown, wanted
from dedupe_cli.read.formats.choose import open_source, records_kind
from dedupe_cli.read.formats.records import cells, decompressed
from dedupe_cli.read.git import base_of, contents, names_at, sizes
from dedupe_cli.record_findings import inspected
from dedupe_cli.records import Asked, Job, cleaned
from dedupe_cli.render.phrases import count
from dedupe_cli.settings import ACROSS_LENGTH, CHANGED_LENGTH
from dedupe_cli.terms import terms_of

if TYPE_CHECKING:
    from dedupe_cli import api
    from dedupe_cli.checking import Checked
    from dedupe_cli.cli.console import Console
    from dedupe_cli.model import Source
    from dedupe_cli.read.project import Project


class Texts(NamedTuple):
    """The texts that a command works on, how it reads them, and whether some could not be listed."""

    names: list[str]
    tasks: inputs.Tasks
    failed: bool


def names_alone(
    project: Project, paths: Sequence[str], given: dict[str, Any], *, what: str, stdin: str
) -> Sequence[str]:
    """Return the names that were given; ``what`` looks at each text alone, ``stdin`` says why it cannot be one."""
    inputs.check_accepting(project, given)
    if Between.of(project.at(".")) is not None:
        raise SettingsError(f"{what} each text alone", hint="leave across and reference out")
    names = inputs.named(paths, given)
    if outputs.STDIN in names:
        raise SettingsError(stdin, hint="name a file")
    return names


def texts_alone(
    console: Console, names: Sequence[str], project: Project, given: dict[str, Any], *, hint: str = ""
) -> Texts:
    """Find the texts below some names; records are left out, and ``hint`` says what does something with them."""
    found = inputs.find(console, names, project, given)
    tasks = replace(inputs.Tasks.of(project, given), baseline=not given["no_baseline"])
    records = tasks.records(found.paths)
    if records:
        console.warn(f"{counted(len(records), 'file')} of records left out{hint}")
    return Texts([path for path in found.paths if path not in records], tasks, bool(found.failed))


# What a record is called where nothing else is asked for.
_ID = "id"
# Records with a fault that are told one by one.
_TOLD = 20


def check_records(
    path: str, kind: str, tasks: inputs.Tasks, fields: Sequence[str], jobs: int, data: bytes | None = None
) -> tuple[list[Finding], FileRecord, list[Failure]]:
    """Return the findings of a file of records, what is said of the file, and the records that could not be read.

    ``data`` is what stands in it, when that is not what lies on the disk. Raises
    :class:`~dedupe_cli.errors.ReadError` for a file that cannot be read.
    """
    task = tasks.task(path)
    name = task.name or path
    found: list[Finding] = []
    faults: list[Failure] = []
    texts = length = records = 0
    with open_records(path) if data is None else io.BytesIO(data) as raw:
        read = _Hashed(raw)
        stream, _ = decompressed(io.BufferedReader(read), outputs.shown(path))  # type: ignore[arg-type]
        with whole_stream(outputs.shown(path)):
            job, head, some = prepared(
                stream, kind, Job(name, task.settings, task.terms, Asked(tuple(fields))), task.encoding
            )
            for each in chain.from_iterable(through(inspected, some, _named(job, [each.data for each in head]), jobs)):
                found += each.findings
                texts, length, records = texts + each.texts, length + each.length, records + bool(each.number)
                if each.fault:
                    faults.append(Failure(name, f"{name}:{each.number}: {each.fault}"))
        read.drain()
    if records and not texts and not faults:
        raise without_texts(outputs.shown(path), fields)
    if len(faults) > _TOLD:
        faults = [*faults[:_TOLD], Failure(name, f"{name}: {count(len(faults) - _TOLD, 'more record')} like these")]
    known = "utf-8" if job.encoding == "utf-8" else "asked"
    record = FileRecord(name, read.digest.hexdigest(), job.encoding, "", records, length, encoding_source=known)
    return found, record, faults


def cleaned_texts(path: str, kind: str, tasks: inputs.Tasks, fields: Sequence[str], jobs: int) -> Iterator[api.Result]:
    """Yield what becomes of each text of each record; records that cannot be read are left out."""
    task = tasks.task(path)
    with open_records(path) as raw:
        stream, _ = decompressed(raw, outputs.shown(path))
        with whole_stream(outputs.shown(path)):
            job = Job(task.name or path, task.settings, task.terms, Asked(tuple(fields)))
            job, _, some = prepared(stream, kind, job, task.encoding)
            for each in chain.from_iterable(through(cleaned, some, job, jobs)):
                yield from each.results


def _named(job: Job, head: Sequence[bytes]) -> Job:
    """Let records be called by their ``id``, where they have one."""
    if not job.delimiter:
        return replace(job, id_field=(_ID,))
    names = cells(head[-1].decode(job.encoding), job.delimiter) if head else []
    return replace(job, id_column=names.index(_ID)) if _ID in names else job


class _Hashed(io.RawIOBase):
    """A stream that is hashed while it is read."""

    def __init__(self, raw: IO[bytes]) -> None:
        self.raw, self.digest = raw, hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self.raw.read(len(buffer))
        self.digest.update(data)
        buffer[: len(data)] = data
        return len(data)

    def drain(self) -> None:
        """Read what is left: the digest is that of the whole file."""
        while data := self.raw.read(1 << 20):
            self.digest.update(data)


# Digits of an id that are enough to name a finding: fewer would often mean several.
_SHORTEST = 4
# Where the text of a record is when nothing is said of it.
TEXT = ("text",)


@dataclass
class Inspected:
    """What was read and found: sources in the order of their names, findings, records of files, errors.

    ``texts`` are all that were read, in the order of their names, references among them.
    """

    texts: list[Checked] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    files: list[FileRecord] = field(default_factory=list)
    errors: list[Failure] = field(default_factory=list)


def inspect_all(
    console: Console,
    found: inputs.Inputs,
    tasks: inputs.Tasks,
    jobs: int,
    fields: Sequence[str] = (),
    *,
    changed: bool = False,
) -> Inspected:
    """Inspect all inputs; what is wrong with one is said and stops no other.

    ``fields`` are the paths to the texts of records, ``text`` where none is given. ``changed``: only what changed is of
    interest, and there shorter repeats between files, too.
    """
    out = Inspected()
    effective = tasks.project.at(".")
    wanted = Between.of(effective)
    if wanted is not None and changed and wanted.least == ACROSS_LENGTH:
        wanted = wanted._replace(least=CHANGED_LENGTH)
    tasks = replace(tasks, check=True, across=wanted is not None, cache=cache_folder(effective))
    others = sorted(wanted.references - {*found.paths}) if wanted else []
    kinds = tasks.records(found.paths)
    if fields and not kinds:
        raise SettingsError("--field is for files of records", hint="--type jsonl, csv or tsv says that they are some")
    paths = sorted([*(path for path in found.paths if path not in kinds), *others], key=os.fsencode)
    with console.watch() as progress:
        for outcome in batch.outcomes(paths, tasks.task, jobs, progress):
            if outcome.checked is None:
                progress.clear()
                outcome.tell(console)
                if outcome.skipped:
                    out.files.append(FileRecord(outcome.path, skipped="no text of a known encoding"))
                else:
                    out.errors.append(Failure.of(outcome.path, outcome.error))
                continue
            out.texts.append(outcome.checked)
            if outcome.path in others:
                continue
            out.sources.append(outcome.checked.source)
            out.findings += outcome.checked.findings
            out.files.append(outcome.checked.record)
        for path, kind in kinds.items():
            progress.clear()
            _records(console, out, path, kind, tasks, fields or TEXT, jobs)
        if wanted is not None:
            progress("compare", 0, 1)
            out.findings += _between(out.texts, wanted, tasks, jobs)
    out.findings = distinct(out.findings)
    out.files += [FileRecord(path, skipped=reason) for path, reason in found.skipped]
    store = opened(tasks.cache)
    if store is not None and store.trouble and console.verbose:
        console.warn(f"the cache is not used: {store.trouble}")
    return out


def _records(
    console: Console, out: Inspected, path: str, kind: str, tasks: inputs.Tasks, fields: Sequence[str], jobs: int
) -> None:
    """Inspect a file of records."""
    if tasks.across:
        console.warn(f"{outputs.shown(path)}: check looks at each record for itself, also with --across")
    try:
        findings, record, faults = check_records(path, kind, tasks, fields, jobs)
    except DedupeError as error:
        console.error(error)
        out.errors.append(Failure.of(path, error))
        return
    for fault in faults:
        console.error(DedupeError(fault.message))
    out.findings += findings
    out.files.append(record)
    out.errors += faults


def _between(texts: Sequence[Checked], wanted: Between, tasks: inputs.Tasks, jobs: int) -> list[Finding]:
    """Return the findings between texts."""
    names = [text.source.path for text in texts]
    settings = tasks.project.at(".").settings
    return between(
        texts,
        settings,
        lambda path: terms_of(tasks.project.of(path), path),
        least=wanted.least,
        roles=wanted.roles(names, tasks.project),
        many=Compare(settings, jobs, tasks.cache),
    )


def is_id(word: str) -> bool:
    """Tell whether a word looks like the id of a finding, or its beginning."""
    return len(word) >= _SHORTEST and set(word.lower()) <= set("0123456789abcdef")


def covers(project: Project, named: Sequence[str]) -> bool:
    """Tell whether the names cover the folder that the configuration holds for, and with it the baseline."""
    home = os.path.abspath(project.at(".").folder)
    above = [os.path.abspath(name) for name in named if os.path.isdir(name)]
    return any(home == each or home.startswith(each.rstrip(os.sep) + os.sep) for each in above)


def baseline_from(
    ref: str, named: Sequence[str], tasks: inputs.Tasks, known: Inspected, jobs: int, fields: Sequence[str] = ()
) -> Baseline:
    """Return the baseline of a commit: everything that was found in its files, and between them, is accepted.

    Files that have not changed since are not inspected again. Raises :class:`ReadError` as
    :func:`dedupe_cli.read.git.base_of` does.
    """
    effective = tasks.project.at(".")
    between = Between.of(effective)
    tasks = replace(tasks, across=between is not None, cache=cache_folder(effective))
    references = between.references if between else frozenset()
    objects = names_at(base_of(ref))
    mine = wanted(objects, named, tasks.project.walk)
    beside = {path for path in map(os.path.abspath, references) if path in objects} - mine
    rows = [(path, objects[path]) for path in sorted(mine | beside, key=os.fsencode)]
    # A walk leaves out what is too large; what is named is read.
    given = {*map(os.path.abspath, named), *beside}
    limits = [0 if path in given else tasks.project.walk(os.path.dirname(path)).largest for path, _ in rows]
    lengths = sizes(oid for _, oid in rows)
    rows = [row for row, most, length in zip(rows, limits, lengths, strict=True) if not most or length <= most]
    same = {(text.source.path, text.source.digest): text for text in known.texts}
    texts: list[Checked] = []
    found: list[Finding] = []
    for (path, _), data in zip(rows, contents(oid for _, oid in rows), strict=True):
        if kind := records_kind(path, tasks.kind_of(path), None):
            found += _records_as_they_were(path, data, kind, tasks, fields or TEXT, jobs)
            continue
        text = _as_it_was(path, data, tasks, same)
        if text is None:
            continue
        texts.append(text)
        if path in mine:
            found += text.findings
    if between is not None:
        there = {text.source.path for text in texts}
        texts += [t for t in known.texts if t.source.path in references and t.source.path not in there]
        texts.sort(key=lambda text: os.fsencode(text.source.path))
        found += _between(texts, between, tasks, jobs)
    return Baseline.of(distinct(found))


def _records_as_they_were(
    path: str, data: bytes, kind: str, tasks: inputs.Tasks, fields: Sequence[str], jobs: int
) -> list[Finding]:
    """Return the findings of records of a commit; a file that could not be read then had none."""
    try:
        return check_records(path, kind, tasks, fields, jobs, data)[0]
    except DedupeError:
        return []


def _as_it_was(path: str, data: bytes, tasks: inputs.Tasks, known: Mapping[tuple[str, str], Checked]) -> Checked | None:
    """Return a text of a commit with its findings; ``None`` for what could not be read then: it had none."""
    name = shown(path)
    try:
        how = tasks.decoding(tasks.project.of(name))
        source = open_source(data, name, how, kind=tasks.kind_of(name))
    except DedupeError:
        return None
    if (name, source.digest) in known:
        return known[name, source.digest]
    task = tasks.task(name)
    assert task.terms is not None
    return checked(source, task.settings, task.terms, across=tasks.across, store=opened(tasks.cache))
