"""Plans made by hand: the renderers are tested without the engine."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace

from rapidfuzz.distance import Indel

from dedupe_cli.model import (
    Decision,
    Difference,
    Edit,
    Group,
    Kind,
    Member,
    Note,
    Plan,
    Reason,
    Safety,
    Source,
    Span,
)

Where = Span | str | tuple[str, int] | list["Where"]


def source(text: str, path: str = "notes.txt", **more: str) -> Source:
    """A source with a true digest."""
    newline = "\r\n" if "\r\n" in text else "\n"
    return Source(
        path,
        text,
        hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        newline=more.get("newline", newline),
    )


def similarity(a: str, b: str) -> float:
    return 100 * Indel.normalized_similarity(a, b)


@dataclass
class Builder:
    """Builds a plan piece by piece; passages are named by their words (and which occurrence)."""

    text: str
    path: str = "notes.txt"
    groups: list[Group] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    newline: str = ""

    def find(self, where: Where) -> tuple[Span, ...]:
        if isinstance(where, list):
            return tuple(s for w in where for s in self.find(w))
        if isinstance(where, Span):
            return (where,)
        words, nth = where if isinstance(where, tuple) else (where, 0)
        head, _, tail = words.partition("...")
        found = [m.start() for m in re.finditer(re.escape(head), self.text)]
        start = found[nth]
        end = self.text.index(tail, start) + len(tail) if tail else start + len(head)
        return (Span(start, end),)

    def repeat(
        self,
        rule: str,
        kept: Where,
        *copies: Where,
        against: Where | None = None,
        differences: tuple[Difference, ...] = (),
    ) -> Builder:
        """A group of which all copies go."""
        stays = self.find(kept)
        base = self.find(against) if against is not None else stays
        members = [Member(stays, Decision.KEEP, stays)]
        for copy in copies:
            spans = self.find(copy)
            score = similarity("".join(s.of(self.text) for s in base), "".join(s.of(self.text) for s in spans))
            members.append(Member(spans, Decision.REMOVE, base, score, differences))
            self.edits += [self._edit(s, rule, base) for s in spans]
        self._add(rule, members, Safety.EXACT if rule == "D101" else Safety.SIMILAR, ())
        return self

    def _edit(self, span: Span, rule: str, kept: tuple[Span, ...]) -> Edit:
        start, end = span.start, span.end
        if start == 0 or self.text[start - 1] in "\r\n":
            while end < len(self.text) and self.text[end].isspace():
                end += 1
        return Edit(Span(start, end), "", rule, "repeat", Safety.SIMILAR, len(self.groups), kept)

    def hold(self, rule: str, reason: Reason, kept: Where, *others: Where, at: list[tuple[Where, Where]]) -> Builder:
        """A group that is held back; ``at`` names the conflict of each other member (kept, copy)."""
        stays = self.find(kept)
        members = [Member(stays, Decision.KEEP, stays)]
        for other, (a, b) in zip(others, at, strict=True):
            spans = self.find(other)
            diff = Difference(self.find(a)[0], self.find(b)[0], Kind.CONTENT, reason, 5.0)
            score = similarity(stays[0].of(self.text), spans[0].of(self.text))
            members.append(Member(spans, Decision.HOLD, stays, score, (diff,)))
        self._add(rule, members, Safety.UNSAFE, (reason,))
        return self

    def note(self, where: Where, rule: str = "W101", message: str = "sentence broken off") -> Builder:
        self.notes.append(Note(rule, self.find(where)[0], message))
        return self

    def edit(self, where: Where, replacement: str, rule: str = "C101", reason: str = "space doubled") -> Builder:
        self.edits.append(Edit(self.find(where)[0], replacement, rule, reason, Safety.EXACT))
        return self

    def _add(self, rule: str, members: list[Member], safety: Safety, reasons: tuple[Reason, ...]) -> None:
        order = sorted(members, key=lambda m: m.spans)
        kept = next(i for i, m in enumerate(order) if m.decision is Decision.KEEP)
        content = rule + "".join(s.of(self.text) for s in order[kept].spans)
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
        self.groups.append(Group(rule, tuple(order), kept, "v1:" + digest, safety, reasons))

    def pair(self) -> tuple[Source, Plan]:
        """The source and its plan."""
        src = source(self.text, self.path)
        if self.newline:
            src = replace(src, newline=self.newline)
        edits = tuple(sorted(self.edits, key=lambda e: e.span))
        return src, Plan(src.digest, len(self.text), edits, tuple(self.groups), tuple(self.notes))
