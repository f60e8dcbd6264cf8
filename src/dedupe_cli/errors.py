"""The error tree: every error says what, where and how to go on.

The command line prints ``message`` after ``error:`` and ``hint`` after ``hint:``; nothing else is shown to people.
"""

from __future__ import annotations


class DedupeError(Exception):
    """Base of all errors that this package raises on purpose.

    ``message`` says what happened and where, ``hint`` how to go on (may be empty).
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ReadError(DedupeError):
    """An input could not be read or decoded."""


class DecodeError(ReadError):
    """The bytes of an input are no text of its encoding, or nobody knows of which one."""


class WriteError(DedupeError):
    """An output could not be written; whatever stood there before is intact."""


class SettingsError(DedupeError):
    """An option or a setting has a value that makes no sense."""


class StaleSourceError(DedupeError):
    """A text is no longer the one that a plan was made for, or changed while it was being cleaned."""


class PlanError(DedupeError):
    """A plan is damaged, of another version, or does not fit into the text."""


class LawError(DedupeError):
    """The result of a run breaks a law of the program: nothing was written."""


def to_install(extra: str) -> str:
    """Return the command that brings what an extra needs to where this program is installed."""
    import shutil  # noqa: PLC0415  needed only after an error
    import sys  # noqa: PLC0415
    from importlib.metadata import PackageNotFoundError, requires  # noqa: PLC0415
    from importlib.util import find_spec  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415
    from shlex import join, quote  # noqa: PLC0415

    try:
        wanted = [line.partition(";") for line in requires("dedupe-cli") or ()]
    except PackageNotFoundError:
        wanted = []
    needs = [name.strip() for name, _, when in wanted if f"extra == '{extra}'" in when.replace('"', "'")] or [extra]
    usual = shutil.which("python")
    ours = usual is not None and Path(usual).exists() and Path(usual).samefile(sys.executable)
    python = "python" if ours else quote(sys.executable)
    pip = f"{python} -m pip install" if find_spec("pip") else f"uv pip install --python {python}"
    return f"{pip} {join(needs)}"


def system_reason(error: OSError) -> str:
    """Return what the system says of a failed call, as the end of a message."""
    return (error.strerror or str(error)).lower()
