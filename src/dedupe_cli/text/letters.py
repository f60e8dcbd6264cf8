"""The letters and digits of a text, which say something, as marks and white space do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.model import Span
from dedupe_cli.text.spans import outside

if TYPE_CHECKING:
    from collections.abc import Iterable


def letters(text: str) -> str:
    """Return the letters and digits of a text."""
    return "".join(filter(str.isalnum, text))


def bare(text: str) -> str:
    """Return the letters and digits of a text in one case: of two texts that say the same they are equal."""
    return letters(text).casefold()


def says(text: str) -> bool:
    """Tell whether a text has a letter or digit."""
    return any(map(str.isalnum, text))


def says_besides(text: str, gone: Iterable[Span], within: Span | None = None) -> bool:
    """Tell whether a letter or digit of a text, or of a span of it, lies in none of some spans."""
    return any(says(part.of(text)) for part in outside([within or Span(0, len(text))], gone))
