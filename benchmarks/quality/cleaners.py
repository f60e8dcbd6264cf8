"""What is measured: functions from text to text, and how they are run over many texts."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from dedupe_cli import api

if TYPE_CHECKING:
    from collections.abc import Callable


def engine_plan(text: str) -> Any:
    """The plan that this project makes for a text."""
    return api.plan(text)


def engine(text: str) -> str:
    """This project, in this process, with the proof of its result."""
    return api.clean(text)


def identity(text: str) -> str:
    return text


def nothing(_text: str) -> str:
    return ""


def command(template: str) -> Callable[[str], str]:
    """A shell command with ``{in}`` and ``{out}``."""

    def run(text: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "in.txt"), Path(folder, "out.txt")
            source.write_text(text, encoding="utf-8", newline="")
            line = template.replace("{in}", shlex.quote(str(source))).replace("{out}", shlex.quote(str(target)))
            done = subprocess.run(line, shell=True, capture_output=True, check=False)
            if not target.exists():
                raise RuntimeError(f"no output: rc {done.returncode}: {done.stderr[-300:]!r}")
            return target.read_bytes().decode("utf-8")

    return run


@dataclass(slots=True)
class Done:
    """Outputs by text, seconds of all texts together, messages of the texts that failed (which stay as they were)."""

    outputs: dict[str, str]
    seconds: float = 0.0
    slowest: float = 0.0
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> Counter[str]:
        """Messages without their figures, counted."""
        return Counter(re.sub(r"\d+", "#", m) for m in self.failed.values())


_WORK: list[Any] = []


def _start(clean: Callable[[str], str] | str, limit: int) -> None:
    _WORK[:] = [command(clean) if isinstance(clean, str) else clean, limit]


def _late(_signal: int, _frame: Any) -> None:
    raise TimeoutError("took too long")


def _one(text: str) -> tuple[str, float, str]:
    clean, limit = _WORK
    begin = perf_counter()
    signal.signal(signal.SIGALRM, _late)
    signal.alarm(limit)
    try:
        return clean(text), perf_counter() - begin, ""
    except Exception as e:
        return text, perf_counter() - begin, f"{type(e).__name__}: {e}"[:200]
    finally:
        signal.alarm(0)


def clean_all(texts: list[str], clean: Callable[[str], str] | str, *, jobs: int = 2, limit: int = 60) -> Done:
    """Clean every distinct text; the result does not depend on ``jobs``."""
    todo = sorted(set(texts), key=lambda t: (-len(t), t))
    _start(clean, limit)
    if jobs < 2 or len(todo) < 2:
        results = [_one(t) for t in todo]
    else:
        with ProcessPoolExecutor(min(jobs, os.cpu_count() or 1), initializer=_start, initargs=(clean, limit)) as pool:
            results = list(pool.map(_one, todo, chunksize=4))
    done = Done({})
    for text, (out, seconds, error) in zip(todo, results, strict=False):
        done.outputs[text] = out
        done.seconds += seconds
        done.slowest = max(done.slowest, seconds)
        if error:
            done.failed[text] = error
    return done
