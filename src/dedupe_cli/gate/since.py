"""Findings of a change: those that touch its lines, and the copies that it made different."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from dedupe_cli.finding import Applicability, Finding, Place, Severity, Status
from dedupe_cli.gate.messages import NEARLY_ALL, listed
from dedupe_cli.gate.pages import IN, lines_of
from dedupe_cli.model import Decision
from dedupe_cli.text.fold import fold

DRIFT = "D302"
# A finding of two places says what each of them has: ``"15" here, "12" there``.
_BOTH = 2
_ALL, _REPEATS = 100.0, ("D1", "D2", "D3")
_VALUES = re.compile(r': ("[^"]*") here, ("[^"]*") there')
_ONLY = re.compile(r'(: "[^"]*" only |; only )(here|there)')
# How messages about whole pages begin.
_IN, _PAGE = re.compile(r"(all|[\d-]+ %) of this file stands in .*?(; only .*|)"), ("this file is ", "this file has ")
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
    before; what another place says word for word is not told besides as different from a third. Of a repeat in several
    files what was there before stays, whatever comes first by path. A page that was in another one before is not told.
    """
    out: list[Finding] = []
    drifts: list[Finding] = []
    for finding in findings:
        touched = [n for n, place in enumerate(finding.members) if _is_touched(place, changes)]
        if not touched or (finding.page and _was_there(finding, touched, changes)):
            continue
        made = _blamed(finding, touched)
        drifted = _drifted(made, touched, changes) if finding.rule == DRIFT else made
        (drifts if finding.rule == DRIFT and drifted is made else out).append(drifted)
    return [*out, *(drift for drift in drifts if not any(_says(finding, drift.place) for finding in out))]


def at_change(findings: Iterable[Finding], changes: Changes) -> list[Finding]:
    """Return all findings; those that count and that a change touches are told at what it made."""
    out = []
    for finding in findings:
        counts = finding.status is Status.NEW and len(finding.members) > 1
        touched = [n for n, place in enumerate(finding.members) if counts and _is_touched(place, changes)]
        out.append(_blamed(finding, touched) if 0 < len(touched) < len(finding.members) else finding)
    return out


def _says(finding: Finding, place: Place) -> bool:
    """Tell whether a finding is that a place stands elsewhere word for word."""
    mine, kept = finding.place, finding.members[finding.kept]
    equal = finding.rule.startswith(_REPEATS) and min(mine.similarity, kept.similarity) == _ALL
    return equal and mine.path == place.path and mine.start.char <= place.start.char and place.end.char <= mine.end.char


def _was_there(finding: Finding, touched: Sequence[int], changes: Changes) -> bool:
    """Tell whether each part of a page was in the whole of it before the change."""

    def before(number: int) -> set[str]:
        place = finding.members[number]
        text = changes.before(place.path).decode("utf-8", "replace") if number in touched else place.text
        return set(lines_of(text))

    whole = before(finding.kept)
    parts = [before(n) for n in range(len(finding.members)) if n != finding.kept]
    return all(sum(map(len, part & whole)) >= IN * sum(map(len, part)) > 0 for part in parts)


def _blamed(finding: Finding, touched: Sequence[int]) -> Finding:
    """Tell a finding at what the change made, and let the copy stay that was there before.

    Where the change made the one that would stay, nothing is proposed.
    """
    places = finding.members
    others = [n for n in range(len(places)) if n not in touched]
    old = max(others, key=lambda n: (places[n].similarity, len(places[n].text), -n), default=None)
    if finding.kept not in touched or old is None or (finding.page and len(finding.members) > _BOTH):
        return replace(finding, told_at=next((n for n in touched if n != finding.kept), touched[0]))
    members = list(finding.members)
    kept, stays = members[finding.kept], members[old]
    members[finding.kept] = replace(kept, decision=stays.decision)
    members[old] = replace(stays, decision=Decision.KEEP)
    return replace(
        finding,
        message=_exchanged(finding.message, kept, stays, both=len(members) == _BOTH),
        members=tuple(members),
        kept=old,
        told_at=touched[0],
        edits=(),
        applicability=Applicability.NONE,
    )


def _exchanged(message: str, kept: Place, stays: Place, *, both: bool) -> str:
    """Say a message of the other place: what stays is elsewhere now; of two places each has the value of the other."""
    between = kept.path != stays.path
    if found := _IN.fullmatch(message):  # one page in another: the new one has the old one in it
        return f"{found[1]} of {stays.path} stands in this file" + _ONLY.sub(_other_side, found[2])
    if message.startswith(_PAGE):
        message = message.replace(kept.path, stays.path, 1)
    message = message.replace(NEARLY_ALL, "this", 1)  # of the other one
    message = message.replace(kept.stands if between else kept.where, stays.stands if between else stays.where, 1)
    if not both:
        return message
    message = _VALUES.sub(r": \2 here, \1 there", message)
    return _ONLY.sub(_other_side, message)


def _other_side(found: re.Match[str]) -> str:
    return f"{found[1]}{'there' if found[2] == 'here' else 'here'}"


def _is_touched(place: Place, changes: Changes) -> bool:
    if not place.in_lines:  # of a file that is no text git tells no lines: it changed, or it did not
        return changes.touches(place.path, 1, sys.maxsize)
    last = place.end.line - (place.end.column == 1 and place.end.line > place.start.line)
    return changes.touches(place.path, place.start.line, last)


def _drifted(finding: Finding, touched: Sequence[int], changes: Changes) -> Finding:
    others = [place for n, place in enumerate(finding.members) if n not in touched]
    for place in (finding.members[n] for n in touched):
        old = fold(changes.before(place.path).decode("utf-8", "replace")).string
        same = [other for other in others if (said := fold(other.text).string) and said in old]
        if same:
            names = [f"{other.path}:{other.line}" for other in same[:_NAMED]]
            if len(same) > _NAMED:
                names.append(f"{len(same) - _NAMED} more")
            message = f"{place.path}:{place.line} was changed, its copy in {listed(names)} was not; {finding.message}"
            return replace(finding, severity=Severity.ERROR, message=message)
    return finding
