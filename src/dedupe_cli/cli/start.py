"""The first thing that runs: signals are minded, and garbage is looked for seldom, before the rest is even loaded.

Loading takes a tenth of a second, and Ctrl-C in that time must not end in a traceback. So this module imports next to
nothing, and does nothing until :func:`run` is called.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
SIGNAL_BASE = 128
# So many new objects before those that refer to each other in a circle are looked for, and so many times until the
# older ones are looked through, too. A noisy text makes millions that are all still needed: at the usual 700 a fifth
# of its time went into that, and nothing was found, as plans are made without circles.
_NEW_OBJECTS, _TIMES = 500_000, 20


def leave(number: int, _frame: FrameType | None) -> None:
    """Leave at once: nothing has begun that would have to be ended in order."""
    if sys.stderr is not None:
        try:  # without contextlib, which takes time to load
            os.write(2, b"interrupted; nothing written\n")
        except OSError:  # nobody is there to read it
            os._exit(SIGNAL_BASE + number)
    os._exit(SIGNAL_BASE + number)


def collect_seldom() -> None:
    """Let this process look for garbage in circles seldom; what nothing refers to goes at once anyway."""
    gc.set_threshold(_NEW_OBJECTS, _TIMES, _TIMES)


def collect_no_more() -> None:
    """Let the end of this process look for no garbage: what is left goes with it. That is a tenth of a short run."""
    gc.freeze()


def run() -> int:
    """Run the command line of this process and return its exit code."""
    for each in STOPPING:
        if signal.getsignal(each) is not signal.SIG_IGN:  # nohup and the like
            signal.signal(each, leave)
    collect_seldom()
    from dedupe_cli.cli.main import run as work  # noqa: PLC0415  after the signals

    code = work()
    collect_no_more()
    return code
