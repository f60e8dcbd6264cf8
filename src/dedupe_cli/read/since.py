"""What changed since another commit: lines of each file, and files as they were."""

from __future__ import annotations

import hashlib
import os
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dedupe_cli.errors import ReadError
from dedupe_cli.read.git import (
    LARGEST,
    base_of,
    changed_lines,
    contents,
    is_tracked,
    last_commit_of,
    names_at,
    sizes,
    top,
)
from dedupe_cli.read.ignored import IgnoreFiles

# Digits of a name of an object, and the digest that made it.
_DIGESTS = {40: "sha1", 64: "sha256"}


@dataclass(frozen=True)
class Changes:
    """What is other in the working tree than at ``base``, the commit that the work began from; ``top`` is its folder.

    A file is looked at when it is asked for. One that was not there is changed as a whole, so is one that is no text or
    was too large to be compared.
    """

    top: str
    base: str
    _ranges: dict[str, Sequence[tuple[int, int]] | None] = field(default_factory=dict)
    _ignored: IgnoreFiles = field(default_factory=IgnoreFiles)

    def touches(self, path: str, first: int, last: int) -> bool:
        """Tell whether one of the lines ``first..last`` (both included) of a file changed."""
        real = os.path.realpath(path)
        if real not in self._ranges:
            self._ranges[real] = self._changed(real)
        ranges = self._ranges[real]
        return ranges is None or meets(ranges, first, last)

    def before(self, path: str) -> bytes:
        """Return a file as it was at ``base``; nothing when it was not there."""
        there = self._objects.get(os.path.realpath(path))
        return b"" if there is None else next(contents([there]))

    @cached_property
    def _objects(self) -> dict[str, str]:
        """The object of each file at ``base``, by its path."""
        return names_at(self.base)

    def _changed(self, real: str) -> Sequence[tuple[int, int]] | None:
        """Return the ranges of lines of a file that changed; ``None``: all of it."""
        there = self._objects.get(real)
        if not os.path.lexists(real):  # standard input has no place
            return ()
        if there is None:
            return None if self._is_new(real) else ()
        try:
            with open(real, "rb") as file:
                data = file.read()
        except OSError as error:
            raise ReadError(f"{real}: {error.strerror}") from None
        if _named(data, len(there)) == there:
            return ()
        return None if sizes([there])[0] > LARGEST else changed_lines(self.before(real), real)

    def _is_new(self, real: str) -> bool:
        """Tell whether a file that was not there belongs here: no other repository has it, and it is not ignored."""
        inside = os.path.relpath(real, self.top).split(os.sep)
        above = [os.path.join(self.top, *inside[:depth]) for depth in range(1, len(inside))]
        if inside[0] == os.pardir or any(os.path.lexists(os.path.join(folder, ".git")) for folder in above):
            return False
        ignored = any(self._ignored.ignored(folder, folder=True, git=True, own=False) for folder in above)
        ignored = ignored or self._ignored.ignored(real, folder=False, git=True, own=False)
        return not ignored or is_tracked("/".join(inside))


def changes_since(ref: str) -> Changes:
    """Ask git what the working tree was when the work parted from ``ref``.

    Raises :class:`~dedupe_cli.errors.ReadError` without git, outside of a repository, or for a ref that is not there.
    """
    base = base_of(ref)
    return Changes(os.path.realpath(top()), base)


def changes_beside(path: str) -> Changes | None:
    """Return what changed since a file was committed for the last time; ``None`` where git does not know."""
    try:
        base = last_commit_of(path)
        return Changes(os.path.realpath(top()), base) if base else None
    except ReadError:  # without git nothing is known, and nothing was asked for
        return None


def meets(ranges: Sequence[tuple[int, int]], first: int, last: int) -> bool:
    """Tell whether one of some half-open ranges, ascending and apart, has one of the lines ``first..last``."""
    at = bisect_left(ranges, first + 1, key=lambda each: each[1])
    return at < len(ranges) and ranges[at][0] <= last


def _named(data: bytes, digits: int) -> str:
    """Return the name that git gives to the object of a file."""
    made = hashlib.new(_DIGESTS[digits], b"blob %d\0" % len(data), usedforsecurity=False)
    made.update(data)
    return made.hexdigest()
