"""What a text is about, and what it says without its markup: not all that differs between two texts is drift."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from dedupe_cli.collapse.passages import units
from dedupe_cli.text.fold import fold

if TYPE_CHECKING:
    from dedupe_cli.model import Cut, Span

# Marks of reStructuredText around what is said: roles, targets of links, signs.
_MARKUP = re.compile(r":[\w:+-]+:(?=`)|<[^<>`]*>(?=`)|[`*~!\\]")
# The title of a text is the first of its lines that is no comment or label, if it is short and stands alone.
_HEAD = 2000
_FIRST = re.compile(r"^[ \t]*(?!\.\.[ \t])([^\n]*\w[^\n]*)(\n[ \t]*(?:\n|([!-/:-@\[-`{-~])\3{2,}))?", re.MULTILINE)
_SHORT = 80
_WORD = re.compile(r"\w+")
# A name has so many characters; what is shorter must be a whole word of the name of the file.
_NAME, _LONGEST = 3, 40


def bare(said: str) -> str:
    """Return what a paragraph says without its markup, folded."""
    return fold(_MARKUP.sub("", said)).string


def size(said: str, cut: Cut) -> int:
    """Return how many units of a paragraph a cut covers, without markup."""
    return sum(units(_MARKUP.sub("", span.of(said))) for span in cut.copy)


def is_markup(kept: str, copy: str, cut: Cut) -> bool:
    """Tell whether two stretches of paragraphs differ in nothing but markup."""
    return bare(" ".join(span.of(kept) for span in cut.kept)) == bare(" ".join(span.of(copy) for span in cut.copy))


class Subject:
    """What one text is about: the words of its title, and the name of its file."""

    def __init__(self, path: str, text: str) -> None:
        self._path, self._text = path, text

    @cached_property
    def _names(self) -> tuple[frozenset[str], str]:
        stem = PurePath(self._path).name.split("#")[0].rsplit(".", 1)[0].casefold()
        words = _WORD.findall(stem)
        found = _FIRST.search(self._text, 0, _HEAD)
        title = found[1] if found and found[2] is not None and len(found[1]) <= _SHORT else ""
        named = (word for word in _WORD.findall(title.casefold()) if len(word) >= _NAME)
        return frozenset({*words, *named}), "".join(words)

    def has(self, place: Span) -> bool:
        """Tell whether what stands in a place of the text is the name of what it is about, or a part of that."""
        low, high = place.start, place.end
        while low > 0 and low > place.start - _LONGEST and _WORD.match(self._text[low - 1]):
            low -= 1
        while high < len(self._text) and high < place.end + _LONGEST and _WORD.match(self._text[high]):
            high += 1
        said = "".join(_WORD.findall(self._text[low:high].casefold()))
        words, whole = self._names
        return said in words or (len(said) >= _NAME and said in whole)
