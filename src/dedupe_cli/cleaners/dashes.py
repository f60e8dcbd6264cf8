"""Dashes between words, in more than one style (C115)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import CODE, one_style

_HAN = "\u3400-\u9fff\uf900-\ufaff，。？！”“》《）（"
_CHINESE = re.compile(f"(?<=[{_HAN}])(?:——|—|--|－－|──|––)(?=[{_HAN}])")
_LATIN = re.compile("(?<=[A-Za-z\u00c0-\u024f,;.!?\"”'’)])(?:--|—|―)(?=[A-Za-z\u00c0-\u024f\"“'‘(])")
_RIGHT = "——"


def _propose(text: str) -> Iterable[Fix]:
    chinese, latin = list(_CHINESE.finditer(text)), list(_LATIN.finditer(text))
    return [*one_style(chinese, _RIGHT), *one_style(latin)]


CLEANER = Cleaner(
    code="C115",
    name="dashes",
    title="a dash in another style",
    safe=False,
    effect=Effect.FORM,
    page="""\
A text that has dashes in more than one style gets one for each language: —— between Chinese characters, in other
languages the one that stands most often between words without spaces (-- or —).

A text with one style stays; so do hyphens, ranges of numbers, rules, options of commands and code.
""",
    examples=(
        ("他来了--又走了——没有说话。", "他来了——又走了——没有说话。"),
        ("He came--and went--and said—nothing.", "He came--and went--and said--nothing."),
    ),
    traps=("他来了—又走了—没有说话。", "He came--and went--nothing.", "run it --now, pages 1—2 and 3--4\n\n-----\n"),
    propose=_propose,
    spares=CODE,
)
