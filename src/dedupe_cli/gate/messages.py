"""What a finding says of itself, in one line of English without its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dedupe_cli.model import Decision, Kind, Reason

if TYPE_CHECKING:
    from dedupe_cli.model import Difference, Group, Member, Span

_WHAT = {
    "D101": "exact copy of {where}",
    "D102": "says the same as {where}, in another form",
    "D201": "near-duplicate of {where}",
    "D202": "stands in {where}, too",
    "D203": "repeats {where} at once",
    "D204": "stands in {where}, too, split over blocks",
}
_DIFFERS = {
    Reason.NUMBER: "a number", Reason.DATE: "a date or time", Reason.UNIT: "a unit", Reason.NEGATION: "a negation",
    Reason.NAME: "a name", Reason.WORD: "a word", Reason.CLAUSE: "a clause",
}  # fmt: skip
# Characters of a value that are shown.
_LONGEST = 40
_WORD = re.compile(r"[A-Za-z0-9\u00c0-\u024f]")


def of_group(text: str, group: Group, where: str) -> str:
    """Describe a group; ``where`` names the place of its kept member."""
    copies = [m for i, m in enumerate(group.members) if i != group.kept]
    size = len(group.members)
    if group.held:
        differs = listed([_DIFFERS[reason] for reason in group.reasons]) or "what they say"
        values = _values(text, copies)
        return f"same as {where} but for {differs}{values}" + (f" ({size} versions)" if size > 2 else "")
    facts = []
    if group.rule not in {"D101", "D102"}:
        facts.append(percent(*group.similarity))
    if size > 2:
        facts.append(f"{size} copies")
    held = sum(m.decision is Decision.HOLD for m in copies)
    if held:
        facts.append(f"{held} held back")
    return _WHAT[group.rule].format(where=where) + (f" ({', '.join(facts)})" if facts else "")


def percent(low: float, high: float) -> str:
    """Write a range of similarities: ``94 %``, ``88-97 %``; 100 only for what is equal."""
    first, last = int(low), int(high)
    return f"{first} %" if first == last else f"{first}-{last} %"


def listed(words: list[str]) -> str:
    """Join words: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(([", ".join(words[:-1])] if len(words) > 1 else []) + words[-1:])


def _values(text: str, copies: list[Member]) -> str:
    """Show the first difference that counts: what stays, and what stands here."""
    found: list[Difference] = [d for m in copies for d in m.differences if d.kind is Kind.CONTENT]
    if not found:
        return ""
    kept, copy = _value(text, found[0].kept), _value(text, found[0].copy)
    if kept and copy:
        return f': "{copy}" here, "{kept}" there'
    return f': "{copy}" only here' if copy else f': "{kept}" only there'


def _value(text: str, span: Span) -> str:
    """Return a stretch, widened to whole words of letters, on one line."""
    start, end = span.start, span.end
    if start == end:
        return ""
    while start > 0 and _WORD.match(text[start]) and _WORD.match(text[start - 1]):
        start -= 1
    while end < len(text) and _WORD.match(text[end - 1]) and _WORD.match(text[end]):
        end += 1
    value = " ".join(text[start:end].split())
    return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
