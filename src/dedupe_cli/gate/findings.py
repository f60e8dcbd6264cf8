"""From the plan of one text to its findings: groups, notes, edits that speak for themselves."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

from dedupe_cli.finding import Applicability, Finding, Severity
from dedupe_cli.gate.messages import differing, of_group, quoted
from dedupe_cli.gate.passages import passages_of
from dedupe_cli.gate.rules import rules
from dedupe_cli.gate.sketch import content_hash, sketch
from dedupe_cli.model import Reason, why_protected

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from dedupe_cli.gate.places import Places
    from dedupe_cli.model import Edit, Group, Note, Plan, Safety, Source, Span

# What clean takes out under this rule, as a rule: what is only noted may be meant.
_CUT = frozenset({"D203"})
_REST = re.compile(r"[^\S\r\n]*(?:\Z|(?:\r\n?|\n)[^\S\r\n]*(?:[\r\n]|\Z))")


def findings_of(
    source: Source,
    plan: Plan,
    places: Places,
    ignored: Sequence[Span] = (),
    without: Collection[str] = (),
) -> list[Finding]:
    """Return the findings of one text, in text order.

    Neighbouring groups that are pieces of one passage are one finding; ``ignored`` stretches and what is held back may
    lie between them. ``without`` are fingerprints that are told elsewhere.
    """
    builder = _Builder(source, places, why_protected(source, plan))
    lowered = plan.edits
    if source.container and not places.binary:
        lowered = source.container.lower(source, plan.edits)[1]
    edits: dict[int, list[Edit]] = {}
    for edit in lowered:
        edits.setdefault(edit.group, []).append(edit)
    found = []
    for passage in passages_of(source, plan.groups, ignored, without):
        made = [builder.group(plan.groups[n], edits.get(n, ())) for n in passage.numbers]
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


class _Builder:
    """Makes findings of one text."""

    def __init__(self, source: Source, places: Places, why: str) -> None:
        self.source, self.places, self.why, self._said = source, places, why, source.said

    def group(self, group: Group, edits: Iterable[Edit], pieces: int = 1) -> Finding:
        """Make the finding of a repeat or of a held-back pair."""
        kept = group.members[group.kept]
        message = of_group(self.source.text, group, self.places.where(kept.spans), self.why, pieces)
        first = next((member for at, member in enumerate(group.members) if at != group.kept), kept)
        return Finding(
            rule=group.rule,
            severity=rules()[group.rule].severity,
            message=message,
            quote="" if '"' in message else quoted("\n".join(span.of(self._said) for span in first.spans)),
            fingerprint=group.fingerprint,
            members=tuple(self.places.place(m.spans, m.decision, m.similarity) for m in group.members),
            kept=group.kept,
            applicability=Applicability.NONE if group.held else _applicability(group.safety),
            unsafe_reasons=tuple(reason for reason in group.reasons if reason is not Reason.ENTRY),
            similarity=group.similarity,
            edits=tuple(map(self.places.change, edits)),
            evidence=group.evidence,
            sketch=sketch("\n".join(span.of(self.source.text) for span in kept.spans)),
            differences=differing([self.source.text], group),
        )

    def passage(self, whole: Group, pieces: Sequence[Finding]) -> Finding:
        """Make one finding of a passage and those of its pieces."""
        made = self.group(whole, (), pieces=len(pieces))
        edits = sorted((edit for piece in pieces for edit in piece.edits), key=lambda edit: edit.start)
        return replace(made, edits=tuple(edits), pieces=tuple(pieces))

    def note(self, note: Note) -> Finding:
        """Make the finding of a note: one place, nothing to change."""
        text = note.span.of(self.source.text)
        return Finding(
            rule=note.rule,
            severity=min(rules()[note.rule].severity, Severity.WARNING),
            message=f"{note.message}; clean leaves it" if note.rule in _CUT else note.message,
            quote=quoted(note.span.of(self._said), tail=note.rule == "W101"),
            fingerprint=content_hash(text, note.rule),
            members=(self.places.place((note.span,)),),
            sketch=sketch(text),
        )

    def edits(self, rule: str, edits: list[Edit]) -> Finding:
        """Make one finding of all edits of a rule that needs no counterpart."""
        many = f" ({len(edits)} places)" if len(edits) > 1 else ""
        places = tuple(map(self.places.edited, edits))
        return Finding(
            rule=rule,
            severity=rules()[rule].severity,
            message=edits[0].reason + many,
            fingerprint=content_hash(rule, *(place.text for place in places)),
            members=places,
            kept=0,
            applicability=_applicability(max(edit.safety for edit in edits)),
            edits=tuple(map(self.places.change, edits)),
        )


def _applicability(safety: Safety) -> Applicability:
    return Applicability(safety.label)
