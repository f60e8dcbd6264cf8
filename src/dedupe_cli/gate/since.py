"""Findings of a change: those that touch its lines, and the copies that it made different."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from dedupe_cli.finding import Applicability, Severity
from dedupe_cli.gate.messages import listed
from dedupe_cli.model import Decision
from dedupe_cli.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedupe_cli.finding import Finding, Place

REPEAT, DRIFT = "D301", "D302"
# Of the copies that did not change so many are named.
_NAMED = 3


class Changes(Protocol):
    """What is known of a change."""

    def touches(self, path: str, first: int, last: int) -> bool:
        """Tell whether one of the lines ``first..last`` of a file changed."""

    def before(self, path: str) -> bytes:
        """Return a file as it was."""


def of_change(findings: Iterable[Finding], changes: Changes) -> list[Finding]:
    """Return the findings of which a member was changed.

    Copies that say different things are an error when one of them was changed, another was not, and they said the same
    before. Of a repeat in several files what was there before stays, whatever comes first by path.
    """
    way = {REPEAT: _blamed, DRIFT: _drifted}
    out = []
    for finding in findings:
        touched = [place for place in finding.members if _is_touched(place, changes)]
        if touched:
            out.append(way[finding.rule](finding, touched, changes) if finding.rule in way else finding)
    return out


def _blamed(finding: Finding, touched: Sequence[Place], changes: Changes) -> Finding:  # noqa: ARG001  one of several ways
    """Let the copy stay that was there before, where the change made the one that would; nothing is proposed then."""
    old = next((n for n, place in enumerate(finding.members) if place not in touched), None)
    kept = finding.members[finding.kept]
    if kept not in touched or old is None:
        return finding
    members = list(finding.members)
    members[finding.kept] = replace(kept, decision=Decision.REMOVE)
    members[old] = replace(members[old], decision=Decision.KEEP)
    _, _, more = finding.message.partition(f" stands in {_named(kept)}, too")
    return replace(
        finding,
        message=f"this stands in {_named(members[old])}, too{more}",
        members=tuple(members),
        kept=old,
        edits=(),
        applicability=Applicability.NONE,
    )


def _named(place: Place) -> str:
    return f"{place.path}:{place.start.line if place.in_lines else place.where}"


def _is_touched(place: Place, changes: Changes) -> bool:
    if not place.in_lines:  # of a file that is no text git tells no lines: it changed, or it did not
        return changes.touches(place.path, 1, sys.maxsize)
    last = place.end.line - (place.end.column == 1 and place.end.line > place.start.line)
    return changes.touches(place.path, place.start.line, last)


def _drifted(finding: Finding, touched: Sequence[Place], changes: Changes) -> Finding:
    others = [place for place in finding.members if place not in touched]
    for place in touched:
        old = fold(changes.before(place.path).decode("utf-8", "replace")).string
        same = [other for other in others if (said := fold(other.text).string) and said in old]
        if same:
            names = [f"{other.path}:{other.line}" for other in same[:_NAMED]]
            if len(same) > _NAMED:
                names.append(f"{len(same) - _NAMED} more")
            message = f"{place.path}:{place.line} was changed, its copy in {listed(names)} was not; {finding.message}"
            return replace(finding, severity=Severity.ERROR, message=message)
    return finding
