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


def system_reason(error: OSError) -> str:
    """Return what the system says of a failed call, as the end of a message."""
    return (error.strerror or str(error)).lower()
