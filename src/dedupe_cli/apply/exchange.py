"""Two names exchanged in one step, where the system can: what is replaced can still be looked at, and put back.

A replacement loses what another program wrote in the moment before it. An exchange does not: what stood at the target
stands at the other name then. Who has it open to write may still write there, so he is waited for.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import time
from collections.abc import Callable
from functools import cache

try:
    import fcntl
except ImportError:  # nothing tells of who has a file open on this system
    fcntl = None  # type: ignore[assignment]

# Seconds in which another program saves a file.
_PATIENCE, _STEP = 1.0, 0.005
_HERE = -100  # of Linux: names are relative to the working directory
# What says that the system or the file system has no such call, or that a sandbox does not let it through.
_LACKING = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM}
# Flags of the two calls: the target must not be there, both names are exchanged.
_FLAGS = {"linux": (1, 2), "darwin": (4, 2)}


def is_being_written(descriptor: int) -> bool:
    """Tell whether another program has a file open to write, and does not close it soon; ``False`` where nobody knows.

    ``descriptor`` is open for reading only. Linux tells: it gives no lease on such a file.
    """
    if fcntl is None or not hasattr(fcntl, "F_SETLEASE"):
        return False
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            # Whoever opens it in this moment is told of by a signal: by one that ends no program.
            fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except BlockingIOError:
            if time.monotonic() > end:
                return True
            time.sleep(_STEP)
            continue
        except OSError:  # the file of another user, or a file system without leases
            return False
        with contextlib.suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False


def exchange(one: str, other: str) -> bool:
    """Exchange what two names lead to; ``False`` where that cannot be done. Raises :class:`OSError`."""
    return _rename(one, other, 1)


def move_to_free(one: str, other: str) -> bool:
    """Move a file to a name that must not be taken; ``False`` where that cannot be held.

    Raises :class:`FileExistsError` when it is taken, :class:`OSError`.
    """
    return _rename(one, other, 0)


def _rename(one: str, other: str, kind: int) -> bool:
    call = _call()
    if call is None:
        return False
    number = call(os.fsencode(one), os.fsencode(other), _FLAGS[sys.platform][kind])
    if number in _LACKING:
        return False
    if number:
        raise OSError(number, os.strerror(number), one, None, other)
    return True


@cache
def _call() -> Callable[[bytes, bytes, int], int] | None:
    """Return the call of this system: it takes two names and a flag, and returns the number of an error or 0."""
    if sys.platform not in _FLAGS:
        return None
    import ctypes  # noqa: PLC0415  only when a file is written

    library = ctypes.CDLL(None, use_errno=True)
    found = getattr(library, "renameat2" if sys.platform == "linux" else "renamex_np", None)
    if found is None:
        return None

    def call(one: bytes, other: bytes, flag: int) -> int:
        names = (_HERE, one, _HERE, other) if sys.platform == "linux" else (one, other)
        return ctypes.get_errno() if found(*names, ctypes.c_uint(flag)) else 0

    return call
