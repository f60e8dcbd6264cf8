"""A whole run over a data set: files in, files and tables out."""

from __future__ import annotations

import shutil
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daft import col, lit

from dedupe_cli.corpus import engine
from dedupe_cli.corpus.documents import find_documents
from dedupe_cli.corpus.files import find_files, would_find
from dedupe_cli.corpus.inside import find_inside
from dedupe_cli.corpus.job import JOB, WORK, Job, read_summary
from dedupe_cli.corpus.options import Options
from dedupe_cli.corpus.prepared import prepare, valid
from dedupe_cli.corpus.rows import NO_JSON, NO_UTF8, Fields, keys, rows
from dedupe_cli.corpus.shared_passages import find_passages
from dedupe_cli.corpus.stored_index import Index
from dedupe_cli.corpus.tables import write_tables
from dedupe_cli.corpus.write_data import WRITTEN, check_columns, remove_empty, written
from dedupe_cli.errors import SettingsError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    from daft import DataFrame

    from dedupe_cli.corpus.files import DataFile
    from dedupe_cli.corpus.job import Progress, Say

DATA = "data"
# Rows at the beginning of each file in which a field is looked for.
_FIRST = 10_000
# Rows that tell how long one is, and what stands around its text.
_FEW, _AROUND = 100, 40


def run(
    sources: Iterable[str],
    folder: str | os.PathLike[str],
    options: Options | None = None,
    *,
    references: Iterable[str] = (),
    index: str | os.PathLike[str] | None = None,
    resume: bool = False,
    fresh: bool = False,
    progress: Progress | None = None,
    say: Say | None = None,
) -> dict[str, Any]:
    """Take near-duplicates out of a data set; return what ``summary.json`` says.

    What stands in ``references`` is compared with, and stays: documents go for them, never the other way. The same is
    true of what earlier runs with the folder ``index`` kept; what this one keeps is added to it.
    Raises errors of :mod:`dedupe_cli.errors`: nothing is written before the request is known to make sense, and a run
    that ends early goes on with ``resume``.
    """
    options = options or Options()
    job = planned(sources, references, options, index=index, folder=Path(folder))
    job.progress, job.say = progress or job.progress, say or job.say
    engine.start(options)
    if not job.begin(resume=resume, fresh=fresh):
        work(job)
        if job.index:
            job.index.add(_kept(job), job.written)
        write_tables(job)
    shutil.rmtree(job.work, ignore_errors=True)
    return read_summary(job.folder)


def planned(
    sources: Iterable[str],
    references: Iterable[str],
    options: Options,
    *,
    index: str | os.PathLike[str] | None = None,
    folder: Path | None = None,
) -> Job:
    """Look at the data, and return the job before anything is written; ``folder`` is where the result will be.

    Raises errors of :mod:`dedupe_cli.errors` for what makes no sense.
    """
    sources, references = list(sources), list(references)
    for option, place in ("-o", folder), ("--index", index):
        if place is not None:
            _outside([*sources, *references], Path(place), option)
    files = find_files(sources, references)
    if options.within and any(file.reference for file in files):
        raise SettingsError("--within and --reference contradict", hint="a reference has no part in the rows' values")
    if folder is not None:
        _apart(files, folder)
    stored = _index(Path(index), folder, files, options) if index is not None else None
    check_columns([file for file in files if not file.reference], options)
    size = sum(file.size for file in files)
    rows = int(size / _check_fields(files, options))
    size += stored.size if stored else 0
    return Job(folder=folder or Path(), options=options, files=files, rows=rows, size=size, index=stored)


def work(job: Job) -> None:
    """Do all steps of a job."""
    if "inside" in job.options.level:
        find_inside(job)
    if job.options.compares:
        prepare(job)
    if "document" in job.options.level:
        find_documents(job)
    if job.options.shares:
        find_passages(job)
    _write_data(job)


def _index(folder: Path, place: Path | None, files: Sequence[DataFile], options: Options) -> Index:
    """Look at the index, before anything is written."""
    if set(options.level) - {"inside"} != {"document"}:  # a document that lost passages no longer says what it had
        hint = "--level document is what an index is for; --reference FILE is compared with at each level"
        raise SettingsError("--index is for documents, not for their passages", hint=hint)
    if place is not None and place.resolve() in (folder.resolve(), *folder.resolve().parents):
        raise SettingsError(
            f"{folder} lies in {place}, which --fresh empties", hint="--index names a folder of its own"
        )
    run = {"settings": options.recorded(), "files": [file.fingerprint() for file in files]}
    return Index.open(folder, run, options)


def _kept(job: Job) -> DataFrame:
    """Return the documents that stay, as an index has them: all that is compared with, better than any other."""
    columns = [name for name in job.frame("documents").column_names if name not in {"row", "score"}]
    rows = valid(job, *columns).where(col("row") < job.references)
    rows = rows.join(job.frame("fates").where(col("goes")).select("row"), on="row", how="anti")
    return rows.with_column("score", lit(float("inf")))


def _write_data(job: Job) -> None:
    """Write the data set; each file is written anew in a run that goes on."""
    folder, made = job.folder.resolve(), (job.folder / JOB).stat().st_mtime_ns
    write = partial(written, work=str(folder / WORK), made=made, folder=str(folder / DATA), options=job.options)
    sizes = [file.size for file in job.written]
    job.step("data", lambda _: engine.frame(job.written, write, WRITTEN, sizes))
    if (job.folder / DATA).exists():
        remove_empty(job.folder / DATA)


def _outside(sources: Sequence[str], folder: Path, option: str) -> None:
    """Refuse to write to where the next run would find it among what it reads."""
    for source in sources:
        if would_find(source, folder):
            raise SettingsError(f"{source} is read, and {folder} lies in it", hint=f"{option} names a folder elsewhere")


def _apart(files: Sequence[DataFile], folder: Path) -> None:
    """Refuse to read what is to be written."""
    below = folder.resolve()
    for file in files:
        if below in Path(file.path).parents:
            raise SettingsError(f"{file.path} is read, and lies in {folder}", hint="-o names a folder of its own")


def _check_fields(files: Sequence[DataFile], options: Options) -> float:
    """Refuse a field that no row has: the result would be the input, and nobody would know why.

    Returns how many bytes a row has, about.
    """
    fields = Fields.of(options)
    wanted = {"--field": fields.text, "--within": fields.scope, "--keep": fields.value}
    missing = {flag: name for flag, name in wanted.items() if name}
    sizes: list[int] = []
    unread = ""  # the first file of which no row can be read, as it is no UTF-8
    for file in files:
        faults: set[str] = set()
        for row in islice(rows(file, fields), _FIRST):
            if len(sizes) < _FEW:
                sizes.append(len((row.text or "").encode()) + _AROUND)
            fault = row.fault or ""
            faults.add(fault.partition(" (")[0])
            # A fault that begins with the field is what is wrong with that: the row has it.
            if row.text is not None or file.kind == "text" or fault.startswith(f"{fields.text} "):
                missing.pop("--field", None)
            if row.scope is not None:
                missing.pop("--within", None)
            if row.value is not None:
                missing.pop("--keep", None)
            if not missing and len(sizes) == _FEW:
                break
        if not missing:
            return sum(sizes) / len(sizes)
        unread = unread or (file.name if NO_UTF8 in faults <= {NO_UTF8, NO_JSON} else "")
    if unread:
        raise SettingsError(
            f"{unread}: not UTF-8", hint="iconv makes it that: iconv -f GB18030 -t UTF-8 for old Chinese"
        )
    for flag, name in missing.items():
        what = {"--field": "text", "--within": "value", "--keep": "number or date"}[flag]
        there = ", ".join(map(repr, next((keys(file) for file in files if file.kind == "jsonl"), [])[:20]))
        hint = f"{flag} says where it is; a row has {there}" if there else f"{flag} says where it is"
        raise SettingsError(f"no row has a {what} in {name}", hint=hint)
    return 1.0
