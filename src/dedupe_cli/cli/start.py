"""The first thing that runs: signals are minded before the rest of the program is even loaded.

Loading takes a tenth of a second, and Ctrl-C in that time must not end in a traceback. So this module imports
next to nothing, and does nothing until :func:`run` is called.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
SIGNAL_BASE = 128


def run() -> int:
    """Run the command line of this process and return its exit code."""
    for each in STOPPING:
        if signal.getsignal(each) is not signal.SIG_IGN:  # nohup and the like
            signal.signal(each, leave)
    from dedupe_cli.cli.main import run as work  # noqa: PLC0415  after the signals

    return work()


def leave(number: int, _frame: FrameType | None) -> None:
    """Leave at once: nothing has begun that would have to be ended in order."""
    if sys.stderr is not None:
        try:  # without contextlib, which takes time to load
            os.write(2, b"interrupted; nothing written\n")
        except OSError:  # nobody is there to read it
            os._exit(SIGNAL_BASE + number)
    os._exit(SIGNAL_BASE + number)
