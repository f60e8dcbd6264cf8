"""What a row is made of before it is wrapped: pieces of text, each with a role; marks; text of others made harmless.

Roles are meanings, not colours: ``terminal_style.py`` says how each of them looks. Text is shown, never obeyed: control
characters, bidi controls, invisible characters and lone surrogates become ``<ESC>``, ``<U+202E>``; a paragraph break
becomes ``¶``, a tab an arrow. What the output cannot encode becomes a backslash escape.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

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


_C0 = (
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "TAB", "LF", "VT", "FF", "CR", "SO", "SI",
    "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC", "FS", "GS", "RS", "US",
)  # fmt: skip
_SAFE = r"\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u3001-\u303f\u3041-\u30ff\u4e00-\u9fff\uff01-\uff9f"
_PLAIN = re.compile(f"[{_SAFE}]+")
# What may have to be hidden: all but the most frequent characters.
_DOUBTFUL = re.compile(f"[^\t\n{_SAFE}]")
_JOINERS = {"\u200c", "\u200d"}
# More combining marks than this on one letter are no writing: they paint over the rows above.
_MARKS = 6


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The few signs of our own that are not ASCII, and what the output can encode."""

    encoding: str = "utf-8"
    ellipsis: str = "…"
    pilcrow: str = "¶"
    tab: str = "→   "
    quotes: tuple[str, str] = ("“", "”")

    def fit(self, text: str) -> str:
        """Replace what the output cannot encode by backslash escapes."""
        if self.encoding == "utf-8":
            return text
        return text.encode(self.encoding, "backslashreplace").decode(self.encoding)


@lru_cache(maxsize=8)
def glyphs(encoding: str | None, *, ascii_only: bool = False) -> Glyphs:
    """Choose glyphs that an encoding has, or of ASCII alone; an unknown encoding counts as ASCII."""
    name = (encoding or "ascii").lower().replace("_", "-")
    if name in {"utf-8", "utf8", "cp65001", "utf-16", "utf-16-le"}:
        return replace(glyphs("ascii"), encoding="utf-8") if ascii_only else Glyphs()
    full = Glyphs(encoding=name)
    try:
        "".encode(name)
    except LookupError:
        full = Glyphs(encoding="ascii")

    def or_else(text: str, plain: str) -> str:
        return text if full.fit(text) == text and not ascii_only else plain

    left, right = or_else("“", '"'), or_else("”", '"')
    return Glyphs(full.encoding, or_else("…", "..."), or_else("¶", "<P>"), or_else("→   ", ">   "), (left, right))


def name_of(char: str) -> str:
    """Return the visible name of a character, such as ``<ESC>`` or ``<U+202E>``."""
    code = ord(char)
    if code < 0x20:
        return f"<{_C0[code]}>"
    return "<DEL>" if code == 0x7F else f"<U+{code:04X}>"


def _hidden(text: str, at: int) -> bool:
    """Tell whether the character at ``at`` must not reach a terminal as it is."""
    char = text[at]
    if char in _JOINERS:  # between letters of Persian or Hindi, and inside an emoji, they are writing
        before = unicodedata.category(text[at - 1]) if at else "Zs"
        return before[0] not in "LMS" or at + 1 >= len(text) or unicodedata.category(text[at + 1])[0] not in "LMS"
    category = unicodedata.category(char)
    if category == "Mn" and at >= _MARKS:
        return all(unicodedata.category(c) == "Mn" for c in text[at - _MARKS : at])
    return category in {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}


def shown(text: str, role: Role = Role.TEXT, glyph: Glyphs | None = None) -> list[Piece]:
    """Turn a text into pieces that are safe to print; a line feed is a paragraph break."""
    glyph = glyph or Glyphs()
    out: list[Piece] = []
    at, plain = 0, ""
    while at < len(text):
        m = _PLAIN.match(text, at)
        if m:
            plain += m.group()
            at = m.end()
            continue
        special = _special(text, at, role, glyph)
        if special is None:
            plain += text[at]
        else:
            if plain:
                out.append(Piece(glyph.fit(plain), role))
            out.append(special)
            plain = ""
        at += 1
    return [*out, Piece(glyph.fit(plain), role)] if plain else out


def _special(text: str, at: int, role: Role, glyph: Glyphs) -> Piece | None:
    char = text[at]
    if char == "\n":
        return Piece(glyph.pilcrow, Role.DIM if role is Role.TEXT else role, solid=True)
    if char == "\t":
        return Piece(glyph.tab, Role.DIM, solid=True)
    return Piece(name_of(char), role, raw=True, solid=True) if _hidden(text, at) else None


def visible(text: str) -> str:
    """Return a text with names in the place of what nobody sees, but for its tabs and newlines."""
    return inert(text, name_of)


def inert(text: str, escape: Callable[[str], str]) -> str:
    """Escape in the way of a format what a terminal must not get as it is; tabs and newlines stay."""
    return _DOUBTFUL.sub(lambda m: escape(m[0]) if _hidden(text, m.start()) else m[0], text)


def json_inert(text: str) -> str:
    """Escape the same in JSON, which says the same then; a lone surrogate, which has no bytes, too."""
    return inert(text, _in_json)


def _in_json(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def plain(text: str, glyph: Glyphs | None = None) -> str:
    """Return the same as one string, for titles and file names."""
    return "".join(p.text for p in shown(text, glyph=glyph))
