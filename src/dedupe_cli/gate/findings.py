"""From the plan of one text to its findings: groups, notes, edits that speak for themselves."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

from dedupe_cli.finding import Applicability, Change, Finding, Place, Point
from dedupe_cli.gate.messages import of_group
from dedupe_cli.gate.rules import rules
from dedupe_cli.gate.sketch import content_hash, sketch
from dedupe_cli.model import Decision, Edit, Safety, Span
from dedupe_cli.text.position import LineTable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dedupe_cli.model import Group, Note, Plan, Source

_REST = re.compile(r"[^\S\r\n]*(?:\Z|(?:\r\n?|\n)[^\S\r\n]*(?:[\r\n]|\Z))")


def table_of(source: Source) -> LineTable:
    """Return the lines of the file that a text was taken out of, as it lies on the disk."""
    file = source.container.lower(source, ())[0] if source.container else source
    return LineTable(file.text, file.encoding, file.bom)


def findings_of(source: Source, plan: Plan, table: LineTable) -> list[Finding]:
    """Return the findings of one text, in text order."""
    notes = [note for note in _alone(plan) if note.rule != "W101" or _ends_paragraph(source.text, note.span)]
    spans = [span for group in plan.groups for member in group.members for span in member.spans]
    builder = _Builder(source, table, _in_file(source, [*spans, *(note.span for note in notes)]))
    lowered = source.container.lower(source, plan.edits)[1] if source.container else plan.edits
    edits: dict[int, list[Edit]] = {}
    for edit in lowered:
        edits.setdefault(edit.group, []).append(edit)
    found = [builder.group(group, edits.get(index, ())) for index, group in enumerate(plan.groups)]
    found += [builder.note(note) for note in notes]
    alone: dict[str, list[Edit]] = {}
    for edit in edits.get(-1, ()):
        if edit.rule.startswith("C"):  # others go with a group: times and numbers of cues
            alone.setdefault(edit.rule, []).append(edit)
    found += [builder.edits(rule, same) for rule, same in alone.items()]
    return sorted(found, key=lambda finding: finding.order)


def _in_file(source: Source, spans: Iterable[Span]) -> dict[Span, Span]:
    """Return where spans of a text stand in the file that it was taken out of.

    A container brings an edit into its file with what it refers to: asked for are edits that change nothing.
    """
    text = source.text
    if source.container is None or source.container.lower(source, ())[0].text == text:
        return {}
    wanted = sorted({span for span in spans if span})
    probes = {
        span.start: Edit(Span(span.start, span.start + 1), text[span.start], "", "", Safety.EXACT, number, (span,))
        for number, span in reversed(list(enumerate(wanted)))
    }
    lowered = source.container.lower(source, sorted(probes.values(), key=lambda edit: edit.span))[1]
    by_start = {wanted[edit.group].start: edit.kept[0] for edit in lowered if edit.group >= 0 and edit.kept}
    return {span: by_start[span.start] for span in wanted if span.start in by_start}


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

    def __init__(self, source: Source, table: LineTable, in_file: dict[Span, Span]) -> None:
        self.source, self.table, self.in_file = source, table, in_file

    def group(self, group: Group, edits: Iterable[Edit]) -> Finding:
        """Make the finding of a repeat or of a held-back pair."""
        kept = group.members[group.kept]
        line = self.table.line(self._file(kept.spans[0]).start)
        return Finding(
            rule=group.rule,
            severity=rules()[group.rule].severity,
            message=of_group(self.source.text, group, f"line {line}"),
            fingerprint=group.fingerprint,
            members=tuple(self._place(m.spans, m.decision, m.similarity) for m in group.members),
            kept=group.kept,
            applicability=Applicability.NONE if group.held else _applicability(group.safety),
            unsafe_reasons=group.reasons,
            similarity=group.similarity,
            edits=tuple(self._change(edit) for edit in edits),
            sketch=sketch(self._text(kept.spans)),
        )

    def note(self, note: Note) -> Finding:
        """Make the finding of a note: one place, nothing to change."""
        text = note.span.of(self.source.text)
        return Finding(
            rule=note.rule,
            severity=rules()[note.rule].severity,
            message=note.message,
            fingerprint=content_hash(text, note.rule),
            members=(self._place((note.span,), Decision.KEEP),),
            sketch=sketch(text),
        )

    def edits(self, rule: str, edits: list[Edit]) -> Finding:
        """Make one finding of all edits of a rule that needs no counterpart."""
        many = f" ({len(edits)} places)" if len(edits) > 1 else ""
        gone = [edit.span.of(self.table.text) for edit in edits]
        return Finding(
            rule=rule,
            severity=rules()[rule].severity,
            message=edits[0].reason + many,
            fingerprint=content_hash(rule, *gone),
            members=tuple(self._at(edit.span, edit.span.of(self.table.text), Decision.REMOVE) for edit in edits),
            kept=0,
            applicability=_applicability(max(edit.safety for edit in edits)),
            edits=tuple(map(self._change, edits)),
        )

    def _file(self, span: Span) -> Span:
        return self.in_file.get(span, span)

    def _place(self, spans: tuple[Span, ...], decision: Decision, similarity: float = 100.0) -> Place:
        whole = Span(self._file(spans[0]).start, max(self._file(spans[-1]).end, self._file(spans[0]).start))
        return self._at(whole, self._text(spans), decision, similarity)

    def _at(self, span: Span, text: str, decision: Decision, similarity: float = 100.0) -> Place:
        start, end = Point.of(self.table, span.start), Point.of(self.table, span.end)
        return Place(self.source.path, start, end, text, decision, similarity)

    def _text(self, spans: tuple[Span, ...]) -> str:
        return "\n".join(span.of(self.source.text) for span in spans)

    def _change(self, edit: Edit) -> Change:
        start, end = Point.of(self.table, edit.span.start), Point.of(self.table, edit.span.end)
        return Change(self.source.path, start, end, edit.replacement, self.source.digest)


def _applicability(safety: Safety) -> Applicability:
    return Applicability(safety.label)
