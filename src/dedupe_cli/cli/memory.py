"""How much memory a text needs, how much there is, and what to say when it does not suffice."""

from __future__ import annotations

import os
from collections.abc import Sequence

from dedupe_cli.errors import DedupeError

# Bytes of address space (peaks of VmPeak in `dedupe clean -n`): for Python, numpy and rapidfuzz with an empty text; for
# the word lists, which judging a longer text loads; and for each byte of a text in which nothing repeats (English; of
# Chinese 13), and in which all is like something else in it (words said in any order; a log takes 30).
BASE, LISTS, LEAST, MOST = 180 << 20, 70 << 20, 18, 110
_MB = 1 << 20


def limit() -> int | None:
    """Return the limit of this process in bytes (``ulimit -v``, ``ulimit -d``), ``None`` without one."""
    try:
        import resource  # noqa: PLC0415  not every system has it
    except ImportError:
        return None
    soft = [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_DATA)]
    return min((each for each in soft if each != resource.RLIM_INFINITY), default=None)


def available(root: str = "/") -> int | None:
    """Return the bytes that are free on this machine, or left in its container; ``None`` when unknown."""
    found = []
    try:
        with open(os.path.join(root, "proc/meminfo"), encoding="ascii") as file:
            found += [int(line.split()[1]) << 10 for line in file if line.startswith("MemAvailable:")]
        group = os.path.join(root, "sys/fs/cgroup")
        with open(os.path.join(group, "memory.max"), encoding="ascii") as file:
            most = file.read().strip()
        with open(os.path.join(group, "memory.current"), encoding="ascii") as file:
            found += [max(int(most) - int(file.read()), 0)] if most.isdigit() else []
    except (OSError, ValueError, IndexError):
        pass  # another system, or no container: what was found counts
    return min(found, default=None)


def need(paths: Sequence[str]) -> tuple[int, int]:
    """Return about how many bytes of memory the largest of some files needs, at least and at most."""
    size = max(map(size_of, paths), default=0)
    base = BASE + LISTS if size >= _MB else BASE
    return base + LEAST * size, base + MOST * size


def is_refused() -> bool:
    """Tell whether there is a limit below the need of any text."""
    most = limit()
    return most is not None and most < BASE


def check_start() -> None:
    """Refuse to load the engine under a limit that it cannot live with: its libraries end the process.

    They are kept small: no matrix is ever multiplied, and the library for it takes 40 MB for each thread it starts.
    """
    if is_refused():
        raise DedupeError(
            f"not enough memory: the limit is {_shown(limit() or 0)}, and any text needs {_shown(BASE)}",
            hint="raise the limit: ulimit -v unlimited",
        )
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def warning(paths: Sequence[str]) -> str:
    """Return what to say about files that may need more memory than there is; nothing when it suffices."""
    free = available()
    if free is None or not paths:
        return ""
    least, most = need(paths)
    path = max(paths, key=size_of)
    if least > free:
        return f"{path} needs about {_needed(least, most)} of memory; {_shown(free)} are free"
    if most > free:
        return (
            f"{path} needs about {_shown(least)} of memory, and up to {_shown(most)} if much in it is alike; "
            f"{_shown(free)} are free"
        )
    return ""


def exhausted(path: str) -> DedupeError:
    """Return the error for a text that did not fit."""
    most = limit()
    there = f"; the limit is {_shown(most)}" if most is not None else ""
    size = f" for {_shown(size_of(path))} of text" if size_of(path) >= _MB else ""
    return DedupeError(
        f"{path}: not enough memory: about {_needed(*need([path]))} are needed{size}{there}",
        hint="raise the limit (ulimit -v), try --jobs 1, or clean the text in parts: split -C 10m; "
        "neighbouring lines take none: dedupe clean --unit line --adjacent < FILE",
    )


def is_exhausted(error: Exception) -> bool:
    """Tell whether an error comes from a lack of memory; under a limit, libraries fail in other words."""
    if isinstance(error, MemoryError):
        return True
    return limit() is not None and isinstance(error, (ImportError, SystemError, RuntimeError))


def size_of(path: str) -> int:
    """Return the size of a file in bytes, 0 for what has none."""
    try:
        return os.stat(path).st_size
    except (OSError, ValueError):
        return 0


def _needed(least: int, most: int) -> str:
    """Say how much is needed; both where they are not the same by far."""
    return _shown(least) if most - least < _MB else f"{_shown(least)} to {_shown(most)}"


def _shown(size: int) -> str:
    return f"{size / _MB:,.0f} MB"
