"""Which files are read: named ones always, those of folders by patterns, ignore files, kind and size.

Patterns have the syntax of ``.gitignore``. A file that was named is read whatever they say, unless ``force`` asks
otherwise, as hooks do that name whatever was changed.
"""

from __future__ import annotations

import glob
import os
import re
import stat
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import NamedTuple

from dedupe_cli.errors import ReadError, system_reason, to_install
from dedupe_cli.read.bounds import is_git, leads_out
from dedupe_cli.read.decode import HEAD, is_binary
from dedupe_cli.read.ignored import IgnoreFiles, Patterns, patterns

STDIN = "-"
# Endings of files that can be read, and are not read in folders by themselves.
_READABLE = frozenset({".html", ".htm", ".xhtml", ".jsonl", ".ndjson", ".csv", ".tsv"})
_GLOB = frozenset("*?[")
# `**/**` is `**`, but each one more multiplies what is walked.
_ANY_FOLDERS = re.compile(r"(?:^|(?<=/))\*\*(?:/\*\*)+(?=/|\Z)")


class Walk(NamedTuple):
    """What of a folder is read. ``base`` is the folder that ``include`` and ``exclude`` are relative to.

    ``largest`` is the size limit in bytes (0: none), ``documents`` the patterns of files that are read though they are
    no texts. Links that are followed lead into ``within``, the project, where only its configuration asks for them.
    """

    base: str = "."
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    gitignore: bool = True
    dedupeignore: bool = True
    hidden: bool = False
    follow: bool = False
    largest: int = 0
    documents: tuple[str, ...] = ()
    within: str = ""


class Skipped(NamedTuple):
    """A file that was found and not read, and why: ``binary``, its size, what is missing to read it."""

    path: str
    reason: str


class Found(NamedTuple):
    """What is to be read, in the order of the names; what was left out; what could not be listed.

    ``unread`` counts by their endings the files of folders that could be read and are not, unless they are named.
    """

    paths: tuple[str, ...]
    skipped: tuple[Skipped, ...] = ()
    errors: tuple[ReadError, ...] = ()
    unread: tuple[tuple[str, int], ...] = ()


def discover(
    paths: Iterable[str],
    walk_of: Callable[[str], Walk],
    *,
    force: bool = False,
    name: Callable[[str], str] | None = None,
) -> Found:
    """Turn files, folders and globs into the files to read, each once, in the order of their names.

    ``walk_of`` returns what holds in a folder; with ``force`` a named file that is excluded is left out, too. A
    name that leads nowhere is returned as it is: reading it says what is wrong. ``name`` makes the names of named
    files (by default :func:`shown`).
    """
    finder = _Finder(walk_of, name or shown)
    for path in paths:
        finder.add(path, force=force)
    ordered = sorted(finder.found.values(), key=os.fsencode)
    skipped = sorted(finder.skipped.values(), key=lambda each: os.fsencode(each.path))
    return Found(tuple(ordered), tuple(skipped), tuple(finder.errors), tuple(sorted(finder.unread.items())))


def wanted(paths: Iterable[str], named: Iterable[str], walk_of: Callable[[str], Walk]) -> set[str]:
    """Return which of some absolute paths :func:`discover` would find under some names, were they there.

    ``.gitignore`` does not count: what git knows is not ignored.
    """
    finder = _Finder(lambda folder: walk_of(folder)._replace(gitignore=False), shown)
    roots = [os.path.abspath(name) for name in named]
    return {
        path
        for path in paths
        if path in roots
        or any(path.startswith(root.rstrip(os.sep) + os.sep) and finder.takes(path, root) for root in roots)
    }


def listed(data: bytes, *, nul: bool = False) -> list[str]:
    """Return the names of a list: one a line, or with ``nul`` parted by NUL characters."""
    rows = data.split(b"\0") if nul else data.splitlines()
    return [os.fsdecode(row) for row in rows if row]


def shown(path: str) -> str:
    """Return a path as it is reported: relative to the working folder when it lies in it, with slashes."""
    if path == STDIN:
        return path
    if os.path.isabs(path):
        inside = os.path.relpath(path)
        path = path if inside.startswith(os.pardir) else inside
    while path.startswith("./"):
        path = path[2:].lstrip("/") or "."
    return path.replace(os.sep, "/")


def _literal(pattern: str) -> str:
    """Return the beginning of a pattern up to its first sign: whoever wrote it knows of that."""
    return re.split(r"[*?\[]", pattern, maxsplit=1)[0]


def _is_linked(path: str, literal: str) -> bool:
    """Tell whether a link, which a pattern did not name, is the path or leads to it."""
    ends = [found.start() for found in re.finditer(f"[/{re.escape(os.sep)}]", path)] + [len(path)]
    return any(os.path.islink(path[:end]) for end in ends if end > len(literal))


@dataclass
class _Finder:
    """One search: what was found so far, by what the names lead to."""

    walk_of: Callable[[str], Walk]
    named: Callable[[str], str]
    found: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, Skipped] = field(default_factory=dict)
    errors: list[ReadError] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    ignores: IgnoreFiles = field(default_factory=IgnoreFiles)
    folders: set[str] = field(default_factory=set)
    patterns: dict[Walk, tuple[Patterns, Patterns]] = field(default_factory=dict)

    def add(self, path: str, *, force: bool) -> None:
        """Add what was named: a file, a folder, or a pattern that no file is named after."""
        if path == STDIN:
            self.found[STDIN] = STDIN
        elif os.path.isdir(path):
            if not (force and self._is_excluded(path, folder=True)):
                self._walk(path)
        elif os.path.lexists(path) or not _GLOB & set(path):
            if not (force and self._is_excluded(path)):
                self._take(path)
        else:
            self._expand(path)

    def takes(self, path: str, root: str) -> bool:
        """Tell whether a walk from ``root`` takes a file, by its name alone."""
        walk = self.walk_of(os.path.dirname(path))
        include, _ = self._patterns(walk)
        hidden = any(part.startswith(".") for part in os.path.relpath(path, root).split(os.sep))
        return include.match(path) and (walk.hidden or not hidden) and not self._is_excluded(path)

    def _expand(self, pattern: str) -> None:
        follow = self.walk_of(os.path.dirname(_literal(pattern)) or ".").follow
        every = glob.iglob(_ANY_FOLDERS.sub("**", pattern), recursive=True)
        found = sorted(path for path in every if follow or not _is_linked(path, _literal(pattern)))
        if not found:
            self._take(pattern)
        for path in found:
            if os.path.isdir(path):
                self._walk(path)
            elif not self._is_excluded(path):
                self._look(path)

    def _take(self, path: str, *, walked: bool = False) -> None:
        """Take a file under its shortest name, so that the order of arguments means nothing."""
        key, name = os.path.realpath(path), shown(path) if walked else self.named(path)
        self.found[key] = min(self.found.get(key, name), name, key=lambda each: (len(each), each))

    def _is_excluded(self, path: str, *, folder: bool = False) -> bool:
        """Tell whether a path, or a folder above it, is left out by patterns or ignore files."""
        walk = self.walk_of(os.path.dirname(path) or ".")
        whole = os.path.abspath(path)
        chain = [(whole, folder)]
        top = os.path.abspath(walk.base)
        above = os.path.dirname(whole)
        while above not in (top, os.path.dirname(above)):
            chain.append((above, True))
            above = os.path.dirname(above)
        return any(self._is_left_out(each, is_folder, walk) for each, is_folder in reversed(chain))

    def _is_left_out(self, path: str, is_folder: bool, walk: Walk) -> bool:  # noqa: FBT001  of a pair
        _, exclude = self._patterns(walk)
        if exclude.match(path, folder=is_folder):
            return True
        return self.ignores.ignored(path, folder=is_folder, git=walk.gitignore, own=walk.dedupeignore)

    def _patterns(self, walk: Walk) -> tuple[Patterns, Patterns]:
        if walk not in self.patterns:
            self.patterns[walk] = (Patterns(walk.base, walk.include), Patterns(walk.base, walk.exclude))
        return self.patterns[walk]

    def _walk(self, root: str) -> None:
        """Take the files below a folder."""
        waiting = deque([root])
        while waiting:
            folder = waiting.popleft()
            whole = os.path.realpath(folder)
            if whole in self.folders:
                continue
            self.folders.add(whole)
            waiting.extend(self._list(folder))

    def _list(self, folder: str) -> Iterator[str]:
        walk = self.walk_of(folder)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            hint = "you may not list it: ls -ld shows the owner"
            self.errors.append(ReadError(f"{shown(folder)}: {system_reason(error)}", hint=hint))
            return
        include, _ = self._patterns(walk)
        for entry in entries:
            if (entry.name.startswith(".") and not walk.hidden) or (entry.is_symlink() and not walk.follow):
                continue
            if is_git(entry.name):  # no text in it is meant to be read, and one that is changed breaks the repository
                continue
            is_folder = entry.is_dir()
            path = os.path.abspath(entry.path)
            if not is_folder and not include.match(path):
                ending = os.path.splitext(entry.name)[1].lower()
                if ending in _READABLE and not self._is_left_out(path, is_folder, walk):
                    self.unread[ending] += 1
                continue
            if self._is_left_out(path, is_folder, walk) or self._leads_out(entry, walk):
                continue
            if is_folder:
                yield entry.path
            else:
                self._look(entry.path)

    def _leads_out(self, entry: os.DirEntry[str], walk: Walk) -> bool:
        """Tell of a link that leads to where the configuration of a project does not reach."""
        if not walk.within or not entry.is_symlink():
            return False
        why = leads_out(os.path.realpath(entry.path), walk.within, links=False)
        if why:
            message = f"{shown(entry.path)}: a link; what it leads to {why}"
            self.errors.append(ReadError(message, hint="take follow out of the configuration, or give --follow"))
        return bool(why)

    def _look(self, path: str) -> None:
        """Take a file that was found when it is a text of bearable size; say so when it is not."""
        walk = self.walk_of(os.path.dirname(path) or ".")
        largest = walk.largest
        name, key = shown(path), os.path.realpath(path)
        try:
            info = os.stat(path)
            if not stat.S_ISREG(info.st_mode):
                return
            if largest and info.st_size > largest:
                self.skipped[key] = Skipped(name, f"larger than {size(largest)}")
                return
            with open(path, "rb") as file:
                head = file.read(HEAD)
        except OSError:
            self._take(path, walked=True)  # reading it says what is wrong
            return
        if patterns(walk.base, *walk.documents).match(os.path.abspath(path)):
            if find_spec("lxml") is None:  # the library that the extra brings
                self.skipped[key] = Skipped(name, f"Word ({to_install('docx')} lets it read them)")
            else:
                self._take(path, walked=True)
        elif is_binary(head):
            self.skipped[key] = Skipped(name, "binary")
        else:
            self._take(path, walked=True)


def size(number: int) -> str:
    """Return a size for people: ``10 MiB``."""
    for unit, shift in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if number >= 1 << shift:
            return f"{number / (1 << shift):.4g} {unit}"
    return f"{number} bytes"
