"""What is worked out once where the same texts are planned again and again."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

# Characters of all texts that are remembered at most; what is known of one takes about 25 bytes for each.
MOST = 8_000_000
_T = TypeVar("_T")


class _Known:
    """What was asked for last, up to :data:`MOST`."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()
        self._size = 0

    def once(self, key: Hashable, size: int, make: Callable[[], _T]) -> _T:
        if key not in self._found:
            self._found[key] = size, make()
            self._size += size
        self._found.move_to_end(key)
        found: _T = self._found[key][1]
        while self._size > MOST:
            self._size -= self._found.popitem(last=False)[1][0]
        return found


_known: ContextVar[_Known | None] = ContextVar("_known", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember, as long as this holds, what :func:`once` is asked for."""
    token = _known.set(_Known())
    try:
        yield
    finally:
        _known.reset(token)


def is_remembering() -> bool:
    """Tell whether the same texts are planned again."""
    return _known.get() is not None


def once(key: Hashable, size: int, make: Callable[[], _T]) -> _T:
    """Return what ``make`` makes, or made before of the same ``key``; it is of a text of ``size`` characters.

    Outside of :func:`remembering` it is always made.
    """
    known = _known.get()
    return make() if known is None else known.once(key, size, make)
