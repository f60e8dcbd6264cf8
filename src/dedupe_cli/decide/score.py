"""Meant or accident: the log odds that an editor would take a candidate out, from stated evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.decide import weights
from dedupe_cli.model import confidence
from dedupe_cli.text.noting import note

if TYPE_CHECKING:
    from dedupe_cli.settings import Settings


class Weighed(NamedTuple):
    """What the evidence says: the log odds that a candidate is an accident, and what each piece of it adds to them."""

    score: float
    goes: bool
    terms: tuple[tuple[str, float], ...]

    @property
    def confidence(self) -> float:
        """The same as a probability, in percent."""
        return confidence(self.score)

    @property
    def alone(self) -> float:
        """How much it says about the other repeats of the text, as a share of one; nothing is known of these here.

        The odds are squared: many parallel repeats that are doubtful, each, do not speak for each other.
        """
        return confidence(2 * (self.score - dict(self.terms).get("accidents", 0.0))) / 100

    @property
    def told(self) -> bool:
        """Whether a candidate that stays is worth a word."""
        return self.confidence >= weights.TOLD


def weigh(evidence: Mapping[str, float], settings: Settings) -> Weighed:
    """Weigh the evidence for a candidate; with ``--apply all`` goes what is worth a word."""
    table = weights.STRETCH if evidence["stretch"] else weights.BLOCKS
    terms = tuple((name, table[name] * value) for name, value in evidence.items() if value and name in table)
    score = table["base"] + sum(value for _, value in terms)
    limit = min(settings.confidence, weights.TOLD) if settings.apply == "all" else settings.confidence
    sure = confidence(score)
    goes = sure >= limit
    if settings.apply != "all" or sure < weights.TOLD:
        note("confidence", sure, reached=goes)
    return Weighed(score, goes, terms)
