"""Work in several processes, bounded ahead: results come in the order of what was given."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from dedupe_cli.cli.early import collect_seldom
from dedupe_cli.cli.signals import check_stopped, children_left_out, terminable
from dedupe_cli.errors import DedupeError

if TYPE_CHECKING:
    from concurrent.futures import Future

Given = TypeVar("Given")
Got = TypeVar("Got")


def in_order(
    function: Callable[[Given], Got], items: Iterable[Given], workers: int, name: Callable[[Given], str]
) -> Iterator[Got]:
    """Yield ``function`` of every item; no more than four items a worker are taken ahead.

    ``name`` says of an item what it is, for the message when its process died.
    """
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
    """Prepare a worker."""
    collect_seldom()
    _end_with_parent()


def _end_with_parent() -> None:
    """End this worker when its parent is gone: killed, it cannot say so, and the pipe would be waited at."""
    from multiprocessing import parent_process  # noqa: PLC0415
    from multiprocessing.connection import wait  # noqa: PLC0415
    from threading import Thread  # noqa: PLC0415

    terminable()

    def watch(sentinel: int) -> None:
        wait([sentinel])
        os._exit(1)

    parent = parent_process()
    if parent is not None:
        Thread(target=watch, args=(parent.sentinel,), daemon=True).start()
