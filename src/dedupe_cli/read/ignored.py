"""Patterns in the syntax of ``.gitignore``, and the ignore files of a tree, the nearest first."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

from dedupe_cli.errors import SettingsError
from dedupe_cli.keys import TRUST
from dedupe_cli.read.bounds import check_owner, is_top
from dedupe_cli.text.expressions import linear

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

GIT, OWN = ".gitignore", ".dedupeignore"
# With so many stars a pattern is looked for in no time in any name; with more, in an engine that does not explode.
_STARS = 2
# Bytes of names that are no text stand as half characters, which that engine does not take: each has a place of its own
# among the characters that nobody assigns.
_HALVES = {0xD800 + n: 0x10D800 + n for n in range(0x800)}


def _pattern(line: str) -> GitIgnoreSpecPattern:
    """Compile one line; each further star multiplies what :mod:`re` looks through."""
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern  # noqa: PLC0415  as below

    line = line.translate(_HALVES)
    if line.count("*") <= _STARS:
        return GitIgnoreSpecPattern(line)
    written, include = GitIgnoreSpecPattern.pattern_to_regex(line)
    return GitIgnoreSpecPattern(None if written is None else linear(written), include)


def _spec(lines: list[str], where: str) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  30 ms; only for folders and patterns

    try:
        # Each line for itself: an engine that takes all of them at once gives up where they are many.
        return GitIgnoreSpec.from_lines(lines, pattern_factory=_pattern, backend="simple")
    except (ValueError, re.error) as error:
        raise SettingsError(f"{where}: {error}", hint="patterns have the syntax of .gitignore") from None


def check_patterns(lines: Iterable[str], where: str) -> None:
    """Raise :class:`SettingsError`, beginning with ``where``, for a line that is no pattern."""
    for line in lines:
        if not line.strip():
            raise SettingsError(f"{where}: an empty pattern", hint="patterns have the syntax of .gitignore")
        try:
            _spec([line], where)
        except SettingsError:
            raise SettingsError(f"{where}: {line!r} is no pattern", hint="they have the syntax of .gitignore") from None


@dataclass(frozen=True)
class Patterns:
    """Patterns relative to a folder."""

    base: str
    lines: tuple[str, ...]

    @cached_property
    def _compiled(self) -> GitIgnoreSpec:
        return _spec([line[1:] if line.startswith("./") else line for line in self.lines], "pattern")

    def match(self, path: str, *, folder: bool = False) -> bool:
        """Tell whether an absolute path fits; without a pattern nothing does."""
        return bool(self.lines) and bool(verdict(self._compiled, os.path.abspath(self.base), path, folder=folder))


@cache
def patterns(base: str, *lines: str) -> Patterns:
    """Return some patterns, compiled once."""
    return Patterns(base, lines)


def verdict(spec: GitIgnoreSpec, base: str, path: str, *, folder: bool) -> bool | None:
    """Return what patterns relative to ``base`` say of an absolute path; ``None``: nothing."""
    inside = os.path.relpath(path, base)
    if inside.startswith(os.pardir):
        inside = path.lstrip(os.sep)  # of another tree: names alone can fit
    inside = inside.replace(os.sep, "/")
    inside = inside if inside.isascii() else inside.translate(_HALVES)
    return spec.check_file(inside + "/" if folder else inside).include


@dataclass
class IgnoreFiles:
    """The ignore files between a path and the top of its repository (or of the file system), read once each."""

    _read: dict[str, GitIgnoreSpec | None] = field(default_factory=dict)
    _levels: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def ignored(self, path: str, *, folder: bool, git: bool, own: bool) -> bool:
        """Tell whether an absolute path is ignored; what stands nearer to it, and in our own file, decides."""
        levels = self._above(os.path.dirname(path))
        for name in [OWN] * own + [GIT] * git:
            for level in levels:
                spec = self._file(os.path.join(level, name))
                said = None if spec is None else verdict(spec, level, path, folder=folder)
                if said is not None:
                    return said
        return False

    def _above(self, folder: str) -> tuple[str, ...]:
        """Return the folders whose ignore files hold in ``folder``, the nearest first."""
        if folder not in self._levels:
            top = os.path.dirname(folder) == folder or os.path.lexists(os.path.join(folder, ".git"))
            self._levels[folder] = (folder,) if top else (folder, *self._above(os.path.dirname(folder)))
        return self._levels[folder]

    def _file(self, path: str) -> GitIgnoreSpec | None:
        if path not in self._read:
            name, folder = os.path.basename(path), os.path.dirname(path)
            # What git heeds in a repository is git's to allow; all else is a configuration like ours.
            if os.path.lexists(path) and (name == OWN or not is_top(self._above(folder)[-1])):
                _check_owner(path)
            lines = _lines(path)
            if name == GIT and os.path.isdir(os.path.join(folder, ".git")):
                lines = [*_lines(os.path.join(folder, ".git", "info", "exclude")), *lines]
            self._read[path] = _spec(lines, path) if lines else None
        return self._read[path]


def _check_owner(path: str) -> None:
    """Refuse an ignore file of another user, and a link of one."""
    for info in (os.lstat(path), *([os.stat(path)] if os.path.exists(path) else [])):
        check_owner(path, info, os.environ.get(TRUST, ""), option="--no-ignore, which heeds none")


def _lines(path: str) -> list[str]:
    if not os.path.isfile(path):  # a pipe would be waited for
        return []
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read().splitlines()
    except OSError:  # mostly there is none; one that cannot be read is as good as none, as for git
        return []
