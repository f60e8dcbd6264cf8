"""The first thing that runs: signals are minded, and garbage is looked for seldom, before the rest is even loaded.

Loading takes a tenth of a second, and Ctrl-C in that time must not end in a traceback. So this module imports next to
nothing, and does nothing until :func:`run` is called.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False  # that of the module typing, which takes longer to load than all of this
if TYPE_CHECKING:
    import signal as _signal
    from types import FrameType
else:
    import _signal  # what signal is made of, without the tables that it makes of it

STOPPING = tuple(getattr(_signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(_signal, name))
SIGNAL_BASE = 128
# Not empty when threads that are not ours may run Python until the process ends: the interpreter, as it takes itself
# down, would abort at one of them.
abandoned: list[bool] = []
# So many new objects before those that refer to each other in a circle are looked for, and so many times until the
# older ones are looked through, too. A noisy text makes millions that are all still needed: at the usual 700 a fifth
# of its time went into that, and nothing was found, as plans are made without circles.
_NEW_OBJECTS, _TIMES = 500_000, 20


def mind_signals() -> None:
    """Let signals end this process in order, without a traceback, but those that the parent had ignored (nohup)."""
    for each in STOPPING:
        if _signal.getsignal(each) != _signal.SIG_IGN:
            _signal.signal(each, leave)


def leave(number: int, _frame: FrameType | None) -> None:
    """Leave at once: nothing has begun that would have to be ended in order."""
    if sys.stderr is not None:
        try:  # without contextlib, which takes time to load
            os.write(2, b"interrupted; nothing written\n")
        except OSError:  # nobody is there to read it
            os._exit(SIGNAL_BASE + number)
    os._exit(SIGNAL_BASE + number)


def leave_them(code: int) -> None:
    """Leave at once with an exit code, where threads run on; what was to be said is out."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:  # nobody is there to read it
            pass
    os._exit(code)


def collect_seldom() -> None:
    """Let this process look for garbage in circles seldom; what nothing refers to goes at once anyway."""
    gc.set_threshold(_NEW_OBJECTS, _TIMES, _TIMES)


def collect_no_more() -> None:
    """Let the end of this process look for no garbage: what is left goes with it. That is a tenth of a short run."""
    gc.freeze()


def run() -> int:
    """Run the command line of this process and return its exit code."""
    mind_signals()
    collect_seldom()
    from dedupe_cli.cli.main import run as work  # noqa: PLC0415  after the signals

    code = work()
    collect_no_more()
    if abandoned:
        leave_them(code)
    return code
