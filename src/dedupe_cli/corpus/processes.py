"""Work in processes of their own, for functions that hold the interpreter's lock for long.

Each process is started anew, since a fork copies locks of threads that do not exist in it. It imports from where this
one does, never the program that runs or what lies in the folder it is run in. It is asked through a pipe and ends with
it, and when it dies, at whatever moment, the end of its answers tells.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from traceback import format_exc
from typing import Any

from dedupe_cli.errors import DedupeError

# All processes, and those that nobody waits for.
_all: list[subprocess.Popen[bytes]] = []
_idle: list[subprocess.Popen[bytes]] = []


def asked(work: Callable[..., Any], *given: Any) -> Any:
    """Return what ``work`` makes of some values in another process: one that is idle, else a new one.

    There are as many as threads that ask at once. Raises :class:`DedupeError` when the process dies, and
    :class:`RuntimeError` with the words of any exception of ``work``.
    """
    question = pickle.dumps((work, given), pickle.HIGHEST_PROTOCOL)
    try:
        process = _idle.pop()
    except IndexError:
        process = _started()
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        pickle.dump(question, process.stdin, pickle.HIGHEST_PROTOCOL)
        process.stdin.flush()
        made, failed = pickle.load(process.stdout)  # noqa: S301  of a process of ours
    except (EOFError, OSError, ValueError, pickle.UnpicklingError) as error:
        hint = "it may have run out of memory; --resume goes on from the step before it"
        raise DedupeError("a worker process died", hint=hint) from error
    _idle.append(process)
    if failed:
        raise RuntimeError(failed)
    return made


@contextlib.contextmanager
def ended() -> Iterator[None]:
    """End all processes when what is done with them is over, however it ends."""
    try:
        yield
    finally:
        _idle.clear()
        while _all:
            process = _all.pop()
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                assert pipe is not None
                with contextlib.suppress(OSError):  # a question that never went out
                    pipe.close()


def _started() -> subprocess.Popen[bytes]:
    process = subprocess.Popen(  # noqa: S603  this interpreter, our module
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        start_new_session=True,  # signals of a terminal are for the one that asks
    )
    _all.append(process)
    return process


def _answer() -> None:
    """Answer questions until there are no more."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed is no answer
    while True:
        try:
            question = pickle.load(questions)  # noqa: S301  of the process that started this one
        except EOFError:
            return
        try:
            work, given = pickle.loads(question)  # noqa: S301
            answer = pickle.dumps((work(*given), ""), pickle.HIGHEST_PROTOCOL)
        except Exception:  # noqa: BLE001  whatever it is, the one that asked is told
            answer = pickle.dumps((None, format_exc()))
        try:
            answers.write(answer)
            answers.flush()
        except BrokenPipeError:  # nobody is there any more
            os._exit(1)


if __name__ == "__main__":
    _answer()
