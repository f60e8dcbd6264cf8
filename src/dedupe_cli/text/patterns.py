"""Regular expressions that most texts never ask for.

A range of Han characters takes a millisecond or two to compile, as much as a small module takes to load.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Match = re.Match[str]


class LatePattern:
    """A pattern that is compiled when it is first asked for; its methods are those of :class:`re.Pattern`."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern, self._flags = pattern, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._pattern, self._flags)

    @cached_property
    def match(self) -> Callable[[str], Match | None]:
        """Find the pattern at the beginning of a text."""
        return self._compiled.match

    @cached_property
    def fullmatch(self) -> Callable[[str], Match | None]:
        """Tell whether all of a text is the pattern."""
        return self._compiled.fullmatch

    @cached_property
    def findall(self) -> Callable[[str], list[str]]:
        """Return all places of the pattern."""
        return self._compiled.findall

    @cached_property
    def finditer(self) -> Callable[[str], Iterator[Match]]:
        """Yield all places of the pattern."""
        return self._compiled.finditer
