"""Signals become exceptions, so that every ``finally`` on the way out runs and no half file stays behind."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Stopped(BaseException):
    """The run was asked to stop by a signal; ``number`` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _stop(number: int, _frame: FrameType | None) -> None:
    for each in _STOPPING:  # cleaning up is short and must not be interrupted by the next one
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)


@contextlib.contextmanager
def stopping() -> Iterator[None]:
    """Raise :class:`Stopped` on SIGINT, SIGTERM and SIGHUP, unless the parent had them ignored."""
    before = {}
    for each in _STOPPING:
        with contextlib.suppress(ValueError):  # not in the main thread: whoever embeds us minds the signals
            if signal.getsignal(each) is not signal.SIG_IGN:
                before[each] = signal.signal(each, _stop)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
