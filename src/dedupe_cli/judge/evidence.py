"""What speaks for noise and what for content in one difference: values with names, to be weighed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from dedupe_cli.judge.differences import Letters, Piece, words_around
from dedupe_cli.judge.han import han_evidence, stand_elsewhere
from dedupe_cli.judge.latin import (
    Exchange,
    are_code,
    are_known,
    exchange,
    is_ruin,
    is_slip,
    latin_evidence,
    latin_reason,
)
from dedupe_cli.judge.weighing import are_words, never_damage, terms
from dedupe_cli.text.fold import HAN

if TYPE_CHECKING:
    from dedupe_cli.judge.difference_features import Evidence
    from dedupe_cli.model import Reason


def subject(letters: Letters, piece: Piece) -> Piece | Exchange:
    """Return what the evidence of a piece depends on: with words, the same for all that exchange the same."""
    block, kinds = piece.block, letters.fold.kinds
    han = kinds.find(HAN, max(0, block.a0 - 1), block.a1 + 1) >= 0 or kinds.find(HAN, block.b0, block.b1) >= 0
    return piece if han else exchange(letters, piece)


class BaseEvidence:
    """What is known of one :func:`subject`.

    Its evidence is collected when it is first asked for: of words for words in a clean pair little is.
    """

    def __init__(self, letters: Letters, what: Piece | Exchange) -> None:
        self._letters, self.what = letters, what
        self.han = not isinstance(what, Exchange)

    @cached_property
    def evidence(self) -> Evidence:
        """All that speaks for noise and for content; what depends on the pair is added when it is weighed."""
        what = self.what
        if isinstance(what, Exchange):
            return latin_evidence(self._letters, what, self._are_known)
        return han_evidence(self._letters, what)

    @cached_property
    def _are_known(self) -> tuple[bool, bool]:
        what = self.what
        return are_known(self._letters, what) if isinstance(what, Exchange) else (False, False)

    @cached_property
    def terms(self) -> tuple[tuple[int, float], ...]:
        """The evidence, weighed."""
        return terms(self.evidence)

    @cached_property
    def is_of_words(self) -> bool:
        """Whether whole words, or names of code, are exchanged, left out or put in."""
        return are_words(self.evidence) if self.han else self.code or all(self._are_known)

    @property
    def exchanges_words(self) -> bool:
        """Whether words stand on both sides: cheap, and not told of all that do."""
        what = self.what
        return isinstance(what, Exchange) and bool(what.kept and what.copy) and not what.code and self.is_of_words

    @cached_property
    def is_never_damage(self) -> bool:
        """Whether it is no damage in a clean pair, whatever else speaks for it."""
        return never_damage(self.evidence)

    @cached_property
    def stands_elsewhere(self) -> bool:
        """Whether what either side says in Chinese stands in other places, too: that is no damage."""
        what = self.what
        return (
            not isinstance(what, Exchange)
            and bool(self.evidence.values["attested"])
            and stand_elsewhere(self._letters, what)
        )

    @cached_property
    def is_typo(self) -> bool:
        """Whether it is an unmistakable slip."""
        what = self.what
        return is_slip(self._letters, what) if isinstance(what, Exchange) else bool(self.evidence.values["typo"])

    @cached_property
    def code(self) -> bool:
        """Whether names of code are exchanged."""
        if isinstance(self.what, Exchange):
            return self.what.code and not self.what.broken
        words = [word for side in words_around(self._letters, self.what) for word in side]
        return all(self._letters.string[low:high].isascii() for low, high in words) and are_code(self._letters, words)

    @property
    def denies(self) -> bool:
        """Whether only one side denies, in Chinese, what can be denied."""
        return self.han and bool(self.evidence.values["_denies"])

    @property
    def is_ascii(self) -> bool:
        """Whether it exchanges words of ASCII letters, and signs."""
        what = self.what
        if not isinstance(what, Exchange):
            return False
        words = "".join((*what.kept, *what.copy))
        return words.isascii() or all(char.isascii() or not char.isalpha() for char in words)

    @cached_property
    def is_ruin(self) -> bool:
        """Whether it is a word that became none."""
        what = self.what
        return self.is_typo or (isinstance(what, Exchange) and is_ruin(self._letters, what))

    @cached_property
    def reason(self) -> Reason:
        """What it is about if it is meant."""
        if isinstance(self.what, Exchange):
            return latin_reason(self.what)
        assert self.evidence.reason is not None
        return self.evidence.reason
