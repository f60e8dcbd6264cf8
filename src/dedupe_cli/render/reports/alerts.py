"""Places to show a finding at, for formats that mark lines: each copy on its own, loops and files once.

A person who reviews a change sees only the lines of that change: a third copy must be marked where it stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from dedupe_cli.finding import Change, Finding, Place, Severity
from dedupe_cli.render.reports.concise import also, described

# Repeated in place: the copies stand next to each other, one mark is enough.
_IN_PLACE = "D203"


@dataclass(frozen=True, slots=True)
class Alert:
    """One mark: a finding at one of its places.

    ``others`` are the other members, the kept one first; ``changes`` the edits that settle this place; ``key`` is
    unique in the report and the same from run to run as long as the text is (content, path, number in the path).
    """

    finding: Finding
    place: Place
    others: tuple[Place, ...]
    message: str
    changes: tuple[Change, ...]
    key: str


def alerts(findings: Iterable[Finding]) -> list[Alert]:
    """Return the marks of findings, in order of path and position."""
    seen: dict[tuple[str, str], int] = {}
    out = []
    for finding in findings:
        for place in _places(finding):
            count = seen.get((finding.fingerprint, place.path), 0)
            seen[finding.fingerprint, place.path] = count + 1
            raw = "\0".join([finding.fingerprint, finding.rule, place.path, str(count)])
            key = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
            out.append(_alert(finding, place, key))
    return sorted(out, key=lambda a: (a.place.order, a.finding.order))


def way_on(finding: Finding) -> str:
    """Say what to do, for whoever sees one finding and nothing around it."""
    if finding.severity is Severity.ERROR:
        return f"Say it in one place, or accept it: dedupe explain {finding.rule} says how."
    return f"dedupe explain {finding.rule} says what it means."


def _places(finding: Finding) -> list[Place]:
    copies = list(finding.copies or finding.members)
    return copies[:1] if finding.rule == _IN_PLACE else copies


def _alert(finding: Finding, place: Place, key: str) -> Alert:
    kept = finding.members[finding.kept]
    others = tuple(m for m in (kept, *finding.copies) if m is not place)
    if finding.rule == _IN_PLACE or len(finding.members) == 1:
        changes = finding.edits
    else:
        changes = tuple(edit for edit in finding.edits if place.overlaps(edit))
    more = also(finding) if place is finding.place else ""
    message = f"{described(finding.said, place)}{more and ', '}{more}"
    return Alert(finding, place, others, message, changes, key)
