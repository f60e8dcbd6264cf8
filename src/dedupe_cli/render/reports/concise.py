"""One line a finding: ``docs/a.md:41:1: D201 near-duplicate of line 12 (94 %) [5f0c9a1e]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.language import _, marked, said
from dedupe_cli.render.escape import plain

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding, Place, Report

# How the parts of a file are named, one and several.
_AT = marked({
    "line": ("line {n}", "lines {n}"), "paragraph": ("paragraph {n}", "paragraphs {n}"),
    "cue": ("cue {n}", "cues {n}"), "segment": ("segment {n}", "segments {n}"),
})  # fmt: skip
# Other places that a line names.
_NAMED = 3


def concise(report: Report, *, text: bool = True) -> str:  # noqa: ARG001  shows no more than messages do
    """Return the findings that count, a line each."""
    return "".join(f"{_line(finding)}\n" for finding in report.new)


def _line(finding: Finding) -> str:
    more = also(finding)
    place = finding.place
    return f"{plain(place.address)}: {finding.rule} {plain(words_of(finding))}{more and _(', ')}{more} [{finding.id}]"


def words_of(finding: Finding, *, quote: bool = True) -> str:
    """Return what a finding says in the language that is spoken, behind the part of the file that it is about."""
    place = finding.place
    words = said(finding.message if place.label in place.address else described(finding.message, place))
    return _('{what}: "{words}"', what=words, words=finding.quote) if quote and finding.quote else words


def described(message: str, place: Place) -> str:
    """Return the message of a finding behind the part of the file that it is about, which a line does not tell."""
    known = not place.label or f" {place.label} " in message  # a loop repeats what stands beside it
    return message if known else f"{place.label}: {message}"


def also(finding: Finding) -> str:
    """Name the copies beside the first: ``also at line 57, 80 and 2 more``; empty for one, and for pages."""
    if finding.page:
        return ""
    first, *others = finding.copies or finding.members
    places = dict.fromkeys((each.path, _number(each), each.line) for each in others)
    places.pop((first.path, _number(first), first.line), None)
    paths = [first.path, *(place[0] for place in places)]
    names = [
        number if path == first.path else f"{plain(path) if path != before else ''}:{line}"
        for before, (path, number, line) in zip(paths, places, strict=False)
    ]
    if not names:
        return ""
    some = ", ".join(names[:_NAMED])
    if len(names) > _NAMED:
        some = _("{places} and {n} more", places=some, n=len(names) - _NAMED)
    if not names[0].isdigit():
        return _("also at {where}", where=some)
    one, many = _AT[first.where.partition(" ")[0]]
    return _("also at {where}", where=_(one if len(names) == 1 else many, n=some))


def _number(place: Place) -> str:
    return str(place.part.number if place.part and place.part.kind != "record" else place.start.line)
