"""What a row is made of before it is wrapped: pieces of text, each with a role; and the marks.

Roles are meanings, not colours: ``terminal_style.py`` says how each of them looks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from dedupe_cli.language import marked


class Role(StrEnum):
    """What a piece of text means."""

    TEXT = "text"
    KEPT = "kept"
    GOES = "goes"
    LOST = "lost"
    HELD = "held"
    DIM = "dim"
    HEAD = "head"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of printable text with one role.

    ``raw``: an escape such as ``<ESC>`` that stands for a character of the text (shown in reverse).
    ``solid``: no row break inside. ``opens``/``closes``: no row break behind/before it. ``link``: what it leads to, on
    a terminal that knows links.
    """

    text: str
    role: Role = Role.TEXT
    raw: bool = False
    solid: bool = False
    opens: bool = False
    closes: bool = False
    link: str = ""

    @property
    def mark(self) -> bool:
        """Whether it is one of the brackets that say in signs what its role says in colour."""
        return self.solid and self.role is not Role.DIM and (self.opens or self.closes)


@dataclass(frozen=True, slots=True)
class Mark:
    """A pair of brackets, the role of what stands in it, and its words in the legend."""

    left: str
    right: str
    role: Role
    meaning: str

    def around(self, pieces: list[Piece]) -> list[Piece]:
        """Put the brackets around pieces."""
        left = Piece(self.left, self.role, solid=True, opens=True)
        return [left, *pieces, Piece(self.right, self.role, solid=True, closes=True)]


CUT = Mark("[-", "-]", Role.GOES, marked("[-goes-]"))
LOST = Mark("{-", "-}", Role.LOST, marked("{-only in the copy-}"))
ONLY = Mark("{+", "+}", Role.KEPT, marked("{+only in the kept+}"))
NEW = Mark("{+", "+}", Role.KEPT, marked("{+put in+}"))
DIFFERS = Mark("{!", "!}", Role.HELD, marked("{!differs!}"))
MARKS = (CUT, LOST, ONLY, NEW, DIFFERS)

STAYS, GOES, PART, HELD = "=", "-", "~", "!"
SIGNS = marked({STAYS: "stays", GOES: "goes", PART: "part goes", HELD: "held back"})
SIGN_ROLES = {STAYS: Role.KEPT, GOES: Role.GOES, PART: Role.GOES, HELD: Role.HELD, "": Role.DIM}


@dataclass(frozen=True, slots=True)
class Pinned:
    """A conflict and what stands around it; rows of one pair are cut so that the conflicts are in one column.

    ``cut``: something stands before ``before`` in the same block.
    """

    before: str
    conflict: str
    after: str
    cut: bool = False
    pair: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of a card before wrapping.

    ``label`` is the line number in the gutter (empty: none), or those of several places; ``sign`` one of ``= - ~ !`` or
    empty for a note. ``before`` and ``after`` are printed whole; ``body`` is text that loses its middle when it takes
    more than ``limit`` rows (0: never); ``role`` is that of ``body``. ``note`` says something of the place, ``alike``
    how much it is like what stays, ``file`` where it stands when that is another one.
    """

    sign: str = ""
    label: str = ""
    before: tuple[Piece, ...] = ()
    body: str = ""
    after: tuple[Piece, ...] = ()
    limit: int = 0
    role: Role = Role.TEXT
    pinned: Pinned | None = None
    marks: frozenset[Mark] = field(default_factory=frozenset)
    note: str = ""
    alike: str = ""
    file: str = ""

    @property
    def several(self) -> bool:
        """Whether it tells of several places, whose numbers do not stand in the gutter."""
        return bool(self.label) and not self.label.isdecimal()


@dataclass(frozen=True, slots=True)
class Card:
    """One group as it is shown: a title, the tag at its right, and lines; ``counted``: it has a number.

    Every view of a repeat is one: diff, review, tune, explain, check in full, the page and its Markdown.
    """

    title: str
    tag: str
    lines: tuple[Line, ...]
    counted: bool = True

    @property
    def rule(self) -> str:
        """The code of its rule, where it has one."""
        return self.tag.partition(" ")[0]
