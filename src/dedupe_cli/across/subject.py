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
_WORD, _PART = re.compile(r"\w+"), re.compile(r"[^\W_]+")
# A name has so many characters; what is shorter must be a whole word of the name of the file.
_NAME, _LONGEST = 3, 40
# A term stands in its text at least so often, and so many times as often as in the other one.
_AGAIN, _MORE = 3, 4


# The name of a file that records one version: 3.11, v2.0.x, release-notes-1.4.
_VERSION = re.compile(
    r"(?:(?:release|rel|notes?|change(?:s|log)?|news|what'?s-?new|version|v)[-_. ]?)*\d+(?:\.(?:\d+|x))+", re.IGNORECASE
)


def are_records(one: str, other: str) -> bool:
    """Tell whether two files, by their paths, are the notes of two versions: records, which nobody corrects later."""
    paths = PurePath(one.split("#", maxsplit=1)[0]), PurePath(other.split("#", maxsplit=1)[0])
    return paths[0].parent == paths[1].parent and all(
        _VERSION.fullmatch(path.name.rsplit(".", 1)[0]) is not None for path in paths
    )


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
    """What one text is about: the words of its title, the name of its file, the terms that it has again and again."""

    def __init__(self, path: str, text: str) -> None:
        self._path, self._text = path, text

    @cached_property
    def _names(self) -> tuple[frozenset[str], str]:
        stem = PurePath(self._path).name.split("#")[0].rsplit(".", 1)[0].casefold()
        words = _PART.findall(stem)
        found = _FIRST.search(self._text, 0, _HEAD)
        title = found[1] if found and found[2] is not None and len(found[1]) <= _SHORT else ""
        named = (word for word in _PART.findall(title.casefold()) if len(word) >= _NAME)
        return frozenset({*words, *named}), "".join(words)

    def is_about(self, said: str) -> bool:
        """Tell whether some words are the name of what the text is about, or a part of that."""
        bare_words = "".join(_PART.findall(said.casefold()))
        words, whole = self._names
        return bare_words in words or (len(bare_words) >= _NAME and bare_words in whole)

    def inside(self, place: Span) -> tuple[bool, bool]:
        """Tell whether a word goes on before a place, and behind it."""
        low, high = place.start, place.end
        before, behind = self._text[max(low - 1, 0) : low], self._text[high : high + 1]
        return bool(_WORD.match(before)), bool(_WORD.match(behind))

    def at(self, place: Span, before: bool, behind: bool) -> str:  # noqa: FBT001  the two sides of a place
        """Return what stands in a place, with the rest of a word before it or behind it."""
        low, high, text = place.start, place.end, self._text
        while before and low > max(place.start - _LONGEST, 0) and _WORD.match(text[low - 1]):
            low -= 1
        while behind and high < min(place.end + _LONGEST, len(text)) and _WORD.match(text[high]):
            high += 1
        return text[low:high]

    def count(self, said: str) -> int:
        """Return how often the text has some words."""
        return len(re.findall(rf"(?<!\w){re.escape(said)}(?!\w)", self._text))


def are_own(subjects: tuple[Subject, Subject], places: tuple[Span, Span]) -> bool:
    """Tell whether two places of two texts differ in nothing but what each of the texts is about.

    That is its name, or a term that the text has again and again and the other one hardly.
    """
    inside = [subject.inside(place) if place else (True, True) for subject, place in zip(subjects, places, strict=True)]
    before, behind = (all(sides) for sides in zip(*inside, strict=True))
    said = [subject.at(place, before, behind) for subject, place in zip(subjects, places, strict=True)]
    return all(_is_own(subjects, said, at) for at in (0, 1)) and any(said)


def _is_own(subjects: tuple[Subject, Subject], said: list[str], at: int) -> bool:
    mine, other = subjects[at], subjects[1 - at]
    if not said[at]:  # what only the other text says must be its name, and not that of this one
        return other.is_about(said[1 - at]) and not mine.is_about(said[1 - at])
    if mine.is_about(said[at]):
        return True
    if not said[1 - at] or len(said[at]) < _NAME or not any(map(str.isalpha, said[at])):
        return False
    return mine.count(said[at]) >= max(_AGAIN, _MORE * other.count(said[at]))
