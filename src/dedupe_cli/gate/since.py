"""Findings of a change: those that touch its lines, and the copies that it made different."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from dedupe_cli.finding import Severity
from dedupe_cli.gate.messages import listed
from dedupe_cli.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dedupe_cli.finding import Finding, Place

DRIFT = "D302"
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
    before.
    """
    out = []
    for finding in findings:
        touched = [place for place in finding.members if _is_touched(place, changes)]
        if touched:
            out.append(_drifted(finding, touched, changes) if finding.rule == DRIFT else finding)
    return out


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
