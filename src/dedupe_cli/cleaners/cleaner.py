"""What a cleaner is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe_cli.model import Span


class Effect(Enum):
    """What the edits of a cleaner may do to letters and digits; the proof of a result holds them to it."""

    FORM = "leaves them"
    DECODED = "puts in those that the text stands for"
    DROPPED = "takes some away"


@dataclass(frozen=True, slots=True)
class Fix:
    """A stretch that is not empty, what stands there instead, and why (the title of the cleaner when empty)."""

    span: Span
    new: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Cleaner:
    """One kind of dirt.

    ``code`` and ``name`` are what ``--fix`` takes, ``title`` is the reason of its edits; ``safe`` cleaners change
    nothing that anybody would miss. ``page`` is the documentation; ``examples`` are pairs (before, after), ``traps``
    texts that stay. ``propose`` returns ordered fixes that do not overlap; ``report`` what is seen, but cannot be
    mended. ``phrases`` are those that examples and traps take out.
    """

    code: str
    name: str
    title: str
    safe: bool
    effect: Effect
    page: str
    examples: tuple[tuple[str, str], ...]
    traps: tuple[str, ...]
    propose: Callable[[str], Iterable[Fix]]
    report: Callable[[str], Iterable[Fix]] | None = None
    phrases: tuple[str, ...] = ()
