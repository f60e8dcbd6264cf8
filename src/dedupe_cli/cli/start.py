"""The first thing that runs: signals are minded before the rest of the program is even loaded.

Loading takes a tenth of a second, and Ctrl-C in that time must not end in a traceback. So this module imports
next to nothing, and does nothing until :func:`run` is called.
"""

from __future__ import annotations

from dedupe_cli.cli.early import abandoned, collect_no_more, collect_seldom, leave_them, mind_signals


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
