"""Which other limits decide the same: each comparison with a limit says how far that may move and come out alike."""

from __future__ import annotations

import math
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Noted:
    """What was compared with limits, by their names: values above ``low`` up to ``high`` decide all of it alike."""

    def __init__(self) -> None:
        self._low: dict[str, float] = {}
        self._high: dict[str, float] = {}

    def note(self, name: str, value: float, *, reached: bool) -> None:
        """Note that a value reached a limit, or did not."""
        if reached:
            self._high[name] = min(value, self._high.get(name, math.inf))
        else:
            self._low[name] = max(value, self._low.get(name, -math.inf))

    def hold(self, limits: Mapping[str, float]) -> bool:
        """Tell whether other limits, by their names, decide alike."""
        return all(
            self._low.get(name, -math.inf) < value <= self._high.get(name, math.inf) for name, value in limits.items()
        )

    def whole(self, name: str, least: int, most: int) -> tuple[int, int]:
        """Return the first and the last whole number from ``least`` to ``most`` that decides alike."""
        low, high = self._low.get(name, -math.inf), self._high.get(name, math.inf)
        return max(least, math.floor(max(low, least - 1)) + 1), min(most, math.floor(min(high, most)))


_noted: ContextVar[Noted | None] = ContextVar("_noted", default=None)


@contextmanager
def noting() -> Iterator[Noted]:
    """Note, as long as this holds, what is compared with limits."""
    token = _noted.set(found := Noted())
    try:
        yield found
    finally:
        _noted.reset(token)


def note(name: str, value: float, *, reached: bool) -> bool:
    """Return whether a value reached the limit of a setting; it is noted where somebody asks for other limits."""
    found = _noted.get()
    if found is not None:
        found.note(name, value, reached=reached)
    return reached


def only(name: str, limit: float) -> None:
    """Note that no other limit is known to decide alike."""
    note(name, limit, reached=True)
    note(name, math.nextafter(limit, 0.0), reached=False)
