"""One line a finding: ``docs/a.md:41:1: D201 near-duplicate of line 12 (94 %) [5f0c9a1e]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.render.escape import plain

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding, Place, Report

# Other places that a line names.
_NAMED = 3


def concise(report: Report, *, text: bool = True) -> str:  # noqa: ARG001  shows no more than messages do
    """Return the findings that count, a line each."""
    return "".join(f"{_line(finding)}\n" for finding in report.new)


def _line(finding: Finding) -> str:
    more = also(finding)
    place = finding.place
    said = finding.said if place.label in place.address else described(finding.said, place)
    return f"{plain(place.address)}: {finding.rule} {plain(said)}{more and ', '}{more} [{finding.id}]"


def described(message: str, place: Place) -> str:
    """Return the message of a finding behind the part of the file that it is about, which a line does not tell."""
    known = not place.label or f" {place.label} " in message  # a loop repeats what stands beside it
    return message if known else f"{place.label}: {message}"


def also(finding: Finding) -> str:
    """Name the copies beside the first: ``also at line 57, 80 and 2 more``; empty for one, and for pages."""
    if finding.page:
        return ""
    first, *others = finding.copies or finding.members
    names = dict.fromkeys(
        _number(each) if each.path == first.path else f"{plain(each.path)}:{each.line}" for each in others
    )
    names.pop(_number(first), None)
    if not names:
        return ""
    rest = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    what = first.where.partition(" ")[0]
    word = "" if not next(iter(names)).isdigit() else f"{what} " if len(names) == 1 else f"{what}s "
    return f"also at {word}{', '.join(list(names)[:_NAMED])}{rest}"


def _number(place: Place) -> str:
    return str(place.part.number if place.part and place.part.kind != "record" else place.start.line)
