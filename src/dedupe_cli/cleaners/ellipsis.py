"""Dots that mean an ellipsis, in more than one style (C116)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dedupe_cli.cleaners.cleaner import Cleaner, Effect, Fix
from dedupe_cli.cleaners.layout import CODE, one_style
from dedupe_cli.model import Span

_HAN = "\u3400-\u9fff\uf900-\ufaff，。？！”“’‘》《）（」「』『"
# From the first dot of a row on only: looked at from each of them, a long row would take ages.
_DOTS = "(?:(?<![.])[.]{3,}+|(?<!…)…++|。{3,}|(?<!·)·{3,}+|(?<!・)・{3,}+|(?<!⋯)⋯++|(?<!．)．{3,}+)"
_CHINESE = re.compile(f"(?<=[{_HAN}]){_DOTS}|{_DOTS}(?=[{_HAN}])")
_LATIN = re.compile(
    "(?<=[A-Za-z\u00c0-\u024f,;!?])(?:[.]{3}(?![.])|…(?!…)|(?: [.]){3}(?! ?[.]))(?=[\\s\"'”’)]|\\Z|[A-Za-z])"
)
# What is no ellipsis in Chinese, whatever the rest of the text has.
_WRONG = re.compile("[。·・．]{3,}")
_RIGHT = "……"


def _propose(text: str) -> Iterable[Fix]:
    return [*_chinese(text), *one_style(list(_LATIN.finditer(text)))]


def _chinese(text: str) -> Iterable[Fix]:
    places = list(_CHINESE.finditer(text))
    styles = {_style(match[0]) for match in places}
    for match in places:
        wrong = _WRONG.fullmatch(match[0]) is not None
        if match[0] != _RIGHT and (wrong or len(styles) > 1):
            yield Fix(Span(*match.span()), _RIGHT)


def _style(dots: str) -> str:
    return dots if dots == _RIGHT else dots[0]


CLEANER = Cleaner(
    code="C116",
    name="ellipsis",
    title="an ellipsis in another style",
    safe=False,
    effect=Effect.FORM,
    page="""\
A text gets one style of ellipsis for each language. In Chinese it is …… wherever there is more than one style, and
always for full stops and middle dots in a row; in other languages the one that the text has most often (..., … or
. . .).

Code and paths stay.
""",
    examples=(
        ("他想了想。。。没有说话。", "他想了想……没有说话。"),
        ("Well... no. Yes... and then… no.", "Well... no. Yes... and then... no."),
    ),
    traps=("他想了想...没有说话...", "Wait... what...", "cd ../.. && ls ....", "第1...10页"),
    propose=_propose,
    spares=CODE,
)
