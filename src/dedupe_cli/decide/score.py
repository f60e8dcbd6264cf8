"""Meant or accident: the log odds that an editor would take a candidate out, from stated evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.decide import weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedupe_cli.settings import Settings


class Weighed(NamedTuple):
    """What the evidence says: the log odds, and what each piece of evidence adds to them."""

    score: float
    goes: bool
    terms: tuple[tuple[str, float], ...]


def weigh(evidence: Mapping[str, float], settings: Settings) -> Weighed:
    """Weigh the evidence for a candidate."""
    table = weights.SPAN if evidence["span"] else weights.BLOCK
    terms = tuple((name, table[name] * value) for name, value in evidence.items() if value and name in table)
    score = table["base"] + sum(value for _, value in terms)
    return Weighed(score, score >= weights.CLEAN, terms)
