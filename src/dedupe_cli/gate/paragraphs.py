"""Repeats between files, paragraph by paragraph: what stays accepted of a passage that comes apart.

A passage between files is one entry of a baseline. When a paragraph is taken out of one of its copies, or put
elsewhere, the others are found as other passages, and say nothing that was not accepted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from dedupe_cli.document.split import blocks
from dedupe_cli.finding import Finding, Status
from dedupe_cli.gate.sketch import content_hash

# The rule of what is the same in several files; versions that differ are told anew when one of them changes.
REPEAT = "D301"
# Hexadecimal digits by which a paragraph is known.
_DIGITS = 8


def paragraphs_of(finding: Finding) -> set[tuple[str, str]]:
    """Return the paragraphs of a repeat between files, each with the path of a file; nothing for other findings."""
    if finding.rule != REPEAT:
        return set()
    return {(key, member.path) for member in finding.members for key in _keys(member.text)}


def _keys(text: str) -> set[str]:
    said = (block.of(text) for block in blocks(text))
    hashes = (content_hash(paragraph) for paragraph in said if any(map(str.isalnum, paragraph)))
    return {each.partition(":")[2][:_DIGITS] for each in hashes}


def files_by_key(paragraphs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Return in how many files each paragraph stands."""
    return dict(sorted(Counter(key for key, _ in paragraphs).items()))


def accepted_in_pieces(
    findings: Iterable[Finding], waiting: Collection[int], entries: Iterable[Mapping[str, int]]
) -> dict[int, set[str]]:
    """Return those of the waiting findings of which no paragraph stands in more files than is accepted.

    ``findings`` are all of a run, ``waiting`` indexes of some, ``entries`` say in how many files paragraphs may stand;
    the result has the paragraphs of each.
    """
    room: Counter[str] = Counter()
    for entry in entries:
        room.update(entry)
    if not room or not waiting:
        return {}
    mine = [set() if finding.status is Status.SUPPRESSED else paragraphs_of(finding) for finding in findings]
    there = files_by_key(set().union(*mine))
    out = {}
    for number in waiting:
        keys = {key for key, _ in mine[number]}
        if keys and all(there[key] <= room[key] for key in keys):
            out[number] = keys
    return out
