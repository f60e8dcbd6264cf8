"""From plans to findings: what one text says twice, and what several texts have in common, with their places."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING

from dedupe_cli.finding import Applicability, Change, Finding, Place, Severity
from dedupe_cli.gate.messages import differing, of_copies, of_group, quoted
from dedupe_cli.gate.passages import passages_of
from dedupe_cli.gate.rules import rule_of
from dedupe_cli.gate.sketch import ALIKE, alike, content_hash, sketch
from dedupe_cli.model import (
    AcrossPlan,
    Decision,
    Edit,
    Group,
    Member,
    Note,
    Plan,
    Reason,
    Source,
    Span,
    Spot,
    why_protected,
)
from dedupe_cli.planning.group import fingerprint
from dedupe_cli.text.position import LineTable, Point
from dedupe_cli.text.units import unit_of

if TYPE_CHECKING:
    # Edits of files, each with the index of its text.
    Placed = Sequence[tuple[int, Edit]]


def is_as_written(source: Source) -> bool:
    """Tell whether a text is that of its file, with all its markup."""
    return source.format in {"text", "markdown"}


class Places:
    """The places of one text. Of a file that is no text, they are counted in its parts."""

    def __init__(self, source: Source) -> None:
        self.source, self.said = source, source.said
        self.binary = source.container is not None and source.container.binary
        file = source.container.lower(source, ())[0] if source.container and not self.binary else source
        self.table = LineTable(file.text, file.encoding, file.bom)
        self._spots = source.container.spots(source) if source.container and source.text else None
        self._parts: dict[int, LineTable] = {}

    def place(self, spans: Sequence[Span], decision: Decision = Decision.KEEP, similarity: float = 100.0) -> Place:
        """Return the place of a member: from the first of its spans to the last."""
        whole = Span(spans[0].start, max(spans[-1].end, spans[0].start))
        text = "\n".join(span.of(self.said) for span in spans)
        if self._spots is None:
            return self._in_file(whole, text, decision, similarity)
        # White space at the ends may stand between two parts of the file, which is nowhere.
        first, last = self._spots(whole.trimmed(self.source.text) or whole)
        start, end = self._point(first), self._point(last)
        ends = last.part if last.part and first.part and last.part.number != first.part.number else None
        unit = unit_of(self.source.text, whole)
        return Place(self.source.path, start, end, text, decision, similarity, first.part, ends, unit)

    def where(self, spans: Sequence[Span]) -> str:
        """Name the place of some spans for the message of a finding."""
        return self.place(spans[:1]).where

    def edited(self, edit: Edit) -> Place:
        """Return the place of an edit of the file."""
        if self.binary:
            return self.place((edit.span,), Decision.REMOVE)
        return self._in_file(edit.span, edit.span.of(self.table.text), Decision.REMOVE)

    def change(self, edit: Edit) -> Change:
        """Return an edit of the file (where it is no text: of its text) for those who would apply it."""
        place = self.edited(edit)
        return Change(place.path, place.start, place.end, edit.replacement, self.source.digest, place.part)

    def _in_file(self, span: Span, text: str, decision: Decision, similarity: float = 100.0) -> Place:
        start, end = self.table.point(span.start), self.table.point(span.end)
        return Place(self.source.path, start, end, text, decision, similarity, unit=unit_of(self.table.text, span))

    def _point(self, spot: Spot) -> Point:
        if spot.part is None or spot.part.text is None:
            return self.table.point(spot.at)
        if spot.part.number not in self._parts:
            self._parts[spot.part.number] = LineTable(spot.part.text)
        return self._parts[spot.part.number].point(spot.at)


# What clean takes out under this rule, as a rule: what is only noted may be meant.
_CUT = frozenset({"D203"})
_REST = re.compile(r"[^\S\r\n]*(?:\Z|(?:\r\n?|\n)[^\S\r\n]*(?:[\r\n]|\Z))")
# Of a text that goes up to this share it is said that it is the file that repeats.
_NEARLY_ALL = 0.9


def findings_of(
    source: Source, plan: Plan, places: Places, ignored: Sequence[Span] = (), without: Collection[str] = ()
) -> list[Finding]:
    """Return the findings of one text, in text order.

    Neighbouring groups that are pieces of one passage are one finding; ``ignored`` stretches and what is held back may
    lie between them. ``without`` are fingerprints that are told elsewhere.
    """
    builder = _Builder([source], why=why_protected(source, plan), places={0: places})
    lowered = plan.edits
    if source.container and not places.binary:
        lowered = source.container.lower(source, plan.edits)[1]
    edits: dict[int, list[Edit]] = {}
    for edit in lowered:
        edits.setdefault(edit.group, []).append(edit)
    found = []
    for passage in passages_of(source, plan.groups, ignored, without):
        made = [builder.within(plan.groups[n], edits.get(n, ())) for n in passage.numbers]
        found += [builder.passage(passage.group, made)] if len(made) > 1 else made
    found += [
        builder.note(note) for note in _alone(plan) if note.rule != "W101" or _ends_paragraph(source.text, note.span)
    ]
    alone: dict[str, list[Edit]] = {}
    for edit in edits.get(-1, ()):
        if edit.rule.startswith("C"):  # others go with a group: times and numbers of cues
            alone.setdefault(edit.rule, []).append(edit)
    found += [builder.edits(rule, same) for rule, same in alone.items()]
    return sorted((f for f in found if f.fingerprint not in without), key=lambda finding: finding.order)


def findings_between(
    sources: Sequence[Source], plan: AcrossPlan, references: Collection[int] = (), protected: Collection[int] = ()
) -> list[Finding]:
    """Return a finding for each group of a plan of several texts; references and protected ones are indexes."""
    known = dict.fromkeys(protected, Decision.PROTECTED) | dict.fromkeys(references, Decision.REFERENCE)
    builder = _Builder(sources, known)
    edits: dict[int, list[tuple[int, Edit]]] = {}
    for at, mine in enumerate(plan.edits):
        for edit in builder.lowered(at, mine):
            edits.setdefault(edit.group, []).append((at, edit))
    return [builder.passages(group, edits.get(index, ())) for index, group in enumerate(plan.groups)]


def _ends_paragraph(text: str, span: Span) -> bool:
    """Tell whether nothing but a blank line or the end of the text follows: else the line may only be wrapped."""
    return _REST.match(text, span.end) is not None


def _alone(plan: Plan) -> list[Note]:
    """Return the notes that say something of the text as it is: not of what a cut would leave, nor inside a repeat."""
    edges = {edge for edit in plan.edits for edge in (edit.span.start, edit.span.end)}
    spans = sorted(span for group in plan.groups for member in group.members for span in member.spans)
    ends = list(accumulate((span.end for span in spans), max))
    out = []
    for note in plan.notes:
        at = bisect_left(spans, note.span.end, key=lambda span: span.start)
        inside = at > 0 and ends[at - 1] > note.span.start
        beside = {note.span.start, note.span.end} & edges
        if not beside and not (inside and note.rule.startswith("D")):
            out.append(note)
    return out


@dataclass
class _Builder:
    """Makes findings of texts: ``known`` is what is decided of some as wholes, ``why`` what protects all from going."""

    sources: Sequence[Source]
    known: Mapping[int, Decision] = field(default_factory=dict)
    why: str = ""
    places: dict[int, Places] = field(default_factory=dict)

    def within(self, group: Group, edits: Iterable[Edit], pieces: int = 1) -> Finding:
        """Make the finding of a repeat or of a held-back pair of one text."""
        where = self._of(0).where(group.members[group.kept].spans)
        message = of_group(self.sources[0].text, group, where, self.why, pieces)
        return self._finding(group, message, [(0, edit) for edit in edits])

    def passage(self, whole: Group, pieces: Sequence[Finding]) -> Finding:
        """Make one finding of a passage of one text and those of its pieces."""
        made = self.within(whole, (), pieces=len(pieces))
        edits = sorted((edit for piece in pieces for edit in piece.edits), key=lambda edit: edit.start)
        return replace(made, edits=tuple(edits), pieces=tuple(pieces))

    def passages(self, group: Group, edits: Placed) -> Finding:
        """Make the finding of a group of several texts, with a piece for each passage that all of its members have."""
        whole = self._between(group, edits)
        kept = group.members[group.kept]
        if group.held or len(kept.spans) < 2:
            return whole
        pieces = []
        for at, span in enumerate(kept.spans):
            if not all(self._has(member, at, kept) for member in group.members):
                return whole
            members = tuple(replace(m, spans=(m.spans[at],), against=(span,)) for m in group.members)
            mark = fingerprint(self.sources[kept.source].text, (span,), "across")
            mine = [(n, e) for n, e in edits for m in members if n == m.source and e.span.overlaps(m.spans[0])]
            pieces.append(self._between(replace(group, members=members, fingerprint=mark), mine))
        return replace(whole, pieces=tuple(pieces))

    def _has(self, member: Member, at: int, kept: Member) -> bool:
        """Tell whether a member has a passage of the kept one as the passage in the same place."""
        if len(member.spans) != len(kept.spans):
            return False
        one, other = (m.spans[at].of(self.sources[m.source].text) for m in (kept, member))
        return content_hash(one) == content_hash(other) or alike(sketch(one), sketch(other)) >= ALIKE

    def _between(self, group: Group, edits: Placed) -> Finding:
        kept, first = group.members[group.kept], next(m for n, m in enumerate(group.members) if n != group.kept)
        where = self._of(kept.source).place(kept.spans[:1]).stands
        size = sum(map(len, first.spans))
        whole = size >= _NEARLY_ALL * len(self.sources[first.source].text)
        texts = [each.text for each in self.sources]
        return self._finding(group, of_copies(texts, group, where, whole=whole), edits)

    def _finding(self, group: Group, message: str, edits: Placed) -> Finding:
        kept = group.members[group.kept]
        first = next((member for n, member in enumerate(group.members) if n != group.kept), kept)
        return Finding(
            rule=group.rule,
            severity=rule_of(group.rule).severity,
            message=message,
            quote=""
            if '"' in message
            else quoted("\n".join(span.of(self._of(first.source).said) for span in first.spans)),
            fingerprint=group.fingerprint,
            members=tuple(
                self._of(member.source).place(member.spans, self._decision(member), member.similarity)
                for member in group.members
            ),
            kept=group.kept,
            applicability=Applicability.NONE if group.held else Applicability(group.safety.label),
            unsafe_reasons=tuple(reason for reason in group.reasons if reason is not Reason.ENTRY),
            similarity=group.similarity,
            edits=tuple(self._of(at).change(edit) for at, edit in edits),
            evidence=group.evidence,
            known_by="\n".join(span.of(self.sources[kept.source].text) for span in kept.spans),
            differences=differing([source.text for source in self.sources], group),
        )

    def _decision(self, member: Member) -> Decision:
        """Return what becomes of a member; what stays whatever is said elsewhere has its own word."""
        keeps = member.decision is Decision.KEEP
        return self.known.get(member.source, member.decision) if keeps else member.decision

    def _of(self, source: int) -> Places:
        if source not in self.places:
            self.places[source] = Places(self.sources[source])
        return self.places[source]

    def note(self, note: Note) -> Finding:
        """Make the finding of a note: one place, nothing to change."""
        text = note.span.of(self.sources[0].text)
        return Finding(
            rule=note.rule,
            severity=min(rule_of(note.rule).severity, Severity.WARNING),
            message=f"{note.message}; clean leaves it" if note.rule in _CUT else note.message,
            quote=quoted(note.span.of(self._of(0).said), tail=note.rule == "W101"),
            fingerprint=content_hash(text, note.rule),
            members=(self._of(0).place((note.span,)),),
            known_by=text,
        )

    def edits(self, rule: str, edits: list[Edit]) -> Finding:
        """Make one finding of all edits of a rule that needs no counterpart."""
        many = f" ({len(edits)} places)" if len(edits) > 1 else ""
        places = tuple(map(self._of(0).edited, edits))
        return Finding(
            rule=rule,
            severity=rule_of(rule).severity,
            message=edits[0].reason + many,
            fingerprint=content_hash(rule, *(place.text for place in places)),
            members=places,
            kept=0,
            applicability=Applicability(max(edit.safety for edit in edits).label),
            edits=tuple(map(self._of(0).change, edits)),
        )

    def lowered(self, at: int, edits: Sequence[Edit]) -> Sequence[Edit]:
        """Return the edits of a file that those of its text become."""
        source = self.sources[at]
        if not edits or source.container is None or self._of(at).binary:
            return edits
        if source.container.lower(source, ())[0] is source:
            return edits
        own = tuple(replace(edit, kept=(), kept_in=-1) for edit in edits)
        plan = source.container.settle(source, Plan(source.digest, len(source.text), own))
        return source.container.lower(source, plan.edits)[1]
