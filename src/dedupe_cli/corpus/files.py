"""The files of a data set: which there are, of what kind, and what a row of them is called."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dedupe_cli.errors import ReadError, SettingsError, system_reason

if TYPE_CHECKING:
    import io

Kind = Literal["jsonl", "csv", "tsv", "parquet", "text"]

# What tells an address from the name of a file.
MARK = "://"
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

    def open(self) -> io.BufferedReader:
        """Open it to read its bytes. Raises :class:`OSError`."""
        if MARK in self.path:
            from dedupe_cli.corpus import remote  # noqa: PLC0415  only for what is elsewhere

            return remote.opened(self.path)
        return open(self.path, "rb")  # noqa: PTH123  paths are strings here

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
    found, others = ({path for source in each for path in _meant(source)} for each in (sources, references))
    if not found:
        raise ReadError("no files to read", hint="name files of JSONL, Parquet or CSV, or a folder of texts")
    if both := found & others:
        raise SettingsError(f"{min(both)} is both cleaned and a reference", hint="leave it out of one of them")
    there = {path for path in found | others if MARK in path}
    if there and there != found | others:
        raise SettingsError(f"{min(there)} is elsewhere, other files are not", hint="copy it here, or all to one place")
    paths = posixpath if there else os.path
    bare = {path: path.replace(MARK, ":/") for path in found | others}
    below = paths.commonpath([paths.dirname(path) for path in bare.values()])
    named = [
        (path in others, name, path)
        for many in (found, others)
        for name, path in sorted((Path(paths.relpath(bare[path], below)).as_posix(), path) for path in many)
    ]
    return [_file(number, name, path, reference=kept) for number, (kept, name, path) in enumerate(named)]


def would_find(source: str, folder: Path) -> bool:
    """Tell whether files in a folder would be among those that a folder or a pattern with ``**`` means."""
    head, stars, _ = source.partition("**")
    tops = [source] if Path(source).is_dir() else glob(os.path.dirname(head) or ".") if stars else []  # noqa: PTH120, PTH207
    tops = [top for top in map(os.path.realpath, tops) if folder.resolve().is_relative_to(top)]
    below = [folder.resolve().relative_to(top) for top in tops]
    return any(not any(part.startswith(".") for part in each.parts) for each in below)


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
    if MARK in source and not path.exists():
        from dedupe_cli.corpus import remote  # noqa: PLC0415  only for what is elsewhere

        found = [url for url in remote.found(source) if url == source or has_magic(source) or _is_meant(url)]
        if not found:
            raise ReadError(f"{source}: no such file or directory", hint="check the name")
        yield from found
    elif path.is_dir():
        yield from _below(path)
    elif path.exists():
        yield os.path.realpath(source)
    elif has_magic(source):
        found = glob(source, recursive=True)  # noqa: PTH207  an absolute pattern, too
        matched = [name for name in found if Path(name).is_file()]
        if not matched:
            raise ReadError(f"{source}: no file is called like this", hint="quote the pattern; ** goes into folders")
        yield from map(os.path.realpath, matched)
    else:
        raise ReadError(f"{source}: no such file or directory", hint="check the name")


def _below(folder: Path) -> Iterator[str]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.realpath(os.path.join(where, name)) for name in names if _is_meant(name))  # noqa: PTH118


def _is_meant(name: str) -> bool:
    """Tell whether a file of a folder is taken."""
    return not posixpath.basename(name).startswith(".") and kind_of(name)[0] is not None


def _file(number: int, name: str, path: str, *, reference: bool = False) -> DataFile:
    kind, packing = kind_of(path)
    if kind is None:
        raise SettingsError(
            f"{name}: of no known kind", hint=f"known are {', '.join(_KINDS)}; the first ones also with .gz and .zst"
        )
    try:
        size, changed = _state(path)
    except OSError as error:
        raise ReadError(f"{path}: {system_reason(error)}", hint="check the name") from error
    return DataFile(number, path, name, kind, packing, size, changed, reference)


def _state(path: str) -> tuple[int, int]:
    """Return the size of a file and when it changed."""
    if MARK in path:
        from dedupe_cli.corpus import remote  # noqa: PLC0415  only for what is elsewhere

        return remote.state(path)
    state = os.stat(path)  # noqa: PTH116
    return state.st_size, state.st_mtime_ns
