"""Pages: a file that is another one, or nearly, and one that was split into others or collected from them.

Told as people say it, in one finding, with the findings that it is made of as its pieces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dedupe_cli.decide.passages import has_units
from dedupe_cli.finding import Applicability, Finding
from dedupe_cli.gate.findings import Places, is_as_written
from dedupe_cli.gate.messages import listed, percent, quoted
from dedupe_cli.gate.rules import rule_of
from dedupe_cli.gate.sketch import content_hash
from dedupe_cli.model import Decision, Source, Span
from dedupe_cli.text.letters import letters, says

RULE = "D301"
# Two files are one page when so much of each stands in the other, one is in another from the second share on.
SAME, IN = 0.9, 0.8
# Less than the first share is that only of a page that is so much smaller: else they are two of one kind.
SMALLER = 0.6
# A line that stands in more files is one that every page has. A page has so many units; one that is a part of another
# so many lines.
COMMON, LINES, UNITS = 12, 4, 40
# A page of which no prose is compared, code or tables for instance, has so many.
ALONE = 100
# Parts that share so much of what they say are no parts.
_SHARED = 0.33
# So many parts are named.
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Page:
    """A file (``whole``) and those that are nearly all in it, each with its share; ``same``: it is the one other."""

    whole: int
    parts: tuple[tuple[int, float], ...]
    same: bool = False


def pages_of(
    sources: Sequence[Source], may_meet: Callable[[int, int], bool], first: Callable[[int], tuple[object, ...]]
) -> list[Page]:
    """Return which files are nearly all in others.

    ``may_meet`` tells whether two of them may be compared; ``first`` orders those that are the same: the least stays.
    Lines are compared as they are but for the white space at their ends; linear in all of them.
    """
    lines = [_lines(source) for source in sources]
    size = [sum(len(line) for line in mine) for mine in lines]
    where: dict[str, list[int]] = {}
    for at, mine in enumerate(lines):
        for line in mine:
            where.setdefault(line, []).append(at)
    shared: Counter[tuple[int, int]] = Counter()
    for line, there in where.items():
        if 1 < len(there) <= COMMON:
            for number, one in enumerate(there):
                for other in there[number + 1 :]:
                    shared[one, other] += len(line)
    into: dict[int, list[tuple[int, float]]] = {}
    same = list(_equal(sources, [at for at in range(len(sources)) if lines[at]], may_meet, first))
    alone: list[Page] = []
    taken = {part for page in same for part, _ in page.parts}
    for (one, other), common in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if not may_meet(one, other) or common < IN * min(size[one], size[other]):
            continue
        stays, goes = sorted((one, other), key=first)
        if common >= SAME * max(size[one], size[other]):
            if goes not in taken and has_units(sources[goes].text, UNITS):
                taken.add(goes)
                same.append(Page(stays, ((goes, 2 * common / (size[one] + size[other])),), same=True))
            continue
        part, whole = (one, other) if size[one] <= size[other] else (other, one)
        if common < SAME * size[part] and size[part] > SMALLER * size[whole]:
            continue  # two pages of one kind
        if part not in taken and len(lines[part]) >= LINES and has_units(sources[part].text, UNITS):
            taken.add(part)
            if size[part] > SMALLER * size[whole]:  # too large for one part of several
                alone.append(Page(whole, ((part, common / size[part]),)))
            else:
                into.setdefault(whole, []).append((part, common / size[part]))
    return [*same, *alone, *(Page(whole, tuple(sorted(parts))) for whole, parts in sorted(into.items()))]


def _equal(
    sources: Sequence[Source],
    some: Iterable[int],
    may_meet: Callable[[int, int], bool],
    first: Callable[[int], tuple[object, ...]],
) -> Iterator[Page]:
    """Yield a page for each of some files that is another one to the letter, whatever else has its lines."""
    by_text: dict[str, list[int]] = {}
    for at in sorted(some, key=first):
        by_text.setdefault(sources[at].text, []).append(at)
    for text, there in by_text.items():
        if 1 < len(there) <= COMMON and has_units(text, UNITS):
            for number, goes in enumerate(there):
                stays = next((at for at in there[:number] if may_meet(at, goes)), None)
                if stays is not None:
                    yield Page(stays, ((goes, 1.0),), same=True)


def _lines(source: Source) -> dict[str, None]:
    """Return the lines of a file that say something, each once, in order; none of a file that is no text."""
    return lines_of(source.text) if is_as_written(source) else {}


def lines_of(text: str) -> dict[str, None]:
    """Return the lines of a text that say something, without the white space at their ends, each once, in order."""
    return {line: None for raw in text.splitlines() if says(line := raw.strip())}


def with_pages(sources: Sequence[Source], pages: Sequence[Page], findings: Sequence[Finding]) -> list[Finding]:
    """Return findings between files, those of one page as one finding."""
    of_pair: dict[frozenset[str], int] = {}
    for number, page in enumerate(pages):
        for part, _ in page.parts:
            of_pair[frozenset({sources[page.whole].path, sources[part].path})] = number
    mine: dict[int, list[Finding]] = {}
    out = []
    for finding in findings:
        paths = {member.path for member in finding.members}
        number = of_pair.get(frozenset(paths), -1) if len(paths) == 2 else _in_one(paths, pages, sources)
        if number >= 0:
            mine.setdefault(number, []).append(finding)
        else:
            out.append(finding)
    made = [
        _finding(sources, page, mine.get(number, []))
        for number, page in enumerate(pages)
        if number in mine or _is_told_alone(sources, page, out)
    ]
    return [*out, *made]


def _is_told_alone(sources: Sequence[Source], page: Page, findings: Sequence[Finding]) -> bool:
    """Tell whether a page that no finding is a piece of is one all the same: it is large, and no other tells of it."""
    paths = {sources[page.whole].path, *(sources[part].path for part, _ in page.parts)}
    told = [finding for finding in findings if paths <= {member.path for member in finding.members}]
    if page.same and sources[page.whole].text == sources[page.parts[0][0]].text:
        # A footer that many pages have says nothing of two that are one.
        path = sources[page.parts[0][0]].path
        said = sum(len(letters(member.text)) for one in told for member in one.members if member.path == path)
        if any(member.path == path for finding in findings for member in finding.members):
            return said < SAME * len(letters(sources[page.whole].text))
    if told:
        return False
    return all(has_units(sources[part].text, ALONE) for part, _ in page.parts)


def _in_one(paths: set[str], pages: Sequence[Page], sources: Sequence[Source]) -> int:
    """Return the page that has all of some files, -1 where there is none."""
    for number, page in enumerate(pages):
        if paths <= {sources[page.whole].path, *(sources[part].path for part, _ in page.parts)}:
            return number
    return -1


def _finding(sources: Sequence[Source], page: Page, pieces: Sequence[Finding]) -> Finding:
    low, high = min(share for _, share in page.parts), max(share for _, share in page.parts)
    message, whole = _message(sources, page, low, high), sources[page.whole].path
    one = pieces[0] if len(pieces) == 1 and not pieces[0].pieces else None
    if one and one.edits and one.members[one.kept].path == whole:  # it is that one, said as people say it
        return replace(one, message=message, quote="", page=True, similarity=(100 * low, 100 * high))
    order = sorted([page.whole, *(part for part, _ in page.parts)])
    share = dict(page.parts)
    edits = [edit for piece in pieces for edit in piece.edits if edit.path != whole]
    decision = Decision.REMOVE if edits else Decision.PROTECTED
    sure = [piece.applicability for piece in pieces if piece.edits] if edits else []
    members = tuple(
        replace(
            Places(sources[at]).place((Span(0, len(sources[at].text)),), decision if at in share else Decision.KEEP),
            similarity=round(100 * share.get(at, 1.0), 2),
        )
        for at in order
    )
    said = "\n".join(sources[part].text for part in share)
    every = tuple(piece for finding in pieces for piece in finding.every)
    return Finding(
        rule=RULE,
        severity=rule_of(RULE).severity,
        message=message,
        fingerprint=content_hash("page", said),
        members=members,
        kept=order.index(page.whole),
        applicability=max(sure, key=_ORDER.index, default=Applicability.NONE),
        similarity=(100 * low, 100 * high),
        edits=tuple(sorted(edits, key=lambda edit: (edit.path, edit.start))),
        known_by=sources[page.parts[0][0]].text,
        pieces=every,
        page=True,
    )


_ORDER = (Applicability.NONE, Applicability.EXACT, Applicability.SIMILAR, Applicability.UNSAFE)


def _message(sources: Sequence[Source], page: Page, low: float, high: float) -> str:
    """Say of a page what it is: another one, a part of it, or what it was split into."""
    whole, parts = sources[page.whole].path, [sources[part].path for part, _ in page.parts]
    shares = percent(100 * low, 100 * high)
    if page.same:
        if sources[page.whole].text == sources[page.parts[0][0]].text:
            return f"this file is {whole}, letter for letter"
        if low >= 1:
            return f"this file has the same lines as {whole}, in another order or number"
        return f"this file is {shares} {whole}{_differing(sources[page.whole], sources[page.parts[0][0]], same=True)}"
    if len(parts) == 1:
        shares = "all" if low >= 1 else shares
        return f"{shares} of this file stands in {whole}{_differing(sources[page.whole], sources[page.parts[0][0]])}"
    named = parts[:_NAMED] + ([f"{len(parts) - _NAMED} more"] if len(parts) > _NAMED else [])
    if _are_alike([_lines(sources[part]) for part, _ in page.parts]):
        return f"{shares} of {listed(['this file', *named[1:]])} stands in {whole}"
    return f"{whole} has {shares} of {listed(named)}: it was split into them, or collected from them"


def _are_alike(parts: Sequence[Iterable[str]]) -> bool:
    """Tell whether the parts of a page are rather copies of one of its parts: they share a third of their lines."""
    sizes = Counter(line for lines in parts for line in lines)
    return sum(len(line) for line, number in sizes.items() if number > 1) > _SHARED * sum(map(len, sizes))


def _differing(whole: Source, part: Source, *, same: bool = False) -> str:
    """Quote the first line that only one of two files has."""
    mine, theirs = _lines(part), _lines(whole)
    here = next((line for line in mine if line not in theirs), "")
    there = next((line for line in theirs if line not in mine), "")
    if here:
        return f'; only here: "{quoted(here)}"'
    return f'; only there: "{quoted(there)}"' if there and same else ""
