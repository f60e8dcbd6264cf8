"""Evidence made ready to be weighed: what is known of a difference is multiplied with its weights once.

What depends on the pair and on the text (the rate of noise, exchanges that are made again) is added each time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from dedupe_cli.judge import difference_weights as weights

if TYPE_CHECKING:
    from dedupe_cli.judge.difference_features import Evidence
    from dedupe_cli.judge.evidence import BaseEvidence

# What is added each time, by its place in the list of values; the first of the list stands for what is known.
_ADDED = {"lr": 1, "number_lr": 2, "again": 3, "again_alike": 4}
# What is never damage in a clean pair, however noisy other pairs are.
_MEANT = frozenset(
    ("_number", "contrast", "not", "not_one", "not_more", "surname", "title", "name_both", "words", "known_both")
)
# Whole words for whole words, left out or put in, and names of code.
_WORDS = ("known_both", "word_one", "words", "_code")


@dataclass(slots=True)
class PairEvidence:
    """The evidence of one difference in one pair.

    ``again``: the same exchange is made so many times more in the pair, ``alike`` when
    the two look or sound alike; ``once``: it was never seen made again; ``share``: probability that it is noise at the
    rate of the text, 0 when it is rather content, when that was asked for.
    """

    known: BaseEvidence
    again: int = 0
    alike: int = 0
    once: bool = True
    share: float | None = None
    _damage: bool | None = None

    @property
    def evidence(self) -> Evidence:
        """All that is known of it."""
        return self.known.evidence

    @property
    def is_typo(self) -> bool:
        """Whether it is an unmistakable slip, which is not made twice."""
        return self.once and self.known.is_typo

    def repeated(self, times: int) -> PairEvidence:
        """Return the same in a pair in which the exchange is made so many times more."""
        if not times:
            return PairEvidence(self.known, 0, self.alike, self.once)
        values = self.evidence.values if self.known.han else {}
        alike = times if values.get("sound") or values.get("look") else 0
        return PairEvidence(self.known, times, alike, once=False)

    def score(self, rate: float) -> float:
        """Log odds of content against noise at a rate of noise (errors a letter)."""
        known = self.known
        lr = _noise(rate)
        added = (1.0, lr, known.evidence.values.get("_number", 0.0) * lr, self.again, self.alike)
        out = 0.0
        for place, weight in known.terms:
            out += weight * added[place]
        return out

    def is_damage(self) -> bool:
        """Tell whether a difference of a clean pair is clearly an error, in a text that has others."""
        if self._damage is None:
            meant = self.again or self.known.exchanges_words or self.known.is_never_damage
            self._damage = not meant and self.score(weights.CLEAN) < weights.SLIP and not self.known.stands_elsewhere
        return self._damage

    def is_lone_slip(self, *, noisy: bool) -> bool:
        """Tell whether one edit that is the only difference of a pair leaves what nobody would write.

        In a text without other errors it must read worse, too: another wording reads as well as the first.
        """
        if self.again or not self.known.han:
            return False
        value = self.evidence.values
        if not value["_lone"]:
            return False
        if not noisy and value["flow"] + value["reads"] / 2 >= weights.LONE_FLOW:
            return False
        odds = sum(weight * value.get(name, 0.0) for name, weight in weights.LONE_HAN.items())
        return odds < weights.LONE_BELOW and not self.known.stands_elsewhere


@lru_cache(maxsize=1 << 10)
def _noise(rate: float) -> float:
    """Return how rare noise is at a rate of it, as log odds."""
    return max(-2.5, min(4.0, math.log(0.02 / max(rate, 1e-4))))


def never_damage(evidence: Evidence) -> bool:
    """Tell whether a difference is none of damage in a clean pair, whatever else speaks for it."""
    return not _MEANT.isdisjoint([name for name, value in evidence.values.items() if value])


def are_words(evidence: Evidence) -> bool:
    """Tell whether whole words, or names of code, are exchanged, left out or put in."""
    return any(evidence.values.get(name) for name in _WORDS) and not _is_stroke(evidence)


def _is_stroke(evidence: Evidence) -> bool:
    """Tell whether one Han character was put in, left out, or taken for one that looks or sounds alike.

    What is left may be words by chance, in any text: nearly every character is part of some. An affix is none: 副主任.
    """
    value = evidence.values
    if not evidence.han or value["_edits"] != 1 or value["_affix"]:
        return False
    return any(value.get(name) for name in ("gain", "loss", "look", "sound"))


def terms(evidence: Evidence) -> tuple[tuple[int, float], ...]:
    """Return what is known of a difference, weighed, and the weights of what is added, in the order of the table."""
    values = evidence.values
    table = (weights.HAN if evidence.han else weights.LATIN)[min(int(values["_edits"]), 3) - 1]
    out = []
    for name, weight in table.items():
        if value := values.get(name):
            out.append((0, weight * value))
        elif name in _ADDED:
            out.append((_ADDED[name], weight))
    return tuple(out)
