"""Which files hold the same bytes: what is computed of one of them holds for the others."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence


def equal_files(paths: Sequence[str]) -> list[list[int]]:
    """Return the indexes of files in sets of equal content, in the order of the first of each.

    Only files of one size are read. What is no regular file, is empty or cannot be read is a set of its own: whoever
    works on it says what is wrong.
    """
    sizes: dict[int, list[int]] = {}
    for at, path in enumerate(paths):
        size = _size(path)
        if size:
            sizes.setdefault(size, []).append(at)
    home = list(range(len(paths)))
    for same in sizes.values():
        if len(same) < 2:
            continue
        first: dict[bytes, int] = {}
        for at in same:
            digest = _digest(paths[at])
            if digest:
                home[at] = first.setdefault(digest, at)
    sets: dict[int, list[int]] = {}
    for at, root in enumerate(home):
        sets.setdefault(root, []).append(at)
    return list(sets.values())


def _size(path: str) -> int:
    try:
        info = os.stat(path)  # noqa: PTH116  a name need not be text
    except (OSError, ValueError):
        return 0
    return info.st_size if stat.S_ISREG(info.st_mode) else 0


def _digest(path: str) -> bytes:
    from hashlib import file_digest  # noqa: PLC0415  3 ms; not for --help

    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file_digest(file, "sha256").digest()
    except OSError:
        return b""
