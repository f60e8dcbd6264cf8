"""How texts take part when they are compared: which loses nothing, which keeps what several say, which never meet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
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


_BEHIND = re.compile(
    r"(?i)(?:[ _-]*[(（](?:copy|\d{1,2}|副本|复件|拷贝)[ \d]*[)）]"
    r"|[ _.-]+(?:copy|old|new|bak|backup|orig|副本|旧|新|备份)\d{0,2}|[ _-]\d|副本\d{0,2})$"
)
_ENDING = re.compile(r"(?i)(?:\.(?:bak|old|orig|backup)|~)$")
_BEFORE = re.compile(r"(?i)^(?:copy of |复件 |副本 )")


def plain_name(path: str) -> str:
    """Return the path of the file that a copy was made of, by its name; the path itself where it is no copy's."""
    bare = PurePath(_ENDING.sub("", path))
    ending = "".join(bare.suffixes[-1:])
    stem = bare.name.removesuffix(ending) if ending else bare.name
    stem = _BEFORE.sub("", _BEHIND.sub("", stem))
    return str(bare.with_name(stem + ending)) if stem else path


def ranked(paths: Sequence[str], ranks: Iterable[int]) -> list[int]:
    """Return which of some files keep what several say, the least first: last of its rank a copy of one of them."""
    names = set(paths)
    return [
        2 * rank + ((plain := plain_name(path)) != path and plain in names)
        for path, rank in zip(paths, ranks, strict=True)
    ]
