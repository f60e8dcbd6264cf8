"""Several files, one after the other or in several processes: the same results in the same order."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from dedupe_cli import api
from dedupe_cli.cli import memory
from dedupe_cli.cli.signals import check_stopped, children_left_out, terminable
from dedupe_cli.cli.start import collect_seldom
from dedupe_cli.errors import DecodeError, DedupeError
from dedupe_cli.read.load import STDIN, load

if TYPE_CHECKING:
    from concurrent.futures import Future

    from dedupe_cli.api import Decoding
    from dedupe_cli.cache import Cache
    from dedupe_cli.checking import Checked
    from dedupe_cli.cli.console import Console, Progress
    from dedupe_cli.cli.trying import Limit
    from dedupe_cli.model import Source
    from dedupe_cli.review.tuning import Tried
    from dedupe_cli.settings import Settings
    from dedupe_cli.terms import Terms


Given = TypeVar("Given")
Got = TypeVar("Got")


def in_order(
    function: Callable[[Given], Got], items: Iterable[Given], workers: int, name: Callable[[Given], str]
) -> Iterator[Got]:
    """Yield ``function`` of every item, four a worker taken ahead; ``name`` says what one is, if its process dies."""
    from collections import deque  # noqa: PLC0415
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  only several items need processes
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
    from multiprocessing import active_children, get_context  # noqa: PLC0415

    context = get_context("spawn")  # a fork copies locks of threads that do not exist in the child
    with children_left_out():  # the pool begins with a process of its own, the tracker of its semaphores
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)
    ahead, current = iter(items), ""
    waiting: deque[tuple[str, Future[Got]]] = deque()
    with pool:
        try:
            while True:
                for item in islice(ahead, 4 * workers - len(waiting)):
                    with children_left_out():
                        waiting.append((name(item), pool.submit(function, item)))
                if not waiting:
                    return
                current, future = waiting.popleft()
                yield future.result()
        except BrokenProcessPool:
            check_stopped()
            raise DedupeError(
                f"{current}: a worker process died", hint="it may have run out of memory; try --jobs 1"
            ) from None
        except BaseException:
            for child in active_children():
                child.terminate()
            pool.shutdown(cancel_futures=True)  # waited for: a thread left behind closes the pipe the exit writes to
            raise


def _begin() -> None:
    """Let this worker end when its parent is gone: killed, it cannot say so, and the pipe would be waited at."""
    from multiprocessing import parent_process  # noqa: PLC0415
    from multiprocessing.connection import wait  # noqa: PLC0415
    from threading import Thread  # noqa: PLC0415

    collect_seldom()
    terminable()

    def watch(sentinel: int) -> None:
        wait([sentinel])
        os._exit(1)

    parent = parent_process()
    if parent is not None:
        Thread(target=watch, args=(parent.sentinel,), daemon=True).start()


# Below this many bytes a second process costs more than it brings (it takes about 0.2 s to start).
WORTH_IT = 2_000_000


class Task(NamedTuple):
    """What one file needs: how it is read, the settings and terms, or the plan (JSON) that is applied instead.

    ``check``: findings are wanted, not a result; ``across``: and what comparing texts with each other needs. ``cache``
    is the folder of the cache, empty for none. ``kind`` is its format, ``name`` what standard input is called,
    ``to_encoding`` the encoding of the result, when it is not that of the file; ``track``: edits become revisions.
    ``trust``: what the plan calls unsafe is decided; ``asks``: the plan tells why the rest stays. ``limits``: what
    other values of these would do is wanted, not a result.
    """

    encoding: Decoding
    settings: Settings
    terms: Terms | None = None
    plan: bytes | None = None
    check: bool = False
    across: bool = False
    cache: str = ""
    kind: str | None = None
    name: str | None = None
    to_encoding: str = ""
    track: bool = False
    trust: bool = False
    asks: bool = False
    limits: tuple[Limit, ...] = ()


class Outcome(NamedTuple):
    """What became of one file: a result, or findings, or an error with the traceback of an unforeseen one.

    ``tried``: the text, and what it comes to under other limits, by their names. ``skipped``: the error is that it is
    no text of a known encoding, and such files are to be left out.
    """

    path: str
    result: api.Result | None = None
    checked: Checked | None = None
    tried: tuple[Source, Mapping[str, Sequence[Tried]]] | None = None
    error: DedupeError = DedupeError("no result")
    trace: str = ""
    skipped: bool = False

    def tell(self, console: Console) -> None:
        """Say what was wrong with the file, or that it is left out."""
        if self.skipped:
            console.warn(f"{self.error.message}; left out")
            return
        console.error(self.error)
        if self.trace and console.verbose:
            console.block(self.trace)


def outcomes(
    paths: Sequence[str], task_of: Callable[[str], Task], jobs: int, progress: Callable[[str, int, int], None]
) -> Iterator[Outcome]:
    """Work on files and yield what became of them, in the order given; a bad one stops no other.

    ``task_of`` is asked for each path; it may raise for a configuration with a mistake.
    """
    memory.check_start()
    workers = _workers(paths, jobs)
    if workers < 2:
        alone = progress if len(paths) == 1 else None
        made: Iterator[Outcome] = (_here(path, task_of, alone) for path in paths)
    else:
        made = in_order(_sent, ((path, task_of(path)) for path in paths), workers, itemgetter(0))
    for done in range(len(paths)):
        if len(paths) > 1:
            progress("files", done, len(paths))
        yield next(made)


def results(
    console: Console, paths: Sequence[str], task_of: Callable[[str], Task], jobs: int, progress: Progress
) -> Iterator[tuple[str, api.Result | None]]:
    """Yield what became of each text, ``None`` for one with something wrong, which is said; some are to be left out."""
    for outcome in outcomes(paths, task_of, jobs, progress):
        if outcome.result is None:
            progress.clear()
            outcome.tell(console)
        if not outcome.skipped:
            yield outcome.path, outcome.result


def _here(path: str, task_of: Callable[[str], Task], progress: Callable[[str, int, int], None] | None) -> Outcome:
    """Work on one file in this process."""
    try:
        return work(path, task_of(path), progress)
    except Exception as error:
        if not memory.is_exhausted(error):
            raise
        return Outcome(path, error=memory.exhausted(path), trace=traceback.format_exc())


def _sent(item: tuple[str, Task]) -> Outcome:
    """Work on one file in a process that was sent it."""
    return work(*item)


def work(path: str, task: Task, progress: Callable[[str, int, int], None] | None = None) -> Outcome:
    """Work on one file; never raises for what is wrong with it."""
    try:
        store = _store(path, task)
        source = load(path, task.encoding, kind=task.kind, name=task.name, store=store)
        if task.check and task.terms:
            from dedupe_cli.checking import checked  # noqa: PLC0415  the rules are not for --help

            source = replace(source, path=task.name) if task.name else source
            found = checked(source, task.settings, task.terms, progress, across=task.across, store=store)
            return Outcome(path, checked=found)
        if task.limits:
            from dedupe_cli.cli.trying import tried  # noqa: PLC0415  as above

            return Outcome(path, tried=(source, tried(source, task.settings, task.terms, task.limits, progress)))
        if task.plan is not None:
            plan = api.read_plan(task.plan, source)
            result = api.apply_given(source, plan, trust=task.trust, terms=task.terms)
        else:
            result = api.run(source, task.settings, terms=task.terms, progress=progress, asks=task.asks)
        if task.track:
            result = api.tracked(result)
        if task.to_encoding:
            result = replace(result, to_encoding=task.to_encoding)
            api.recode(source, result.text, task.to_encoding)
        return Outcome(path, result)
    except DecodeError as error:
        return Outcome(path, error=error, skipped=task.encoding.on_error == "skip")
    except DedupeError as error:
        return Outcome(path, error=error)
    except Exception as error:  # noqa: BLE001  one bad file must not take the others with it; shown with -v
        check_stopped()
        if memory.is_exhausted(error):
            return Outcome(path, error=memory.exhausted(path), trace=traceback.format_exc())
        message = f"{path}: internal error: {type(error).__name__}: {error}"
        return Outcome(path, error=DedupeError(message, hint="-v shows where"), trace=traceback.format_exc())


def _store(path: str, task: Task) -> Cache | None:
    """Return the cache where only findings are wanted: what is written is computed."""
    if not (task.check and task.cache) or path == STDIN:
        return None
    from dedupe_cli.cache import opened  # noqa: PLC0415  it loads SQLite

    return opened(task.cache)


def _workers(paths: Sequence[str], jobs: int) -> int:
    if len(paths) < 2 or jobs == 1:
        return 1
    if jobs:
        return min(jobs, len(paths))
    size = sum(os.path.getsize(p) for p in paths if os.path.isfile(p))  # noqa: PTH202, PTH113  names may be no text
    return min(processors(), len(paths)) if size > WORTH_IT else 1


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
