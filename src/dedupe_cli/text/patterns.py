"""Regular expressions that most texts never ask for.

A range of Han characters takes a millisecond or two to compile, as much as a small module takes to load.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Late:
    """A pattern that is compiled when it is first asked for."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(self._pattern), name)
        setattr(self, name, found)
        return found


def late(pattern: str) -> re.Pattern[str]:
    """Return a pattern that is compiled when it is first asked for something."""
    return cast("re.Pattern[str]", _Late(pattern))
