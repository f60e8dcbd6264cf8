"""What changed since another commit, as git tells it: lines of each file, and files as they were."""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from codecs import escape_decode
from dataclasses import dataclass, field

from dedupe_cli.read.git import base_of, git

_HUNK = re.compile(rb"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True)
class Changes:
    """Lines that were added or changed since ``base``, by real path; all of a ``new`` file and of one that is no text.

    ``base`` is the commit that the work began from, ``top`` the folder of the repository. Ranges are half-open,
    ascending, and count lines from 1; where lines only went, the one before them counts as changed.
    """

    top: str
    base: str
    lines: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    new: frozenset[str] = frozenset()

    def touches(self, path: str, first: int, last: int) -> bool:
        """Tell whether one of the lines ``first..last`` (both included) of a file changed."""
        real = os.path.realpath(path)
        if real in self.new:
            return True
        ranges = self.lines.get(real, ())
        at = bisect_left(ranges, first + 1, key=lambda each: each[1])
        return at < len(ranges) and ranges[at][0] <= last

    def before(self, path: str) -> bytes:
        """Return a file as it was at ``base``; nothing when it was not there."""
        name = os.path.relpath(os.path.realpath(path), self.top).replace(os.sep, "/")
        return git("cat-file", "blob", f"{self.base}:{name}", fails=True)


def changes_since(ref: str) -> Changes:
    """Ask git what changed in the working tree since the work parted from ``ref``.

    Raises :class:`~dedupe_cli.errors.ReadError` without git, outside of a repository, or for a ref that is not there.
    """
    base = base_of(ref)
    top = os.path.realpath(os.fsdecode(git("rev-parse", "--show-toplevel").rstrip(b"\n")))
    shown = git(
        "-c", "core.quotePath=false", "diff", "-U0", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames",
        "--no-relative", "--src-prefix=a/", "--dst-prefix=b/", base, "--",
    )  # fmt: skip
    numbers = git(
        "diff", "--numstat", "-z", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-relative", base, "--"
    )
    binary = [row.removeprefix(b"-\t-\t") for row in numbers.split(b"\0") if row.startswith(b"-\t-\t")]
    others = git("ls-files", "--others", "--exclude-standard", "--full-name", "-z", f"{top}{os.sep}")
    new = frozenset(os.path.join(top, os.fsdecode(name)) for name in [*others.split(b"\0"), *binary] if name)
    return Changes(top, base, _lines(shown, top), new)


def _lines(diff: bytes, top: str) -> dict[str, tuple[tuple[int, int], ...]]:
    """Read which lines a diff without context adds."""
    out: dict[str, list[tuple[int, int]]] = {}
    ranges: list[tuple[int, int]] | None = None
    left = 0
    for line in diff.split(b"\n"):
        if left and line[:1] in {b"+", b"-", b"\\"}:  # what stands there may look like a header
            left -= line[:1] == b"+"
        elif line.startswith(b"+++ "):
            name = _name(line[4:])
            ranges = None if name is None else out.setdefault(os.path.join(top, name), [])
        elif (hunk := _HUNK.match(line)) and ranges is not None:
            first, left = int(hunk[1]), int(hunk[2] if hunk[2] is not None else 1)
            ranges.append((first, first + max(left, 1)))
    return {path: tuple(found) for path, found in out.items()}


def _name(shown: bytes) -> str | None:
    """Return the path behind ``+++``, ``None`` for a file that went."""
    shown = shown.rstrip(b"\t\r")
    if shown.startswith(b'"') and shown.endswith(b'"'):
        shown = escape_decode(shown[1:-1])[0]
    return None if shown == b"/dev/null" else os.fsdecode(shown.removeprefix(b"b/"))
