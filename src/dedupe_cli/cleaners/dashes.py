"""Dashes between words, in more than one style (C115)."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import fenced, ticked
from dedupe_cli.model import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

_HAN = "\u3400-\u9fff\uf900-\ufaff，。？！”“》《）（"
_CHINESE = re.compile(f"(?<=[{_HAN}])(?:——|—|--|－－|──|––)(?=[{_HAN}])")
_LATIN = re.compile("(?<=[A-Za-z\u00c0-\u024f,;.!?\"”'’)])(?:--|—|―)(?=[A-Za-z\u00c0-\u024f\"“'‘(])")
_RIGHT = "——"


def _propose(text: str) -> Iterable[Fix]:
    found = [*_one_style(list(_CHINESE.finditer(text)), _RIGHT), *_one_style(list(_LATIN.finditer(text)), "")]
    if not found:
        return
    code, spans = ticked(text), fenced(text)
    for fix in sorted(found, key=lambda fix: fix.span):
        if not code.hold(fix.span.start, fix.span.end) and not spans.hold(fix.span.start, fix.span.end):
            yield fix


def _one_style(places: list[re.Match[str]], right: str) -> Iterable[Fix]:
    """Turn what a text has less often into ``right``, or what it has most often."""
    styles = Counter(match[0] for match in places)
    if len(styles) < 2:
        return
    usual = right or max(styles, key=lambda style: (styles[style], style))
    for match in places:
        if match[0] != usual:
            yield Fix(Span(*match.span()), usual)


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
)
