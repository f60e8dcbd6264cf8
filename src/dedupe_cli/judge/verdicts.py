"""What the judge's verdicts mean under the settings: which differences keep a copy from going."""

from __future__ import annotations

import math
import string
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from dedupe_cli.judge import difference_weights as weights
from dedupe_cli.judge.forms import form_breaks
from dedupe_cli.judge.judge import CERTAIN, Judge, Judged
from dedupe_cli.judge.numbers import Numbers
from dedupe_cli.judge.other_scripts import beyond, is_beyond, is_single, judged_by_size
from dedupe_cli.judge.vetoes import Vetoes
from dedupe_cli.model import Kind, Reason
from dedupe_cli.text import lexicon
from dedupe_cli.text.alignment import Alignment, Block, align
from dedupe_cli.text.fold import DIGIT, HAN, Fold, is_han
from dedupe_cli.text.remembering import is_remembering

if TYPE_CHECKING:
    from dedupe_cli.settings import Settings

# The differences that hold a copy back: --apply exact takes form only, similar takes noise too, all takes anything.
_BLOCKING = {
    "exact": frozenset({Kind.NOISE, Kind.CONTENT}),
    "similar": frozenset({Kind.CONTENT}),
    "all": frozenset(),
}


def _in_company(judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
    """Let doubtful differences pass in a pair that has many: the more there are, the less likely each one is meant.

    A text is changed on purpose in a place or two, whatever its length: the odds that a given difference is one of
    them fall with their number.
    """
    meant = sum(item.kind is Kind.CONTENT for item in judged)
    if len(judged) <= weights.FEW or meant > weights.MEANT * len(judged):
        return judged  # few differences, or a list of entries that all say something else
    doubt = math.log(len(judged) / weights.FEW)
    return tuple(
        item._replace(kind=Kind.NOISE, reason=None) if item.kind is Kind.CONTENT and item.score < doubt else item
        for item in judged
    )


def _as_form(item: Judged) -> Judged:
    return item._replace(kind=Kind.FORM, reason=None, score=0.0)


def _as_number(item: Judged) -> Judged:
    score = max(item.score, weights.NUMBER_SCORE)
    return item._replace(kind=Kind.CONTENT, reason=item.reason or Reason.NUMBER, score=score)


def _as_content(item: Judged) -> Judged:
    if item.kind is Kind.CONTENT:
        return item
    return item._replace(kind=Kind.CONTENT, reason=item.reason or Reason.WORD, score=max(item.score, 0.0))


DAMAGED = weights.DAMAGED
_DASHES = frozenset("-\uff0d")  # before a number, or an option
# Particles that Chinese has or lacks as one likes.
_PARTICLES = frozenset("的了地得着")
# What a word of code is made of, and characters of it that are looked at at once.
_SIGNS_OF_WORD, _BESIDE = f"{string.ascii_letters}{string.digits}_", 16
# So many verdicts are remembered: a block is looked at several times in a row, and where the same text is decided
# again, under other limits, each of its pairs is.
KNOWN, KNOWN_LONG = 512, 1 << 15


def is_damaged(judged: Iterable[Judged]) -> bool:
    """Tell whether noise made so many of some differences that it may have made any of them."""
    return sum(item.kind is Kind.NOISE for item in judged) >= weights.DAMAGED


class Verdicts:
    """The judge of one text, asked under the settings of one run."""

    def __init__(self, fold: Fold, alignments: Sequence[Alignment], settings: Settings) -> None:
        self._judge = Judge(fold, alignments)
        self.noise = self._judge.noise
        self._fold = fold
        self._settings = settings
        self._blocking = _BLOCKING[settings.apply]
        self._kinds = fold.kinds
        self._digits = Numbers(fold)
        self._vetoes = Vetoes(fold, self._judge, alignments)
        self._beyond = beyond(fold)
        self._known: dict[tuple[int, int, int, int], tuple[tuple[Block, ...], tuple[Judged, ...]]] = {}

    def of(self, pair: Alignment) -> tuple[Judged, ...]:
        """Return the verdict on every difference of a pair, differences of form that count as content included."""
        key = (pair.a0, pair.a1, pair.b0, pair.b1)
        known = self._known.get(key)
        if known is not None and known[0] == pair.blocks:
            return known[1]
        if len(self._known) >= (KNOWN_LONG if is_remembering() else KNOWN):
            self._known.clear()
        judged = self._judged(pair)
        self._known[key] = pair.blocks, judged
        return judged

    def _is_literal(self, pair: Alignment) -> bool:
        """Tell whether two texts are the same to the sign, and to the sign before them."""
        text, one, other = self._fold.text, self._fold.span(pair.a0, pair.a1), self._fold.span(pair.b0, pair.b1)
        if one.end - one.start != other.end - other.start or text[one.start : one.end] != text[other.start : other.end]:
            return False
        return not _DASHES.intersection(
            text[max(one.start - 2, 0) : one.start] + text[max(other.start - 2, 0) : other.start]
        )

    def _judged(self, pair: Alignment) -> tuple[Judged, ...]:
        if not pair.blocks and self._is_literal(pair):
            return ()
        judged = self._judge.judge(pair) if pair.blocks else ()
        judged = tuple([_as_form(item) if self._digits.is_wrapped_point(item.block) else item for item in judged])
        judged = self._beyond_latin(self._with_numbers(pair, self._with_words(pair, judged)))
        judged = _in_company(judged)
        if self._is_paraphrase(pair, judged):
            judged = tuple([_as_content(item) for item in judged])
        worn = self.noise.surely and is_damaged(judged)
        judged = self._with_vetoes(pair, judged, worn=worn)
        minus = () if is_damaged(judged) else self._signs(pair)
        signs = (*minus, *(() if worn else self._other_signs(pair)))
        return (*judged, *signs, *form_breaks(self._fold, pair, self._settings))

    def _with_vetoes(self, pair: Alignment, judged: tuple[Judged, ...], *, worn: bool) -> tuple[Judged, ...]:
        """Hold what is meant however noisy the text is; in a ``worn`` pair of a damaged text signs are specks."""
        if not any(item.kind is Kind.NOISE for item in judged):
            return judged
        exchanged, entries = self._vetoes.exchanged(pair, judged), self._vetoes.entries(judged)
        return tuple(
            [
                _as_content(item)
                if item.kind is Kind.NOISE and (any(veto) or self._vetoes.is_meant(item.block, signs=not worn))
                else item
                for item, *veto in zip(judged, exchanged, entries, strict=True)
            ]
        )

    def _other_signs(self, pair: Alignment) -> tuple[Judged, ...]:
        """Return the places at which another operator or option stands, in what is equal as letters."""
        return tuple([Judged(block, Kind.CONTENT, Reason.WORD, CERTAIN) for block in self._vetoes.signs(pair)])

    def _is_paraphrase(self, pair: Alignment, judged: Sequence[Judged]) -> bool:
        """Tell whether Chinese is worded anew: hardly one difference is a character for a character, as noise makes."""
        if len(judged) <= weights.FEW or self.noise.surely or self._kinds.find(HAN, pair.b0, pair.b1) < 0:
            return False
        if pair.similarity() >= weights.REWORDED:
            return False
        singles = sum(item.block.a1 - item.block.a0 == item.block.b1 - item.block.b0 == 1 for item in judged)
        return singles <= weights.SINGLES * len(judged)

    def _signs(self, pair: Alignment) -> tuple[Judged, ...]:
        """Return the numbers of which only one text says that they are negative."""
        found = self._digits.other_signs(pair) if self._has_digits(pair) else ()
        return tuple([Judged(block, Kind.CONTENT, Reason.NUMBER, weights.NUMBER_SCORE) for block in found])

    def least(self, pair: Alignment) -> tuple[int, int]:
        """Return how many differences of a pair are blocking and how many there are, at least; cheap."""
        return len(self.numbers(pair)), len(self._judge.differences(pair))

    def numbers(self, pair: Alignment) -> tuple[Judged, ...]:
        """Return the differences of a pair that are blocking whatever else is in it: other numbers; cheap."""
        if not self._has_digits(pair) or Kind.CONTENT not in self._blocking or self._beyond:
            return ()
        found = [piece.block for piece in self._judge.differences(pair)]
        numbers = [block for block in found if self._digits.is_other(block)]
        if len(found) > weights.FEW and len(numbers) <= weights.MEANT * len(found):
            return ()  # in company they may pass
        others = sum([block.edits for block in found]) - sum([block.edits for block in numbers])
        if others >= weights.NUMBER_RATE * (pair.b1 - pair.b0):
            return ()
        return tuple([Judged(block, Kind.CONTENT, Reason.NUMBER, weights.NUMBER_SCORE) for block in numbers])

    def _has_digits(self, pair: Alignment) -> bool:
        return max(self._kinds.find(DIGIT, pair.a0, pair.a1), self._kinds.find(DIGIT, pair.b0, pair.b1)) >= 0

    def _beyond_latin(self, judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
        """Judge what stands in scripts without a dictionary by its size."""
        if not self._beyond or not any(is_beyond(self._beyond, item.block) for item in judged):
            return judged
        singles = sum(is_single(self._fold, item.block) for item in judged)
        return tuple(
            judged_by_size(self._fold, item, singles, len(judged))
            if is_beyond(self._beyond, item.block) and item.reason is not Reason.NUMBER
            else item
            for item in judged
        )

    def _with_numbers(self, pair: Alignment, judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
        """Hold other numbers for content, unless the rest of the pair is noisy through and through."""
        numbers = [self._digits.is_other(item.block) for item in judged] if self._has_digits(pair) else ()
        if not any(numbers):
            return judged
        others = sum(
            item.block.edits
            for item, number in zip(judged, numbers, strict=True)
            if not number
            and item.kind is Kind.NOISE
            and item.score <= weights.DOUBTFUL
            and not self._is_in_capitals(item.block)
        )
        if others >= weights.NUMBER_RATE * (pair.b1 - pair.b0):
            return judged
        return tuple(_as_number(i) if number else i for i, number in zip(judged, numbers, strict=True))

    def _with_words(self, pair: Alignment, judged: tuple[Judged, ...]) -> tuple[Judged, ...]:
        """Hold whole words and parts of codes for content in a pair that shows no damage.

        Texts with many parallel sentences (manuals, tables of registers) look noisy as a whole; the pair must show it.
        What stands at its edge shows nothing, but in a damaged text: there it may run into other text.
        """
        left = self._least_damage(pair)
        for item in judged:
            left -= self._shows_damage(pair, item)
            if left <= 0:
                return judged
        return tuple([self._if_meant(item) if item.kind is Kind.NOISE else item for item in judged])

    def _least_damage(self, pair: Alignment) -> int:
        """Return how much damage a pair must show: in a text that surely has it what a pair of its length has."""
        if not self.noise.surely:
            return weights.DAMAGED
        return min(weights.DAMAGED, int(self.noise.usual * (pair.b1 - pair.b0)))

    def _shows_damage(self, pair: Alignment, item: Judged) -> bool:
        """Tell whether a difference is one that only damage makes."""
        if item.kind is not Kind.NOISE or item.score > weights.EVIDENT:
            return False
        if (item.block.b0 == pair.b0 or item.block.b1 == pair.b1) and not self.noise.surely:
            return False
        return not (self._is_meant(item.block) or (self.noise.few_told and self._is_wording(item.block)))

    def _if_meant(self, item: Judged) -> Judged:
        """Return a difference as content if it is what people write."""
        if not self._is_meant(item.block):
            return item
        return _as_number(item) if self._digits.is_digits(item.block) else _as_content(item)

    def _is_meant(self, block: Block) -> bool:
        """Tell whether a difference is what people write rather than what damage makes: long, of words, of codes."""
        if self._is_long(block) or self._is_word(block):
            return True
        if not self.noise.surely and self._digits.is_digits(block):
            return True
        return self._judge.known(block).code

    def _is_long(self, block: Block) -> bool:
        """Tell whether a difference is long: of one inside a word the letters between its edits do not count."""
        if block.edits < weights.LONG_EDITS:
            return False
        return sum([part.edits for part in align(self._fold, *block)]) >= weights.LONG_EDITS

    def _is_word(self, block: Block) -> bool:
        """Tell whether a Chinese word of two characters or more is left out, put in, or exchanged for another.

        Or one of a character for its opposite, or a *not* that only one text has.
        """
        sides = self._fold.string[block.a0 : block.a1], self._fold.string[block.b0 : block.b1]
        if lexicon.contrast(*sides):
            return True
        if sides[0].isascii() and sides[1].isascii():
            return False  # what follows is Chinese
        if self._judge.known(block).denies:
            return True
        han = ["".join(c for c in side if is_han(ord(c))) for side in sides]
        if not any(len(side) > 1 and side == only for side, only in zip(sides, han, strict=True)):
            return False
        words = lexicon.han_words()
        return all(not side or side in words for side in han)

    def _is_wording(self, block: Block) -> bool:
        """Tell whether a difference in Chinese is what another wording makes: a particle, or several characters."""
        sides = self._fold.string[block.a0 : block.a1], self._fold.string[block.b0 : block.b1]
        if not any(is_han(ord(c)) for side in sides for c in side):
            return False
        return block.edits > 1 or _PARTICLES.issuperset("".join(sides))

    def _is_in_capitals(self, block: Block) -> bool:
        """Tell whether a difference stands in an abbreviation on both sides of capitals: PLV, XPLV."""
        words = [self._word_around(*side) for side in ((block.a0, block.a1), (block.b0, block.b1))]
        return all(len(word) > 1 and word.isascii() and word.isupper() for word in words)

    def _word_around(self, start: int, end: int) -> str:
        """Return the word of the text in which a folded range stands."""
        text, last = self._fold.text, len(self._fold) - 1
        low, high = (
            self._fold.at[min(start, last)],
            self._fold.at[min(max(end - 1, start), last)] + 1,
        )
        while low > 0 and (beside := text[max(low - _BESIDE, 0) : low]) and beside[-1] in _SIGNS_OF_WORD:
            low -= len(beside) - len(beside.rstrip(_SIGNS_OF_WORD))
        while high < len(text) and text[high] in _SIGNS_OF_WORD:
            beside = text[high : high + _BESIDE]
            high += len(beside) - len(beside.lstrip(_SIGNS_OF_WORD))
        return text[low:high]

    def blocking(self, judged: Iterable[Judged]) -> tuple[Judged, ...]:
        """Return the differences that keep the copy from going."""
        return tuple(item for item in judged if item.kind in self._blocking)

    def damage(self, pair: Alignment) -> int:
        """Return how many more of the differences of a pair that are evident noise stand in its kept text."""
        sides = {piece.block: self._judge.side(piece) for piece in self._judge.differences(pair)}
        if all(side <= 0 for side in sides.values()):
            return 0  # not more, whatever is noise
        evident = (item.block for item in self.of(pair) if item.kind is Kind.NOISE and item.score <= weights.EVIDENT)
        return sum(sides.get(block, 0) for block in evident)

    def rate(self, pair: Alignment) -> float:
        """Return the rate of noise in a pair, in errors a letter."""
        return self._judge.rate(pair)
