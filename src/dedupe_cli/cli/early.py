"""Which signals stop a run, and what they do before it has begun. Imports next to nothing: it is loaded first."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
SIGNAL_BASE = 128


def leave(number: int, _frame: FrameType | None) -> None:
    """Leave at once: nothing has begun that would have to be ended in order."""
    if sys.stderr is not None:
        try:  # without contextlib, which takes time to load
            os.write(2, b"interrupted; nothing written\n")
        except OSError:  # nobody is there to read it
            os._exit(SIGNAL_BASE + number)
    os._exit(SIGNAL_BASE + number)
