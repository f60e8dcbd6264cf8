"""A run in steps: what a step gives is written once, marked, and found again by a later run of the same job."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow.parquet as pq

from dedupe_cli import __version__
from dedupe_cli.corpus.engine import READ, away, meant, parquet
from dedupe_cli.corpus.files import ROW_BITS, DataFile
from dedupe_cli.corpus.processes import ended
from dedupe_cli.errors import DedupeError, ReadError, SettingsError, system_reason

if TYPE_CHECKING:
    import pyarrow as pa
    from daft import DataFrame

    from dedupe_cli.corpus.options import Options
    from dedupe_cli.corpus.stored_index import Index

    Progress = Callable[[str, int, int], None]
    Say = Callable[[str], None]

JOB, WORK, SUMMARY = "job.json", "work", "summary.json"
# Times that a step is begun on a cluster, where a machine may go away in the middle of it.
ATTEMPTS = 3
# Seconds between two words about the rows that were read.
_TELL = 0.5
# How the engine tells of an error of the system.
_OS_ERROR = re.compile(r"\(os error (\d+)\)")


class Part(NamedTuple):
    """One of the parts in which a step is done: all rows with the same number in a column fall into the same one."""

    number: int
    parts: int

    def of(self, frame: DataFrame, column: str) -> DataFrame:
        """Return the rows of a frame that belong to this part."""
        return frame.where(frame[column] % self.parts == self.number) if self.parts > 1 else frame


@dataclass(kw_only=True)
class Job:
    """One run: where it writes, what it was asked for, what it has done so far.

    ``rows``: how many there are, about; ``size``: of what is compared, in bytes, by which parts are made. ``begin``
    looks at what stands in the folder; nothing is written before.
    """

    folder: Path
    options: Options
    files: Sequence[DataFile]
    progress: Progress = lambda *_: None
    say: Say = lambda _: None
    rows: int = 0
    size: int = 0
    index: Index | None = None

    @property
    def written(self) -> Sequence[DataFile]:
        """The files of which the result is made: all but references."""
        return [file for file in self.files if not file.reference]

    @property
    def references(self) -> int:
        """The number of the first row of the references; what comes before may go."""
        return len(self.written) << ROW_BITS

    def name(self, row: int) -> str:
        """Return what a row is called."""
        number = row >> ROW_BITS
        if number < len(self.files):
            return self.files[number].row(row)
        assert self.index is not None
        file = self.index.files[number - len(self.files)]
        return file.row(row - ((number - file.number) << ROW_BITS))

    @property
    def work(self) -> Path:
        """Where the results of the steps are."""
        return self.folder / WORK

    def begin(self, *, resume: bool = False, fresh: bool = False) -> bool:
        """Make the folder ready; return whether the job is done already.

        Raises :class:`SettingsError` when something stands there that is not this job, or was not asked for.
        """
        made = self._made()
        path = self.folder / JOB
        if fresh and path.exists():
            shutil.rmtree(self.folder)
        if path.exists():
            known = json.loads(path.read_text("utf-8"))
            if not resume:
                raise SettingsError(
                    f"{self.folder} holds a job already", hint="--resume goes on with it, --fresh begins anew"
                )
            known.pop("root")
            if known != made:
                raise SettingsError(
                    f"{self.folder}: {_changed(known, made)} since the job began", hint="--fresh begins anew"
                )
            return (self.folder / SUMMARY).exists()
        if self.folder.exists() and any(self.folder.iterdir()):
            raise SettingsError(f"{self.folder} is not empty, and no job of dedupe", hint="name a folder of its own")
        self.work.mkdir(parents=True, exist_ok=True)
        root = self.files[0].path[: -len(self.files[0].name)]
        write_whole(path, json.dumps({**made, "root": root}, ensure_ascii=False, indent=1) + "\n")
        return False

    def _made(self) -> dict[str, Any]:
        made = {
            "program": __version__,
            "settings": self.options.recorded(),
            "input": [file.fingerprint() for file in self.files if not file.reference],
            "reference": [file.fingerprint() for file in self.files if file.reference],
            "index": [[part] for part in self.index.fingerprint()] if self.index else [],
        }
        plain: dict[str, Any] = json.loads(json.dumps(made))
        return plain

    def step(self, name: str, make: Callable[[Part], DataFrame], parts: int = 1) -> None:
        """Do one step, or what is left of it: part by part, each written to Parquet and then marked by its name."""
        done = self.work / f"{name}.json"
        if done.exists():
            return
        began = time.monotonic()
        for part in (Part(number, parts) for number in range(parts)):
            self.progress(name, part.number, parts)
            place = self.work / name / str(part.number)
            if not place.exists():
                self._attempt(name, make, part, place)
        self.progress(name, parts, parts)
        told = {"seconds": round(time.monotonic() - began, 2), "memory": peak(), "bytes": _size(self.work / name)}
        write_whole(done, json.dumps(told))

    def _attempt(self, name: str, make: Callable[[Part], DataFrame], part: Part, place: Path) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            beside = place.with_name(f"{place.name}.new")
            shutil.rmtree(beside, ignore_errors=True)
            try:
                with self._rows_told(name), ended():
                    made = away(partial(_written, make, part, beside))
            except DedupeError:
                raise
            except Exception as error:
                if (ours := meant(error)) is not None:
                    raise ours from error
                if self.options.engine == "local" or attempt == ATTEMPTS:
                    raise DedupeError(
                        f"step {name}: {_reason(error)}", hint="--resume goes on from the step before it"
                    ) from error
                self.say(f"step {name} failed ({_reason(error)}); attempt {attempt + 1} of {ATTEMPTS}")
                continue
            if not any(beside.glob("*.parquet")):  # the engine writes no file for no rows
                beside.mkdir(parents=True, exist_ok=True)
                pq.write_table(made.schema().to_pyarrow_schema().empty_table(), beside / "none.parquet")
            beside.rename(place)
            return

    @contextmanager
    def _rows_told(self, name: str) -> Iterator[None]:
        """Tell how many rows a step that reads them has read, as long as it runs in this process."""
        began, done = READ[0], Event()

        def tell() -> None:
            while not done.wait(_TELL):
                if READ[0] > began:
                    self.progress(name, READ[0] - began, max(self.rows, READ[0] - began))

        teller = Thread(target=tell, daemon=True)
        teller.start()
        try:
            yield
        finally:
            done.set()
            teller.join()
            self.rows = max(self.rows if name != "documents" else 0, READ[0] - began)

    def frame(self, name: str) -> DataFrame:
        """Return what a step gave as a frame; the order of its rows means nothing.

        To ``documents`` those of the index belong, too.
        """
        made = parquet(self.work / name)
        if self.index and name == "documents":
            for part in self.index.frames(len(self.files), made.column_names):
                made = made.concat(part)
        return made

    def table(self, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return what a small step gave."""
        return pq.read_table(self.work / name, columns=columns, partitioning=None)

    def count(self, name: str) -> int:
        """Return how many rows a step gave: it depends on the job alone, so that parts may be made by it."""
        return sum(pq.read_metadata(path).num_rows for path in (self.work / name).glob("*/*.parquet"))

    def steps(self) -> dict[str, Any]:
        """Return how long the steps took that are done, in the order in which they were."""
        done = sorted(self.work.glob("*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        return {path.stem: json.loads(path.read_text("utf-8")) for path in done}


def read_summary(folder: Path) -> dict[str, Any]:
    """Return what the summary of a finished run says. Raises :class:`ReadError` when there is none."""
    try:
        told: dict[str, Any] = json.loads((folder / SUMMARY).read_text("utf-8"))
    except (OSError, ValueError):
        raise ReadError(f"{folder} holds no finished result", hint="dedupe corpus SRC -o DIR writes one") from None
    return told


def write_whole(path: Path, text: str) -> None:
    """Write a file of our own so that it is there as a whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def peak() -> int:
    """Return the most memory that this process has taken so far, in bytes; 0 where the system does not say."""
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _written(make: Callable[[Part], DataFrame], part: Part, folder: Path) -> DataFrame:
    """Write what a part of a step gives; return it."""
    made = make(part)
    made.write_parquet(str(folder), write_mode="overwrite")
    return made


def _size(folder: Path) -> int:
    return sum(os.path.getsize(where / name) for where, _, names in os.walk(folder) for name in map(Path, names))  # noqa: PTH202


def _changed(known: dict[str, Any], made: dict[str, Any]) -> str:
    """Say what is not as it was when a job began."""
    before, now = known.get("settings", {}), made["settings"]
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) != now.get(name):
            return f"--{name.replace('_', '-')} has changed ({before.get(name)} to {now.get(name)})"
    for key in sorted(known.keys() | made.keys()):
        if known.get(key) != made.get(key) and isinstance(made.get(key), list):
            old, new = ({row[0]: row for row in each.get(key) or ()} for each in (known, made))
            names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            return f"{names[0]}{more} of the {key} has changed"
    return f"the program has changed ({known.get('program')} to {made['program']})"


def _reason(error: BaseException) -> str:
    """Say why the engine failed: what the system said, if it did, else its own words."""
    if found := _OS_ERROR.search(str(error)):
        number = int(found[1])
        return system_reason(OSError(number, os.strerror(number)))
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1] if lines else 'no reason given'}"[:300]
