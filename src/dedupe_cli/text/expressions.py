"""Regular expressions that others wrote, in an engine whose time grows with the text alone (RE2).

They are written as for :mod:`re`. What RE2 means differently is put into its words (classes of letters, digits and
spaces know all scripts); what it does not know is refused with what to write instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from dedupe_cli.errors import SettingsError

# What a compiled expression may take, in bytes; `\w{1,40}` fits. A larger one takes seconds for a megabyte of text.
_MEMORY = 2 << 20
_SPACES = r"\s\x0b\x1c-\x1f\x{85}\p{Z}"
_NO_SPACES = (
    r"\x00-\x08\x0e-\x1b!-\x{84}\x{86}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}"
    r"\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{10ffff}"
)
_WORDS = r"\p{L}\p{N}_"
# Of each class its name in RE2, alone and inside of brackets.
_CLASSES = {
    r"\w": (f"[{_WORDS}]", _WORDS),
    r"\W": (f"[^{_WORDS}]", ""),
    r"\d": (r"\p{Nd}", r"\p{Nd}"),
    r"\D": (r"\P{Nd}", r"\P{Nd}"),
    r"\s": (f"[{_SPACES}]", _SPACES),
    r"\S": (f"[^{_SPACES}]", _NO_SPACES),
}
_SIGN = re.compile(
    r"\{\d+(?:,\d*)?\}|\{,\d+\}|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\[1-9]|\\.|"
    r"\(\?<?[=!]|\(\?P=|\(\?\(|\(\?#[^)]*\)|\[\^?\]?|.",
    re.DOTALL,
)
_AROUND = "write what stands there into the expression: the whole paragraph takes no part anyway"
_INSTEAD = "write what may stand there instead"
_LACKS = {
    "(?=": ("lookahead is not known", _AROUND),
    "(?!": ("lookahead is not known", _INSTEAD),
    "(?<=": ("lookbehind is not known", _AROUND),
    "(?<!": ("lookbehind is not known", _INSTEAD),
    "(?P=": ("backreferences are not known", "write out what stands there again"),
    "(?(": ("conditions are not known", "write two expressions"),
}
_LINES = "(?m)"
# What stands for no character by itself.
_BETWEEN = re.compile(r"[()?:*+|]|\{.*")
_BORDERS = (r"\b", r"\B")


class _Piece(NamedTuple):
    """One part of an expression in the words of RE2: ``wide`` when it stands for letters that are not ASCII."""

    text: str
    wide: bool = False
    border: bool = False


@lru_cache(maxsize=256)
def expression(pattern: str) -> Any:
    """Compile an expression that others wrote; ``^`` and ``$`` are ends of lines.

    Raises :class:`SettingsError` for one that is none, or that needs what the engine lacks.
    """
    pieces = list(_pieces(pattern))
    for at, piece in enumerate(pieces):
        if piece.border and (_begins_wide(reversed(pieces[:at])) or _begins_wide(pieces[at + 1 :])):
            hint = r"leave it out, or write (?:^|[^\w]) and (?:[^\w]|$)"
            raise SettingsError(f"{pattern!r}: {piece.text} knows the letters and digits of ASCII only", hint=hint)
    return linear(_LINES + "".join(piece.text for piece in pieces), pattern)


def linear(pattern: str, shown: str = "") -> Any:
    """Compile an expression in the words of RE2; raises :class:`SettingsError`, which tells what was ``shown``."""
    import re2  # noqa: PLC0415  10 ms, and mostly there is none

    options = re2.Options()
    options.log_errors, options.max_mem = False, _MEMORY
    try:
        return re2.compile(pattern, options)
    except UnicodeEncodeError:
        raise SettingsError(f"{shown or pattern!r} is no regular expression", hint="it has half a character") from None
    except re2.error as error:
        said = error.args[0]
        told = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        if told.startswith("pattern too large"):
            hint = "ask for fewer repetitions"
            raise SettingsError(f"{shown or pattern!r} is too large a regular expression", hint=hint) from None
        raise SettingsError(f"{shown or pattern!r} is no regular expression", hint=told.replace(_LINES, "")) from None


def is_found(pattern: str, text: str) -> bool:
    """Tell whether an expression is found in a text."""
    return expression(pattern).search(text.encode("utf-8", "surrogatepass")) is not None


def _pieces(pattern: str) -> Iterator[_Piece]:
    signs = (found.group() for found in _SIGN.finditer(pattern))
    for sign in signs:
        if sign in _LACKS or re.fullmatch(r"\\[1-9]", sign):
            what, hint = _LACKS.get(sign, _LACKS["(?P="])
            raise SettingsError(f"{pattern!r}: {what}", hint=hint)
        if sign[0] == "[":
            inner = list(_inside(pattern, signs))
            yield _Piece(sign + "".join(piece.text for piece in inner), any(piece.wide for piece in inner))
        elif sign.startswith("{,"):
            yield _Piece("{0" + sign[1:])
        elif sign in _CLASSES:
            yield _Piece(_CLASSES[sign][0], sign == r"\w")
        elif not sign.startswith("(?#"):
            text = {r"\Z": r"\z"}.get(sign) or _point(sign)
            yield _Piece(text, _is_wide(sign), sign in _BORDERS)


def _begins_wide(pieces: Iterable[_Piece]) -> bool:
    """Tell whether the first of some pieces that stands for a character knows more letters than ASCII."""
    return next((piece.wide for piece in pieces if not _BETWEEN.fullmatch(piece.text)), False)


def _inside(pattern: str, signs: Iterator[str]) -> Iterator[_Piece]:
    """Yield what stands in brackets, the closing one included."""
    for sign in signs:
        if sign == r"\W":
            hint = r"write [^\w...], or \p{L} for letters"
            raise SettingsError(f"{pattern!r}: \\W in brackets is not known", hint=hint)
        if sign in _CLASSES:
            yield _Piece(_CLASSES[sign][1], sign == r"\w")
        else:
            yield _Piece(r"\x08" if sign == r"\b" else _point(sign), _is_wide(sign))
        if sign == "]":
            return
        if sign in {"[]", "[^]"}:  # a bracket in brackets, and the end
            return


def _point(sign: str) -> str:
    """Write a character that is named by its number as RE2 does."""
    return f"\\x{{{sign[2:]}}}" if _is_number(sign) else sign


def _is_wide(sign: str) -> bool:
    shown = sign.encode().decode("unicode-escape") if _is_number(sign) else sign
    return not shown.isascii() and shown.isalnum()


def _is_number(sign: str) -> bool:
    return sign[:2] in {"\\u", "\\U"} and len(sign) > 2
