"""Text that was written by others, made harmless: shown, never obeyed.

Control characters, bidi controls, invisible characters and lone surrogates become ``<ESC>``, ``<U+202E>``; a
paragraph break becomes ``¶``, a tab an arrow. What the output cannot encode becomes a backslash escape.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from dedupe_cli.render.pieces import Piece, Role

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
