"""From what several texts have in common to findings whose members lie in several files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.finding import Applicability, Finding
from dedupe_cli.gate.messages import DIFFERS, NEARLY_ALL, both_values, differing, listed, many, percent, quoted, value
from dedupe_cli.gate.places import Places
from dedupe_cli.gate.rules import rules
from dedupe_cli.gate.sketch import ALIKE, alike, content_hash, sketch
from dedupe_cli.model import Decision, Kind, Plan
from dedupe_cli.planning.group import fingerprint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from dedupe_cli.finding import Place
    from dedupe_cli.model import AcrossPlan, Edit, Group, Member, Source, Span

# Of a text that goes up to this share it is said that it is the file that repeats.
_NEARLY_ALL = 0.9


def findings_between(
    sources: Sequence[Source], plan: AcrossPlan, references: Collection[int] = (), protected: Collection[int] = ()
) -> list[Finding]:
    """Return a finding for each group of a plan.

    ``references`` are indexes of texts that are only matched against, ``protected`` of those that are never edited.
    """
    known = dict.fromkeys(protected, Decision.PROTECTED) | dict.fromkeys(references, Decision.REFERENCE)
    builder = _Builder(sources, known)
    edits: dict[int, list[tuple[int, Edit]]] = {}
    for at, mine in enumerate(plan.edits):
        for edit in builder.lowered(at, mine):
            edits.setdefault(edit.group, []).append((at, edit))
    return [builder.passages(group, edits.get(index, ())) for index, group in enumerate(plan.groups)]


class _Builder:
    """Makes findings of several texts; lines are counted of those only that have one."""

    def __init__(self, sources: Sequence[Source], known: Mapping[int, Decision]) -> None:
        self.sources, self.known = sources, known
        self._places: dict[int, Places] = {}

    def passages(self, group: Group, edits: Sequence[tuple[int, Edit]]) -> Finding:
        """Make the finding of one group, with a piece for each passage that all of its members have."""
        whole = self.finding(group, edits)
        kept = group.members[group.kept]
        if group.held or len(kept.spans) < 2:
            return whole
        pieces = []
        for at, span in enumerate(kept.spans):
            there = [member for member in group.members if self._has(member, at, kept)]
            if len(there) < len(group.members):
                return whole
            members = tuple(replace(m, spans=(m.spans[at],), against=(span,)) for m in there)
            mark = fingerprint(self._whole(kept.source), (span,), "across")
            mine = [(n, e) for n, e in edits for m in members if n == m.source and e.span.overlaps(m.spans[0])]
            pieces.append(self.finding(replace(group, members=members, fingerprint=mark), mine))
        return replace(whole, pieces=tuple(pieces))

    def _has(self, member: Member, at: int, kept: Member) -> bool:
        """Tell whether a member has a passage of the kept one as the passage in the same place."""
        if len(member.spans) != len(kept.spans):
            return False
        one, other = (self._text(m.source, (m.spans[at],)) for m in (kept, member))
        return content_hash(one) == content_hash(other) or alike(sketch(one), sketch(other)) >= ALIKE

    def finding(self, group: Group, edits: Iterable[tuple[int, Edit]]) -> Finding:
        """Make the finding of one group."""
        kept = group.members[group.kept]
        drift = group.held
        message = self._drift(group) if drift else self._repeat(group)
        first = next(member for at, member in enumerate(group.members) if at != group.kept)
        return Finding(
            rule=group.rule,
            severity=rules()[group.rule].severity,
            message=message,
            quote="" if '"' in message else quoted(self._text(first.source, first.spans)),
            fingerprint=group.fingerprint,
            members=tuple(self._place(member) for member in group.members),
            kept=group.kept,
            applicability=Applicability.NONE if drift else Applicability(group.safety.label),
            unsafe_reasons=group.reasons,
            similarity=group.similarity,
            edits=tuple(self._of(at).change(edit) for at, edit in edits),
            sketch=sketch(self._text(kept.source, kept.spans)),
            differences=differing([source.text for source in self.sources], group),
        )

    def _repeat(self, group: Group) -> str:
        """Say where the kept text stands, how alike the copies are, how many there are."""
        copies = [member for at, member in enumerate(group.members) if at != group.kept]
        first = copies[0]
        size = sum(map(len, first.spans))
        what = NEARLY_ALL if size >= _NEARLY_ALL * len(self._whole(first.source)) else "this"
        facts = [percent(*group.similarity)] if group.similarity[0] < 100 else []
        facts += [many(len(group.members), len({member.source for member in group.members}))] if len(copies) > 1 else []
        facts += [f"{len(first.spans)} passages"] if len(first.spans) > 1 else []
        return f"{what} stands in {self._where(group)}, too" + (f" ({', '.join(facts)})" if facts else "")

    def _drift(self, group: Group) -> str:
        """Say in what the versions differ, both values with it."""
        if not group.reasons:
            return f"same as {self._where(group)}, in the notes of another version"
        differs = listed([DIFFERS[reason] for reason in group.reasons]) or "what they say"
        size = f" ({len(group.members)} versions)" if len(group.members) > 2 else ""
        return f"same as {self._where(group)} but for {differs}{self._values(group)}{size}"

    def _values(self, group: Group) -> str:
        kept = self._whole(group.members[group.kept].source)
        return both_values(
            (value(kept, difference.kept), value(self._whole(member.source), difference.copy))
            for member in group.members
            for difference in member.differences
            if difference.kind is Kind.CONTENT
        )

    def _where(self, group: Group) -> str:
        kept = group.members[group.kept]
        place = self._of(kept.source).place(kept.spans[:1])
        return f"{place.path}:{place.start.line if place.in_lines else place.where}"

    def _whole(self, source: int) -> str:
        return self.sources[source].text

    def _of(self, source: int) -> Places:
        if source not in self._places:
            self._places[source] = Places(self.sources[source])
        return self._places[source]

    def _place(self, member: Member) -> Place:
        decision = member.decision
        if decision is Decision.KEEP:  # what stays whatever is said elsewhere has its own word
            decision = self.known.get(member.source, decision)
        return self._of(member.source).place(member.spans, decision, member.similarity)

    def _text(self, source: int, spans: Iterable[Span]) -> str:
        return "\n".join(span.of(self._whole(source)) for span in spans)

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
