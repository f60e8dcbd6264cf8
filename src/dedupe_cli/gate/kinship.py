"""What the paths of two pages say of them: translations, versions, siblings, a front page, a record."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import PurePath

# Names of pages: those that say what the others say, those that answer questions, those that say what was changed.
_FRONT = re.compile(
    r"(?i)(?:readme|index|_index|home|overview|_?sidebar|_?summary|toc)\b|.*(?:总结|小结|汇总|目录|导读)"
)
_ANSWERS = re.compile(r"(?i)faq|question|q&a|troubleshoot|issues|常见|问答|问题|面试|习题")
_RECORD = re.compile(
    r"(?i)change|errata|history|news|release|勘误|更新|日志|版本|(?<!\d)(?:19|20)\d\d[-_.]?[01]\d(?:[-_.]?[0-3]\d)?(?!\d)"
    r"|^(?:19\d|20[0-3])\d[-_](?=\D)"
)
# Folders of what is over: nobody corrects it any more.
_PAST = re.compile(
    r"(?i)_?(?:blogs?|posts?|news|archived?|legacy|deprecated|old|obsolete|history|proposals?|rfcs?|release[-_]?notes|changelogs?|博客|归档)"
)
_PARTS = 3
# Two folders are kept side by side when so many pages of each meet, and such a share of one of them.
_MANY, _SIDE_BY_SIDE = 5, 0.3
# A folder holds another version of what stands beside it when this share of its pages has names from there.
_EDITION = 1 / 3
# The name of a language in a path, and of a version.
_LANGUAGE = re.compile(
    r"(?i)(?<![a-z])(?:zh(?:[-_](?:cn|tw|hk|hans|hant))?|cn|tw|en(?:[-_](?:us|gb))?|ja|jp|ko|kr|fr|de|es|ru|pt(?:[-_]br)?"
    r"|chinese|english|[简繁]体|中文|英文|(?-i:[a-z]{2}[-_][A-Z]{2}))(?![a-z])"
)
_VERSION = re.compile(r"(?i)v?\d+(?:[._-](?:\d+|x))*|latest|stable|next|legacy|current|master|main")
# The name of a file that records one version: 3.11, v2.0.x, release-notes-1.4, porting_guide_9.
_OF_NOTES = r"release|rel|notes?|change(?:s|log)?|news|what'?s-?new|version|porting"
_NOTES = re.compile(
    rf"(?:(?:{_OF_NOTES}|v)[-_. ]?)*\d+(?:\.(?:\d+|x))+"
    rf"|(?:(?:{_OF_NOTES}|guide|base)[-_. ]?)*(?:{_OF_NOTES})[-_. ]?(?:(?:guide|base)[-_. ]?)*v?\d+(?:[._-](?:\d+|x))*",
    re.IGNORECASE,
)
# ... and one that is a number alone does so in a folder with such a name.
_BARE = re.compile(r"\d+(?:\.\d+)+")
_OF_VERSIONS = re.compile(_OF_NOTES, re.IGNORECASE)
# A folder of one version, and the end of a name that says of which version a page is.
_OF_VERSION = re.compile(r"(?i)(?:versions?|release|rel|v)[-_.]?\d+(?:[._-](?:\d+|x))*|\d+(?:\.(?:\d+|x))+")
_FOR_VERSION = re.compile(r"(?i)[-_. ]+(?:v\d+(?:[._-]\d+)*|\d+(?:[._-]\d+)+)$")


class Kinship:
    """What the paths of pages say of two of them; ``paths`` are those of all texts of the run.

    ``pairs`` are the paths of each two pages that share something: where many of two folders do, these are kept side by
    side.
    """

    def __init__(self, paths: Iterable[str], pairs: Iterable[tuple[str, str]] = ()) -> None:
        every = list(paths)
        self._below = Counter(folder for path in every for folder in PurePath(path).parents)
        # What all pages have in common says nothing of one of them.
        self._root = sum(self._below[folder] == len(every) for folder in PurePath(every[0]).parents) if every else 0
        self._paths = list(map(PurePath, every))
        self._is_edition = lru_cache(maxsize=256)(self._repeats_names)
        self._met: dict[tuple[PurePath, PurePath], tuple[set[str], set[str]]] = {}
        for pair in map(sorted, pairs):
            for each, path in zip(self._met.setdefault(_folders(*pair), (set(), set())), pair, strict=True):
                each.add(path)
        self.signals = lru_cache(maxsize=4096)(self._signals)

    def _signals(self, one: str, other: str) -> dict[str, float]:
        """Return by name what two different pages are to each other: 1 for yes, 0 for no."""
        parts = _different(one, other)
        return {
            "translated": float(_are_languages(*parts)),
            "versions": float(self._are_versions(one, other)),
            "siblings": float(_are_siblings(one, other)),
            "mirrored": self._are_mirrored(one, other),
            "front": float(any(map(self._is_front, (one, other)))),
            "record": float(any(is_record(path) or self._is_past(path) for path in (one, other))),
        }

    def _are_mirrored(self, one: str, other: str) -> float:
        """Tell in how far the folders of two pages, below what both lie in, have the same pages: 1 from a third on."""
        folders = _folders(*sorted((one, other)))
        met = self._met.get(folders, ())
        if not all(folder.name for folder in folders) or min(map(len, met), default=0) < _MANY:
            return 0.0
        share = max(len(each) / self._below[folder] for each, folder in zip(met, folders, strict=True))
        return min(share / _SIDE_BY_SIDE, 1.0)

    def _is_front(self, path: str) -> bool:
        """Tell whether a page is the first one of its folder: alone there, a name like ``index.md`` says nothing."""
        whole = PurePath(path)
        return _FRONT.match(whole.name) is not None and self._below[whole.parent] > 1

    def _are_versions(self, one: str, other: str) -> bool:
        """Tell whether two pages are of two versions.

        They are the notes of two, or lie below folders of two, or of one and none, if the pages of that one lie there,
        too; or their paths differ in nothing but a version.
        """
        if are_of_versions(one, other):
            return True
        folders = [
            [folder for folder in PurePath(path).parents if _OF_VERSION.fullmatch(folder.name)] for path in (one, other)
        ]
        named = [[folder.name for folder in each] for each in folders]
        if named[0] != named[1]:
            return all(folders) or any(self._is_edition(each[-1]) for each in folders if each)
        return _differ_in_a_version(PurePath(one), PurePath(other))

    def _repeats_names(self, folder: PurePath) -> bool:
        """Tell whether many of the pages of a version lie, by their names, outside of all folders of versions, too."""
        inside, outside = set[str](), set[str]()
        for path in self._paths:
            if folder in path.parents:
                inside.add(path.name)
            elif not any(map(_OF_VERSION.fullmatch, path.parts)):
                outside.add(path.name)
        inside = {name for name in inside if not _FRONT.match(name)}
        return len(inside & outside) >= _EDITION * max(len(inside), 1)

    def _is_past(self, path: str) -> bool:
        """Tell whether a page lies in a folder of what is over, beside others that do not."""
        folders = PurePath(path).parents
        return any(_PAST.fullmatch(folder.name) for folder in list(folders)[: max(len(folders) - self._root, 0)])


def is_record(path: str) -> bool:
    """Tell whether a page, by its name, says what was changed or what was true on a day."""
    return _RECORD.search(PurePath(path).name) is not None or is_of_version(path)


def is_of_version(path: str) -> bool:
    """Tell whether a page, by its path, is the notes of one version: a record, which nobody corrects later."""
    where = PurePath(path.split("#", maxsplit=1)[0])
    name = where.name.rsplit(".", 1)[0]
    if _BARE.fullmatch(name):  # chapters are numbered like that, too
        return _OF_VERSIONS.search(where.parent.name) is not None
    return _NOTES.fullmatch(name) is not None


def are_of_versions(one: str, other: str) -> bool:
    """Tell whether two pages of one folder, by their paths, are the notes of two versions."""
    folders = [PurePath(path.split("#", maxsplit=1)[0]).parent for path in (one, other)]
    return folders[0] == folders[1] and is_of_version(one) and is_of_version(other)


def answers(path: str) -> bool:
    """Tell whether a page, by its name, answers questions, each for itself."""
    return _ANSWERS.search(PurePath(path).name) is not None


def _folders(one: str, other: str) -> tuple[PurePath, PurePath]:
    """Return the outermost folders in which only one of two pages lies, without a name for a page that lies above."""
    for a, b in zip(reversed(PurePath(one).parents), reversed(PurePath(other).parents), strict=False):
        if a != b:
            return a, b
    return PurePath(), PurePath()


def _different(one: str, other: str) -> tuple[str, str]:
    """Return what two paths do not share: the parts between what both begin and end with."""
    a, b = list(PurePath(one).parts), list(PurePath(other).parts)
    while a and b and a[0] == b[0]:
        del a[0], b[0]
    while a and b and a[-1] == b[-1]:
        del a[-1], b[-1]
    return "/".join(a), "/".join(b)


def _are_siblings(one: str, other: str) -> bool:
    """Tell whether two pages have one name, or paths that are the same but for one word: they are of one kind.

    In one folder the names have several words besides: two pages of one matter may share a word.
    """
    if any(_FRONT.match(PurePath(path).name) for path in (one, other)):
        folders = _folders(one, other)  # ``grpc-server`` and ``http-server`` are of one kind, any two folders are not
        return all(re.search(r"\w[-_.\s]\w", each.name) for each in folders) and differ_in_a_word(one, other)
    if PurePath(one).name.casefold() == PurePath(other).name.casefold():
        return True
    together = PurePath(one).parent == PurePath(other).parent
    return differ_in_a_word(one, other) and not (together and len(re.split(r"[-_.\s]+", PurePath(one).stem)) < _PARTS)


def differ_in_a_word(one: str, other: str) -> bool:
    """Tell whether two paths are the same but for one word, wherever it stands in them.

    In a name that is longer than what differs it may be several: ``adding_a_key_pair_zh``, ``adding_a_role_zh``.
    """
    words = [[re.split(r"[-_.\s]+", part) for part in PurePath(path.casefold()).parts] for path in (one, other)]
    exchanged, in_longer = set[tuple[str, str]](), False
    for mine, theirs in zip(*words, strict=False):
        size = len(mine) + len(theirs)
        while mine and theirs and mine[0] == theirs[0]:
            del mine[0], theirs[0]
        while mine and theirs and mine[-1] == theirs[-1]:
            del mine[-1], theirs[-1]
        if mine or theirs:
            exchanged.add((" ".join(mine), " ".join(theirs)))
            in_longer |= size - len(mine) - len(theirs) >= 2 * max(len(mine), len(theirs))
    if len(words[0]) != len(words[1]) or len(exchanged) != 1:
        return False
    [both] = exchanged
    return all(both) and (in_longer or not any(" " in each for each in both))


def _are_languages(one: str, other: str) -> bool:
    """Tell whether two paths differ in nothing but the name of a language; it may be missing in one of them."""
    found = [_LANGUAGE.findall(each) for each in (one, other)]
    bare = [re.sub(r"[\W_]", "", _LANGUAGE.sub("", each)) for each in (one, other)]
    return any(found) and found[0] != found[1] and bare[0] == bare[1]


def _differ_in_a_version(*paths: PurePath) -> bool:
    """Tell whether two paths differ in nothing but a version; two numbers at the ends of names are chapters."""
    if paths[0].name == paths[1].name:
        parts = _different(*map(str, paths))
        found = [_VERSION.search(part) for part in parts]
        bare = [re.sub(r"[\W_]", "", _VERSION.sub("", part)) for part in parts]
        return all(found) and bare[0] == bare[1]
    ends = [_FOR_VERSION.search(path.stem) for path in paths]
    stems = [path.stem[: end.start()] if end else path.stem for path, end in zip(paths, ends, strict=True)]
    told = [end is not None and "v" in end[0].casefold() for end in ends]
    return paths[0].parent == paths[1].parent and stems[0] == stems[1] and (all(told) or ends.count(None) == 1)
