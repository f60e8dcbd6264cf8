"""Files of records as ``check`` and ``explain`` read them: streamed, each text of each record for itself."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import IO, TYPE_CHECKING

from dedupe_cli.cli import inputs, outputs
from dedupe_cli.cli.record_files import opened, prepared, through, whole_stream
from dedupe_cli.errors import DedupeError
from dedupe_cli.finding import Failure, FileRecord, Finding
from dedupe_cli.read.formats.records import decompressed, row_fields
from dedupe_cli.record_findings import inspected
from dedupe_cli.records import Asked, Job, cleaned
from dedupe_cli.render.phrases import count

if TYPE_CHECKING:
    from dedupe_cli import api

_HINT = "--field says where it is"
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
    with opened(path) if data is None else io.BytesIO(data) as raw:
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
        raise DedupeError(
            f"{outputs.shown(path)}: no record has a field {' or '.join(fields)} with a text in it", hint=_HINT
        )
    if len(faults) > _TOLD:
        faults = [*faults[:_TOLD], Failure(name, f"{name}: {count(len(faults) - _TOLD, 'more record')} like these")]
    known = "utf-8" if job.encoding == "utf-8" else "asked"
    record = FileRecord(name, read.digest.hexdigest(), job.encoding, "", records, length, encoding_source=known)
    return found, record, faults


def cleaned_texts(path: str, kind: str, tasks: inputs.Tasks, fields: Sequence[str], jobs: int) -> Iterator[api.Result]:
    """Yield what becomes of each text of each record; records that cannot be read are left out."""
    task = tasks.task(path)
    with opened(path) as raw:
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
    names = [each.value for each in row_fields(head[-1].decode(job.encoding), job.delimiter)] if head else []
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
