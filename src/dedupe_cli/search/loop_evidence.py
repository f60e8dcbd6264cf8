"""How sure it is that what stands there again at once does so by accident: log odds (base 2) from stated evidence.

What counts is how many letters are said again (a Han character counts 3): two rounds of a sentence weigh as much as
five of a word or two. Nothing marks a slip within a sentence, so there it takes more; what is made to repeat itself
(code, records, verse, lines of one word) takes more, too. All constants of the decision stand here.
"""

from __future__ import annotations

from enum import StrEnum
from math import log2
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dedupe_cli.document.kinds import BlockKind

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEVER = float("-inf")
LEAST = 24  # letters that are said again between borders of sentences or lines: what prose says twice is shorter


class Frame(StrEnum):
    """What stands at both ends of each round."""

    SENTENCE = "sentence"  # or a line that ends with a mark, or a block of more than one line
    LINE = "line"
    CLAUSE = "clause"
    WORD = "word"


# Letters said again within a sentence were, by chance, up to 35 in lists of names, 18 where a name ends one clause and
# begins the next: there 36 are asked for, and 60 in two rounds that no mark frames.
_FRAMES = {Frame.SENTENCE: 0.0, Frame.LINE: -1.0, Frame.CLAUSE: -0.58, Frame.WORD: -0.58}
_TWICE = {Frame.SENTENCE: 0.0, Frame.LINE: -0.4, Frame.CLAUSE: 0.0, Frame.WORD: -0.75}
_ONE_WORD = -0.7  # "no no no no" is speech, a path three times are three entries
_MANY = 10  # rounds from which on neither lines nor words are too short
_MORE_LINES, _FEW_LINES, _LINES = 0.8, 2, 3  # each further sentence or line in the same order, three of them at most
_OTHER_CASE = -2.0  # names of code differ in nothing else
_SPOKEN = -1.0  # two rounds, each between quotation marks: two may say the same
_COUNTED = -1.0  # rounds that are numbered
# What is made to repeat itself, in few rounds and in many.
_KINDS = {BlockKind.VERSE: -2.0, BlockKind.RECORD: -2.0, BlockKind.CODE: -12.0, BlockKind.TABLE: -12.0}
_KINDS_MANY = {BlockKind.VERSE: -1.0, BlockKind.RECORD: -1.0, BlockKind.CODE: -3.0, BlockKind.TABLE: -5.0}


class Evidence(NamedTuple):
    """What is known of a stretch that repeats what stands right before it.

    ``letters`` that are said again, ``rounds`` (the first included), ``lines`` of one of them; ``one_word``: it is
    nothing else, ``other_case``: its capitals are not those of another one.
    """

    letters: int
    rounds: float
    frame: Frame
    lines: int = 1
    one_word: bool = False
    other_case: bool = False
    kind: BlockKind = BlockKind.PROSE
    spoken: bool = False
    counted: bool = False

    @property
    def score(self) -> float:
        """Log odds that it is a slip; it goes from 0 on."""
        few, frame = self.rounds < _MANY, self.frame
        return (
            log2(max(self.letters, 1) / LEAST)
            + (_FRAMES[frame] if few or frame is not Frame.LINE else 0.0)
            + (_TWICE[frame] if self.rounds < 3 else 0.0)
            + (_ONE_WORD if self.one_word and few else 0.0)
            + (_OTHER_CASE if self.other_case else 0.0)
            + _MORE_LINES * min(max(self.lines - _FEW_LINES, 0), _LINES)
            + (_SPOKEN if self.spoken and self.rounds < 3 else 0.0)
            + (_COUNTED if self.counted else 0.0)
            + (_KINDS if few else _KINDS_MANY).get(self.kind, 0.0)
        )


def may_be(letters: NDArray[Any], lines: NDArray[Any]) -> NDArray[np.bool_]:
    """Tell of many stretches whether they could go at best; ``lines``: borders within."""
    best = _MORE_LINES * np.clip(lines - _FEW_LINES, 0, _LINES)
    enough: NDArray[np.bool_] = letters * np.exp2(best) >= LEAST
    return enough
