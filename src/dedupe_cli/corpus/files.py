"""The files of a data set: which there are, of what kind, and what a row of them is called."""

from __future__ import annotations

import os
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dedupe_cli.errors import ReadError, SettingsError, system_reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = Literal["jsonl", "csv", "tsv", "parquet", "text"]

# Endings of what packs a file.
PACKED = {".gz": "gzip", ".zst": "zstd"}
_KINDS: dict[str, Kind] = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet", ".csv": "csv", ".tsv": "tsv",
    ".txt": "text", ".text": "text", ".md": "text", ".markdown": "text", ".rst": "text",
}  # fmt: skip
# A row is called by one number: that of its file, in the order of their names, and its own in the file.
ROW_BITS = 40


@dataclass(frozen=True, slots=True)
class DataFile:
    """One file: ``path`` to open it, ``name`` below the folder that all files have in common, with ``/``.

    ``number`` is its place in the order of the names, those of references last; ``packing`` is ``gzip``, ``zstd`` or
    nothing; ``reference``: it is only compared with.
    """

    number: int
    path: str
    name: str
    kind: Kind
    packing: str
    size: int
    changed: int
    reference: bool = False

    @property
    def first(self) -> int:
        """The number of its first row among all rows."""
        return self.number << ROW_BITS

    def fingerprint(self) -> list[str | int]:
        """Return what differs when the file is another one: name, size in bytes, time of its last change."""
        return [self.name, self.size, self.changed]

    def row(self, place: int) -> str:
        """Return what a row is called: the name of the file, and for more than one row its number from 1."""
        number = place - self.first + 1
        return self.name if self.kind == "text" else f"{self.name}#{number}"


def find_files(sources: Iterable[str], references: Iterable[str] = ()) -> list[DataFile]:
    """Return the files that are meant by names, folders and patterns, ordered by their names; references last.

    In a folder the files of all known kinds are taken, those below it, too; hidden ones are not. Raises
    :class:`ReadError` for what is not there, :class:`SettingsError` for a file of no known kind.
    """
    found, others = (
        {os.path.realpath(path) for source in each for path in _meant(source)} for each in (sources, references)
    )
    if not found:
        raise ReadError("no files to read", hint="name files of JSONL, Parquet or CSV, or a folder of texts")
    if both := found & others:
        raise SettingsError(f"{min(both)} is both cleaned and a reference", hint="leave it out of one of them")
    below = os.path.commonpath([os.path.dirname(path) for path in found | others])  # noqa: PTH120  names as strings
    named = [
        (path in others, name, path)
        for many in (found, others)
        for name, path in sorted((Path(os.path.relpath(path, below)).as_posix(), path) for path in many)
    ]
    return [_file(number, name, path, reference=kept) for number, (kept, name, path) in enumerate(named)]


def one_file(root: str, name: str) -> DataFile:
    """Return a file below the folder that all files of a data set have in common."""
    return _file(0, name, os.path.join(root, name))  # noqa: PTH118


def kind_of(name: str) -> tuple[Kind | None, str]:
    """Tell from the name of a file what it is and how it is packed; ``None`` for what is not known."""
    stem, ending = os.path.splitext(name.lower())  # noqa: PTH122
    packing = PACKED.get(ending, "")
    if packing:
        ending = os.path.splitext(stem)[1]  # noqa: PTH122
    kind = _KINDS.get(ending)
    return (None, "") if packing and kind in {"parquet", "text"} else (kind, packing)


def _meant(source: str) -> Iterator[str]:
    path = Path(source)
    if path.is_dir():
        yield from _below(path)
    elif path.exists():
        yield source
    elif has_magic(source):
        found = glob(source, recursive=True)  # noqa: PTH207  an absolute pattern, too
        matched = [name for name in found if Path(name).is_file()]
        if not matched:
            raise ReadError(f"{source}: no file is called like this", hint="quote the pattern; ** goes into folders")
        yield from matched
    elif "://" in source:
        raise ReadError(f"{source}: only files of this machine are read", hint="copy it here, or mount it")
    else:
        raise ReadError(f"{source}: no such file or directory", hint="check the name")


def _below(folder: Path) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            if not name.startswith(".") and kind_of(name)[0]:
                yield os.path.join(where, name)  # noqa: PTH118


def _file(number: int, name: str, path: str, *, reference: bool = False) -> DataFile:
    kind, packing = kind_of(path)
    if kind is None:
        raise SettingsError(
            f"{name}: of no known kind", hint=f"known are {', '.join(_KINDS)}; the first ones also with .gz and .zst"
        )
    try:
        state = os.stat(path)  # noqa: PTH116
    except OSError as error:
        raise ReadError(f"{path}: {system_reason(error)}", hint="check the name") from error
    return DataFile(number, path, name, kind, packing, state.st_size, state.st_mtime_ns, reference)
