"""Git: the files of a commit, and what changed since one."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dedupe_cli.errors import ReadError
from dedupe_cli.read.ignored import IgnoreFiles

# What the repository says of these does not count. Hooks are looked for in a folder that is none.
_OVERRULED = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.attributesFile": "/dev/null",
    "credential.helper": "",
    # Of the git that Microsoft makes: a program that it asks which files there are, ways to fetch of its own.
    "core.virtualFilesystem": "",
    "core.virtualizeObjects": "false",
    "core.useGVFSHelper": "false",
    # A folder of texts that is laid out as a repository is none.
    "safe.bareRepository": "explicit",
}
# What git is not to do of itself: write to the index, fetch (by any protocol), ask for a password.
_MANNERS = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "",
}
# The variables of git that are let through: they say which repository is meant, and where git and its settings are.
_LET_THROUGH = re.compile(
    "GIT_(?:DIR|WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|CEILING_DIRECTORIES"
    "|DISCOVERY_ACROSS_FILESYSTEM|EXEC_PATH|CONFIG_.*)"
)
# Of two texts that are compared: under no repository and nobody's settings.
_NOWHERE = {"GIT_DIR": os.devnull, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
_HUNK = re.compile(rb"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_BINARY = re.compile(rb"^Binary files ", re.MULTILINE)
_MISSING = "nothing is fetched here: get what is missing first, git fetch --refetch --no-filter"
# Bytes of the names of a commit, and of a text that is compared with what it was. A few thousand packed bytes
# can stand for more than any memory holds; the names of a million files are no more than this.
LARGEST = 1 << 27
_ELSEWHERE = "run in a git repository, or use --baseline FILE"


def base_of(ref: str) -> str:
    """Return the commit that this work began from: where HEAD and ``ref`` part, or ``ref`` where that is unknown.

    Raises :class:`ReadError` without git, outside of a repository, or for a ref that is not there.
    """
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", fails=True)
    if not commit:
        _git("rev-parse", "--git-dir")
        hint = f"fetch it: fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 for GitLab, or git fetch origin {ref}"
        raise ReadError(f"{ref}: no such commit in this repository", hint=hint)
    return (_git("merge-base", commit.decode().strip(), "HEAD", fails=True) or commit).decode().strip()


def last_commit_of(path: str) -> str:
    """Return the last commit in which a file changed; nothing for one that the repository does not know."""
    return _git("rev-list", "-1", "HEAD", "--", f":(literal){os.path.abspath(path)}", fails=True).decode().strip()


def top() -> str:
    """Return the folder of the repository."""
    return os.path.normpath(os.fsdecode(_git("rev-parse", "--show-toplevel").rstrip(b"\r\n")))


def names_at(commit: str) -> dict[str, str]:
    """Return the object that a commit has at each path (absolute), links and submodules left out."""
    folder, out = top(), {}
    for row in _names("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
        head, _, name = row.partition(b"\t")
        if head.startswith(b"100"):
            out[os.path.normpath(os.path.join(folder, os.fsdecode(name)))] = head.split()[2].decode()
    return out


def sizes(objects: Iterable[str]) -> list[int]:
    """Return how many bytes each of some objects has, 0 where a partial clone lacks it."""
    asked = "".join(f"{each}\n" for each in objects).encode()
    said = _git("cat-file", "--batch-check=%(objectsize)", stdin=asked, hint=_MISSING)
    return [int(row) if row.isdigit() else 0 for row in said.split(b"\n")[:-1]]


def contents(objects: Iterable[str]) -> Iterator[bytes]:
    """Yield the bytes of objects, in their order; raises :class:`ReadError` for one that a partial clone lacks."""
    asked = "".join(f"{each}\n" for each in objects).encode()
    data = _git("cat-file", "--batch", stdin=asked, hint=_MISSING)
    at = 0
    while at < len(data):
        end = data.index(b"\n", at)
        oid, said, *size = data[at:end].split()
        if not size:
            raise ReadError(f"object {oid.decode()} is {said.decode()} in this repository", hint=_MISSING)
        yield data[end + 1 : end + 1 + int(size[0])]
        at = end + int(size[0]) + 2


def is_tracked(name: str) -> bool:
    """Tell whether the index has a file; the name counts from the folder of the repository."""
    return bool(_git("ls-files", "-z", "--", f":(top,literal){name}"))


def changed_lines(old: bytes, path: str) -> list[tuple[int, int]] | None:
    """Return the lines of a file that are other than in ``old``; ``None`` where one of the two is no text.

    Ranges are half-open, ascending, and count from 1; where lines only went, the one before them counts. How lines end
    does not.
    """
    plain = ("--no-color", "--no-ext-diff", "--no-textconv", "--ignore-cr-at-eol", "-U0")
    shown = _run("diff", "--no-index", *plain, "--", "-", path, stdin=old, environment=_NOWHERE)
    if shown.returncode not in {0, 1}:
        raise ReadError(f"{path}: git diff: {_said(shown.stderr)}")
    if _BINARY.search(shown.stdout):
        return None
    found = ((int(hunk[1]), int(hunk[2] if hunk[2] is not None else 1)) for hunk in _HUNK.finditer(shown.stdout))
    return [(first, first + max(size, 1)) for first, size in found]


def _git(*args: str, stdin: bytes = b"", fails: bool = False, hint: str = _ELSEWHERE) -> bytes:
    """Run git and return what it prints; with ``fails``, nothing where it fails."""
    done = _run(*args, stdin=stdin)
    if done.returncode == 0:
        return done.stdout
    if fails:
        return b""
    raise ReadError(f"git {args[0]}: {_said(done.stderr)}", hint=hint)


def _names(*args: str) -> bytes:
    """Run git and return what it prints, which is names; more than :data:`LARGEST` bytes of them are refused."""
    with subprocess.Popen(  # noqa: S603  arguments apart, no shell
        _command(args), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        out = process.stdout.read(LARGEST + 1)
        if len(out) > LARGEST:
            process.kill()
            raise ReadError(
                f"git {args[0]}: this commit has more files than any work tree",
                hint="do not trust the repository: folders stand for each other in it",
            )
        said = process.stderr.read()
    if process.returncode:
        raise ReadError(f"git {args[0]}: {_said(said)}", hint=_MISSING)
    return out


def _said(error: bytes) -> str:
    return error.decode("utf-8", "replace").strip().removeprefix("fatal: ").partition("\n")[0]


def _run(*args: str, stdin: bytes, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run git as a repository that is not trusted asks for; ``environment`` takes the place of variables of git."""
    return subprocess.run(  # noqa: S603  arguments apart, no shell
        _command(args), input=stdin, capture_output=True, check=False, env=_environment(environment)
    )


def _command(args: Iterable[str]) -> list[str]:
    overruled = [word for name, value in _OVERRULED.items() for word in ("-c", f"{name}={value}")]
    return [_program(), "--no-pager", *overruled, *args]


def _environment(instead: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or (instead is None and _LET_THROUGH.fullmatch(name))
    }
    return {**kept, **(instead or {}), **_MANNERS}


def _program() -> str:
    """Return where git is: on the path, but never in the folder that the run is in, as some systems would have it."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in os.get_exec_path():
        found = os.path.join(folder, name)
        if os.path.isabs(folder) and os.path.isfile(found) and os.access(found, os.X_OK):
            return found
    raise ReadError("git is not installed", hint="install git, or use --baseline FILE")


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
