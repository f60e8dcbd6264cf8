"""What is meant however noisy the text is: places exchanged, other signs, other options, entries of a form.

The judge weighs how likely a difference is as noise, and in a damaged text nearly anything is likely enough. These are
told by their shape: damage does not exchange two words for each other, nor an operator for another one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.judge import difference_weights as weights
from dedupe_cli.judge.latin import Exchange, are_known
from dedupe_cli.model import Kind
from dedupe_cli.text import lexicon
from dedupe_cli.text.alignment import Alignment, Block
from dedupe_cli.text.fold import SYMBOL, Fold
from dedupe_cli.text.sums import covering

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dedupe_cli.judge.differences import Letters, Piece
    from dedupe_cli.judge.judge import Judge, Judged

# Signs between operands that are form in prose; an exchange of one for another is none. Not those of dates and ranges
# (between digits), of items (at the start of a line), of *both/either*.
_OPERATOR = re.compile(r"(?<=[\w)\]])[ \t]?(\*\*?|//?|&&?|[!^-])(=?)[ \t]?(?=[\w(\[])")
_DENIAL = re.compile(r"(?<=[(&|=])[ \t]?!(?=[A-Za-z_(])")
_SIGNS, _DASHES = frozenset("+<>=|~\N{MINUS SIGN}×÷≤≥≠±"), frozenset({"-", "*", "/", "&", "^", "!"})
_ROMAN = re.compile(r"[IVXLCDM]+")
# An option behind white space, a bracket or a sign; a dash before a word with a capital is one of speech.
_OPTION = re.compile(r"(?<![^\s(\[`|,/=])(?:--[a-z][\w-]+|-[A-Za-z](?!\w)|-[a-z][\w-]+)")


class Vetoes:
    """Answers what holds a copy whatever its score, for the pairs of one text."""

    def __init__(self, fold: Fold, judge: Judge, alignments: Sequence[Alignment]) -> None:
        self._fold, self._judge = fold, judge
        self._alignments = sorted(alignments, key=lambda x: x.b0)
        self._starts = [x.b0 for x in self._alignments]
        self._longest = max((x.b1 - x.b0 for x in alignments), default=0)

    def exchanged(self, pair: Alignment, judged: Sequence[Judged]) -> list[bool]:
        """Tell of each difference whether it exchanges a word for one that is exchanged for it close by."""
        found = self._judge.differences(pair)
        doubtful = [item.kind is Kind.NOISE for item in judged]
        if not any(doubtful) or len(doubtful) != len(found):
            return [False] * len(judged)
        sides = [_words(self._judge, piece) for piece in found]
        own = set(filter(None, sides))
        out = []
        for piece, both, doubt in zip(found, sides, doubtful, strict=True):
            if both is None or not doubt:
                out.append(False)
            elif both[::-1] in own:
                out.append(True)
            else:
                out.append(piece.edits > 1 and self._are_words(both) and self._is_exchanged_near(piece, both))
        return out

    def _are_words(self, both: tuple[str, str]) -> bool:
        return all(side and all(_is_word(self._judge.letters, word) for word in side.split()) for side in both)

    def _is_exchanged_near(self, piece: Piece, both: tuple[str, str]) -> bool:
        """Tell whether words are exchanged back in another part of the passage, or in one beside it."""
        string, block = self._fold.string, piece.block
        a0, a1 = max(block.a0 - weights.NEARBY, 0), block.a1 + weights.NEARBY
        b0, b1 = max(block.b0 - weights.NEARBY, 0), block.b1 + weights.NEARBY
        if string.find(both[1], a0, a1) < 0 or string.find(both[0], b0, b1) < 0:
            return False
        first = bisect_left(self._starts, b0 - self._longest)
        for other in self._alignments[first : bisect_right(self._starts, b1)]:
            if other.b1 < b0 or other.a1 < a0 or other.a0 > a1:
                continue
            part = [x for x in self._judge.differences(other) if b0 <= x.block.b0 <= b1 and a0 <= x.block.a0 <= a1]
            if any(_words(self._judge, x) == both[::-1] for x in part):
                return True
        return False

    def signs(self, pair: Alignment) -> list[Block]:
        """Return the places at which what is equal as letters has another operator, another option or a denial."""
        fold = self._fold
        one, other = fold.span(pair.a0, pair.a1), fold.span(pair.b0, pair.b1)
        out = []
        for pattern in (_OPERATOR, _DENIAL, _OPTION):
            kept, copy = self._found(pattern, one.start, one.end), self._found(pattern, other.start, other.end)
            if pattern is not _DENIAL and not (kept and copy):
                continue
            places = {pair.copy_at(place): place for place in kept}
            for at in {*places, *copy} if pattern is _DENIAL else places.keys() & copy.keys():
                mine, theirs = kept.get(places.get(at, -1)), copy.get(at)
                if pattern is _OPTION and not self._is_other_option(mine or "", theirs or ""):
                    continue
                if mine != theirs and pair.b0 <= at < pair.b1:
                    place = min(pair.kept_at(at), pair.a1 - 1)
                    out.append(Block(place, place + 1, at, at + 1))
        return out

    def _found(self, pattern: re.Pattern[str], start: int, end: int) -> dict[int, str]:
        """Return what a pattern finds in a range of the text, by the folded place of what stands behind it."""
        found = [
            (x.end() if pattern is not _OPTION else x.start(), x)
            for x in pattern.finditer(self._fold.text, max(start - 2, 0), end)
        ]
        if not found:
            return {}
        places = self._fold.places([at for at, _ in found]).tolist()
        return {place: x[0].replace(" ", "") for place, (_, x) in zip(places, found, strict=True)}

    def _is_other_option(self, kept: str, copy: str) -> bool:
        """Tell whether two options differ by what damage hardly makes: the only letter, case, a dash, whole words."""
        one, other = kept.strip("-"), copy.strip("-")
        if len(one) == len(other) == 1 or one.replace("-", "").casefold() == other.replace("-", "").casefold():
            return True
        return all(_is_word(self._judge.letters, word) for word in {*one.split("-"), *other.split("-")} if word)

    def is_meant(self, block: Block, *, signs: bool) -> bool:
        """Tell whether a difference is one mathematical sign (if asked for), or one Roman number, for another one."""
        return (signs and self._is_sign(block)) or self._is_roman(block)

    def entries(self, judged: Sequence[Judged]) -> list[bool]:
        """Tell of each difference whether it fills in a form: at most of the places the other passages differ, too.

        A place that no other passage has tells nothing.
        """
        told = [max(self._covering[item.block.a0], self._covering[item.block.b0]) > 1 for item in judged]
        least = weights.ENTRIES - (sum(told) > 1)
        found = [yes and self._is_slot(item.block, least) for yes, item in zip(told, judged, strict=True)]
        return found if 3 * sum(found) >= 2 * sum(told) else [False] * len(judged)

    def _is_slot(self, block: Block, least: int) -> bool:
        """Tell whether half of the passages over a place say something else there, each its own.

        Where most of them say the same, it is this text that is damaged.
        """
        both = ((Counter(self._readings.get(at, ())), self._covering[at]) for at in (block.a0, block.b0))
        return any(
            len(found) >= least and 2 * found.total() >= covering and 2 * max(found.values()) <= found.total()
            for found, covering in both
        )

    @cached_property
    def _covering(self) -> NDArray[np.int64]:
        """How many passages each folded place is in, on either side; none behind the last one."""
        sides = [side for x in self._alignments for side in ((x.a0, x.a1), (x.b0, x.b1))]
        starts, ends = np.array(sides, dtype=np.int64).reshape(-1, 2).T
        return covering(starts, ends, len(self._fold) + 1)

    @cached_property
    def _readings(self) -> dict[int, list[str]]:
        """What other passages say at each folded place at which they differ."""
        string, out = self._fold.string, dict[int, list[str]]()
        for block in (block for x in self._alignments for block in x.blocks):
            out.setdefault(block.a0, []).append(string[block.b0 : block.b1])
            out.setdefault(block.b0, []).append(string[block.a0 : block.a1])
        return out

    def _is_roman(self, block: Block) -> bool:
        """Tell whether a difference is one Roman number for another one, in capitals."""
        kept, copy = self._word(block.a0, block.a1), self._word(block.b0, block.b1)
        return kept != copy and bool(_ROMAN.fullmatch(kept)) and bool(_ROMAN.fullmatch(copy))

    def _word(self, low: int, high: int) -> str:
        """Return the word of the text in which a folded range lies, or at which it is empty."""
        text, at = self._fold.text, self._fold.at
        if not 0 < low <= high < len(self._fold):
            return ""
        if low < high:
            start, end = at[low], at[high - 1] + 1
        else:  # what the other text has more is behind a letter of this one, or before one
            start = end = at[low - 1] + 1 if text[at[low - 1]].isupper() else at[low]
        while start > 0 and text[start - 1].isalnum():
            start -= 1
        while end < len(text) and text[end].isalnum():
            end += 1
        return text[start:end]

    def _is_sign(self, block: Block) -> bool:
        """Tell whether a difference is one mathematical sign for another one."""
        string, kinds = self._fold.string, self._fold.kinds
        kept, copy = string[block.a0 : block.a1], string[block.b0 : block.b1]
        if not _SIGNS.issuperset(kept + copy):
            return False
        if kept and copy:
            return kept != copy
        (full, bare) = (block.a0, block.b0) if kept else (block.b0, block.a0)
        size, at = max(len(kept), len(copy)), self._fold.at
        if not 0 < bare < len(self._fold) or not full:
            return False
        gap = self._fold.text[at[bare - 1] + 1 : at[bare]].strip(" \t()[]")
        if gap in _DASHES and (kept or copy) != "\N{MINUS SIGN}":
            return True
        beside = (full - 1, full + size)
        return any(
            kinds[x : x + 1] == bytes([SYMBOL]) and abs(at[x] - at[full if x < full else x - 1]) == 1 for x in beside
        )


def _is_word(letters: Letters, word: str) -> bool:
    if word.isascii():
        return word in lexicon.latin_words() or letters.word_count(word) >= weights.ATTESTED
    return len(word) > 1 and word in lexicon.han_words()


def _words(judge: Judge, piece: Piece) -> tuple[str, str] | None:
    """Return what stands for what, as words, where damage is no likely cause; either side may be empty."""
    letters, what = judge.letters, judge.what(piece)
    if isinstance(what, Exchange):
        kept, copy = " ".join(what.kept), " ".join(what.copy)
        if not kept or not copy:
            return (kept, copy) if max(len(kept), len(copy)) >= weights.MOVED else None
        if lexicon.without_marks(kept) == lexicon.without_marks(copy):
            return None
        if len(kept) == len(copy) == 1:
            return kept, copy
        if lexicon.stroke_unlike(what.gone, what.made) <= weights.ALIKE and (
            what.edits == 1 or not all(are_known(letters, what))
        ):
            return None
        return kept, copy
    block = piece.block
    kept, copy = letters.string[block.a0 : block.a1], letters.string[block.b0 : block.b1]
    if not kept or not copy:
        return (kept, copy) if max(len(kept), len(copy)) >= weights.MOVED // 2 else None
    if lexicon.contrast(kept, copy):
        return kept, copy
    if len(kept) == len(copy) and all(
        lexicon.look_alike(x, y) or lexicon.sound_alike(x, y) for x, y in zip(kept, copy, strict=True)
    ):
        return None
    return kept, copy
