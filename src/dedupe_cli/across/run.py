"""Texts compared with each other: what is found between them and worth a finding, in the places of the originals."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, compress
from typing import TYPE_CHECKING

from dedupe_cli.across.pair import Pair, compare, kept_table
from dedupe_cli.across.plan import (
    DRIFT,
    OWN,
    REPEAT,
    Copy,
    clustered,
    drifts_of,
    edits_of,
    group_of,
    merged,
    on_record,
    renamed,
    repeats_of,
)
from dedupe_cli.across.roles import EQUAL, Role
from dedupe_cli.across.subject import FACTS, Subject, bare, is_markup, size
from dedupe_cli.across.walk import Link, Passage, Walk, candidates
from dedupe_cli.document.entries import in_entry
from dedupe_cli.document.trace import Trace
from dedupe_cli.gate.kinship import are_of_versions
from dedupe_cli.model import AcrossPlan, Edit, Group, Kind, Plan, Span
from dedupe_cli.text.fold import fold
from dedupe_cli.text.rewrite import rewrite

if TYPE_CHECKING:
    from dedupe_cli.across.table import Table
    from dedupe_cli.cache import Cache
    from dedupe_cli.model import Member, Source
    from dedupe_cli.settings import Settings

    # Compares many pairs of paragraphs (earlier, later), in order.
    Compare = Callable[[Sequence[tuple[str, str]]], Sequence[Pair]]

# A run of short paragraphs goes when those that are prose are so many times the least length together. Of entries of a
# reference none of which has more than a part of that length, more: every page of a manual has a few.
SECTION, ENTRIES, PART = 1.5, 2.5, 0.5
# A pair that says different things is a finding from this similarity on, in percent, and by itself with so many
# differences at most. Beside text that goes another number, date or *not* is one whatever the similarity.
ALONE, FEW = 88.0, 3
# A short one that is less alike is one only with another number, date or *not*: worded anew it says the same.
ALIKE = 93.0
# A text of which so much stands in another one is one finding.
NEARLY_ALL = 0.9


def match(
    texts: Sequence[Cleaned], settings: Settings, least: float, many: Compare | None = None
) -> tuple[tuple[Group, ...], tuple[tuple[Edit, ...], ...]]:
    """Find what of each text stands in those before it (references come first); return groups and edits of each.

    Of the others those of a lower rank come before. ``least`` is the shortest repeat in units. ``many`` compares pairs
    of paragraphs, in several processes for instance.
    n log n in all the text; alignments are made only of paragraphs that share windows or stand at one place.
    """
    run = _Run(texts, settings, least, many or (lambda pairs: [compare(*both, settings) for both in pairs]))
    order = sorted(range(len(texts)), key=lambda at: (not texts[at].role.stays, texts[at].role.rank))
    run.look_ahead(order)
    for source in order:
        if not texts[source].role.stays:
            run.take(source)
        run.walk.keep(source)
    return run.result()


@dataclass
class _Run:
    """One run: what was found so far."""

    texts: Sequence[Cleaned]
    settings: Settings
    least: float
    many: Compare
    chosen: list[Passage] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    drifts: list[Copy] = field(default_factory=list)
    gone: dict[int, set[int]] = field(default_factory=dict)
    likely: dict[int, tuple[int, ...]] = field(default_factory=dict)
    pairs: dict[tuple[str, str], Pair] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tables = [text.table for text in self.texts]
        self.own = [Subject(text.source.path, text.text) for text in self.texts]
        self.walk = Walk(
            self.tables, self.least, self.near,
            likely=lambda key: self.likely.get(key, ()),
            may_meet=lambda one, other: self.texts[one].role.meets(self.texts[other].role),
        )  # fmt: skip

    def near(self, source: int, block: int, other: int, kept: int) -> Pair:
        """Compare two paragraphs, each two texts once."""
        both = self.tables[other].of(kept), self.tables[source].of(block)
        if both not in self.pairs:
            self.pairs[both] = self.many([both])[0]
        return self.pairs[both]

    def look_ahead(self, order: Sequence[int]) -> None:
        """Find the paragraphs that may be near copies, and compare them all at once."""
        first: dict[int, tuple[int, int]] = {}
        for source in order:
            table = self.tables[source]
            for block, key in enumerate(table.keys):
                if key and key not in first and table.units[block] >= self.least and table.is_prose(block):
                    first[key] = (source, block)
        keys, places = list(first), list(first.values())
        bodies = [self.tables[source].of(block) for source, block in places]
        homes = [self.texts[source].role.home for source, _ in places]
        apart = [-1 - source if home < 0 else home for (source, _), home in zip(places, homes, strict=True)]
        found = candidates(bodies, apart)
        self.likely = {keys[later]: tuple(keys[at] for at in earlier) for later, earlier in found.items()}
        both = [(bodies[at], bodies[later]) for later, earlier in found.items() for at in earlier]
        self.pairs = dict(zip(both, self.many(both), strict=True))

    def take(self, source: int) -> None:
        """Find and choose the passages of one text; what goes is dead for those that come later."""
        table, mine = self.tables[source], []
        for passage in map(self._without_phrases, self.walk.passages(source)):
            links = self._worth(table, passage.links, self.tables[passage.other])
            if not all(self._holds(passage, link) for link in links):
                there = [link for link in passage.links if self._holds(passage, link)]
                links = self._worth(table, there, self.tables[passage.other])
            if links:
                mine.append(replace(passage, links=links))
        for passage in mine:
            for link in passage.links if not self._on_record(passage) else ():
                if link.goes:
                    self.walk.alive[source][link.block] = 0
                    self.gone.setdefault(source, set()).add(link.block)
        self._record(mine, self._whole(table, mine))

    def _on_record(self, passage: Passage) -> bool:
        """Tell whether both texts of a passage are notes of a version: nothing goes of these."""
        return are_of_versions(self.texts[passage.source].source.path, self.texts[passage.other].source.path)

    def _without_phrases(self, passage: Passage) -> Passage:
        """Leave out of what is held back what differs in markup, and turns of phrase: they are shorter than repeats."""
        one, two = self.tables[passage.source], self.tables[passage.other]

        def told(link: Link) -> Link:
            if link.pair is None or not link.pair.held:
                return link
            said, kept = one.of(link.block), two.of(link.kept)
            held = [cut for cut in link.pair.held if size(said, cut) >= self.settings.min_length]
            return replace(link, pair=replace(link.pair, held=tuple(c for c in held if not is_markup(kept, said, c))))

        return replace(passage, links=[told(link) for link in passage.links])

    @staticmethod
    def _whole(table: Table, passages: Sequence[Passage]) -> set[int]:
        """Return the texts in which nearly all of a text stands, of what of it takes part."""
        said: dict[int, float] = {}
        for passage in passages:
            some = sum(table.units[link.block] for link in passage.links)
            said[passage.other] = said.get(passage.other, 0.0) + some
        least = NEARLY_ALL * sum(size for key, size in zip(table.keys, table.units, strict=True) if key)
        return {other for other, size in said.items() if size >= least}

    def _holds(self, passage: Passage, link: Link) -> bool:
        """Tell whether two paragraphs with one key are equal indeed."""
        one, two = self.tables[passage.source].of(link.block), self.tables[passage.other].of(link.kept)
        return link.pair is not None or one == two or fold(one).string == fold(two).string

    def _worth(self, table: Table, links: Sequence[Link], other: Table) -> list[Link]:
        """Choose the links of a passage that are worth a finding: what goes when it is long enough, what differs."""
        going = [link for link in links if link.goes or self._cut(table, link) >= self.least]
        while going and table.is_heading(going[-1].block):
            going.pop()  # a heading belongs to what comes behind it
        said = [link.block for link in going if table.is_prose(link.block) and not table.is_notice(link.block)]
        sizes = [table.units[block] for block in said]
        longest, total = max(sizes, default=0.0), sum(sizes)
        if longest < self.least and total < SECTION * self.least:
            going = []
        elif longest < PART * self.least and total < ENTRIES * self.least:
            going = [] if all(in_entry(table.text, [table.span(block)]) for block in said) else going
        differing = self._differing(table, links, other, total if not going else self.least)
        return sorted([*going, *differing], key=lambda link: link.block)

    @staticmethod
    def _cut(table: Table, link: Link) -> int:
        """Return how many units of a paragraph go that does not go as a whole; roles and targets are none."""
        cuts = link.pair.cuts if link.pair else ()
        return sum(size(table.of(link.block), cut) for cut in cuts)

    def _differing(self, table: Table, links: Sequence[Link], other: Table, beside: float) -> list[Link]:
        """Choose the links that say different things; ``beside`` is how much of the passage is the same."""
        out = []
        for link in links:
            if link.pair is None or link.goes or not link.pair.held or self._cut(table, link) >= self.least:
                continue
            said, kept, held = table.of(link.block), other.of(link.kept), link.pair.held
            if table.is_notice(link.block) or bare(said) == bare(kept):
                continue
            # Whether each difference that counts is in a number, a date, a unit or a *not*.
            facts = [d.reason in FACTS for cut in held for d in cut.differences if d.kind is Kind.CONTENT]
            fact, much = all(facts), sum(size(said, cut) for cut in held)
            alone = beside + (much if fact else 0) < self.least
            if alone and much < self.least:
                continue
            few = sum(len(cut.differences) for cut in held) <= FEW and table.units[link.block] >= self.least
            short = link.pair.similarity < ALIKE and table.units[link.block] < self.least
            like = link.pair.similarity >= ALONE and (not short or any(facts))
            if (like and few) if alone else (like or fact):
                out.append(replace(link, pair=replace(link.pair, cuts=())))
        return out

    def _record(self, passages: Sequence[Passage], whole: set[int]) -> None:
        """Make the members of groups; nearly all of a text in another one is one member."""
        by_other: dict[int, list[Passage]] = {}
        for passage in passages:
            by_other.setdefault(passage.other, []).append(passage)
        for other, mine in by_other.items():
            copies, drifts = [], []
            for passage in mine:
                copy = repeats_of(self.tables, passage, len(self.chosen))
                drift = drifts_of(self.tables, passage, self.own)
                if self._on_record(passage):
                    drifts += [on_record(each) for each in ([copy] if copy else []) + drift]
                    continue
                copies += [copy] if copy else []
                drifts += drift
                self.chosen.append(passage)
            drifts = renamed(self.tables, drifts)
            if other in whole:
                copies = [merged(self.tables, copies)] if copies else []
                alike = [[each for each in drifts if each.own is own] for own in (False, True)]
                drifts = [merged(self.tables, some) for some in alike if some]
            self.copies += copies
            self.drifts += drifts

    def result(self) -> tuple[tuple[Group, ...], tuple[tuple[Edit, ...], ...]]:
        """Put the members together to groups and make the edits."""
        groups: list[Group] = []
        edits: list[list[Edit]] = [[] for _ in self.texts]
        for copies in clustered(self.copies):
            for number in sorted(number for copy in copies for number in copy.passages):
                passage = self.chosen[number]
                gone, path = self.gone.get(passage.source, set()), self.texts[passage.other].source.path
                edits[passage.source] += edits_of(self.tables, passage, gone, len(groups), path)
            groups.append(group_of(self.tables, copies, REPEAT))
        for rule, own in ((DRIFT, False), (OWN, True)):
            drifts = clustered([copy for copy in self.drifts if copy.own is own])
            groups += [group_of(self.tables, copies, rule) for copies in drifts]
        return tuple(groups), tuple(tuple(sorted(mine, key=lambda edit: edit.span)) for mine in edits)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """One input of the run: the source, what was planned for it alone, the paragraphs of the text that this makes."""

    source: Source
    plan: Plan
    table: Table
    role: Role = EQUAL

    @property
    def text(self) -> str:
        """The cleaned text."""
        return self.table.text


def cleaned(source: Source, plan: Plan, ignored: Sequence[Span] = (), store: Cache | None = None) -> Cleaned:
    """Return what is needed of one text; ``ignored`` spans of it take no part. The ``store`` knows earlier ones."""
    text, trace = rewrite(source.prose, plan.edits), Trace.after(plan.edits, len(source.text))
    return Cleaned(source, plan, kept_table(text, trace.present(ignored), store))


@dataclass(frozen=True, slots=True)
class Across:
    """What was found between texts: the plan in places of the sources, and the edits of the cleaned texts."""

    plan: AcrossPlan
    edits: tuple[tuple[Edit, ...], ...]


def match_cleaned(given: Sequence[Cleaned], settings: Settings, least: float, many: Compare | None = None) -> Across:
    """Match texts with each other. The order of ``given`` is that of their paths: the first one stays."""
    traces = [Trace.after(item.plan.edits, len(item.source.text)) for item in given]
    groups, edits = match(given, settings, least, many)
    plan = AcrossPlan(
        tuple(item.source.digest for item in given),
        tuple(_group(group, traces) for group in groups),
        tuple(tuple(_edit(edit, at, traces) for edit in mine) for at, mine in enumerate(edits)),
        settings.as_dict(),
    )
    return Across(plan, edits)


def only(found: Across, wanted: Callable[[Sequence[Group]], Sequence[bool]]) -> Across:
    """Return what was found without the groups that are not wanted: fewer cuts are always lawful."""
    keep = wanted(found.plan.groups)
    new = list(accumulate(keep, initial=0))

    def chosen(edits: Sequence[Edit]) -> tuple[Edit, ...]:
        return tuple(replace(edit, group=new[edit.group]) for edit in edits if keep[edit.group])

    groups = tuple(compress(found.plan.groups, keep))
    plan = replace(found.plan, groups=groups, edits=tuple(map(chosen, found.plan.edits)))
    return Across(plan, tuple(map(chosen, found.edits)))


def joined(plan: Plan, edits: Sequence[Edit]) -> Plan:
    """Return a text's own plan with the edits (of the source) that other texts are the reason for.

    What goes inside of such an edit goes with it. Groups are those of the text itself, so the edits speak for
    themselves.
    """
    ends = [edit.span.end for edit in edits]
    own = []
    for edit in plan.edits:
        at = bisect_left(ends, edit.span.end)
        if at == len(edits) or not edits[at].span.covers(edit.span):
            own.append(edit)
    more = [replace(edit, group=-1) for edit in edits]
    return replace(plan, edits=tuple(sorted([*own, *more], key=lambda edit: edit.span)))


def _group(group: Group, traces: Sequence[Trace]) -> Group:
    kept = traces[group.members[group.kept].source]

    def placed(member: Member) -> Member:
        own = traces[member.source]
        differences = tuple(replace(d, kept=kept.hull(d.kept), copy=own.hull(d.copy)) for d in member.differences)
        spans, against = _all(member.spans, own), _all(member.against, kept)
        return replace(member, spans=spans, against=against, differences=differences)

    return replace(group, members=tuple(map(placed, group.members)))


def _edit(edit: Edit, source: int, traces: Sequence[Trace]) -> Edit:
    return replace(edit, span=traces[source].hull(edit.span), kept=_all(edit.kept, traces[edit.kept_in]))


def _all(spans: Sequence[Span], trace: Trace) -> tuple[Span, ...]:
    return tuple(part for span in spans for part in trace.spans(span))
