"""How texts take part when they are compared: which loses nothing, which keeps what several say, which never meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe_cli.model import Span


@dataclass(frozen=True, slots=True)
class Role:
    """How a text takes part when texts are compared with each other.

    A ``reference`` is only matched against, a ``protected`` text never edited; of others that say the same the one of
    the least ``rank`` keeps it, among those the first. Texts of two different scopes are not compared with each other;
    an empty scope is none. Nor are texts of one ``home``: parts of one record; -1 is none. Spans that are ``ignored``
    take no part.
    """

    reference: bool = False
    protected: bool = False
    rank: int = 0
    scope: str = ""
    home: int = -1
    ignored: tuple[Span, ...] = ()

    @property
    def stays(self) -> bool:
        """True when nothing of the text goes."""
        return self.reference or self.protected

    def meets(self, other: Role) -> bool:
        """Tell whether two texts may be compared."""
        if self.home == other.home >= 0:
            return False
        return self.scope == other.scope or not self.scope or not other.scope


# The role of texts of which none comes before another.
EQUAL = Role()
