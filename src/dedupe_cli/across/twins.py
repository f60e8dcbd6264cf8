"""Names that people and programs give to copies of files: the plain name is that of the original."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePath

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
