"""What a text is about, and what it says without its markup: not all that differs between two texts is drift."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import PurePath

from dedupe_cli.decide.passages import units
from dedupe_cli.gate.kinship import is_of_version
from dedupe_cli.model import Cut, Difference, Reason, Span
from dedupe_cli.text.fold import fold

# Marks of reStructuredText around what is said: roles, targets of links, the path of a name of which only the end is
# shown, signs. In AsciiDoc a plus alone on a line joins paragraphs.
_MARKUP = re.compile(r"(?m)^[ \t]*\+[ \t]*$|:[\w:+-]+:(?=`)|<[^<>`]*>(?=`)|(?<=`)~[\w.]*\.(?=\w)|[`*~!\\]")
# The title of a text is the first of its lines that is no comment or label, if it is short and stands alone.
_HEAD = 2000
_FIRST = re.compile(r"^[ \t]*(?!\.\.[ \t])([^\n]*\w[^\n]*)(\n[ \t]*(?:\n|([!-/:-@\[-`{-~])\3{2,}))?", re.MULTILINE)
_SHORT, _STOPS = 80, ("。", "！", "？", "；", ".", "!", "?", ";")
_WORD, _PART = re.compile(r"\w+"), re.compile(r"[^\W_]+")
# A number in a name, as the 14 of cs14le, is of so many digits.
_NUMBER = re.compile(r"\d{2,}")
# A name has so many characters; what is shorter must be a whole word of the name of the file.
_NAME, _LONGEST = 3, 40
# A term stands in its text at least so often, and so many times as often as in the other one.
_AGAIN, _MORE = 3, 4
# Two words that begin with so many letters alike are one word in two forms, or once with a slip.
_ALIKE = 3
# A number, or one of a version.
_VERSIONED = re.compile(r"(?<![\w.])v?(\d+)((?:[._]\d+)+)?", re.IGNORECASE)
# What a function is called with, in its declaration; so far above a place it is looked for.
_DECLARED = re.compile(r"^[ \t]*\.\.[ \t]+[\w:]+::[^\n(]*\(([^\n]*)\)", re.MULTILINE)
_ABOVE = 20_000
# What no page may say in its own way: copies that differ in it have come to say different things.
FACTS = frozenset({Reason.NUMBER, Reason.DATE, Reason.UNIT, Reason.NEGATION})


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
        self.is_of_version = is_of_version(path)

    @cached_property
    def _stem(self) -> tuple[str, ...]:
        return tuple(_PART.findall(PurePath(self._path).name.split("#")[0].rsplit(".", 1)[0].casefold()))

    @cached_property
    def _file(self) -> frozenset[str]:
        return frozenset({*self._stem, *(number for word in self._stem for number in _NUMBER.findall(word))})

    @cached_property
    def _title(self) -> frozenset[str]:
        found = _FIRST.search(self._text, 0, _HEAD)
        title = found[1] if found and found[2] is not None and len(found[1]) <= _SHORT else ""
        title = "" if title.rstrip().endswith(_STOPS) else title  # a sentence that stands alone
        return frozenset(word for word in _PART.findall(title.casefold()) if len(word) >= _NAME)

    @cached_property
    def _numbers(self) -> list[str]:
        return re.findall(r"\d+", PurePath(self._path).name.rsplit(".", 1)[0])

    def is_numbered(self, other: Subject) -> bool:
        """Tell whether two files stand side by side and only numbers in their names differ: each is of a version."""
        one, two = PurePath(self._path), PurePath(other._path)
        apart = self._numbers != other._numbers and one.parent == two.parent
        return apart and re.sub(r"\d+", "0", one.name) == re.sub(r"\d+", "0", two.name)

    def is_version(self, place: Span) -> bool:
        """Tell whether the number of a place is that of the file, or a version near it: 3.1 in ``upgrade_3_2``."""
        low, high = max(place.start - _LONGEST, 0), place.end + _LONGEST
        around = _VERSIONED.finditer(self._text, low, high)
        found = next((one for one in around if one.start() <= place.start < place.end <= one.end()), None)
        if found is None or not self._numbers:
            return False
        return [found[1]] == self._numbers if found[2] is None else found[1] == self._numbers[0]

    def is_about(self, said: str) -> bool:
        """Tell whether some words are the name of what the text is about, or a part of that."""
        bare_words = "".join(_PART.findall(said.casefold()))
        if bare_words in self._file or bare_words in self._title:
            return True
        return len(bare_words) >= _NAME and bare_words in "".join(self._stem)

    def names(self, said: str, other: Subject) -> bool:
        """Tell whether one of some words is a part of the name of the file, and not of the name of the other one."""
        own = self._file - other._file
        return any(word in own for word in _PART.findall(said.casefold()) if _is_named(word))

    def declares(self, place: Span, said: str) -> bool:
        """Tell whether a word is what the function is called with under which a place stands."""
        if not said.isidentifier():
            return False
        above = list(_DECLARED.finditer(self._text, max(place.start - _ABOVE, 0), place.start))
        return bool(above) and said in _WORD.findall(above[-1][1])

    def inside(self, place: Span) -> tuple[bool, bool]:
        """Tell whether a place goes on with a word that stands before it, and behind it."""
        low, high, text = place.start, place.end, self._text
        before, behind = text[max(low - 1, 0) : low], text[high : high + 1]
        first, last = (text[low : low + 1], text[high - 1 : high]) if place else ("_", "_")
        return (bool(_WORD.match(before) and _WORD.match(first)), bool(_WORD.match(behind) and _WORD.match(last)))

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
        found, at = 0, self._text.find(said)  # an expression would stop at each character
        while at >= 0:
            end = at + len(said)
            alone = not _WORD.match(self._text[max(at - 1, 0) : at]) and not _WORD.match(self._text[end : end + 1])
            found += alone
            at = self._text.find(said, end if alone else at + 1)
        return found


def is_adapted(subjects: tuple[Subject, Subject], found: Sequence[Difference]) -> bool:
    """Tell whether two stretches of two texts (copy, kept) each say something of what their text is about.

    At least one difference is a name or a term of its own, and the others are wording that came with it: no other
    number, date or unit, and no *not*.
    """
    own = [are_own(subjects, (each.copy, each.kept)) for each in found]
    if not any(own):
        return False
    rest = [each for mine, each in zip(own, found, strict=True) if not mine]
    return all(each.reason not in FACTS or _is_code(_said(subjects, (each.copy, each.kept))) for each in rest)


def are_own(subjects: tuple[Subject, Subject], places: tuple[Span, Span]) -> bool:
    """Tell whether two places of two texts differ in nothing but what each of the texts is about.

    That is its name, a term that the text has again and again and the other one hardly, or what the function is called
    with that is described there.
    """
    said = _said(subjects, places)
    if not any(said):
        return False
    if subjects[0].is_numbered(subjects[1]) and all(map(Subject.is_version, subjects, places)):
        return True
    own = [_is_own(subjects, said, at) for at in (0, 1)]
    if all(own) or (any(own) and _is_only_here(subjects, said, own.index(False))):
        return True
    declared = [subject.declares(place, word) for subject, place, word in zip(subjects, places, said, strict=True)]
    return all(declared) and said[0] != said[1]


def _said(subjects: tuple[Subject, Subject], places: tuple[Span, Span]) -> list[str]:
    """Return what stands in two places, with the rest of a word where both are inside of one."""
    inside = [subject.inside(place) for subject, place in zip(subjects, places, strict=True)]
    before, behind = (all(sides) for sides in zip(*inside, strict=True))
    return [subject.at(place, before, behind) for subject, place in zip(subjects, places, strict=True)]


def _is_code(said: Sequence[str]) -> bool:
    """Tell whether some stretches are each one name in code: ``temp1_min``."""
    return all(one.isidentifier() and (any(map(str.isdigit, one)) or "_" in one) for one in said)


def _is_named(word: str) -> bool:
    """Tell whether a word is long enough for a name: ``v2`` is."""
    return len(word) >= _NAME or (len(word) > 1 and any(map(str.isdigit, word)))


def _is_only_here(subjects: tuple[Subject, Subject], said: list[str], at: int) -> bool:
    """Tell whether the word of one place is another word than that of the other place, whose text never has it."""
    mine, theirs = said[at], said[1 - at]
    if not theirs or len(mine) < _NAME or not any(map(str.isalpha, mine)):
        return False
    if mine[:_ALIKE].casefold() == theirs[:_ALIKE].casefold() and not _is_code(said):
        return False
    return not subjects[1 - at].count(mine)


def _is_own(subjects: tuple[Subject, Subject], said: list[str], at: int) -> bool:
    mine, other = subjects[at], subjects[1 - at]
    if not all(said):  # what only one text says must be its name, and not that of the other one
        says, silent = (mine, other) if said[at] else (other, mine)
        word = said[at] or said[1 - at]
        return (says.is_about(word) or says.names(word, silent)) and not silent.is_about(word)
    if mine.is_about(said[at]) or (_is_code(said[at : at + 1]) and mine.names(said[at], other)):
        return True
    if len(said[at]) < _NAME or not any(map(str.isalpha, said[at])):
        return False
    return mine.count(said[at]) >= max(_AGAIN, _MORE * other.count(said[at]))
