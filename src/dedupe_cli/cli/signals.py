"""Signals become exceptions, so that every ``finally`` on the way out runs and no half file stays behind."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dedupe_cli.cli.memory import is_refused
from dedupe_cli.cli.start import STOPPING, leave

if TYPE_CHECKING:
    from types import FrameType

# Seconds in which further signals are taken for the same wish: cleaning up must not be interrupted by them.
_PATIENCE = 2.0
# So many seconds a signal has to reach its handler before it is sent again.
_UNHEARD = 0.05
# The signal that came first, and when; empty while none came.
_asked: list[tuple[int, float]] = []
# The number of a signal whose exception Python could not raise; empty while there is none.
_lost: list[int] = []
# Where numbers of signals that are to be sent again are written; empty while nobody reads them.
_again: list[int] = []
_sending = threading.Lock()


class Stopped(BaseException):
    """The run was asked to stop by a signal; ``number`` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _stop(number: int, _frame: FrameType | None) -> None:
    now = time.monotonic()
    if not _asked or _lost or now - _asked[0][1] > _PATIENCE:
        _lost.clear()
        _asked[:] = [(number, now)]
        raise Stopped(number)


def check_stopped() -> None:
    """Raise :class:`Stopped` if a signal came whose exception got lost.

    Python cannot raise it out of a destructor or some callbacks, and libraries turn exceptions into others.
    """
    if _asked:
        raise Stopped(_asked[0][0])


@contextlib.contextmanager
def stopping() -> Iterator[None]:
    """Raise :class:`Stopped` on SIGINT, SIGTERM and SIGHUP, unless the parent had them ignored."""
    _asked.clear()
    _lost.clear()
    before = {}
    for each in STOPPING:
        with contextlib.suppress(ValueError):  # not in the main thread: whoever embeds us minds the signals
            if signal.getsignal(each) is not signal.SIG_IGN:
                before[each] = signal.signal(each, _stop)
    try:
        with _repeated(), _heard():
            yield
        check_stopped()
    finally:
        for each, handler in before.items():
            # The process that start.py began is at its end: what was to be said and written is out.
            signal.signal(each, signal.SIG_IGN if handler is leave else handler)


@contextlib.contextmanager
def _repeated() -> Iterator[None]:
    """Send a signal to the main thread again until its handler has run.

    What comes in the moment before a call that waits (to open a pipe, to read) is only remembered, and the handler
    would run when the call is done, perhaps never. A signal that comes while it waits interrupts the call.
    """
    if (
        threading.current_thread() is not threading.main_thread()
        or not hasattr(signal, "pthread_kill")
        or is_refused()  # a thread takes 64 MB of the address space, and cannot even end without a little
    ):
        yield
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    _again.append(writer)
    watcher = threading.Thread(target=_watch, args=(reader,), daemon=True)
    with children_left_out():  # nor is a signal for this process ever given to the watcher
        watcher.start()
    try:
        yield
    finally:
        with _sending:  # from here on nothing is sent: the handlers are about to be others
            _again.remove(writer)
        signal.set_wakeup_fd(before)
        os.close(writer)


@contextlib.contextmanager
def _heard() -> Iterator[None]:
    """Say nothing of a :class:`Stopped` that Python cannot raise, and have its signal sent again.

    Destructors and callbacks (the import system has some) raise into nowhere: Python prints "Exception ignored in"
    with a traceback, and the run goes on. A moment later the signal finds other code running.
    """
    before = sys.unraisablehook

    def hook(lost: sys.UnraisableHookArgs) -> None:
        if not isinstance(lost.exc_value, Stopped):
            before(lost)
        elif _again:  # else check_stopped() raises it when the run is at its end
            _lost[:] = [lost.exc_value.number]
            with contextlib.suppress(BlockingIOError):  # full: the watcher has signals to send
                os.write(_again[-1], bytes(_lost))

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


def _watch(reader: int) -> None:
    """Read the numbers of signals as they come, until the other end is closed."""
    main = threading.main_thread().ident
    assert main is not None
    with open(reader, "rb", buffering=0) as numbers:
        while number := numbers.read(1):
            while number[0] in STOPPING and _again and (_lost or not _asked):
                time.sleep(_UNHEARD)
                with _sending:
                    if _again and (_lost or not _asked):
                        signal.pthread_kill(main, number[0])


@contextlib.contextmanager
def children_left_out() -> Iterator[None]:
    """Keep the signals from processes started meanwhile: a terminal sends them to everybody at once.

    They arrive here afterwards, and here it is decided what happens; a process is never half started.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    old = signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, old)


def terminable() -> None:
    """Let a process that was started under :func:`children_left_out` be ended by the one that started it."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
