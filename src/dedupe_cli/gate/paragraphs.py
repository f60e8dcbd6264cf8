"""Repeats between files, paragraph by paragraph: what stays accepted of a passage that comes apart.

A passage between files is one entry of a baseline. When a paragraph is taken out of one of its copies, or put
elsewhere, the others are found as other passages, and say nothing that was not accepted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dedupe_cli.gate.sketch import content_hash
from dedupe_cli.text.split import blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dedupe_cli.finding import Finding

# The rule of what is the same in several files; versions that differ are told anew when one of them changes.
REPEAT = "D301"
# Hexadecimal digits by which a paragraph is known.
DIGITS = 8


def places_of(finding: Finding) -> dict[str, int]:
    """Return in how many places of a repeat between files each of its paragraphs stands; nothing for other findings."""
    if finding.rule != REPEAT:
        return {}
    found: Counter[str] = Counter()
    for member in finding.members:
        said = (block.of(member.text) for block in blocks(member.text))
        found.update({_short(paragraph) for paragraph in said if any(map(str.isalnum, paragraph))})
    return dict(sorted(found.items()))


def _short(paragraph: str) -> str:
    return content_hash(paragraph).partition(":")[2][:DIGITS]


@dataclass
class Room:
    """In how many places each paragraph of the accepted repeats may still stand."""

    left: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, entries: Iterable[Mapping[str, int]], accepted: Iterable[Finding]) -> Room:
        """Return what some findings, which are accepted as wholes, leave of the paragraphs of all entries."""
        left: Counter[str] = Counter()
        for entry in entries:
            left.update(entry)
        for finding in accepted:
            left.subtract(places_of(finding))
        return cls(left)

    def takes(self, finding: Finding) -> bool:
        """Tell whether there is room for every paragraph of a finding, which is then taken."""
        asked = places_of(finding)
        if not asked or any(self.left[key] < count for key, count in asked.items()):
            return False
        self.left.subtract(asked)
        return True
