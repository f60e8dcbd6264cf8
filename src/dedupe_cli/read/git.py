"""Texts as a commit has them, read from git: no work tree is touched."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from dedupe_cli.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def base_of(ref: str) -> str:
    """Return the commit that this work began from: where HEAD and ``ref`` part, or ``ref`` where that is unknown.

    Raises :class:`ReadError` without git, outside of a repository, or for a ref that is not there.
    """
    commit = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", fails=True)
    if not commit:
        git("rev-parse", "--git-dir")
        hint = f"fetch it: fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 for GitLab, or git fetch origin {ref}"
        raise ReadError(f"{ref}: no such commit in this repository", hint=hint)
    return (git("merge-base", commit.decode().strip(), "HEAD", fails=True) or commit).decode().strip()


def names_at(commit: str) -> Iterator[tuple[str, str]]:
    """Yield path (absolute) and object of each file of a commit, links and submodules left out."""
    top = os.fsdecode(git("rev-parse", "--show-toplevel").rstrip(b"\n"))
    for row in git("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
        head, _, name = row.partition(b"\t")
        if head.startswith(b"100"):
            yield os.path.join(top, os.fsdecode(name)), head.split()[2].decode()


def contents(objects: Iterable[str]) -> Iterator[bytes]:
    """Yield the bytes of objects, in their order."""
    asked = "".join(f"{each}\n" for each in objects).encode()
    data = git("cat-file", "--batch", stdin=asked)
    at = 0
    while at < len(data):
        end = data.index(b"\n", at)
        size = int(data[at:end].split()[2])
        yield data[end + 1 : end + 1 + size]
        at = end + size + 2


def git(*args: str, stdin: bytes = b"", fails: bool = False) -> bytes:
    """Run git and return what it prints; with ``fails``, nothing where it fails."""
    try:
        done = subprocess.run(["git", *args], input=stdin, capture_output=True, check=False)  # noqa: S603, S607
    except FileNotFoundError:
        raise ReadError("git is not installed", hint="install git, or use --baseline FILE") from None
    if done.returncode == 0:
        return done.stdout
    if fails:
        return b""
    said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ").partition("\n")[0]
    raise ReadError(f"git {args[0]}: {said}", hint="run in a git repository, or use --baseline FILE")
