"""What a finding says of itself, in one line of English without its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dedupe_cli.document.structure import label_end
from dedupe_cli.gate.sketch import difference_hash
from dedupe_cli.model import Decision, Difference, Group, Kind, Member, Reason, Span
from dedupe_cli.text.diff import runs, tokens
from dedupe_cli.text.letters import says
from dedupe_cli.text.lines import space_end

_WHAT = {
    "D101": "exact copy of {where}",
    "D102": "says the same as {where}, in another form",
    "D201": "near-duplicate of {where}",
    "D202": "stands in {where}, too",
    "D203": "repeats {where} at once",
    "D204": "stands in {where}, too, split over blocks",
}
DIFFERS = {
    Reason.NUMBER: "a number", Reason.DATE: "a date or time", Reason.UNIT: "a unit", Reason.NEGATION: "a negation",
    Reason.NAME: "a name", Reason.WORD: "a word", Reason.CLAUSE: "a clause", Reason.ENTRY: "the entry",
}  # fmt: skip
# How a message begins that is about most of a file.
NEARLY_ALL = "nearly all of this file"
# Characters of a value that are shown, and how far a word may reach beyond a difference.
_LONGEST, _REACH = 40, 24
_QUOTED = re.compile(r"^[ \t]*>[> \t]*", re.MULTILINE)
_WORD = re.compile(r"\d+(?:[.,:/-]\d+)*|[A-Za-z\u00c0-\u024f]+")


def of_group(text: str, group: Group, where: str, why: str = "", pieces: int = 1) -> str:
    """Describe a group; ``where`` names the place of its kept member, ``why`` what protects copies from going.

    ``pieces`` is the number of passages that it consists of.
    """
    copies = [m for i, m in enumerate(group.members) if i != group.kept]
    size = len(group.members)
    left = sum(m.decision is Decision.PROTECTED for m in copies)
    if Reason.ENTRY in group.reasons and not left:
        return f"stands in {where}, too, and may be meant" + (f" ({size} copies)" if size > 2 else "")
    if group.held and not left:
        differs = listed([DIFFERS[reason] for reason in group.reasons]) or "what they say"
        values = _values(text, group.members[group.kept], copies)
        return f"same as {where} but for {differs}{values}" + (f" ({size} versions)" if size > 2 else "")
    facts = []
    if group.similarity[0] < 100:
        facts.append(percent(*group.similarity))
    if size > 2:
        facts.append(f"{size} copies")
    if pieces > 1:
        facts.append(f"{pieces} passages")
    held = sum(m.decision is Decision.HOLD for m in copies)
    if held:
        facts.append(f"{held} held back")
    what = _WHAT.get(group.rule, "says nearly the same as {where}").format(where=where)
    what += f" ({', '.join(facts)})" if facts else ""
    if not left:
        return what
    which = "held back" if left == len(copies) else f"{left} of them held back"
    return f"{what}; {which}: {why}"


def of_copies(texts: Sequence[str], group: Group, where: str, *, whole: bool) -> str:
    """Describe a group of several texts; ``where`` names the place of its kept member; ``whole``: it is a file."""
    copies = [member for at, member in enumerate(group.members) if at != group.kept]
    if group.held:
        if not group.reasons:
            return f"same as {where}, in the notes of another version"
        differs = listed([DIFFERS[reason] for reason in group.reasons])
        kept = texts[group.members[group.kept].source]
        values = both_values(
            (value(kept, difference.kept), value(texts[member.source], difference.copy))
            for member in group.members
            for difference in member.differences
            if difference.kind is Kind.CONTENT
        )
        return f"same as {where} but for {differs}{values}" + (
            f" ({len(copies) + 1} versions)" if len(copies) > 1 else ""
        )
    facts = [percent(*group.similarity)] if group.similarity[0] < 100 else []
    facts += [many(len(group.members), len({member.source for member in group.members}))] if len(copies) > 1 else []
    facts += [f"{len(copies[0].spans)} passages"] if len(copies[0].spans) > 1 else []
    what = f"nearly all of this file stands in {where}, too" if whole else f"this stands in {where}, too"
    return what + (f" ({', '.join(facts)})" if facts else "")


def quoted(text: str, *, tail: bool = False) -> str:
    """Return the words that a finding is about, on one line: the first of them, or the last."""
    words = " ".join(_QUOTED.sub("", text).split()).replace('"', "'")
    if len(words) <= _LONGEST:
        return words
    if tail:
        return "…" + words[-_LONGEST + 1 :].lstrip()
    head = words[: _LONGEST - 1]
    if head[-1].isascii() and words[_LONGEST - 1] != " ":  # not in the middle of a word
        head = head[: max(head.rfind(" "), _LONGEST // 2)]
    return head.rstrip() + "…"


def many(places: int, files: int) -> str:
    """Say in how many files something stands, and how often where that is more: ``in 272 files``."""
    return f"in {files} files" if files == places else f"{places} copies in {files} files"


def percent(low: float, high: float) -> str:
    """Write a range of similarities: ``94 %``, ``88-97 %``; 100 only for what is equal."""
    first, last = int(low), int(high)
    return f"{first} %" if first == last else f"{first}-{last} %"


def differing(texts: Sequence[str], group: Group) -> tuple[str, ...]:
    """Return the hashes of what holds the members of a group back: what the copies say differently from what stays."""
    if not group.held:
        return ()
    kept = texts[group.members[group.kept].source]
    found = {
        difference_hash(value(kept, each.kept), value(texts[member.source], each.copy))
        for member in group.members
        for each in member.differences
        if each.kind is Kind.CONTENT
    }
    return tuple(sorted(found))


def listed(words: list[str]) -> str:
    """Join words: ``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(([", ".join(words[:-1])] if len(words) > 1 else []) + words[-1:])


def _values(text: str, kept_member: Member, copies: list[Member]) -> str:
    """Show the first difference that counts: what stays, and what stands here; the number of an item tells least."""
    found: list[Difference] = [d for m in copies for d in m.differences if d.kind is Kind.CONTENT]
    pairs = [(d.kept, d.copy) for d in found] or _by_words(text, kept_member, copies[0])
    pairs.sort(key=lambda pair: _is_label(text, pair[1]))
    return both_values((value(text, kept), value(text, copy)) for kept, copy in pairs)


def _is_label(text: str, span: Span) -> bool:
    """Tell whether a difference lies in what an item begins with: ``第五条``, ``4.2``."""
    line = text.rfind("\n", 0, span.start) + 1
    return span.end <= label_end(text, space_end(text, line))


def both_values(pairs: Iterable[tuple[str, str]]) -> str:
    """Say the first pair (kept, copy) that can be told apart; nothing where there is none."""
    for kept, copy in pairs:
        if kept and copy and kept != copy:
            return f': "{copy}" here, "{kept}" there'
        if kept != copy:
            return f': "{copy}" only here' if copy else f': "{kept}" only there'
    return ""


def _by_words(text: str, kept: Member, copy: Member) -> list[tuple[Span, Span]]:
    """Return the differences by words, where the plan does not say them."""
    one, other = (copy.against or kept.spans)[0], copy.spans[0]
    a, b = tokens(one.of(text)), tokens(other.of(text))
    found = []
    for run in runs(a, b) or ():
        sides = [
            Span(base + side[low].start, base + side[high - 1].end) if high > low else Span(base, base)
            for base, side, low, high in ((one.start, a, run.a0, run.a1), (other.start, b, run.b0, run.b1))
        ]
        if not run.equal and any(says(side.of(text)) for side in sides):
            found.append((sides[0], sides[1]))
    return found


def value(text: str, span: Span) -> str:
    """Return a stretch, widened to whole words and numbers, on one line."""
    if not span:
        return ""
    start, end = span.start, span.end
    first = max(start - _REACH, 0)
    for word in _WORD.finditer(text, first, min(end + _REACH, len(text))):
        if word.start() < span.end and word.end() > span.start:
            start, end = min(start, word.start()), max(end, word.end())
    value = " ".join(text[start:end].split()).replace('"', "'")
    return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
