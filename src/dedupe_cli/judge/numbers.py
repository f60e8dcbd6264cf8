"""Numbers: whether a difference turns one into another one, or only damages it."""

from __future__ import annotations

from dedupe_cli.judge import difference_weights as weights
from dedupe_cli.model import Span
from dedupe_cli.text import lexicon
from dedupe_cli.text.alignment import Alignment, Block
from dedupe_cli.text.fold import DIGIT, LETTER, Fold, is_han
from dedupe_cli.text.signs import negatives

# Classes of what a word is made of.
_OF_WORD = frozenset({DIGIT, LETTER})


def _in_order(less: str, more: str) -> bool:
    """Tell whether the digits of one string stand in the other in the same order."""
    rest = iter(more)
    return all(c in rest for c in less if c.isdigit())


class Numbers:
    """Answers about the numbers of one text; all ranges are of its folded characters."""

    def __init__(self, fold: Fold) -> None:
        self._fold = fold
        self._kinds = fold.kinds

    def is_other(self, block: Block) -> bool:
        """Tell whether a difference turns a number, or a code such as B7, into another one.

        A digit turned into a letter is damage, not a number.
        """
        if self._kinds.find(DIGIT, block.a0, block.a1) < 0 and self._kinds.find(DIGIT, block.b0, block.b1) < 0:
            return False
        if self._lost_digits(block):
            return False
        ranges = ((block.a0, block.a1), (block.b0, block.b1))
        if max(block.a1 - block.a0, block.b1 - block.b0) > weights.CODE_LENGTH:
            return False
        sizes = [end - start for start, end in ranges]
        digits = [self._kinds.count(DIGIT, start, end) for start, end in ranges]
        if not all(sizes) or not any(digits):
            return False
        if (digits[0] == sizes[0]) != (digits[1] == sizes[1]) and not all(digits):
            return False
        kept, copy = (self._number(start, end) for start, end in ranges)
        return bool(kept and copy) and kept != copy

    def other_signs(self, pair: Alignment) -> list[Block]:
        """Return the numbers of which only one text says that they are negative, as blocks of their first digits."""
        fold = self._fold
        spans = fold.span(pair.a0, pair.a1), fold.span(pair.b0, pair.b1)
        kept, copy = (negatives(fold.text, span.start, span.end) for span in spans)
        if not (kept or copy):
            return []
        mine = {fold.range(Span(at, at + 1))[0] for at in copy}
        theirs = {pair.copy_at(fold.range(Span(at, at + 1))[0]) for at in kept}
        places = [min(max(at, pair.b0), pair.b1 - 1) for at in sorted(mine ^ theirs)]
        found = [(min(pair.kept_at(at), pair.a1 - 1), at) for at in places]
        return [Block(a, a + 1, b, b + 1) for a, b in found]

    def is_digits(self, block: Block) -> bool:
        """Tell whether nothing but digits is left out or put in, or a numeral beside another one."""
        (start, end), (other, last) = (block.a0, block.a1), (block.b0, block.b1)
        if start == end:
            start, end, other, last = other, last, start, end
        if other != last:
            return False
        if self._kinds.count(DIGIT, start, end) == end - start:
            return True
        text = self._fold.string
        beside = text[max(start - 1, 0) : start] + text[end : end + 1]
        return lexicon.DIGIT_CHARS.issuperset(text[start:end]) and not lexicon.DIGIT_CHARS.isdisjoint(beside)

    def is_wrapped_point(self, block: Block) -> bool:
        """Tell whether a decimal point is missing only because the number is broken over two lines there."""
        if (block.a1 - block.a0) + (block.b1 - block.b0) != 1:
            return False
        full, bare = (block.a0, block.b0) if block.a1 > block.a0 else (block.b0, block.a0)
        if self._fold.string[full] != "." or not 0 < bare < len(self._fold):
            return False
        gap = self._fold.text[self._fold.at[bare - 1] + 1 : self._fold.at[bare]]
        return bool(gap.strip()) and gap.strip() in ".．"

    def _lost_digits(self, block: Block) -> bool:
        """Tell whether letters stand for digits: each digit that one side lacks can be a letter on that side.

        Latin letters in a stretch of the same length, or Han characters; a numeral or a unit is none.
        """
        if block.edits > weights.LOST_LENGTH:
            return False
        lost = self._kinds.count(DIGIT, block.a0, block.a1) - self._kinds.count(DIGIT, block.b0, block.b1)
        if not lost:
            return False
        kept, copy = self._fold.string[block.a0 : block.a1], self._fold.string[block.b0 : block.b1]
        more, less = (kept, copy) if lost > 0 else (copy, kept)
        same = len(kept) == len(copy)
        foreign = [c for c in less if ((same and c.isalpha()) or is_han(ord(c))) and c not in more]
        if any(c in lexicon.DIGIT_CHARS or c in lexicon.UNITS for c in foreign):
            return False
        return abs(lost) <= len(foreign) and _in_order(less, more)

    def _number(self, start: int, end: int) -> str:
        """Return the digits of the word that a folded range is in."""
        kinds, offsets = self._kinds, self._fold.at
        start = min(start, len(kinds) - 1)
        while start and kinds[start - 1] in _OF_WORD and offsets[start] - offsets[start - 1] == 1:
            start -= 1
        while 0 < end < len(kinds) and kinds[end] in _OF_WORD and offsets[end] - offsets[end - 1] == 1:
            end += 1
        return "".join([c for c in self._fold.string[start:end] if not c.isalpha()])
